//! Text that the phone would read as a binding. A string in reply data that holds `${…}` or stands in
//! backticks is evaluated by the client, so what a person typed could read other fields of the form.
//!
//! One invisible word joiner (U+2060) makes it plain text. It looks the same, and is taken out again
//! when the phone sends the text back.

use serde_json::Value;

const JOINER: char = '\u{2060}';

/// Makes every string of a reply's data plain text. Member names are the developer's and stay.
pub fn disarm(data: &mut Value) {
    each_string(data, &|text| {
        if text.contains("${") || text.contains('`') {
            *text = text.replace("${", "$\u{2060}{").replace('`', "\u{2060}`");
        }
    });
}

/// Takes the joiners out of what a phone sends back, so that what is stored is what was typed.
pub fn restore(data: &mut Value) {
    each_string(data, &|text| {
        if text.contains(JOINER) {
            *text = text.replace("$\u{2060}{", "${").replace("\u{2060}`", "`");
        }
    });
}

/// Whether a text is one binding (FJ, *Properties*) and nothing else: `${form.x}`, `${data.x}`, or the same
/// of a screen that it names.
pub(crate) fn is_binding(text: &str) -> bool {
    let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    let of_screen = inner.strip_prefix("screen.").and_then(|rest| Some(rest.split_once('.')?.1));
    let path = of_screen.unwrap_or(inner);
    let path = path.strip_prefix("form.").or_else(|| path.strip_prefix("data."));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']');
    path.is_some_and(|path| !path.is_empty() && path.chars().all(plain))
}

fn each_string(value: &mut Value, change: &dyn Fn(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_string(item, change)),
        Value::Object(members) => members.values_mut().for_each(|item| each_string(item, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bindings_become_text_and_come_back_as_typed() {
        for typed in ["${form.card}", "`${data.x}`", "a ${ b", "``", "$${x}", "plain", "5 $ {x}"] {
            let mut data = json!({ "a": [{ "b": typed }] });
            disarm(&mut data);
            let shown = data["a"][0]["b"].as_str().unwrap().to_string();
            assert!(!shown.contains("${") && !shown.starts_with('`'), "{shown:?}");
            restore(&mut data);
            assert_eq!(data["a"][0]["b"], typed);
        }
    }

    #[test]
    fn other_joiners_are_the_persons_own() {
        let mut data = json!("word\u{2060}joiner");
        restore(&mut data);
        assert_eq!(data, "word\u{2060}joiner");
    }
}
