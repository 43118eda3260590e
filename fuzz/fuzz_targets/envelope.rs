//! Bytes that start with `{` are a body: it parses only if serde's tree agrees, and opens only to what its
//! sender sealed. Other bytes are a plaintext: sealed, it opens to itself.
#![no_main]

use base64::prelude::{BASE64_STANDARD, Engine};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::request::Message;
use whatsapp_flows_fuzz::{SEALING, SECRET};

fuzz_target!(|data: &[u8]| {
    if !data.starts_with(b"{") {
        let sealed = SEALING.seal(data);
        let envelope = Envelope::parse(sealed.body.as_bytes()).unwrap();
        let opened = envelope.open(SECRET.private_keys()).unwrap();
        assert_eq!(*opened.plaintext, data);
        return;
    }
    let Ok(envelope) = Envelope::parse(data) else { return };
    let tree: Value = serde_json::from_slice(data).unwrap();
    let length = |name: &str| BASE64_STANDARD.decode(tree[name].as_str().unwrap()).unwrap().len();
    assert_eq!((length("encrypted_aes_key"), length("initial_vector")), (256, 16));
    // Whoever sealed the bodies of the corpus had a request in mind.
    if let Ok(opened) = envelope.open(SECRET.private_keys()) {
        assert!(length("encrypted_flow_data") >= 16);
        Message::parse(&opened.plaintext).unwrap();
    }
});
