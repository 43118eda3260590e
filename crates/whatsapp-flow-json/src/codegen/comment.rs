//! Text from the document in comments of the generated file.

use std::fmt::Write;

pub fn line_list(lines: &[usize]) -> String {
    let lines_are = if lines.len() == 1 { "line" } else { "lines" };
    format!("{lines_are} {}", join(lines.iter().map(usize::to_string)))
}

/// Joins the items of a list: `a`, `a and b`, `a, b and c`. A long list is abbreviated.
pub fn join(all: impl Iterator<Item = String>) -> String {
    const SHOWN: usize = 5;
    let mut all: Vec<_> = all.collect();
    if all.len() > SHOWN {
        all.truncate(SHOWN - 1);
        all.push("others".into());
    }
    let last = all.pop().unwrap_or_default();
    if all.is_empty() { last } else { format!("{} and {last}", all.join(", ")) }
}

/// Escapes a text for a comment: one line, and nothing that rustdoc interprets.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    let words: Vec<_> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let words = words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ");
    for c in words.chars() {
        let marks = matches!(c, '[' | ']' | '<' | '>' | '`' | '*' | '\\' | ':' | '&');
        let turns = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        match (marks, turns) {
            (_, true) => {
                let _ = write!(escaped, "{}", c.escape_unicode());
            }
            (true, _) => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}
