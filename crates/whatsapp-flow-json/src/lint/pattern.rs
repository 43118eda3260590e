//! Patterns of a TextInput: regular expressions of ECMAScript, and number fields for codes.

use regress::{Flags, Regex};

use super::collector::Diagnostics;
use super::rules;
use super::site::{name_span, value_span};
use crate::catalog::Version;
use crate::model::Component;
use crate::model::expression::is_dynamic;

/// Longer patterns are not checked: the time would not be bounded.
const MAX_LENGTH: usize = 1000;

/// Checks that a pattern is used for text or numbers, and has a helper text (6.2).
pub fn check(component: &Component<'_>, version: Version, out: &mut Diagnostics) {
    let pattern = component.property("pattern").filter(|_| version >= (6, 2));
    if component.input_type() == "number" {
        check_code(component, out);
    }
    let Some(pattern) = pattern else { return };
    if component.property("helper-text").is_none() {
        let message = "a `pattern` requires a `helper-text`".to_owned();
        let help = "describe the expected input";
        out.add(&rules::MEMBER_MISSING, value_span(component.value()), message, help);
    }
    let kind = component.input_type();
    if matches!(&*kind, "email" | "phone") {
        let message = format!("a field of type {kind} does not support `pattern`");
        let help = "remove it, or write \"input-type\": \"text\"";
        out.add(&rules::DEPENDENCY, name_span(pattern), message, help);
    }
    let text = pattern.as_str().filter(|text| !is_dynamic(pattern) && text.len() <= MAX_LENGTH);
    if let Some(text) = text
        && let Some(error) = syntax_error(&text)
    {
        let message = format!("`pattern` is not a regular expression: {error}");
        let help = "write it as in JavaScript, without slashes around it";
        out.add(&rules::REGULAR_EXPRESSION, value_span(pattern), message, help);
    }
}

/// The syntax error of a regular expression. Deeply nested ones are not checked.
fn syntax_error(pattern: &str) -> Option<String> {
    const MAX_NESTING: usize = 50;
    if pattern.matches(['(', '[']).count() > MAX_NESTING {
        return None;
    }
    let flags = Flags { no_opt: true, ..Flags::default() };
    let error = Regex::with_flags(pattern, flags).err()?;
    let mut text = error.text;
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    Some(text)
}

/// Checks for a number of fixed length. It is a code, and may start with zeros, which a number
/// loses.
fn check_code(component: &Component<'_>, out: &mut Diagnostics) {
    let length = |name| component.property(name).and_then(|value| value.as_f64());
    let fixed = match (length("min-chars"), length("max-chars")) {
        (Some(min), Some(max)) => min == max && max > 1.0,
        _ => {
            let pattern = component.property("pattern").and_then(|pattern| pattern.as_str());
            pattern.is_some_and(|pattern| is_fixed_digits(&pattern))
        }
    };
    if let (true, Some(kind)) = (fixed, component.property("input-type")) {
        let message =
            "a number field may lose leading zeros, and this one has a fixed length".to_owned();
        let help = "for a code, write \"input-type\": \"passcode\", which sends the text as typed";
        out.add(&rules::CODE_IN_A_NUMBER, value_span(kind), message, help);
    }
}

/// Returns whether a pattern is a fixed number of digits: `^[0-9]{6}$`, `\d{6}`.
fn is_fixed_digits(pattern: &str) -> bool {
    let inner = pattern.strip_prefix('^').unwrap_or(pattern);
    let inner = inner.strip_suffix('$').unwrap_or(inner);
    let inner = inner.strip_prefix("\\d").or_else(|| inner.strip_prefix("[0-9]"));
    let count = inner.and_then(|inner| inner.strip_prefix('{')?.strip_suffix('}'));
    count.and_then(|count| count.parse::<u32>().ok()).is_some_and(|count| count > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_ecmascript() {
        for pattern in [
            "^[0-9]{4}$",
            r"^(?!.*\s)\p{L}+$",
            "(?<year>\\d{4})",
            "a{,3}",
            "]",
            "",
            "(?<=a)b",
            "[^]",
        ] {
            assert_eq!(syntax_error(pattern), None, "{pattern}");
        }
        for pattern in ["[a-", "(", "a)", "*a", "(?P<n>a)", "a{3,2}", "\\", "(?i)a", "[z-a]", "a**"]
        {
            assert!(syntax_error(pattern).is_some(), "{pattern}");
        }
    }

    #[test]
    fn fixed_digits_are_a_code() {
        for pattern in ["^[0-9]{6}$", "\\d{4}", "^\\d{11}$"] {
            assert!(is_fixed_digits(pattern), "{pattern}");
        }
        for pattern in ["^[0-9]{1}$", "^[0-9]{4,6}$", "^[0-9]+$", "[a-z]{6}", "^\\d{6}|x$"] {
            assert!(!is_fixed_digits(pattern), "{pattern}");
        }
    }
}
