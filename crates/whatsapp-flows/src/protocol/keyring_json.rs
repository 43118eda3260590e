//! The secret's JSON, as `flowctl secret` creates it and as consoles and shells change it.
//!
//! A console's form turns every value into a string, a shell escapes JSON twice, and people paste one string
//! where a list is expected, or a PEM with its line breaks. Each of these changes is unambiguous, so the parser
//! accepts it.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess};
use serde::{Deserialize, Deserializer};
use serde_path_to_error::Segment;
use zeroize::Zeroizing;

use super::lenient_list::{Element, ElementVisitor, LenientList};

/// The largest number of JSON strings that may be nested around the JSON.
const MAX_NESTING: usize = 3;

/// The members of the secret.
#[derive(Deserialize)]
pub(super) struct KeyringJson {
    pub private_keys: LenientList<PrivateKeyJson>,
    pub app_secrets: LenientList<AppSecretJson>,
}

pub(super) struct PrivateKeyJson {
    pub id: Option<String>,
    pub pem: Zeroizing<String>,
    pub passphrase: Option<Zeroizing<String>>,
}

pub(super) struct AppSecretJson(pub Zeroizing<String>);

/// A JSON error and its position. It contains nothing of the JSON's strings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// The path of the member; `.` for the whole JSON.
    pub member: String,
    /// The line, from 1 on; 0 if it is unknown.
    pub line: usize,
    /// The column in bytes, from 1 on; 0 if it is unknown.
    pub column: usize,
    /// The kind of the error.
    pub kind: JsonErrorKind,
}

/// The kinds of JSON errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// The text is not JSON from this position on.
    Syntax,
    /// The JSON ends too early.
    UnexpectedEnd,
    /// A required member is missing.
    MissingMember(&'static str),
    /// A member is given twice.
    DuplicateMember(&'static str),
    /// The value has the wrong type; the field names the expected one.
    Expected(&'static str),
}

const MEMBERS: [&str; 5] = ["private_keys", "app_secrets", "id", "pem", "passphrase"];

impl KeyringJson {
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        Self::parse_nested(text, MAX_NESTING)
    }

    fn parse_nested(text: &str, depth: usize) -> Result<Self, JsonError> {
        let error = match deserialize(text) {
            Ok(json) => return Ok(json),
            Err(error) => error,
        };
        let trimmed = text.trim();
        let inner = match depth {
            0 => None,
            _ if trimmed.starts_with('"') => unquote(trimmed),
            // A shell removed the outer quotes.
            _ if trimmed.starts_with("{\\\"") => unquote(&Zeroizing::new(format!("\"{trimmed}\""))),
            _ if trimmed.starts_with('\'') => {
                Some(Zeroizing::new(trimmed.trim_matches('\'').to_owned()))
            }
            _ => None,
        };
        if let Some(inner) = inner {
            return Self::parse_nested(&inner, depth - 1);
        }
        match error.kind {
            // The error keeps the positions of the text as it was given.
            JsonErrorKind::Syntax => deserialize(&escape_line_breaks(text)).map_err(|_| error),
            _ => Err(error),
        }
    }
}

fn deserialize(text: &str) -> Result<KeyringJson, JsonError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let mut member = String::new();
        for segment in error.path().iter() {
            match segment {
                // An unknown name could be anything, even a secret, and is not quoted.
                Segment::Map { key } if MEMBERS.contains(&key.as_str()) && member.is_empty() => {
                    member += key;
                }
                Segment::Map { key } if MEMBERS.contains(&key.as_str()) => {
                    member += ".";
                    member += key;
                }
                Segment::Seq { index } if !member.is_empty() => member += &format!("[{index}]"),
                _ => break,
            }
        }
        JsonError::at(member, error.inner())
    })?;
    json.end().map_err(|error| JsonError::at(String::new(), &error))?;
    Ok(read)
}

fn unquote(text: &str) -> Option<Zeroizing<String>> {
    serde_json::from_str(text).ok()
}

/// Escapes line breaks inside strings, as in a pasted PEM: JSON does not allow them there.
fn escape_line_breaks(json: &str) -> Zeroizing<String> {
    let mut escaped = Zeroizing::new(String::with_capacity(json.len() * 2));
    let (mut inside, mut after_backslash) = (false, false);
    for char in json.chars() {
        match char {
            '\r' if inside => {}
            '\n' if inside => *escaped += "\\n",
            '\t' if inside => *escaped += "\\t",
            char => escaped.push(char),
        }
        inside ^= char == '"' && !after_backslash;
        after_backslash = inside && char == '\\' && !after_backslash;
    }
    escaped
}

impl JsonError {
    fn at(member: String, error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let named = |prefix: &str| {
            let name = message.strip_prefix(prefix)?.split('`').next()?;
            MEMBERS.into_iter().find(|member| *member == name)
        };
        let kind = match error.classify() {
            serde_json::error::Category::Eof => JsonErrorKind::UnexpectedEnd,
            serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
                JsonErrorKind::Syntax
            }
            serde_json::error::Category::Data => match named("missing field `") {
                Some(name) => JsonErrorKind::MissingMember(name),
                None => match named("duplicate field `") {
                    Some(name) => JsonErrorKind::DuplicateMember(name),
                    None => JsonErrorKind::Expected(expected(&member)),
                },
            },
        };
        let member = if member.is_empty() { ".".into() } else { member };
        Self { member, line: error.line(), column: error.column(), kind }
    }
}

fn expected(member: &str) -> &'static str {
    match member {
        "" => "an object with the members `private_keys` and `app_secrets`",
        "private_keys" => "a list of objects with the members `id` and `pem`",
        "app_secrets" => "a list of strings",
        _ if member.starts_with("private_keys") && member.ends_with(']') => {
            "an object with the members `id` and `pem`"
        }
        _ => "a string",
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { member, line, column, kind } = self;
        match member.as_str() {
            "." => write!(f, "the text")?,
            member => write!(f, "`{member}`")?,
        }
        match kind {
            JsonErrorKind::Syntax => write!(f, " is not valid JSON")?,
            JsonErrorKind::UnexpectedEnd => write!(f, " ends too early")?,
            JsonErrorKind::MissingMember(name) => write!(f, " has no member `{name}`")?,
            JsonErrorKind::DuplicateMember(name) => write!(f, " has the member `{name}` twice")?,
            JsonErrorKind::Expected(what) => write!(f, " is not {what}")?,
        }
        write!(f, " (line {line}, column {column})")
    }
}

impl Element for PrivateKeyJson {
    fn from_text(text: &str) -> Option<Self> {
        let pem = !text.trim_start().starts_with(['{', '[']);
        pem.then(|| Self { id: None, pem: Zeroizing::new(text.to_owned()), passphrase: None })
    }

    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        #[derive(Deserialize)]
        struct Members {
            #[serde(default)]
            id: Option<String>,
            pem: Zeroizing<String>,
            #[serde(default)]
            passphrase: Option<Zeroizing<String>>,
        }
        let Members { id, pem, passphrase } =
            Members::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Self { id, pem, passphrase })
    }
}

impl Element for AppSecretJson {
    fn from_text(text: &str) -> Option<Self> {
        Some(Self(Zeroizing::new(text.to_owned())))
    }

    fn from_map<'de, A: MapAccess<'de>>(_: A) -> Result<Self, A::Error> {
        Err(A::Error::custom("an object"))
    }
}

impl<'de> Deserialize<'de> for PrivateKeyJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementVisitor::new())
    }
}

impl<'de> Deserialize<'de> for AppSecretJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementVisitor::new())
    }
}
