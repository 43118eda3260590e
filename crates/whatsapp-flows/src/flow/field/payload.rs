//! Payloads of screens with several actions, and lists of choices.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, Deserializer, Error, Unexpected, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::{Map, Value};

use super::lenient::{self, InvalidMember};
use super::numeric_text::is_blank;
use crate::protocol::request::is_empty;

/// The payload of a screen with several actions, whose [`Input`](crate::Screen::Input) is an enum.
///
/// An implementation of `Deserialize` first decides by the members of the payload which action it belongs to, and then
/// reads them. A member that cannot be read is an error, and does not turn the payload into that of another action:
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
/// Generated screens do the same. An enum that derives `Deserialize` with `#[serde(tag = "…")]` or `untagged` works
/// too, but serde then reads its members strictly, and the log does not name the invalid one.
#[derive(Clone, Deserialize)]
#[serde(rename = "whatsapp_flows::Payload")]
pub struct Payload(Map<String, Value>);

impl Payload {
    /// Returns whether the payload contains the member, even as `""` or `null`: clients send those for a field that the
    /// user has emptied.
    pub fn has(&self, member: &str) -> bool {
        self.get(member).is_some()
    }

    /// Returns the text of a member, or an empty text if there is none.
    pub fn text(&self, member: &str) -> Cow<'_, str> {
        match self.get(member) {
            Some(Value::String(text)) => text.into(),
            Some(other @ (Value::Number(_) | Value::Bool(_))) => other.to_string().into(),
            _ => "".into(),
        }
    }

    /// Reads a member in the same way as the field of a struct: it may be absent if `T` is an [`Option`].
    ///
    /// # Errors
    ///
    /// If the member is invalid, or absent although it is required. The error names the member.
    pub fn read<T: DeserializeOwned, E: Error>(&self, member: &'static str) -> Result<T, E> {
        let Some(value) = self.present(member) else { return T::deserialize(Absent::of(member)) };
        match lenient::read(value.clone()) {
            Ok(read) => Ok(read),
            Err(_) if value.as_str().is_some_and(is_blank) => T::deserialize(Absent::of(member)),
            Err(_) => Err(E::custom(InvalidMember(member))),
        }
    }

    /// Reads a member, or returns the default if it is absent.
    ///
    /// # Errors
    ///
    /// If the member is invalid. The error names the member.
    pub fn read_or_default<T, E>(&self, member: &'static str) -> Result<T, E>
    where
        T: DeserializeOwned + Default,
        E: Error,
    {
        if self.present(member).is_some() { self.read(member) } else { Ok(T::default()) }
    }

    /// Reads the ids of [`choices`], or returns an empty list if the member is absent.
    ///
    /// # Errors
    ///
    /// If the member is not a list of ids. The error names the member.
    pub fn read_choices<E: Error>(&self, member: &'static str) -> Result<Vec<String>, E> {
        let value = self.get(member).cloned().unwrap_or_default();
        chosen_ids(value).ok_or_else(|| E::custom(InvalidMember(member)))
    }

    /// Returns the error for a member whose value belongs to none of the screen's actions.
    pub fn invalid<E: Error>(&self, member: &'static str) -> E {
        match self.present(member) {
            Some(_) => E::custom(InvalidMember(member)),
            None => E::missing_field(member),
        }
    }

    fn present(&self, member: &str) -> Option<&Value> {
        self.get(member).filter(|value| !is_empty(value))
    }

    fn get(&self, member: &str) -> Option<&Value> {
        #[cfg(feature = "testing")]
        super::asked::record(member);
        self.0.get(member)
    }
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Payload([redacted])")
    }
}

/// Deserializes the ids of the options that the user chose in a CheckboxGroup or ChipsSelector, for a `Vec<String>`
/// with `#[serde(default, deserialize_with = "choices")]`.
///
/// Empty ids are ignored. A single id without a list is accepted, and so are ids that are numbers.
///
/// # Errors
///
/// If the value is not a list of ids.
pub fn choices<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let expected: &dyn serde::de::Expected = &"a list of ids";
    chosen_ids(Value::deserialize(deserializer)?)
        .ok_or_else(|| D::Error::invalid_value(Unexpected::Other("value"), expected))
}

fn chosen_ids(value: Value) -> Option<Vec<String>> {
    let items = match value {
        Value::Array(items) => items,
        one => vec![one],
    };
    let ids = items.into_iter().filter(|item| !is_empty(item));
    ids.map(|item| lenient::read(item).ok()).collect()
}

/// The deserializer of an absent member, which an `Option` reads as `None`.
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
    fn choices_ignore_empty_ids_and_accept_one_id_without_a_list() {
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
            let error = lenient::read::<Chosen>(payload).unwrap_err();
            assert_eq!(error.member(), "toppings", "{toppings}");
        }
    }

    #[derive(Debug)]
    #[expect(dead_code, reason = "only deserialized")]
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
                _ => Err(sent.invalid("from")),
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
    fn the_serde_name_of_payload_is_the_one_that_the_deserializer_knows() {
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
    fn the_invalid_member_of_an_enum_payload_is_named() {
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
            let error = lenient::read::<Sent>(payload.clone()).err();
            assert_eq!(error.as_ref().map(lenient::PayloadError::member), expected, "{payload}");
        }
        for empty in [json!({ "city": "" }), json!({ "city": null })] {
            let read: Option<Emptied> = lenient::read(empty).ok();
            assert_eq!(read, Some(Emptied { sent: true, city: None }));
        }
        assert_eq!(lenient::read(json!({})).ok(), Some(Emptied { sent: false, city: None }));
        let wrong = json!({ "from": "1", "amount": "MARK" });
        let error = serde_json::from_value::<Sent>(wrong).unwrap_err().to_string();
        assert_eq!(error, "member `amount` is not valid");
    }
}
