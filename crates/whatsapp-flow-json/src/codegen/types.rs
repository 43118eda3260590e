//! The types of values, before they are text.

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field<'d> {
    /// Its name in JSON.
    pub wire: std::borrow::Cow<'d, str>,
    pub kind: Type,
    /// It may be absent.
    pub absent: bool,
    /// The value comes from the endpoint, or is computed from such a value by the client, and may
    /// be `""`. The library removes empty texts from requests.
    pub shown: bool,
}

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    Text,
    Number,
    Integer,
    Boolean,
    /// Any JSON.
    Value,
    /// An object without declared members.
    Members,
    DateRange,
    Media,
    List(Box<Type>),
    /// The ids of the selected options.
    Choices,
    /// A struct of the file.
    Struct(usize),
}

impl Field<'_> {
    /// Returns whether a client may send the member without a text.
    pub fn may_be_empty(&self) -> bool {
        self.shown && matches!(self.kind, Type::Text | Type::Value)
    }
}

impl Type {
    /// Returns whether it is a number or a list of numbers.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Number => true,
            Self::List(item) => item.is_number(),
            _ => false,
        }
    }

    /// The struct that it is, or of which it is a list.
    pub fn of_struct(&self) -> Option<usize> {
        match self {
            Self::Struct(index) => Some(*index),
            Self::List(item) => item.of_struct(),
            _ => None,
        }
    }
}
