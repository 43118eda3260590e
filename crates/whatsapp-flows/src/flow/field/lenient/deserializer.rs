//! The deserializer of payloads.

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::error::PayloadError;
use super::scalar::{to_bool, to_integer, to_number, to_text};
use crate::protocol::request::is_empty;

/// The name that serde has for a [`Payload`](crate::flow::Payload), which keeps empty members.
pub(crate) const PAYLOAD: &str = "whatsapp_flows::Payload";

/// A value of a payload.
pub(super) struct Lenient<'a>(pub &'a Value);

/// Visits an integer as the smallest type that can hold it, because visitors accept `u64` and `i64`.
macro_rules! integers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PayloadError> {
            let Some(integer) = to_integer(self.0) else { return self.deserialize_any(visitor) };
            match (u64::try_from(integer), i64::try_from(integer)) {
                (Ok(integer), _) => visitor.visit_u64(integer),
                (_, Ok(integer)) => visitor.visit_i64(integer),
                _ => visitor.visit_i128(integer),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Lenient<'_> {
    type Error = PayloadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PayloadError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(boolean) => visitor.visit_bool(*boolean),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(integer), _) => visitor.visit_u64(integer),
                (_, Some(integer)) => visitor.visit_i64(integer),
                _ => visitor.visit_f64(number.as_f64().ok_or_else(PayloadError::default)?),
            },
            Value::String(text) => visitor.visit_str(text),
            Value::Array(items) => visitor.visit_seq(Items(items.iter())),
            Value::Object(members) => visitor.visit_map(Members::of(members)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PayloadError> {
        match to_bool(self.0) {
            Some(boolean) => visitor.visit_bool(boolean),
            None => self.deserialize_any(visitor),
        }
    }

    integers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PayloadError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PayloadError> {
        match to_number(self.0) {
            Some(number) => visitor.visit_f64(number.value()),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PayloadError> {
        match to_text(self.0) {
            Some(text) => visitor.visit_string(text),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PayloadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PayloadError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, PayloadError> {
        match self.0 {
            Value::Object(members) if name == PAYLOAD => {
                let members = Members { keep_empty: true, ..Members::of(members) };
                visitor.visit_newtype_struct(MapAccessDeserializer::new(members))
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PayloadError> {
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
    ) -> Result<V::Value, PayloadError> {
        match (self.0, to_text(self.0)) {
            (Value::String(text), _) => visitor.visit_enum(text.as_str().into_deserializer()),
            (_, Some(text)) => visitor.visit_enum(text.into_deserializer()),
            (Value::Object(members), _) => {
                visitor.visit_enum(MapAccessDeserializer::new(Members::of(members)))
            }
            _ => Err(PayloadError::default()),
        }
    }

    serde::forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

/// The items of an array.
struct Items<'a>(std::slice::Iter<'a, Value>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = PayloadError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, PayloadError> {
        let item = self.0.next().map(|item| seed.deserialize(Lenient(item)));
        item.transpose().map_err(|error| error.within(""))
    }
}

/// The members of an object, without empty ones: clients send an empty field as `""`, as `null`, or not at all.
struct Members<'a> {
    rest: serde_json::map::Iter<'a>,
    value: Option<(&'a str, &'a Value)>,
    keep_empty: bool,
}

impl<'a> Members<'a> {
    fn of(members: &'a Map<String, Value>) -> Self {
        Self { rest: members.iter(), value: None, keep_empty: false }
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = PayloadError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, PayloadError> {
        let keep_empty = self.keep_empty;
        let next = self.rest.find(|(_, value)| keep_empty || !is_empty(value));
        let Some((name, value)) = next else { return Ok(None) };
        self.value = Some((name, value));
        seed.deserialize(Lenient(&Value::String(name.clone()))).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, PayloadError> {
        let (name, value) = self.value.take().ok_or_else(PayloadError::default)?;
        seed.deserialize(Lenient(value)).map_err(|error| error.within(name))
    }
}
