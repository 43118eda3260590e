//! The members of a JSON object, each read only when it is asked for.
//!
//! A member of another type than expected counts as absent: what invokes a function is not always what it
//! looks like, and an event that is read in part can be described.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// An object whose values are not parsed yet.
pub(super) struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Members<'a> {
    /// `None` if the text is not a JSON object.
    pub fn read(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok().map(Self)
    }

    /// Whether the member is there, and not `null`.
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The member as a `T`.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// The member as text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name)
    }

    /// Whether the member is this text.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.text(name).is_some_and(|value| value == text)
    }

    /// The member as an object; without members if it is not one.
    pub fn object(&self, name: &str) -> Self {
        self.raw(name).and_then(Self::read).unwrap_or(Self(BTreeMap::new()))
    }

    /// The first item of the member, if it is a list of objects.
    pub fn first(&self, name: &str) -> Self {
        let items =
            self.raw(name).and_then(|json| serde_json::from_str::<Vec<&RawValue>>(json).ok());
        let first = items.and_then(|items| Self::read(items.first()?.get()));
        first.unwrap_or(Self(BTreeMap::new()))
    }

    /// The members' names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(|value| value.get()).filter(|json| *json != "null")
    }
}
