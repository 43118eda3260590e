//! The format of a Meta app secret, and the characters that are often copied together with one.

use std::fmt;

/// Number of hexadecimal digits in an app secret.
const DIGITS: usize = 32;

/// An error for text that is not a Meta app secret. Its message contains nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AppSecretError {
    /// The text is an access token: it starts with `EAA`.
    AccessToken,
    /// The text is the decimal ID of an app, a phone number or an account.
    Id,
    /// The text has another length, or characters that are not hexadecimal digits.
    Malformed {
        /// Number of characters in the text.
        characters: usize,
    },
}

/// Returns the app secret in a text: 32 hexadecimal digits, without surrounding white space, byte order mark,
/// quotes or `NAME=`.
///
/// # Errors
///
/// If the rest of the text is not 32 hexadecimal digits.
pub fn parse(text: &str) -> Result<&str, AppSecretError> {
    let text = trim_wrapping(text);
    match text.chars().count() {
        _ if has_meta_format(text.as_bytes()) => Ok(text),
        _ if text.starts_with("EAA") => Err(AppSecretError::AccessToken),
        _ if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(AppSecretError::Id)
        }
        characters => Err(AppSecretError::Malformed { characters }),
    }
}

/// Reports whether the text is 32 hexadecimal digits.
pub(super) fn has_meta_format(text: &[u8]) -> bool {
    text.len() == DIGITS && text.iter().all(u8::is_ascii_hexdigit)
}

fn trim_wrapping(text: &str) -> &str {
    let is_wrapping = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '\u{feff}' | '\u{200b}')
    };
    let text = text.trim_matches(is_wrapping);
    let Some((name, value)) = text.split_once(['=', ':']) else { return text };
    let name = name.trim_matches(is_wrapping);
    let name = name.strip_prefix("export ").unwrap_or(name);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    if name.is_empty() || !name.chars().all(is_name) {
        return text;
    }
    value.trim_matches(is_wrapping)
}

impl fmt::Display for AppSecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessToken => f.write_str("this is an access token, not an app secret")?,
            Self::Id => f.write_str("this is an id, not an app secret")?,
            Self::Malformed { characters: DIGITS } => {
                f.write_str(
                    "this is not an app secret: it contains characters other than 0-9 and a-f",
                )?;
            }
            Self::Malformed { characters } => write!(
                f,
                "this is not an app secret: it has {characters} characters instead of 32 hexadecimal digits"
            )?,
        }
        f.write_str("; copy the app secret from the Meta app's settings (Basic, App secret)")
    }
}

impl std::error::Error for AppSecretError {}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789ABCDEF";

    #[test]
    fn quotes_names_and_white_space_are_trimmed() {
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
            assert_eq!(parse(&text), Ok(SECRET), "{text:?}");
        }
    }

    #[test]
    fn malformed_app_secret_is_rejected_without_quoting_it() {
        let form = |characters| AppSecretError::Malformed { characters };
        for (text, cause) in [
            ("", form(0)),
            ("APP_SECRET=", form(0)),
            (&SECRET[1..], form(31)),
            (&format!("{SECRET}0"), form(33)),
            (&SECRET.replace('a', "g"), form(32)),
            ("our own", form(7)),
            ("EAAGm0PX4ZCpsBAKZC", AppSecretError::AccessToken),
            ("1234567890123456", AppSecretError::Id),
            ("a=b=0123456789abcdef0123456789abcdef", form(34)),
        ] {
            assert_eq!(parse(text), Err(cause), "{text:?}");
            assert!(text.is_empty() || !cause.to_string().contains(text));
        }
    }
}
