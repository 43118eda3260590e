//! Escaping of text that the client would evaluate as a binding.
//!
//! The client evaluates `${…}` and text in backticks wherever they appear in the strings of reply data, so text
//! that one user typed could read other fields of the form. An invisible word joiner (U+2060) turns it into
//! plain text that looks the same. The joiner is removed again from text that the client sends back.

use serde_json::Value;

const JOINER: char = '\u{2060}';

/// Escapes the bindings in every string of a reply's data. Member names come from the developer and are not
/// changed.
pub fn escape(data: &mut Value) {
    for_each_string(data, &|text| {
        if text.contains("${") || text.contains('`') {
            *text = text.replace("${", "$\u{2060}{").replace('`', "\u{2060}`");
        }
    });
}

/// Removes the joiners that [`escape`] added from a request's data, which then contains the text as the user
/// typed it.
pub fn unescape(data: &mut Value) {
    for_each_string(data, &|text| {
        if text.contains(JOINER) {
            *text = text.replace("$\u{2060}{", "${").replace("\u{2060}`", "`");
        }
    });
}

/// Reports whether the whole text is one binding (FJ, *Properties*): `${form.x}`, `${data.x}`, or one of these
/// with a screen, such as `${screen.A.form.x}`.
pub(crate) fn is_binding(text: &str) -> bool {
    let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    let below_screen = inner.strip_prefix("screen.").and_then(|rest| Some(rest.split_once('.')?.1));
    let path = below_screen.unwrap_or(inner);
    let path = path.strip_prefix("form.").or_else(|| path.strip_prefix("data."));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']');
    path.is_some_and(|path| !path.is_empty() && path.chars().all(plain))
}

fn for_each_string(value: &mut Value, change: &dyn Fn(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| for_each_string(item, change)),
        Value::Object(members) => {
            members.values_mut().for_each(|item| for_each_string(item, change))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn escaped_bindings_are_restored_by_unescape() {
        for typed in ["${form.card}", "`${data.x}`", "a ${ b", "``", "$${x}", "plain", "5 $ {x}"] {
            let mut data = json!({ "a": [{ "b": typed }] });
            escape(&mut data);
            let shown = data["a"][0]["b"].as_str().unwrap().to_string();
            assert!(!shown.contains("${") && !shown.starts_with('`'), "{shown:?}");
            unescape(&mut data);
            assert_eq!(data["a"][0]["b"], typed);
        }
    }

    #[test]
    fn unescape_keeps_other_joiners() {
        let mut data = json!("word\u{2060}joiner");
        unescape(&mut data);
        assert_eq!(data, "word\u{2060}joiner");
    }
}
