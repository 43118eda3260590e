//! A JSON list as people and consoles write it: also its only element alone, and each of both in a text.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// What a text says that is not JSON, although it begins like it.
const INNER: &str = "the text is not the JSON that is expected here";

/// A list, or its only element.
pub(super) struct OneOrMany<T>(pub Vec<T>);

/// What a text stands for where an element, or a list of them, is expected.
pub(super) trait Element: Sized {
    /// `None` if it cannot be that, as it begins like JSON.
    fn from_text(text: &str) -> Option<Self>;
    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

impl<'de, T: Element + DeserializeOwned> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Many(PhantomData))
    }
}

/// Visits one element.
pub(super) struct One<T>(PhantomData<T>);

impl<T> One<T> {
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Element + DeserializeOwned> Visitor<'de> for One<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        let object = text.trim_start().starts_with('{').then(|| serde_json::from_str(text));
        let read = object.and_then(Result::ok).or_else(|| T::from_text(text));
        read.ok_or_else(|| E::custom(INNER))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::from_map(map)
    }
}

struct Many<T>(PhantomData<T>);

impl<'de, T: Element + DeserializeOwned> Visitor<'de> for Many<T> {
    type Value = OneOrMany<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<OneOrMany<T>, E> {
        let list = text.trim_start().starts_with('[').then(|| serde_json::from_str(text));
        let list = list.and_then(Result::ok);
        list.map_or_else(|| Ok(vec![One::new().visit_str(text)?]), Ok).map(OneOrMany)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OneOrMany<T>, A::Error> {
        T::from_map(map).map(|one| OneOrMany(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OneOrMany<T>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(OneOrMany(elements))
    }
}
