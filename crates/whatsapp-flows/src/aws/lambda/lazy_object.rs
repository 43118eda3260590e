//! A JSON object whose members are parsed on access.
//!
//! A member of an unexpected type counts as absent, so that an event that does not have the format of its apparent
//! source can still be described.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// A JSON object whose values are not parsed yet.
pub(super) struct LazyObject<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> LazyObject<'a> {
    /// Parses the members' names; `None` if the text is not a JSON object.
    pub fn parse(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok().map(Self)
    }

    /// Reports whether the member is present and not `null`.
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Parses the member; `None` if it is absent or has another type.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// Returns the member if it is a string.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name)
    }

    /// Reports whether the member is this string.
    pub fn equals(&self, name: &str, text: &str) -> bool {
        self.text(name).is_some_and(|value| value == text)
    }

    /// Returns the member if it is an object, or an empty object.
    pub fn object(&self, name: &str) -> Self {
        self.raw(name).and_then(Self::parse).unwrap_or(Self(BTreeMap::new()))
    }

    /// Returns the first item of a member that is a list of objects, or an empty object.
    pub fn first(&self, name: &str) -> Self {
        let items =
            self.raw(name).and_then(|json| serde_json::from_str::<Vec<&RawValue>>(json).ok());
        let first = items.and_then(|items| Self::parse(items.first()?.get()));
        first.unwrap_or(Self(BTreeMap::new()))
    }

    /// Returns the names of the members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(|value| value.get()).filter(|json| *json != "null")
    }
}
