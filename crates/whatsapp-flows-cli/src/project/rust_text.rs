//! Finds places in Rust source, to add to it.

/// The source with every byte of a comment, a string or a character literal replaced by a space, so that a search finds
/// code only, at the same positions.
pub fn code(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut masked = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = end_of_text(bytes, at);
        if end > at {
            for byte in &mut masked[at..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
            at = end;
        } else {
            at += 1;
        }
    }
    String::from_utf8_lossy(&masked).into_owned()
}

/// The end of the comment, string or character literal that starts here; `at` itself if none starts.
fn end_of_text(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let after = |needle: &[u8], from: usize| {
        let found = rest[from..].windows(needle.len()).position(|window| window == needle);
        at + found.map_or(rest.len(), |found| from + found + needle.len())
    };
    let is_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    match rest {
        [b'/', b'/', ..] => at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => end_of_block_comment(bytes, at),
        [b'r', b'"' | b'#', ..] if !is_word => {
            let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
            match rest.get(1 + hashes) {
                Some(b'"') => {
                    let close = [&b"\""[..], &vec![b'#'; hashes]].concat();
                    after(&close, hashes + 2)
                }
                _ => at,
            }
        }
        [b'"', ..] => {
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            (end + 1).min(bytes.len())
        }
        [b'\'', b'\\', ..] => after(b"'", 3),
        // A lifetime has no second quote after one character.
        [b'\'', ..] => {
            let text = std::str::from_utf8(&rest[1..rest.len().min(6)]);
            let text = text.unwrap_or_else(|error| {
                std::str::from_utf8(&rest[1..1 + error.valid_up_to()]).unwrap_or_default()
            });
            match text.chars().next() {
                Some(letter) if rest.get(1 + letter.len_utf8()) == Some(&b'\'') => {
                    at + letter.len_utf8() + 2
                }
                _ => at,
            }
        }
        _ => at,
    }
}

fn end_of_block_comment(bytes: &[u8], at: usize) -> usize {
    let (mut depth, mut end) = (0, at);
    while end < bytes.len() {
        match &bytes[end..] {
            [b'/', b'*', ..] => (depth, end) = (depth + 1, end + 2),
            [b'*', b'/', ..] => (depth, end) = (depth - 1, end + 2),
            _ => end += 1,
        }
        if depth == 0 {
            return end;
        }
    }
    end
}

/// The position after the bracket that closes the one at `open`, in masked code; `None` if it is not closed.
pub fn after_group(code: &str, open: usize) -> Option<usize> {
    let mut closing = Vec::new();
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'(' => closing.push(b')'),
            b'[' => closing.push(b']'),
            b'{' => closing.push(b'}'),
            b')' | b']' | b'}' if closing.pop() != Some(byte) => return None,
            _ => {}
        }
        if closing.is_empty() {
            return Some(at + 1);
        }
    }
    None
}

/// Reports whether the word stands in masked code, not as part of another one.
pub fn has_word(code: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    code.match_indices(word).any(|(at, _)| {
        !is_part(code[..at].chars().next_back()) && !is_part(code[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_characters_are_masked() {
        for (source, expected) in [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d */ e", "a                   e"),
            (r#"f("x\")", y)"#, r"f(       y)".replace("       ", "      , ").as_str()),
            (r##"f(r#"a"b"#)"##, "f(        )"),
            ("g('(', '\\'', 'é', &'a str)", "g(   ,     ,     , &'a str)"),
        ] {
            let masked = code(source);
            assert_eq!(masked.len(), source.len(), "{source}");
            assert_eq!(masked.trim_end(), expected.trim_end(), "{source}");
        }
    }

    #[test]
    fn groups_end_at_their_own_bracket() {
        let source = "x.serve(\"/a)\", a::flow(App)).serve(b)";
        let masked = code(source);
        let end = after_group(&masked, masked.find('(').unwrap()).unwrap();
        assert_eq!(&source[end..], ".serve(b)");
        assert_eq!(after_group("(()", 0), None);
        assert_eq!(after_group("(]", 0), None);
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("use Details;", "Details"));
        assert!(!has_word("use DetailsInput;", "Details"));
    }
}
