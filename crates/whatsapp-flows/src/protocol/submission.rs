//! The digest that identifies a submission. It does not depend on the encryption: a client that retries encrypts the
//! same submission with a new key, so the body differs.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::request::{Action, Request, is_empty};

/// The first 16 bytes of SHA-256 over action, screen and data.
pub type SubmissionDigest = [u8; 16];

/// Computes the digest of a request. It does not depend on the order of members, nor on members that are `null` or
/// `""`: clients send an empty field as either, or omit it.
pub fn digest(request: &Request) -> SubmissionDigest {
    let mut hash = Sha256::new();
    hash.update(match request.action {
        Action::Init => b"I",
        Action::Back => b"B",
        Action::DataExchange => b"D",
    });
    hash_text(&mut hash, &request.screen);
    hash_value(&mut hash, &request.data);
    *hash.finalize().first_chunk().expect("SHA-256 has 32 bytes")
}

/// Hashes a JSON value. Each part is hashed with its type and length, so that different values never produce the same
/// bytes.
fn hash_value(hash: &mut Sha256, json: &Value) {
    match json {
        Value::Null => hash.update(b"n"),
        Value::Bool(truth) => hash.update(if *truth { b"t" } else { b"f" }),
        Value::Number(number) => {
            hash.update(b"#");
            hash_text(hash, &number.to_string());
        }
        Value::String(string) => {
            hash.update(b"s");
            hash_text(hash, string);
        }
        Value::Array(items) => {
            hash.update(b"[");
            items.iter().for_each(|item| hash_value(hash, item));
            hash.update(b"]");
        }
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.iter().filter(|(_, value)| !is_empty(value)).collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            hash.update(b"{");
            for (name, member) in members {
                hash_text(hash, name);
                hash_value(hash, member);
            }
            hash.update(b"}");
        }
    }
}

fn hash_text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn digest_of(action: &str, screen: &str, data: &str) -> SubmissionDigest {
        let request = format!(r#"{{"action":"{action}","screen":"{screen}","data":{data}}}"#);
        match super::super::request::Message::parse(request.as_bytes()) {
            Ok(super::super::request::Message::Request(request)) => digest(&request),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn digest_ignores_member_order_and_empty_members() {
        let one = digest_of("data_exchange", "A", r#"{"a":1,"b":{"c":[true,"x"],"d":null}}"#);
        let same = digest_of("data_exchange", "A", r#"{"e":"","b":{"c":[true,"x"]},"a":1}"#);
        assert_eq!(one, same);
    }

    #[test]
    fn digest_depends_on_action_screen_and_data() {
        let data = [
            json!({}),
            json!({ "a": "bc" }),
            json!({ "ab": "c" }),
            json!({ "a": 1 }),
            json!({ "a": "1" }),
            json!({ "a": [1, 2] }),
            json!({ "a": [12] }),
            json!({ "a": [[1], 2] }),
            json!({ "a": [1, [2]] }),
            json!({ "a": true }),
            json!({ "a": false }),
            json!({ "a": { "b": 1 }, "c": 2 }),
            json!({ "a": { "b": 1, "c": 2 } }),
            json!([1]),
        ];
        let mut digests: Vec<_> =
            data.iter().map(|data| digest_of("data_exchange", "A", &data.to_string())).collect();
        digests.push(digest_of("data_exchange", "B", "{}"));
        digests.push(digest_of("BACK", "A", "{}"));
        digests.push(digest_of("INIT", "A", "{}"));
        let count = digests.len();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), count);
    }
}
