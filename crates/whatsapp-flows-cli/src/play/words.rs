//! The words of a script's line, and the arguments of its step.

use serde_json::{Map, Value};

use super::script::ScriptError;

/// The members of a JSON object.
pub type Members = Map<String, Value>;

/// A word of a line, without its quotes.
pub struct Word {
    pub text: String,
    /// The byte offset in the line.
    pub at: usize,
    pub is_quoted: bool,
}

/// The words of a line. Texts with spaces are in double quotes, with the escapes of JSON; `#` starts a comment.
pub fn split(line: &str) -> Result<Vec<Word>, (usize, String)> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(start) = line[at..].find(|c: char| !c.is_whitespace()) {
        let start = at + start;
        let rest = &line[start..];
        if rest.starts_with('#') {
            break;
        }
        let is_json = rest.starts_with(['"', '{', '[']);
        let length = if is_json {
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
            match values.next() {
                Some(Ok(_)) => values.byte_offset(),
                _ if rest.starts_with('"') => {
                    return Err((start, "the text is not closed; it ends with `\"`".into()));
                }
                _ => return Err((start, "this is not JSON".into())),
            }
        } else {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        };
        let source = &rest[..length];
        let is_quoted = source.starts_with('"');
        let text = match is_quoted {
            true => serde_json::from_str(source).unwrap_or_default(),
            false => source.to_owned(),
        };
        words.push(Word { text, at: start, is_quoted });
        at = start + length;
    }
    Ok(words)
}

/// The arguments of a step.
pub struct Arguments<'l> {
    pub index: usize,
    pub line: &'l str,
    pub words: &'l [Word],
    /// The number of the next argument among the words.
    pub next: usize,
}

impl Arguments<'_> {
    pub fn take(&mut self) -> Option<&Word> {
        let word = self.words.get(self.next);
        self.next += 1;
        word
    }

    pub fn text(&mut self, usage: &str) -> Result<String, ScriptError> {
        match self.take() {
            Some(word) => Ok(word.text.clone()),
            None => Err(self.missing(usage)),
        }
    }

    pub fn number<T: std::str::FromStr>(&mut self, usage: &str) -> Result<T, ScriptError> {
        let at = self.next;
        let text = self.text(usage)?;
        text.parse().map_err(|_| {
            self.error(&self.words[at], format!("`{text}` is not a number; write {usage}"))
        })
    }

    pub fn seconds(&mut self, usage: &str) -> Result<f64, ScriptError> {
        let at = self.next;
        let seconds: f64 = self.number(usage)?;
        match (0.0..=3600.0).contains(&seconds) {
            true => Ok(seconds),
            false => {
                Err(self.error(&self.words[at], "a wait is between 0 and 3600 seconds".into()))
            }
        }
    }

    pub fn opening(&mut self) -> Result<Option<(String, Members)>, ScriptError> {
        let Some(screen) = self.take() else { return Ok(None) };
        let screen = screen.text.clone();
        let at = self.next;
        let data = match self.take() {
            None => Map::new(),
            Some(word) => match serde_json::from_str(&word.text) {
                Ok(data) => data,
                Err(_) => {
                    let message = "the data of a screen are a JSON object".into();
                    return Err(self.error(&self.words[at], message));
                }
            },
        };
        Ok(Some((screen, data)))
    }

    /// A JSON value. A word without quotes that is not JSON is a text.
    pub fn value(&mut self, usage: &str) -> Result<Value, ScriptError> {
        let Some(word) = self.take() else { return Err(self.missing(usage)) };
        if word.is_quoted {
            return Ok(word.text.clone().into());
        }
        Ok(serde_json::from_str(&word.text).unwrap_or_else(|_| word.text.clone().into()))
    }

    pub fn end(&self) -> Result<(), ScriptError> {
        match self.words.get(self.next) {
            None => Ok(()),
            Some(word) => {
                let hint = if word.is_quoted { "" } else { "; write a text with spaces in quotes" };
                Err(self.error(word, format!("unexpected `{}`{hint}", word.text)))
            }
        }
    }

    pub fn missing(&self, usage: &str) -> ScriptError {
        error(self.index, self.line, self.line.trim_end().len(), format!("write {usage}"))
    }

    pub fn error(&self, word: &Word, message: String) -> ScriptError {
        error(self.index, self.line, word.at, message)
    }
}

pub fn error(index: usize, line: &str, at: usize, message: String) -> ScriptError {
    ScriptError { line: index + 1, column: column(line, at), message }
}

/// The column of a byte offset, in characters, from 1.
pub fn column(line: &str, at: usize) -> usize {
    line[..at].chars().count() + 1
}
