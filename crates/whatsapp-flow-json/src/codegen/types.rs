//! The types of values, before they are text.

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field<'d> {
    /// Its name in JSON.
    pub wire: std::borrow::Cow<'d, str>,
    pub kind: Type,
    /// It may be absent.
    pub absent: bool,
    /// It holds what the endpoint has shown, or what the phone makes of that, and so may be `""`. That is
    /// taken out of what a phone sends.
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
    /// An object of which no member is known.
    Members,
    DateRange,
    Media,
    List(Box<Type>),
    /// The ids of what was chosen in a list.
    Choices,
    /// One of the file's own.
    Struct(usize),
}

impl Field<'_> {
    /// Whether a phone may send it without the text that it should hold.
    pub fn may_be_empty(&self) -> bool {
        self.shown && matches!(self.kind, Type::Text | Type::Value)
    }
}

impl Type {
    /// Whether it is a number or a list of some.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Number => true,
            Self::List(item) => item.is_number(),
            _ => false,
        }
    }

    /// The struct that it is, or is a list of.
    pub fn of_struct(&self) -> Option<usize> {
        match self {
            Self::Struct(index) => Some(*index),
            Self::List(item) => item.of_struct(),
            _ => None,
        }
    }
}
