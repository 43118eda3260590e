//! Errors of the code generator.

use super::*;

#[test]
fn codegen_errors_have_a_position() {
    let screen = |id: &str| format!("{{ \"id\": \"{id}\" }}");
    let document = |routes: &str, screens: &str| {
        format!("{{\n\"routing_model\": {{ {routes} }},\n\"screens\": [ {screens} ]\n}}")
    };
    let sends = |payload: &str| {
        document(
            "\"A\": []",
            &format!(
                "{{ \"id\": \"A\", \"layout\": {{ \"children\": [ {{ \"type\": \"Footer\", \
                 \"on-click-action\": {{ \"name\": \"data_exchange\", \"payload\":\n{payload} }} }} \
                 ] }} }}"
            ),
        )
    };
    let deep = |open: &str, close: &str| [open.repeat(10_000), close.repeat(10_000)].join("1");
    let shows = |model: &str| {
        document("\"A\": []", &format!("{{ \"id\": \"A\", \"data\": {{ \"x\":\n{model} }} }}"))
    };
    let cases = [
        ("[]".into(), "1:1", "has no screens"),
        ("{ \"screens\": {} }".into(), "1:1", "has no screens"),
        (document("", "{ \"title\": \"A\" }"), "3:14", "has no id"),
        (document("", &screen("")), "3:14", "has no id"),
        (
            document("\"A\": []", &[screen("A"), screen("A")].join(",")),
            "3:36",
            "duplicate screen A",
        ),
        (format!("{{ \"screens\": [ {} ] }}", screen("A")), "1:1", "a flow without an endpoint"),
        (
            format!("{{ \"data_api_version\": \"4.0\", \"screens\": [ {} ] }}", screen("A")),
            "1:1",
            "has no routing_model",
        ),
        (document("\"A\": [\"B\"]", &screen("A")), "2:26", "points to unknown screen B"),
        (document("\"B\": []", &screen("A")), "2:25", "has routes from unknown screen B"),
        (sends("[]"), "4:1", "not an object"),
        (sends("{ \"x\": \"${form.x}\" }"), "4:8", "unknown reference ${form.x}"),
        (sends("{ \"x\": \"${screen.B.data.x}\" }"), "4:8", "${screen.B.data.x}"),
        (sends(&format!("{{ \"x\": {} }}", deep("[", "]"))), "4:24", "deeper than"),
        (sends(&format!("{{ \"x\": {} }}", deep("{\"a\":", "}"))), "4:88", "deeper than"),
        (shows(&deep("{\"type\":\"array\",\"items\":", "}")), "4:385", "deeper than"),
        (shows(&format!("{{ \"__example__\": {} }}", deep("[", "]"))), "4:34", "deeper than"),
    ];
    for (document, position, message) in &cases {
        let error = print(document, "flow.json").unwrap_err();
        let start = document.chars().take(300).collect::<String>();
        let as_expected = error.starts_with(&format!("{position}: ")) && error.contains(message);
        assert!(as_expected, "{position} {message}: {error} in {start}");
    }
    println!("{} errors", cases.len());
}

/// Replaces each value of each fixture in turn: code is generated or an error is returned.
#[test]
fn codegen_never_panics() {
    let (mut accepted, mut errors) = (0, 0);
    for document in files(FOLDERS[0]).iter().filter(|file| file.ends_with(".json")) {
        let text = read(document);
        for span in value_spans(&text) {
            for other in ["null", "\"${data.x}\"", "[]", "{}", "[{\"id\":1}]"] {
                let mut changed = text.clone();
                changed.replace_range(span.clone(), other);
                match print(&changed, "flow.json") {
                    Ok(_) => accepted += 1,
                    Err(_) => errors += 1,
                }
            }
        }
    }
    println!("{accepted} generated, {errors} errors");
    assert!(accepted > 1000 && errors > 100);
}
