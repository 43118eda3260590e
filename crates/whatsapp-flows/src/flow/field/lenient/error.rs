//! The error of a payload that cannot be deserialized: the path to the invalid member, and nothing else, because any
//! other text may be what the user typed.

use std::fmt::{self, Display};

use serde::de::Error;
use serde_json::Value;

use crate::flow::field::numeric_text::is_blank;

/// A payload that cannot be deserialized.
#[derive(Debug, Default)]
pub(crate) struct PayloadError {
    /// The members that lead to the invalid one, the innermost first. An item of an array is `""`.
    path: Vec<String>,
    /// The error named the innermost member: it is missing, or a [`Payload`](crate::flow::Payload) contains it.
    named: bool,
}

/// The text of an error about a member. serde buffers what it reads for an enum, so the text is all that passes from
/// the inner deserializer to the outer one.
pub(crate) struct InvalidMember(pub &'static str);

const INVALID: (&str, &str) = ("member `", "` is not valid");

impl PayloadError {
    /// Returns the name of the invalid member in the payload, which comes from the Flow JSON. The names of nested
    /// members may be what the user typed.
    pub fn member(&self) -> &str {
        let name = self.path.last().map(String::as_str).unwrap_or_default();
        if is_loggable(name) { name } else { "" }
    }

    /// Adds the member that contains the invalid value.
    pub fn within(mut self, name: &str) -> Self {
        self.path.push(name.to_owned());
        self
    }

    /// Removes the invalid member from the payload if it is blank text. Returns `false` if it is not.
    pub fn remove_blank(&self, payload: &mut Value) -> bool {
        let Some((name, path)) = self.path.split_first().filter(|_| !self.named) else {
            return false;
        };
        let parent = path.iter().rev().try_fold(payload, |value, name| value.get_mut(name));
        let Some(members) = parent.and_then(Value::as_object_mut) else { return false };
        let blank = members.get(name).and_then(Value::as_str).is_some_and(is_blank);
        blank && members.remove(name).is_some()
    }

    fn named(name: &str) -> Self {
        Self { path: vec![name.to_owned()], named: true }
    }
}

/// Returns whether the log may contain this name of a member. A name that begins with a digit may be a number that the
/// user typed, for a client that is not Meta's can send any name.
pub(crate) fn is_loggable(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let starts = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.len() <= 64 && name.starts_with(starts) && name.chars().all(allowed)
}

impl Error for PayloadError {
    fn custom<T: Display>(message: T) -> Self {
        let message = message.to_string();
        let name = message.strip_prefix(INVALID.0).and_then(|rest| rest.strip_suffix(INVALID.1));
        name.map(Self::named).unwrap_or_default()
    }

    fn missing_field(name: &'static str) -> Self {
        Self::named(name)
    }
}

impl Display for InvalidMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", INVALID.0, self.0, INVALID.1)
    }
}

impl Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the payload is not valid")
    }
}

impl std::error::Error for PayloadError {}
