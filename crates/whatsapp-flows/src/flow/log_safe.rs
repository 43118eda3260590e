//! Values that may be logged.

use std::borrow::Cow;
use std::fmt;

/// A value that is safe to log: a number, a boolean, a text of the program itself, or a code. There is no `From<String>`,
/// so that nothing a user typed becomes one by accident.
///
/// ```
/// # use whatsapp_flows::LogSafe;
/// let (free, provider_code) = (7, "card_declined");
/// tracing::info!(free = %LogSafe::from(free), code = %LogSafe::code(provider_code), "no payment");
/// # assert_eq!(LogSafe::code("Ada Lovelace").to_string(), "not-a-code");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct LogSafe(Cow<'static, str>);

impl LogSafe {
    /// The largest length of a code, in bytes.
    pub const MAX_CODE_BYTES: usize = 64;

    /// Wraps a code that another program defines, such as the error code of a payment provider: 1 to 64 ASCII letters,
    /// digits, `_`, `-`, `.` and `:`. Any other text becomes `not-a-code`. Do not pass what a user typed, which may look
    /// like a code.
    pub fn code(code: impl AsRef<str>) -> Self {
        let code = code.as_ref();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
        match (1..=Self::MAX_CODE_BYTES).contains(&code.len()) && code.bytes().all(allowed) {
            true => Self(Cow::Owned(code.to_owned())),
            false => Self(Cow::Borrowed("not-a-code")),
        }
    }

    /// Returns the text that is logged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text of the program itself.
impl From<&'static str> for LogSafe {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

macro_rules! from_values {
    ($($value:ty)*) => {$(
        impl From<$value> for LogSafe {
            fn from(value: $value) -> Self {
                Self(Cow::Owned(value.to_string()))
            }
        }
    )*};
}
from_values!(bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64);

impl fmt::Display for LogSafe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LogSafe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_with_other_characters_is_not_logged() {
        for code in ["ThrottlingException", "card_declined", "E-17", "4.2", "aws:timeout"] {
            assert_eq!(LogSafe::code(code).as_str(), code);
        }
        let long = "x".repeat(65);
        for text in ["", "two words", "a@b.example", "Ren\u{e9}", "{}", "a\nb", &long] {
            assert_eq!(LogSafe::code(text).as_str(), "not-a-code", "{text:?}");
        }
    }

    #[test]
    fn numbers_booleans_and_own_texts_are_logged_as_they_are() {
        let all = [LogSafe::from(-3), 2.5.into(), true.into(), 7_usize.into(), "no seats".into()];
        assert_eq!(format!("{all:?}"), "[-3, 2.5, true, 7, no seats]");
    }
}
