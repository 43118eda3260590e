//! Errors that Meta's validator found in a document, printed in the form of our own diagnostics.
//!
//! A path leads to the exact place. Without one, the line and the column are Meta's.

use serde_json::{Value as JsonValue, json};

use crate::json::{Json, Value};
use crate::lint::without_byte_order_mark;
use crate::report::{Entry, entry, position_of};
use crate::span::{Position, Span};

/// An error that Meta's validator found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetaError {
    /// The name, such as `INVALID_PROPERTY_VALUE`.
    pub name: Option<String>,
    /// The message.
    pub message: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column.
    pub column: Option<usize>,
    /// The path of the member, such as `screens[0].layout.children[1].type`.
    pub path: Option<String>,
}

/// Renders errors with the lines to which they apply, and a summary line.
pub fn render_meta_errors(file: &str, bytes: &[u8], errors: &[MetaError], color: bool) -> String {
    let text = String::from_utf8_lossy(without_byte_order_mark(bytes));
    let mut printed = String::new();
    for error in errors {
        let span = span(&text, error);
        let at = Entry {
            name: error.name.as_deref(),
            message: &error.message,
            help: HELP,
            span: span.as_ref(),
        };
        printed.push_str(&entry(file, &text, &at, color));
        printed.push_str("\n\n");
    }
    let count = errors.len();
    let plural = if count == 1 { "" } else { "s" };
    printed.push_str(&format!("{file}: {count} error{plural} found by Meta\n"));
    printed
}

/// The errors for a file, each as an object.
pub fn meta_errors_json(file: &str, bytes: &[u8], errors: &[MetaError]) -> Vec<JsonValue> {
    let text = String::from_utf8_lossy(without_byte_order_mark(bytes));
    let object = |error: &MetaError| {
        let at = span(&text, error).map(|span| position_of(&text, span.start));
        json!({
            "file": file,
            "line": at.map(|at| at.line),
            "column": at.map(|at| at.column),
            "severity": "error",
            "name": error.name,
            "message": error.message,
            "path": error.path,
        })
    };
    errors.iter().map(object).collect()
}

/// The line and the column of a member, from its path.
pub fn path_position(bytes: &[u8], path: &str) -> Option<Position> {
    let text = std::str::from_utf8(without_byte_order_mark(bytes)).ok()?;
    let json = Json::parse(text).ok()?;
    find(json.root(), path).map(Value::position)
}

fn span(text: &str, error: &MetaError) -> Option<Span> {
    let json = Json::parse(text).ok();
    let by_path = || find(json.as_ref()?.root(), error.path.as_deref()?).map(Value::span);
    by_path().or_else(|| {
        let line = text.split_inclusive('\n').nth(error.line?.checked_sub(1)?)?;
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        let column = error.column.unwrap_or(1).max(1) - 1;
        let content = line.trim_end();
        let skipped = content.char_indices().nth(column).map_or(content.len(), |(at, _)| at);
        // Up to the end of the token.
        let rest = &content[skipped..];
        let length = rest.find([',', '}', ']', ' ']).unwrap_or(rest.len());
        Some(start + skipped..start + skipped + length)
    })
}

/// Follows a path such as `screens[0].layout`.
fn find<'j>(root: Value<'j>, path: &str) -> Option<Value<'j>> {
    let mut value = root;
    for part in path.trim().trim_start_matches("$.").split('.') {
        let (name, indexes) = match part.find('[') {
            Some(at) => part.split_at(at),
            None => (part, ""),
        };
        if !name.trim().is_empty() {
            value = value.member(name.trim())?;
        }
        for index in indexes.split('[').skip(1) {
            let index: usize = index.trim_end().strip_suffix(']')?.trim().parse().ok()?;
            value = value.items().nth(index)?;
        }
    }
    Some(value)
}

/// The remark below each error.
const HELP: &str = "found by Meta's validator";

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\n  \"screens\": [\n    { \"id\": \"A\", \"title\": \"é\" }\n  ]\n}\n";

    fn error(path: Option<&str>, line: Option<usize>) -> MetaError {
        let path = path.map(str::to_owned);
        let name = Some("INVALID_PROPERTY_VALUE".to_owned());
        MetaError { name, message: "Bad.".into(), line, column: line.map(|_| 13), path }
    }

    #[test]
    fn path_is_preferred_to_line_and_column() {
        for (error, expected) in [
            (error(Some(" screens[0].title "), Some(1)), "--> f.json:3:27\n"),
            (error(Some("screens[7].title"), Some(3)), "--> f.json:3:13\n"),
            (error(None, Some(3)), "--> f.json:3:13\n"),
        ] {
            let text = render_meta_errors("f.json", TEXT.as_bytes(), &[error], false);
            assert!(text.starts_with("error[INVALID_PROPERTY_VALUE]: Bad.\n"), "{text}");
            assert!(text.contains(expected), "{text}");
            assert!(text.contains("= help: found by Meta's validator"), "{text}");
            assert!(text.ends_with("f.json: 1 error found by Meta\n"), "{text}");
        }
    }

    #[test]
    fn errors_without_a_place_name_the_file() {
        for error in [error(None, None), error(Some("x"), Some(99))] {
            let text =
                render_meta_errors("f.json", TEXT.as_bytes(), std::slice::from_ref(&error), false);
            assert!(text.contains("error[INVALID_PROPERTY_VALUE]: Bad."), "{text}");
            assert!(text.contains("--> f.json\n"), "{text}");
            let json = meta_errors_json("f.json", TEXT.as_bytes(), &[error]);
            assert_eq!((&json[0]["file"], &json[0]["line"]), (&"f.json".into(), &JsonValue::Null));
        }
    }

    #[test]
    fn position_of_a_path() {
        let at = path_position(TEXT.as_bytes(), "screens[0].title");
        assert_eq!(at, Some(Position { line: 3, column: 27 }));
        assert_eq!(path_position(TEXT.as_bytes(), "screens[1]"), None);
        assert_eq!(path_position(b"{", "screens"), None);
    }
}
