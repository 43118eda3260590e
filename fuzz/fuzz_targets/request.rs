//! A plaintext says the same in any other writing of its JSON, whatever its version, and with null for what
//! is absent.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use whatsapp_flows::protocol::request::{Message, NotJson};
use whatsapp_flows_fuzz::without_fractions;

fn parse(json: &Value) -> Result<Message, NotJson> {
    Message::parse(json.to_string().as_bytes())
}

fuzz_target!(|data: &[u8]| {
    let parsed = Message::parse(data);
    let Ok(json) = serde_json::from_slice::<Value>(data) else { return };
    assert_ne!(parsed, Err(NotJson));
    let json = without_fractions(json);
    let plain = parse(&json);
    match (&parsed, &plain) {
        (Ok(Message::Request(a)), Ok(Message::Request(b))) => {
            assert_eq!((a.action, &a.screen, &a.flow_token), (b.action, &b.screen, &b.flow_token));
        }
        (a, b) => assert_eq!(a, b),
    }
    let Value::Object(members) = json else { return };
    let mut other = members.clone();
    other.insert("version".into(), Value::from(300));
    for name in ["screen", "data", "flow_token", "flow_token_signature", "action"] {
        other.entry(name).or_insert(Value::Null);
    }
    assert_eq!(parse(&other.into()), plain);
});
