//! The names of a struct's members, as its `Deserialize` states them.

use std::fmt::{self, Display};

use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};

/// Returns the names in JSON of the members of `T`, with their aliases; `None` if it is not a plain struct: an enum, a
/// map, any JSON, a struct with `flatten`, or a type with a `Deserialize` of its own.
pub(crate) fn struct_members<T: DeserializeOwned>() -> Option<&'static [&'static str]> {
    T::deserialize(Request).err()?.0
}

/// A deserializer without a value: it returns what the type asks for, as its error.
struct Request;

#[derive(Debug)]
struct Requested(Option<&'static [&'static str]>);

impl<'de> Deserializer<'de> for Request {
    type Error = Requested;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Requested> {
        Err(Requested(None))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        members: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Requested> {
        Err(Requested(Some(members)))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Requested> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map enum identifier ignored_any
    }
}

impl Error for Requested {
    fn custom<T: Display>(_: T) -> Self {
        Self(None)
    }
}

impl Display for Requested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no value")
    }
}

impl std::error::Error for Requested {}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only deserialized")]
    struct Fields {
        name: String,
        #[serde(rename = "last-name", alias = "surname")]
        last: Option<String>,
        #[serde(skip)]
        skipped: String,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only deserialized")]
    struct Wrapped(Fields);

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only deserialized")]
    struct Flattened {
        name: String,
        #[serde(flatten)]
        rest: HashMap<String, Value>,
    }

    #[derive(Deserialize)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only deserialized")]
    enum Either {
        Fields(Fields),
    }

    #[test]
    fn members_of_plain_structs_are_known() {
        let expected: Option<&[&str]> = Some(&["name", "last-name", "surname"]);
        assert_eq!(struct_members::<Fields>(), expected);
        assert_eq!(struct_members::<Wrapped>(), expected);
        for unknown in [
            struct_members::<()>(),
            struct_members::<Value>(),
            struct_members::<HashMap<String, Value>>(),
            struct_members::<Flattened>(),
            struct_members::<Either>(),
        ] {
            assert_eq!(unknown, None);
        }
    }
}
