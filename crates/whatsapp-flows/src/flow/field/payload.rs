//! For screens that send one of several payloads: which one it is, and what it holds.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, Deserializer, Error, Unexpected, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::{Map, Value};

use super::lenient::{self, Unfit};
use super::numeric_text::is_blank;
use crate::protocol::request::is_empty;

/// What a screen sent, for an `Input` that is an enum: printed screens decide by its members which of the
/// screen's actions it was, and then read it. What cannot be read does not make it another action.
///
/// ```
/// use serde::{Deserialize, Deserializer};
/// use whatsapp_flows::flow::{Number, Payload};
///
/// enum Sent {
///     Footer { city: String, amount: Number },
///     City { city: String },
/// }
///
/// impl<'de> Deserialize<'de> for Sent {
///     fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
///         let sent = Payload::deserialize(from)?;
///         if sent.has("amount") {
///             return Ok(Self::Footer { city: sent.read("city")?, amount: sent.read("amount")? });
///         }
///         Ok(Self::City { city: sent.read("city")? })
///     }
/// }
/// ```
///
/// A derived enum with `#[serde(tag = "…")]` or `untagged` works too, but serde then reads its members
/// strictly, and the log does not name the one that does not fit.
#[derive(Clone, Deserialize)]
#[serde(rename = "whatsapp_flows::Payload")]
pub struct Payload(Map<String, Value>);

impl Payload {
    /// Whether there is such a member, even if it is `""` or `null`: a client sends that for a field that
    /// the user has emptied.
    pub fn has(&self, member: &str) -> bool {
        self.0.contains_key(member)
    }

    /// The text of a member; empty if there is none.
    pub fn text(&self, member: &str) -> Cow<'_, str> {
        match self.0.get(member) {
            Some(Value::String(text)) => text.into(),
            Some(other @ (Value::Number(_) | Value::Bool(_))) => other.to_string().into(),
            _ => "".into(),
        }
    }

    /// Reads a member, as a member of a struct is read: an [`Option`] may be absent.
    ///
    /// # Errors
    ///
    /// When it does not fit, or is absent and must not be. The error names the member.
    pub fn read<T: DeserializeOwned, E: Error>(&self, member: &'static str) -> Result<T, E> {
        let Some(value) = self.filled(member) else { return T::deserialize(Absent::of(member)) };
        match lenient::read(value.clone()) {
            Ok(read) => Ok(read),
            Err(_) if value.as_str().is_some_and(is_blank) => T::deserialize(Absent::of(member)),
            Err(_) => Err(E::custom(Unfit(member))),
        }
    }

    /// Reads a member that may be absent: then it is the default.
    ///
    /// # Errors
    ///
    /// When it does not fit.
    pub fn read_or_default<T, E>(&self, member: &'static str) -> Result<T, E>
    where
        T: DeserializeOwned + Default,
        E: Error,
    {
        if self.filled(member).is_some() { self.read(member) } else { Ok(T::default()) }
    }

    /// Reads a member that holds [`choices`].
    ///
    /// # Errors
    ///
    /// When it does not fit. None is no error.
    pub fn read_choices<E: Error>(&self, member: &'static str) -> Result<Vec<String>, E> {
        let value = self.0.get(member).cloned().unwrap_or_default();
        chosen(value).ok_or_else(|| E::custom(Unfit(member)))
    }

    /// The error for a member that does not say which payload it is.
    pub fn unfit<E: Error>(&self, member: &'static str) -> E {
        match self.filled(member) {
            Some(_) => E::custom(Unfit(member)),
            None => E::missing_field(member),
        }
    }

    fn filled(&self, member: &str) -> Option<&Value> {
        self.0.get(member).filter(|value| !is_empty(value))
    }
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Payload([redacted])")
    }
}

/// For `#[serde(default, deserialize_with = "choices")]` on the `Vec<String>` of a CheckboxGroup or
/// ChipsSelector: the ids of what was chosen. An empty text is not a choice; one id may come without its
/// list, and an id may be a number.
///
/// # Errors
///
/// When it is not a list of ids.
pub fn choices<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let expected: &dyn serde::de::Expected = &"a list of ids";
    chosen(Value::deserialize(from)?)
        .ok_or_else(|| D::Error::invalid_value(Unexpected::Other("value"), expected))
}

fn chosen(value: Value) -> Option<Vec<String>> {
    let items = match value {
        Value::Array(items) => items,
        one => vec![one],
    };
    let chosen = items.into_iter().filter(|item| !is_empty(item));
    chosen.map(|item| lenient::read(item).ok()).collect()
}

/// A member that is not there: an option of it is `None`.
struct Absent<E> {
    member: &'static str,
    error: std::marker::PhantomData<E>,
}

impl<E> Absent<E> {
    fn of(member: &'static str) -> Self {
        Self { member, error: std::marker::PhantomData }
    }
}

impl<'de, E: Error> Deserializer<'de> for Absent<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.member))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::flow::Number;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Chosen {
        #[serde(default, deserialize_with = "choices")]
        toppings: Vec<String>,
    }

    #[test]
    fn an_empty_text_is_not_a_choice_and_one_comes_without_its_list() {
        for (toppings, expected) in [
            (json!(["1", "2"]), vec!["1", "2"]),
            (json!(["", "1", null]), vec!["1"]),
            (json!([""]), vec![]),
            (json!("1"), vec!["1"]),
            (json!(1), vec!["1"]),
            (json!([1, "b"]), vec!["1", "b"]),
            (json!(null), vec![]),
        ] {
            let payload = json!({ "toppings": toppings });
            let sent: Payload = serde_json::from_value(payload.clone()).unwrap();
            let read: Result<_, serde_json::Error> = sent.read_choices("toppings");
            assert_eq!(read.unwrap(), expected);
            let chosen: Chosen = serde_json::from_value(payload).unwrap();
            assert_eq!(chosen.toppings, expected);
        }
        for toppings in [json!({ "a": 1 }), json!([["a"]]), json!([{}])] {
            let payload = json!({ "toppings": toppings });
            let misfit = lenient::read::<Chosen>(payload).unwrap_err();
            assert_eq!(misfit.member(), "toppings", "{toppings}");
        }
    }

    #[derive(Debug)]
    #[expect(dead_code, reason = "they are only read into")]
    enum Sent {
        Footer { amount: Number, note: Option<String>, list: Vec<String> },
        City { city: String },
    }

    impl<'de> Deserialize<'de> for Sent {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let sent = Payload::deserialize(from)?;
            match &*sent.text("from") {
                "1" => Ok(Self::Footer {
                    amount: sent.read("amount")?,
                    note: sent.read("note")?,
                    list: sent.read_or_default("list")?,
                }),
                "city" => Ok(Self::City { city: sent.read("city")? }),
                _ => Err(sent.unfit("from")),
            }
        }
    }

    #[derive(Debug, PartialEq)]
    struct Emptied {
        sent: bool,
        city: Option<String>,
    }

    impl<'de> Deserialize<'de> for Emptied {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let sent = Payload::deserialize(from)?;
            Ok(Self { sent: sent.has("city"), city: sent.read("city")? })
        }
    }

    #[test]
    fn the_payload_has_the_name_that_its_reader_looks_for() {
        use serde::de::value::Error as AnyError;
        struct Named;
        impl<'de> Deserializer<'de> for Named {
            type Error = AnyError;
            fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, AnyError> {
                Err(AnyError::custom("not a newtype"))
            }
            fn deserialize_newtype_struct<V: Visitor<'de>>(
                self,
                name: &'static str,
                _: V,
            ) -> Result<V::Value, AnyError> {
                Err(AnyError::custom(name))
            }
            forward_to_deserialize_any! {
                bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
                option unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
            }
        }
        assert_eq!(Payload::deserialize(Named).unwrap_err().to_string(), lenient::PAYLOAD);
    }

    #[test]
    fn the_member_of_an_enum_that_does_not_fit_is_named() {
        for (payload, expected) in [
            (json!({ "from": 1, "amount": "7,5" }), None),
            (json!({ "from": "1", "amount": "7,5", "note": " ", "list": "a" }), None),
            (json!({ "from": "1", "amount": "1,234" }), Some("amount")),
            (json!({ "from": "1", "amount": " " }), Some("amount")),
            (json!({ "from": "1" }), Some("amount")),
            (json!({ "from": "1", "amount": 1, "note": [] }), Some("note")),
            (json!({ "from": "1", "amount": 1, "list": {} }), Some("list")),
            (json!({ "from": "city", "city": 12 }), None),
            (json!({ "from": "typed text" }), Some("from")),
            (json!({}), Some("from")),
            (json!([]), Some("")),
        ] {
            let misfit = lenient::read::<Sent>(payload.clone()).err();
            assert_eq!(misfit.as_ref().map(lenient::Misfit::member), expected, "{payload}");
        }
        for empty in [json!({ "city": "" }), json!({ "city": null })] {
            let read: Option<Emptied> = lenient::read(empty).ok();
            assert_eq!(read, Some(Emptied { sent: true, city: None }));
        }
        assert_eq!(lenient::read(json!({})).ok(), Some(Emptied { sent: false, city: None }));
        let wrong = json!({ "from": "1", "amount": "MARK" });
        let error = serde_json::from_value::<Sent>(wrong).unwrap_err().to_string();
        assert_eq!(error, "member `amount` does not fit");
    }
}
