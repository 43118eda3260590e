//! JSON as the rules for values see it: that of a reply, or that of a document with positions.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// A JSON value.
pub(crate) trait Node<'j>: Copy {
    /// The text of a string.
    fn text(self) -> Option<Cow<'j, str>>;
    fn number(self) -> Option<f64>;
    fn boolean(self) -> Option<bool>;
    /// A member of an object.
    fn member(self, name: &str) -> Option<Self>;
    /// The members of an object; `None` for any other value.
    fn members(self) -> Option<impl Iterator<Item = (Cow<'j, str>, Self)>>;
    /// The items of an array; `None` for any other value.
    fn items(self) -> Option<impl Iterator<Item = Self>>;

    /// The value at a path within this one.
    fn at_path(self, path: &[Box<str>]) -> Option<Self> {
        path.iter().try_fold(self, |value, name| value.member(name))
    }
}

/// The members of a screen's data: those of a reply, or a data model's examples.
pub(crate) trait ScreenData<'j>: Copy {
    type Node: Node<'j>;
    fn get(self, name: &str) -> Option<Self::Node>;

    /// The value at a path.
    fn find(self, path: &[Box<str>]) -> Option<Self::Node> {
        let (first, rest) = path.split_first()?;
        self.get(first)?.at_path(rest)
    }
}

impl<'j> ScreenData<'j> for &'j Map<String, Value> {
    type Node = &'j Value;

    fn get(self, name: &str) -> Option<&'j Value> {
        Map::get(self, name)
    }
}

impl<'j> Node<'j> for &'j Value {
    fn text(self) -> Option<Cow<'j, str>> {
        self.as_str().map(Cow::Borrowed)
    }

    fn number(self) -> Option<f64> {
        self.as_f64()
    }

    fn boolean(self) -> Option<bool> {
        self.as_bool()
    }

    fn member(self, name: &str) -> Option<Self> {
        self.as_object()?.get(name)
    }

    fn members(self) -> Option<impl Iterator<Item = (Cow<'j, str>, Self)>> {
        let members = self.as_object()?.iter();
        Some(members.map(|(name, value)| (Cow::Borrowed(name.as_str()), value)))
    }

    fn items(self) -> Option<impl Iterator<Item = Self>> {
        Some(self.as_array()?.iter())
    }
}

#[cfg(feature = "lint")]
impl<'j> Node<'j> for crate::json::Value<'j> {
    fn text(self) -> Option<Cow<'j, str>> {
        self.as_str()
    }

    fn number(self) -> Option<f64> {
        self.as_f64()
    }

    fn boolean(self) -> Option<bool> {
        self.as_bool()
    }

    fn member(self, name: &str) -> Option<Self> {
        Self::member(self, name)
    }

    fn members(self) -> Option<impl Iterator<Item = (Cow<'j, str>, Self)>> {
        let is_object = self.kind() == crate::json::Kind::Object;
        is_object.then(|| Self::members(self).map(|(name, value)| (name.text, value)))
    }

    fn items(self) -> Option<impl Iterator<Item = Self>> {
        let is_array = self.kind() == crate::json::Kind::Array;
        is_array.then(|| Self::items(self))
    }
}
