//! Reads a payload into a type, and takes a scalar in another JSON type where nothing is lost.
//!
//! What clients send for a field differs between versions and platforms: `1234` for the text of a
//! passcode, `"true"` for a boolean, `"1"` for the list of one choice. A type that asks for text, a
//! boolean, a number or a list gets it. What takes any JSON, such as a `Value`, gets what was sent; so does
//! what serde buffers first (`untagged`, `tag`, `flatten`).
//!
//! The error is the way to what did not fit, and nothing else: its words may be what a user typed.

use std::fmt::Display;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde_json::{Map, Value};

use super::numeric_text::is_blank;
use super::typed_number::Number;
use crate::protocol::request::is_empty;

/// Reads a payload. A blank text that does not fit, where a number is optional, was left empty.
pub(super) fn read<T: DeserializeOwned>(mut payload: Value) -> Result<T, Misfit> {
    loop {
        match T::deserialize(Lenient(&payload)) {
            Ok(read) => return Ok(read),
            Err(misfit) if misfit.remove_blank(&mut payload) => {}
            Err(misfit) => return Err(misfit),
        }
    }
}

/// What did not fit.
#[derive(Debug, Default)]
pub(super) struct Misfit {
    /// The members that lead to it, the innermost first. An item of an array is `""`.
    way: Vec<String>,
    /// The error named the innermost one: it is absent, or a [`Payload`](super::Payload) has it.
    named: bool,
}

/// What an error says of a member that did not fit, for a reader that has no way but the text of an
/// error: serde buffers what it reads for an enum.
pub(super) struct Unfit(pub &'static str);

const UNFIT: (&str, &str) = ("member `", "` does not fit");

impl Misfit {
    /// The member of the payload: a name of the Flow JSON. Further in, names may be what a user typed.
    pub fn member(&self) -> &str {
        let name = self.way.last().map(String::as_str).unwrap_or_default();
        if is_plain(name) { name } else { "" }
    }

    /// Removes what did not fit if it is blank text.
    fn remove_blank(&self, payload: &mut Value) -> bool {
        let Some((name, way)) = self.way.split_first().filter(|_| !self.named) else {
            return false;
        };
        let holder = way.iter().rev().try_fold(payload, |value, name| value.get_mut(name));
        let Some(members) = holder.and_then(Value::as_object_mut) else { return false };
        let blank = members.get(name).and_then(Value::as_str).is_some_and(is_blank);
        blank && members.remove(name).is_some()
    }

    fn in_member(mut self, name: &str) -> Self {
        self.way.push(name.to_owned());
        self
    }

    fn named(name: &str) -> Self {
        Self { way: vec![name.to_owned()], named: true }
    }
}

/// Whether a name may stand in a log.
pub(super) fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    name.len() <= 64 && name.chars().all(plain)
}

impl Error for Misfit {
    fn custom<T: Display>(message: T) -> Self {
        let message = message.to_string();
        let member = message.strip_prefix(UNFIT.0).and_then(|rest| rest.strip_suffix(UNFIT.1));
        member.map(Self::named).unwrap_or_default()
    }

    fn missing_field(name: &'static str) -> Self {
        Self::named(name)
    }
}

impl Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}{}", UNFIT.0, self.0, UNFIT.1)
    }
}

impl Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a payload that does not fit")
    }
}

impl std::error::Error for Misfit {}

/// What serde calls a [`Payload`](super::Payload), which is told from others by members that are empty, too.
pub(super) const PAYLOAD: &str = "whatsapp_flows::Payload";

/// A value of a payload.
struct Lenient<'a>(&'a Value);

impl Lenient<'_> {
    /// A number or a boolean as text.
    fn as_text(&self) -> Option<String> {
        match self.0 {
            Value::Number(number) => Some(Number::of_json(number)?.text().to_owned()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }

    /// A number, or a text that is one.
    fn as_number(&self) -> Option<Number> {
        match self.0 {
            Value::Number(number) => Number::of_json(number),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The same, if it is whole.
    fn as_whole(&self) -> Option<i128> {
        let number = self.as_number()?;
        let value = number.value();
        let short = value.fract() == 0.0 && value.abs() <= 1e15;
        number.parse().ok().or_else(|| short.then_some(value as i128))
    }
}

/// A whole number is visited as the smallest type that holds it: visitors take `u64` and `i64`.
macro_rules! whole {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            let Some(whole) = self.as_whole() else { return self.deserialize_any(visitor) };
            match (u64::try_from(whole), i64::try_from(whole)) {
                (Ok(whole), _) => visitor.visit_u64(whole),
                (_, Ok(whole)) => visitor.visit_i64(whole),
                _ => visitor.visit_i128(whole),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Lenient<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(whole), _) => visitor.visit_u64(whole),
                (_, Some(whole)) => visitor.visit_i64(whole),
                _ => visitor.visit_f64(number.as_f64().ok_or_else(Misfit::default)?),
            },
            Value::String(text) => visitor.visit_str(text),
            Value::Array(items) => visitor.visit_seq(Items(items.iter())),
            Value::Object(members) => visitor.visit_map(Members::of(members)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.as_str() {
            Some("true") => visitor.visit_bool(true),
            Some("false") => visitor.visit_bool(false),
            _ => self.deserialize_any(visitor),
        }
    }

    whole! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.as_number() {
            Some(number) => visitor.visit_f64(number.value()),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.as_text() {
            Some(text) => visitor.visit_string(text),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Object(members) if name == PAYLOAD => {
                let members = Members { with_empty: true, ..Members::of(members) };
                visitor.visit_newtype_struct(MapAccessDeserializer::new(members))
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                visitor.visit_seq(Items(std::slice::from_ref(self.0).iter()))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match (self.0, self.as_text()) {
            (Value::String(text), _) => visitor.visit_enum(text.as_str().into_deserializer()),
            (_, Some(text)) => visitor.visit_enum(text.into_deserializer()),
            (Value::Object(members), _) => {
                visitor.visit_enum(MapAccessDeserializer::new(Members::of(members)))
            }
            _ => Err(Misfit::default()),
        }
    }

    serde::forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

struct Items<'a>(std::slice::Iter<'a, Value>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Misfit> {
        let item = self.0.next().map(|item| seed.deserialize(Lenient(item)));
        item.transpose().map_err(|misfit| misfit.in_member(""))
    }
}

/// The members of an object, without those that are empty: a client sends an empty field as `""`, as
/// `null`, or not at all.
struct Members<'a> {
    left: serde_json::map::Iter<'a>,
    value: Option<(&'a str, &'a Value)>,
    with_empty: bool,
}

impl<'a> Members<'a> {
    fn of(members: &'a Map<String, Value>) -> Self {
        Self { left: members.iter(), value: None, with_empty: false }
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Misfit;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Misfit> {
        let with_empty = self.with_empty;
        let next = self.left.find(|(_, value)| with_empty || !is_empty(value));
        let Some((name, value)) = next else { return Ok(None) };
        self.value = Some((name, value));
        seed.deserialize(Lenient(&Value::String(name.clone()))).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        let (name, value) = self.value.take().ok_or_else(Misfit::default)?;
        seed.deserialize(Lenient(value)).map_err(|misfit| misfit.in_member(name))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Given {
        code: String,
        maybe: Option<String>,
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
            words: String,
        },
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "they are only read into")]
    struct Must {
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
    #[expect(dead_code, reason = "they are only read into")]
    struct Place {
        hour: u8,
        minute: Option<Number>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(tag = "trigger", rename_all = "snake_case")]
    #[expect(dead_code, reason = "they are only read into")]
    enum Sent {
        Chosen { place: String },
    }

    #[test]
    fn a_scalar_in_another_type_is_read() {
        let given: Given = read(json!({
            "code": 1234, "maybe": 5.5, "agreed": "true", "age": "٤٢", "off": -7.0,
            "long": "12345678901234567890123", "price": "41,5", "many": 1, "counts": ["1", 2],
            "kind": 2, "name": true, "any": "1", "by_count": { "1": 2 },
        }))
        .unwrap();
        let expected = Given {
            code: "1234".into(),
            maybe: Some("5.5".into()),
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
            (json!({ "other": { "words": 1 } }), Kind::Other { words: "1".into() }),
        ] {
            assert_eq!(read::<Given>(json!({ "kind": kind })).unwrap().kind, Some(expected));
        }
    }

    #[test]
    fn what_would_lose_something_is_not() {
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
            let misfit = read::<Given>(json!({ member: value })).unwrap_err();
            assert_eq!(misfit.member(), member, "{value}");
        }
    }

    #[test]
    fn the_member_that_is_missing_or_does_not_fit_is_named() {
        let full = json!({ "name": "n", "age": "7", "last-name": "l", "kind": "one" });
        assert!(read::<Must>(full.clone()).is_ok());
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
            assert_eq!(read::<Must>(payload.clone()).unwrap_err().member(), expected, "{payload}");
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
    fn what_is_empty_is_absent() {
        let given: Given = read(json!({
            "code": "", "maybe": "", "age": null, "counts": "", "any": { "a": "", "b": [null, ""] },
        }))
        .unwrap();
        let any = json!({ "b": [null, ""] });
        assert_eq!(given, Given { any, ..Given::default() });
        for empty in [json!(""), json!(null)] {
            let misfit = read::<Must>(json!({ "name": empty, "last-name": "l" })).unwrap_err();
            assert_eq!(misfit.member(), "name");
        }
    }

    #[test]
    fn a_blank_number_was_left_empty() {
        let payload = json!({
            "name": " ", "last-name": "l", "count": " ", "age": "\u{200F}",
            "at": { "hour": 9, "minute": "\u{a0}" },
        });
        let given: Must = read(payload).unwrap();
        assert_eq!((given.name.as_str(), given.count, given.age), (" ", None, None));
        assert_eq!(given.at.unwrap().minute, None);
        let needed = json!({ "name": "n", "last-name": "l", "at": { "hour": " " } });
        assert_eq!(read::<Must>(needed).unwrap_err().member(), "at");
    }
}
