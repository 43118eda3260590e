//! The secret's JSON, as `flowctl secret` makes it and as consoles and shells leave it.
//!
//! A console's form makes a text of every value; a shell escapes a JSON twice; people paste one text
//! where a list is expected, or a PEM with its line ends. All of that can mean one thing only, and is read.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess};
use serde::{Deserialize, Deserializer};
use serde_path_to_error::Segment;
use zeroize::Zeroizing;

use super::one_or_many::{Element, One, OneOrMany};

/// How often a JSON may stand in a text of another one.
const DEPTH: usize = 3;

/// The members of the secret.
#[derive(Deserialize)]
pub(super) struct SecretJson {
    pub private_keys: OneOrMany<KeyJson>,
    pub app_secrets: OneOrMany<AppSecretJson>,
}

pub(super) struct KeyJson {
    pub id: Option<String>,
    pub pem: Zeroizing<String>,
    pub passphrase: Option<Zeroizing<String>>,
}

pub(super) struct AppSecretJson(pub Zeroizing<String>);

/// What is wrong with the JSON, and where; nothing of its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonFault {
    /// The member, `.` for the whole.
    pub member: String,
    /// From 1 on; 0 if it is not known.
    pub line: usize,
    /// From 1 on.
    pub column: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not JSON from there on.
    Syntax,
    /// It ends too soon.
    CutOff,
    /// This member is missing.
    Missing(&'static str),
    /// This member is there twice.
    Twice(&'static str),
    /// Something else is expected.
    Expected(&'static str),
}

const MEMBERS: [&str; 5] = ["private_keys", "app_secrets", "id", "pem", "passphrase"];

impl SecretJson {
    pub fn read(text: &str) -> Result<Self, JsonFault> {
        Self::read_at(text, DEPTH)
    }

    fn read_at(text: &str, depth: usize) -> Result<Self, JsonFault> {
        let fault = match parsed(text) {
            Ok(read) => return Ok(read),
            Err(fault) => fault,
        };
        let trimmed = text.trim();
        let inner = match depth {
            0 => None,
            _ if trimmed.starts_with('"') => in_a_text(trimmed),
            // Its quotes were lost on the way through a shell.
            _ if trimmed.starts_with("{\\\"") => {
                in_a_text(&Zeroizing::new(format!("\"{trimmed}\"")))
            }
            _ if trimmed.starts_with('\'') => {
                Some(Zeroizing::new(trimmed.trim_matches('\'').to_owned()))
            }
            _ => None,
        };
        if let Some(inner) = inner {
            return Self::read_at(&inner, depth - 1);
        }
        match fault.fault {
            // The places are those of the text as it is there.
            Fault::Syntax => parsed(&with_escaped_line_ends(text)).map_err(|_| fault),
            _ => Err(fault),
        }
    }
}

fn parsed(text: &str) -> Result<SecretJson, JsonFault> {
    let mut json = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let mut member = String::new();
        for segment in error.path().iter() {
            match segment {
                // Another name may be anything, a secret as well.
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
        JsonFault::at(member, error.inner())
    })?;
    json.end().map_err(|error| JsonFault::at(String::new(), &error))?;
    Ok(read)
}

fn in_a_text(text: &str) -> Option<Zeroizing<String>> {
    serde_json::from_str(text).ok()
}

/// A PEM that was pasted with its line ends: JSON has none inside a text.
fn with_escaped_line_ends(json: &str) -> Zeroizing<String> {
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

impl JsonFault {
    fn at(member: String, error: &serde_json::Error) -> Self {
        let words = error.to_string();
        let named = |prefix: &str| {
            let name = words.strip_prefix(prefix)?.split('`').next()?;
            MEMBERS.into_iter().find(|member| *member == name)
        };
        let fault = match error.classify() {
            serde_json::error::Category::Eof => Fault::CutOff,
            serde_json::error::Category::Syntax | serde_json::error::Category::Io => Fault::Syntax,
            serde_json::error::Category::Data => match named("missing field `") {
                Some(name) => Fault::Missing(name),
                None => match named("duplicate field `") {
                    Some(name) => Fault::Twice(name),
                    None => Fault::Expected(expected(&member)),
                },
            },
        };
        let member = if member.is_empty() { ".".into() } else { member };
        Self { member, line: error.line(), column: error.column(), fault }
    }
}

fn expected(member: &str) -> &'static str {
    match member {
        "" => "an object with the members `private_keys` and `app_secrets`",
        "private_keys" => "a list of objects with the members `id` and `pem`",
        "app_secrets" => "a list of texts",
        _ if member.starts_with("private_keys") && member.ends_with(']') => {
            "an object with the members `id` and `pem`"
        }
        _ => "a text",
    }
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { member, line, column, fault } = self;
        match fault {
            Fault::Syntax => write!(f, "it is not JSON")?,
            Fault::CutOff => write!(f, "it ends too soon")?,
            Fault::Missing(name) => write!(f, "member `{name}` is missing")?,
            Fault::Twice(name) => write!(f, "member `{name}` is there twice")?,
            Fault::Expected(what) => write!(f, "{what} is expected")?,
        }
        write!(f, " (member `{member}`, line {line}, column {column})")
    }
}

impl Element for KeyJson {
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

impl<'de> Deserialize<'de> for KeyJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(One::new())
    }
}

impl<'de> Deserialize<'de> for AppSecretJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(One::new())
    }
}
