//! Initial values, which must be options of the same list.

use super::cases::options;
use super::*;

#[tokio::test]
async fn an_initial_value_must_be_the_id_of_an_option() {
    let group = |kind: &str| {
        json!({ "type": kind, "name": "choice", "label": "Choice",
        "data-source": "${data.options}", "init-value": "${data.first}" })
    };
    let one = json!({ "type": "string" });
    let several = json!({ "type": "array", "items": { "type": "string" } });
    let member = "screen SHOWN, member first: expected the id of an option of the same list";
    let item = "screen SHOWN, member first[1]: expected the id of an option of the same list";
    for (kind, first, expected) in [
        ("Dropdown", json!("1"), "agrees"),
        ("Dropdown", json!(""), "agrees"),
        ("Dropdown", json!("7"), member),
        ("RadioButtonsGroup", json!("7"), member),
        ("CheckboxGroup", json!(["0", "1"]), "agrees"),
        ("CheckboxGroup", json!([]), "agrees"),
        ("CheckboxGroup", json!(["0", "7"]), item),
        ("ChipsSelector", json!(["0", "7"]), item),
    ] {
        let list = json!({ "type": "array", "items": { "type": "object", "properties": {
            "id": { "type": "string" }, "title": { "type": "string" } } } });
        let schema = if first.is_string() { &one } else { &several };
        let mut model = json!({ "options": list, "first": schema });
        model["options"]["__example__"] = options(2, &json!({}));
        model["first"]["__example__"] = first.clone();
        let alone = document("7.3", &model, &json!([group(kind)]));
        let mut field = group(kind);
        field.as_object_mut().unwrap().remove("init-value");
        let form = json!([{ "type": "Form", "name": "form", "children": [field],
            "init-values": { "choice": "${data.first}" } }]);
        let in_form = document("7.3", &model, &form);
        let data = json!({ "options": options(2, &json!({})), "first": first });
        for document in [&alone, &in_form] {
            assert_eq!(mismatch(document, "START", &data), expected, "{kind} {first}");
            let status = if expected == "agrees" { ACCEPTED } else { OBSERVED };
            assert_eq!(statuses(document, "START", &data).await, status, "{kind} {first}");
            let warned = diagnostics(document);
            assert_eq!(warned.is_empty(), expected == "agrees", "{kind} {first}: {warned:?}");
            // Without the options, the value is not checked.
            let part = json!({ "first": first });
            assert_eq!(mismatch(document, "SHOWN", &part), "agrees", "{kind} {first}");
        }
    }
}

#[test]
fn initial_values_and_options_from_document_or_reply() {
    let list = json!({ "type": "array", "items": { "type": "object", "properties": {
        "id": { "type": "string" }, "title": { "type": "string" } } },
        "__example__": options(2, &json!({})) });
    let chosen = json!({ "type": "object", "properties": { "choice": { "type": "string" } },
        "__example__": {} });
    let field = |source: Value| {
        json!({ "type": "Dropdown", "name": "choice", "label": "Choice",
        "data-source": source })
    };
    let form = |field: Value, first: Value| {
        json!([{ "type": "Form", "name": "form",
        "children": [field], "init-values": first }])
    };
    let model = json!({ "options": list, "chosen": chosen });

    let bound =
        document("7.3", &model, &form(field(json!("${data.options}")), json!("${data.chosen}")));
    assert_eq!(diagnostics(&bound), []);
    let data = |id: &str| json!({ "options": options(2, &json!({})), "chosen": { "choice": id } });
    assert_eq!(mismatch(&bound, "START", &data("1")), "agrees");
    let expected =
        "screen SHOWN, member chosen.choice: expected the id of an option of the same list";
    assert_eq!(mismatch(&bound, "START", &data("2")), expected);

    // The options are in the document, and the value in the reply.
    let written =
        document("7.3", &model, &form(field(options(2, &json!({}))), json!("${data.chosen}")));
    assert_eq!(mismatch(&written, "START", &data("1")), "agrees");
    assert_eq!(mismatch(&written, "START", &data("2")), expected);

    // The value is in the document, and the options in the reply.
    let first = form(field(json!("${data.options}")), json!({ "choice": "2" }));
    let given = document("7.3", &model, &first);
    let expected = "screen SHOWN, member options: expected an option with the id of the component's initial value";
    assert_eq!(mismatch(&given, "START", &data("1")), expected);
    let three = json!({ "options": options(3, &json!({})) });
    assert_eq!(mismatch(&given, "START", &three), "agrees");
    assert_eq!(diagnostics(&given).len(), 1);

    // Both are in the document.
    let both = |first: &str| {
        let first = form(field(options(2, &json!({}))), json!({ "choice": first }));
        diagnostics(&document("7.3", &json!({}), &first))
    };
    assert_eq!(both("1"), []);
    let warning = "\"2\": the Dropdown has no option with this id".to_owned();
    assert_eq!(both("2"), [(Severity::Warning, warning)]);
}
