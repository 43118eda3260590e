//! Which member a payload lacks: what serde says only in its text, which no log may take.
//!
//! A payload that was refused is read once more, with an error that keeps the name. It is a name of the
//! program's, and nothing that came from outside.

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Visitor};
use serde_json::Value;

/// The name of the first member that the type demands and the payload does not have.
pub(super) fn missing<Input: DeserializeOwned>(payload: Value) -> Option<&'static str> {
    let Value::Object(members) = payload else { return None };
    let members = members.into_iter().map(|(name, value)| (name, Member(value)));
    Input::deserialize(MapDeserializer::new(members)).err()?.0
}

/// Whatever was wrong, only this is kept.
#[derive(Debug)]
struct Missing(Option<&'static str>);

impl Error for Missing {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self(None)
    }

    fn missing_field(name: &'static str) -> Self {
        Self(Some(name))
    }
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a payload that does not fit")
    }
}

impl std::error::Error for Missing {}

/// A member's value, read as serde_json reads it. What is wrong within it has its path already.
struct Member(Value);

impl<'de> IntoDeserializer<'de, Missing> for Member {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Member {
    type Error = Missing;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Missing> {
        self.0.deserialize_any(visitor).map_err(Missing::custom)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Missing> {
        self.0.deserialize_option(visitor).map_err(Missing::custom)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Missing> {
        self.0.deserialize_newtype_struct(name, visitor).map_err(Missing::custom)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Missing> {
        self.0.deserialize_enum(name, variants, visitor).map_err(Missing::custom)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "they are only read into")]
    struct Given {
        name: String,
        #[serde(default, with = "crate::flow::number")]
        age: Option<f64>,
        #[serde(rename = "last-name")]
        last: Name,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "they are only read into")]
    struct Name(String);

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        One,
    }

    #[derive(Debug, Deserialize)]
    #[serde(tag = "trigger", rename_all = "snake_case")]
    #[expect(dead_code, reason = "they are only read into")]
    enum Sent {
        Chosen { place: String },
    }

    #[test]
    fn the_member_that_is_missing_is_named() {
        for (payload, expected) in [
            (json!({}), Some("name")),
            (json!({ "name": "n", "age": "7", "kind": "one" }), Some("last-name")),
            (json!({ "name": "n", "last-name": "l", "age": 7, "kind": "one" }), None),
            (json!({ "name": 1 }), None),
            (json!({ "name": "n", "age": "x" }), None),
            (json!([]), None),
        ] {
            assert_eq!(missing::<Given>(payload.clone()), expected, "{payload}");
        }
        assert_eq!(missing::<Sent>(json!({})), Some("trigger"));
        assert_eq!(missing::<Sent>(json!({ "trigger": "chosen" })), Some("place"));
        assert_eq!(missing::<Sent>(json!({ "trigger": "typed text" })), None);
    }
}
