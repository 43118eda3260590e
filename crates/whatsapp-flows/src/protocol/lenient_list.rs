//! A JSON list that may also be written as its only element, with the list or the element inside a string.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The error for a string that starts like JSON and is not.
const MISMATCH: &str = "the string is not the expected JSON";

/// A list, written as a list or as its only element.
pub(super) struct LenientList<T>(pub Vec<T>);

/// An element of a [`LenientList`], written as an object or as a string.
pub(super) trait Element: Sized {
    /// Converts a string; `None` if it starts like JSON and cannot be an element.
    fn from_text(text: &str) -> Option<Self>;
    /// Deserializes an object.
    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

impl<'de, T: Element + DeserializeOwned> Deserialize<'de> for LenientList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

/// Deserializes one element.
pub(super) struct ElementVisitor<T>(PhantomData<T>);

impl<T> ElementVisitor<T> {
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Element + DeserializeOwned> Visitor<'de> for ElementVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        let object = text.trim_start().starts_with('{').then(|| serde_json::from_str(text));
        let read = object.and_then(Result::ok).or_else(|| T::from_text(text));
        read.ok_or_else(|| E::custom(MISMATCH))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::from_map(map)
    }
}

/// Deserializes a list, or its only element.
struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Element + DeserializeOwned> Visitor<'de> for ListVisitor<T> {
    type Value = LenientList<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<LenientList<T>, E> {
        let list = text.trim_start().starts_with('[').then(|| serde_json::from_str(text));
        let list = list.and_then(Result::ok);
        list.map_or_else(|| Ok(vec![ElementVisitor::new().visit_str(text)?]), Ok).map(LenientList)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LenientList<T>, A::Error> {
        T::from_map(map).map(|one| LenientList(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<LenientList<T>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(LenientList(elements))
    }
}
