//! The form of Meta's app secrets, and what people copy together with them.

use std::fmt;

/// Digits of an app secret.
const DIGITS: usize = 32;

/// Why a text is not an app secret of Meta's, in words that hold nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAnAppSecret {
    /// Access tokens start with `EAA`.
    AccessToken,
    /// Ids of apps, numbers and accounts are decimal.
    Id,
    /// So many characters, or 32 that are not all hexadecimal digits.
    Form {
        /// How many.
        characters: usize,
    },
}

/// The app secret in a text: 32 hexadecimal digits, without the blanks, the byte order mark, the quotes and
/// the `NAME=` around it; `None` if that is not what remains.
pub fn metas_in(text: &str) -> Option<&str> {
    let text = unwrapped(text);
    has_metas_form(text.as_bytes()).then_some(text)
}

/// The same, or why not.
pub fn read(text: &str) -> Result<&str, NotAnAppSecret> {
    let text = unwrapped(text);
    match text.chars().count() {
        _ if has_metas_form(text.as_bytes()) => Ok(text),
        _ if text.starts_with("EAA") => Err(NotAnAppSecret::AccessToken),
        _ if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(NotAnAppSecret::Id)
        }
        characters => Err(NotAnAppSecret::Form { characters }),
    }
}

/// Whether these are 32 hexadecimal digits.
pub(super) fn has_metas_form(text: &[u8]) -> bool {
    text.len() == DIGITS && text.iter().all(u8::is_ascii_hexdigit)
}

fn unwrapped(text: &str) -> &str {
    let around = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '\u{feff}' | '\u{200b}')
    };
    let text = text.trim_matches(around);
    let Some((name, value)) = text.split_once(['=', ':']) else { return text };
    let name = name.trim_matches(around);
    let name = name.strip_prefix("export ").unwrap_or(name);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    if name.is_empty() || !name.chars().all(is_name) {
        return text;
    }
    value.trim_matches(around)
}

impl fmt::Display for NotAnAppSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessToken => f.write_str("this is an access token, not an app secret")?,
            Self::Id => f.write_str("this is an id, not an app secret")?,
            Self::Form { characters: DIGITS } => {
                f.write_str("this is not an app secret: not all characters are 0-9 or a-f")?;
            }
            Self::Form { characters } => write!(
                f,
                "this is not an app secret: it has {characters} characters, and 32 hexadecimal digits \
                 are expected"
            )?,
        }
        f.write_str("; copy it from the Meta app's settings, Basic, App secret")
    }
}

impl std::error::Error for NotAnAppSecret {}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789ABCDEF";

    #[test]
    fn what_is_around_it_is_cut_off() {
        for text in [
            SECRET.to_owned(),
            format!(" {SECRET}\r\n"),
            format!("\u{feff}{SECRET}"),
            format!("\"{SECRET}\","),
            format!("'{SECRET}'"),
            format!("APP_SECRET={SECRET}"),
            format!("\u{feff}export FLOWS_APP_SECRET = \"{SECRET}\"\n"),
            format!("\"app_secret\": \"{SECRET}\","),
        ] {
            assert_eq!(read(&text), Ok(SECRET), "{text:?}");
            assert_eq!(metas_in(&text), Some(SECRET));
        }
    }

    #[test]
    fn anything_else_is_refused_without_its_text() {
        let form = |characters| NotAnAppSecret::Form { characters };
        for (text, cause) in [
            ("", form(0)),
            ("APP_SECRET=", form(0)),
            (&SECRET[1..], form(31)),
            (&format!("{SECRET}0"), form(33)),
            (&SECRET.replace('a', "g"), form(32)),
            ("our own", form(7)),
            ("EAAGm0PX4ZCpsBAKZC", NotAnAppSecret::AccessToken),
            ("1234567890123456", NotAnAppSecret::Id),
            ("a=b=0123456789abcdef0123456789abcdef", form(34)),
        ] {
            assert_eq!(read(text), Err(cause), "{text:?}");
            assert_eq!(metas_in(text), None);
            assert!(text.is_empty() || !cause.to_string().contains(text));
        }
    }
}
