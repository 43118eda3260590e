//! The data model of a screen: the part of JSON Schema that Flow JSON supports.

use std::borrow::Cow;

use crate::json::{Kind, Name, Value};

/// The schema of a member of a screen's data, or of a value within a member.
#[derive(Clone, Copy)]
pub struct Schema<'j>(Value<'j>);

/// The types of a data model (FJ, *Data model*; `integer` is supported by the web client).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataType {
    /// `"string"`
    String,
    /// `"number"`
    Number,
    /// `"integer"`
    Integer,
    /// `"boolean"`
    Boolean,
    /// `"object"`
    Object,
    /// `"array"`
    Array,
}

impl DataType {
    /// The type with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::String,
            "number" => Self::Number,
            "integer" => Self::Integer,
            "boolean" => Self::Boolean,
            "object" => Self::Object,
            "array" => Self::Array,
            _ => return None,
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Object => "object",
            Self::Array => "array",
        }
    }

    /// Returns whether a JSON value has this type.
    pub fn matches(self, value: Value<'_>) -> bool {
        match self {
            Self::String => value.kind() == Kind::String,
            Self::Number => value.kind() == Kind::Number,
            Self::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            Self::Boolean => value.kind() == Kind::Boolean,
            Self::Object => value.kind() == Kind::Object,
            Self::Array => value.kind() == Kind::Array,
        }
    }
}

impl<'j> Schema<'j> {
    /// Reads a value as a schema.
    pub fn new(value: Value<'j>) -> Self {
        Self(value)
    }

    /// The value of the schema in the document.
    pub fn value(self) -> Value<'j> {
        self.0
    }

    /// Its `type`; `None` if it is absent or unknown.
    pub fn data_type(self) -> Option<DataType> {
        DataType::from_name(&self.0.member("type")?.as_str()?)
    }

    /// The members of an object: `properties`, in document order.
    pub fn properties(self) -> impl Iterator<Item = (Name<'j>, Schema<'j>)> {
        let properties = self.0.member("properties");
        properties.into_iter().flat_map(Value::members).map(|(name, value)| (name, Self(value)))
    }

    /// One member of an object.
    pub fn property(self, name: &str) -> Option<Self> {
        self.0.member("properties")?.member(name).map(Self)
    }

    /// The schema of an array's items: `items`.
    pub fn items(self) -> Option<Self> {
        self.0.member("items").map(Self)
    }

    /// The names in `required`.
    pub fn required(self) -> Vec<Cow<'j, str>> {
        self.0
            .member("required")
            .into_iter()
            .flat_map(Value::items)
            .filter_map(Value::as_str)
            .collect()
    }

    /// The example: `__example__`.
    pub fn example(self) -> Option<Value<'j>> {
        self.0.member("__example__")
    }

    /// The values in `enum`, if there are any.
    pub fn values(self) -> Option<Vec<Value<'j>>> {
        self.0.member("enum").map(|values| values.items().collect())
    }
}
