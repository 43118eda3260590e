//! Two lines are a header and claims, which the right secret signs: accepted only with HS256 and this very
//! token. The input as it stands is a token signature too, and one that nobody signed.
#![no_main]

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::internals::token_signature::verify;
use whatsapp_flows_fuzz::SECRET;

const TOKEN: &str = "T";

fuzz_target!(|data: &str| {
    let token = FlowToken::new(TOKEN).unwrap();
    assert!(verify(data, &token, SECRET.app_secrets()).is_err());
    let Some((header, claims)) = data.split_once('\n') else { return };
    let encode = |part: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(part);
    let signed = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
    let hex = SECRET.app_secrets()[0].sign(signed.as_bytes());
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    let tag: Vec<u8> = (7..hex.len()).step_by(2).map(byte).collect();
    let jwt = format!("{signed}.{}", encode(&tag));
    let accepted = verify(&jwt, &token, SECRET.app_secrets()).is_ok();
    // Half a character in a member that nobody asks for makes no tree, and no difference.
    let tree = |json: &str| serde_json::from_str::<Value>(json).ok();
    let (Some(head), Some(said)) = (tree(header), tree(claims)) else { return };
    let right = head["alg"] == "HS256" && said["flow_token"] == TOKEN;
    assert!(!accepted || right);
    // Doubled members are refused, though a tree keeps the last of them.
    let once = |json: &str, name: &str| json.matches(&format!("\"{name}\"")).count() == 1;
    if right && once(header, "alg") && once(claims, "flow_token") && !data.contains('\\') {
        assert!(accepted);
    }
    assert!(verify(&jwt[..jwt.len() - 1], &token, SECRET.app_secrets()).is_err());
});
