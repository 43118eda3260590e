//! Masks of secrets, and short forms of numbers and ids, for everything that is printed.

/// Returns a text without its access tokens, app tokens and app secrets, and with long numbers shortened.
///
/// Access tokens of Meta start with `EAA`. App secrets, and proofs made with them, are runs of at least 32 hexadecimal
/// digits.
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if length == 0 {
            masked.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        masked.push_str(&mask_word(&rest[..length]));
        rest = &rest[length..];
    }
    masked
}

/// Returns the last four characters of an id or a number: `…0002`.
pub fn shorten(id: &str) -> String {
    match id.char_indices().rev().nth(3) {
        Some((at, _)) if at > 0 => format!("…{}", &id[at..]),
        _ => id.to_owned(),
    }
}

/// The characters of which tokens consist. `|` joins the parts of an app token, and `%7C` is its form in a URL.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '|' | '%')
}

fn mask_word(word: &str) -> String {
    let upper = word.to_ascii_uppercase();
    let app = upper.split_once('|').or_else(|| upper.split_once("%7C")).map(|(app, _)| app);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let hex_run =
        word.split(|c: char| !c.is_ascii_hexdigit()).any(|run| run.len() >= SECRET_DIGITS);
    match () {
        _ if word.contains("EAA") || hex_run => MASKED.into(),
        _ if app.is_some_and(is_digits) => MASKED.into(),
        _ if word.len() >= NUMBER_DIGITS && is_digits(word) => shorten(word),
        _ => word.to_owned(),
    }
}

const MASKED: &str = "[redacted]";
/// The length of an app secret.
const SECRET_DIGITS: usize = 32;
/// Phone numbers and ids have at least this many digits.
const NUMBER_DIGITS: usize = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_secrets_and_proofs_are_masked() {
        let secret = "0123456789abcdef0123456789abcdef";
        for text in [
            "bad token EAAGm0PX4ZCpsBAKZCZD here".to_owned(),
            "?access_token=EAAGm0&x=1".to_owned(),
            format!("proof {secret}{secret}."),
            format!("input_token=400000000000004%7C{secret}"),
            "400000000000004|short".to_owned(),
        ] {
            let masked = mask(&text);
            assert!(masked.contains("[redacted]"), "{masked}");
            for part in ["Gm0", "0123456789abcdef", "short"] {
                assert!(!masked.contains(part), "{masked}");
            }
        }
    }

    #[test]
    fn numbers_are_shortened_and_other_text_stays() {
        assert_eq!(
            mask("(#131030) “15550100200” is not in the list of 5; é | a|b"),
            "(#131030) “…0200” is not in the list of 5; é | a|b"
        );
        assert_eq!((shorten("12345"), shorten("1234")), ("…2345".into(), "1234".into()));
    }
}
