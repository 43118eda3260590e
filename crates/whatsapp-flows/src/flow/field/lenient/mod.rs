//! Lenient deserialization of payloads: a scalar of another JSON type is converted where nothing is lost.
//!
//! Clients differ in the JSON type that they send for a field, by version and by platform: `1234` for the text of a
//! passcode, `"true"` for a boolean, `"1"` for a list of one choice. A type that expects text, a boolean, a number or a
//! list gets it. A type that accepts any JSON, such as `Value`, gets the value as it was sent. So do types that serde
//! buffers first (`untagged`, `tag`, `flatten`).

mod deserializer;
mod error;
mod scalar;

use serde::de::DeserializeOwned;
use serde_json::Value;

use deserializer::Lenient;

#[cfg(test)]
pub(super) use deserializer::PAYLOAD;
pub(crate) use error::PayloadError;
pub(super) use error::{InvalidMember, is_loggable};

/// Deserializes a payload. Blank text is treated as absent where a number is optional.
pub(crate) fn read<T: DeserializeOwned>(mut payload: Value) -> Result<T, PayloadError> {
    loop {
        match T::deserialize(Lenient(&payload)) {
            Ok(value) => return Ok(value),
            Err(error) if error.remove_blank(&mut payload) => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::flow::Number;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Fields {
        code: String,
        optional: Option<String>,
        agreed: bool,
        age: u8,
        off: i64,
        long: u128,
        price: f64,
        many: Vec<String>,
        counts: Vec<u32>,
        kind: Option<Kind>,
        name: Option<Name>,
        any: Value,
        by_count: HashMap<u32, String>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Name(String);

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        One,
        #[serde(rename = "2")]
        Two,
        Other {
            text: String,
        },
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only deserialized")]
    struct Required {
        name: String,
        #[serde(default, with = "crate::flow::number")]
        age: Option<f64>,
        #[serde(rename = "last-name")]
        last: Name,
        kind: Option<Kind>,
        at: Option<Place>,
        count: Option<Number>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only deserialized")]
    struct Place {
        hour: u8,
        minute: Option<Number>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(tag = "trigger", rename_all = "snake_case")]
    #[expect(dead_code, reason = "only deserialized")]
    enum Sent {
        Chosen { place: String },
    }

    #[test]
    fn a_scalar_of_another_type_is_converted() {
        let given: Fields = read(json!({
            "code": 1234, "optional": 5.5, "agreed": "true", "age": "٤٢", "off": -7.0,
            "long": "12345678901234567890123", "price": "41,5", "many": 1, "counts": ["1", 2],
            "kind": 2, "name": true, "any": "1", "by_count": { "1": 2 },
        }))
        .unwrap();
        let expected = Fields {
            code: "1234".into(),
            optional: Some("5.5".into()),
            agreed: true,
            age: 42,
            off: -7,
            long: 12_345_678_901_234_567_890_123,
            price: 41.5,
            many: vec!["1".into()],
            counts: vec![1, 2],
            kind: Some(Kind::Two),
            name: Some(Name("true".into())),
            any: "1".into(),
            by_count: HashMap::from([(1, "2".into())]),
        };
        assert_eq!(given, expected);
        for (kind, expected) in [
            (json!("one"), Kind::One),
            (json!({ "other": { "text": 1 } }), Kind::Other { text: "1".into() }),
        ] {
            assert_eq!(read::<Fields>(json!({ "kind": kind })).unwrap().kind, Some(expected));
        }
    }

    #[test]
    fn a_lossy_conversion_is_an_error() {
        for (member, value) in [
            ("code", json!(["a"])),
            ("code", json!({})),
            ("agreed", json!(1)),
            ("agreed", json!("yes")),
            ("age", json!(7.5)),
            ("age", json!("1,234")),
            ("age", json!(300)),
            ("age", json!(true)),
            ("price", json!("x")),
            ("many", json!({ "a": "b" })),
            ("counts", json!("x")),
            ("kind", json!(3)),
            ("kind", json!([])),
        ] {
            let error = read::<Fields>(json!({ member: value })).unwrap_err();
            assert_eq!(error.member(), member, "{value}");
        }
    }

    #[test]
    fn a_missing_or_invalid_member_is_named() {
        let full = json!({ "name": "n", "age": "7", "last-name": "l", "kind": "one" });
        assert!(read::<Required>(full.clone()).is_ok());
        let with = |member: &str, value: Value| {
            let mut payload = full.clone();
            payload[member] = value;
            payload
        };
        for (payload, expected) in [
            (json!({}), "name"),
            (json!({ "name": "n", "age": "7", "kind": "one" }), "last-name"),
            (with("age", json!("x")), "age"),
            (with("kind", json!("typed text")), "kind"),
            (with("at", json!({ "typed text": 1 })), "at"),
            (with("at", json!({ "hour": [1] })), "at"),
            (with("count", json!("1,234")), "count"),
            (with("last-name", json!([])), "last-name"),
            (json!([]), ""),
            (json!("typed text"), ""),
        ] {
            assert_eq!(
                read::<Required>(payload.clone()).unwrap_err().member(),
                expected,
                "{payload}"
            );
        }
        for (payload, expected) in [
            (json!({}), "trigger"),
            (json!({ "trigger": "chosen" }), "place"),
            (json!({ "trigger": "typed text" }), "trigger"),
        ] {
            assert_eq!(read::<Sent>(payload).unwrap_err().member(), expected);
        }
        let long = json!({ "x".repeat(65): "x" });
        assert_eq!(read::<HashMap<String, u8>>(long).unwrap_err().member(), "");
        assert_eq!(read::<HashMap<String, u8>>(json!({ "a b": "x" })).unwrap_err().member(), "");
    }

    #[test]
    fn an_empty_member_is_absent() {
        let given: Fields = read(json!({
            "code": "", "optional": "", "age": null, "counts": "", "any": { "a": "", "b": [null, ""] },
        }))
        .unwrap();
        let any = json!({ "b": [null, ""] });
        assert_eq!(given, Fields { any, ..Fields::default() });
        for empty in [json!(""), json!(null)] {
            let error = read::<Required>(json!({ "name": empty, "last-name": "l" })).unwrap_err();
            assert_eq!(error.member(), "name");
        }
    }

    #[test]
    fn a_blank_number_is_absent() {
        let payload = json!({
            "name": " ", "last-name": "l", "count": " ", "age": "\u{200F}",
            "at": { "hour": 9, "minute": "\u{a0}" },
        });
        let given: Required = read(payload).unwrap();
        assert_eq!((given.name.as_str(), given.count, given.age), (" ", None, None));
        assert_eq!(given.at.unwrap().minute, None);
        let required = json!({ "name": "n", "last-name": "l", "at": { "hour": " " } });
        assert_eq!(read::<Required>(required).unwrap_err().member(), "at");
    }
}
