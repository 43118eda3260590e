//! Members that are missing or blank.

use super::cases::options;
use super::*;

/// A component, and the statuses when its member is missing or blank.
struct Absent {
    component: Value,
    more: Value,
    missing: (u16, u16),
    blank: (u16, u16),
}

#[tokio::test]
async fn a_new_screen_requires_the_members_its_components_show() {
    let absent =
        |component: Value, more: Value, missing, blank| Absent { component, more, missing, blank };
    let text = json!({ "type": "TextBody", "text": "${data.x}" });
    let with =
        |visible: Value| json!({ "type": "TextBody", "text": "${data.x}", "visible": visible });
    let input = |property: &str| {
        let mut input = json!({ "type": "TextInput", "name": "field", "label": "Field" });
        input[property] = "${data.x}".into();
        input
    };
    let branch = json!({ "type": "If", "condition": "${data.flag}", "then": [text] });
    let form = |child: Value| json!({ "type": "Form", "name": "form", "children": [child] });
    for Absent { component, more, missing, blank } in [
        absent(text.clone(), json!({}), OBSERVED, OBSERVED),
        absent(form(text.clone()), json!({}), OBSERVED, OBSERVED),
        absent(with(json!(true)), json!({}), OBSERVED, OBSERVED),
        absent(with(json!("${data.flag}")), json!({ "flag": true }), OBSERVED, OBSERVED),
        absent(with(json!("${data.flag}")), json!({ "flag": false }), ACCEPTED, ACCEPTED),
        absent(with(json!("`${data.flag} == true`")), json!({ "flag": true }), ACCEPTED, ACCEPTED),
        absent(with(json!(false)), json!({}), ACCEPTED, ACCEPTED),
        absent(branch, json!({ "flag": true }), ACCEPTED, ACCEPTED),
        absent(input("label"), json!({}), OBSERVED, OBSERVED),
        // These have a default.
        absent(input("helper-text"), json!({}), ACCEPTED, ACCEPTED),
        absent(input("init-value"), json!({}), ACCEPTED, ACCEPTED),
        absent(input("error-message"), json!({}), ACCEPTED, ACCEPTED),
        absent(
            json!({ "type": "DatePicker", "name": "day", "label": "Day", "init-value": "${data.x}" }),
            json!({}),
            ACCEPTED,
            ACCEPTED,
        ),
        absent(
            json!({ "type": "DatePicker", "name": "day", "label": "Day", "min-date": "${data.x}" }),
            json!({}),
            ACCEPTED,
            OBSERVED,
        ),
        // One of several concatenated parts may be empty.
        absent(
            json!({ "type": "TextBody", "text": "`'Dear ' ${data.x}`" }),
            json!({}),
            ACCEPTED,
            ACCEPTED,
        ),
    ] {
        let model = json!({
            "x": { "type": "string", "__example__": "2026-11-30" },
            "flag": { "type": "boolean", "__example__": true } });
        let document = document("7.3", &model, &json!([component]));
        for (value, expected) in [(None, missing), (Some(""), blank)] {
            let mut data = more.clone();
            if let Some(value) = value {
                data["x"] = value.into();
            }
            let found = statuses(&document, "START", &data).await;
            assert_eq!(found, expected, "{component} {data}");
            // The client already has the data of the screen that it shows.
            let same = if value.is_some() { expected } else { ACCEPTED };
            assert_eq!(statuses(&document, "SHOWN", &data).await, same, "{component} {data}");
        }
        let mut null = more.clone();
        null["x"] = Value::Null;
        assert_eq!(statuses(&document, "START", &null).await, missing, "{component} {null}");
    }
}

#[test]
fn a_missing_member_is_named_unless_the_screen_was_shown_before() {
    let list = json!({ "type": "array", "items": { "type": "object", "properties": {
        "id": { "type": "string" }, "title": { "type": "string" } } } });
    let person = json!({ "type": "object", "properties": { "name": { "type": "string" } } });
    let mut document = document(
        "7.3",
        &json!({ "days": list, "person": person }),
        &json!([
            { "type": "Dropdown", "name": "day", "label": "Day", "data-source": "${data.days}" },
            { "type": "TextHeading", "text": "${data.person.name}" },
        ]),
    );
    let needs = "expected a member that the component requires";
    let missing = |member: &str| format!("screen SHOWN, member {member}: {needs}");
    let days = options(2, &json!({}));
    let person = json!({ "days": days, "person": { "age": "7" } });
    assert_eq!(mismatch(&document, "START", &json!({})), missing("days"));
    assert_eq!(mismatch(&document, "START", &person), missing("person.name"));
    assert_eq!(mismatch(&document, "SHOWN", &json!({})), "agrees");
    document["routing_model"] = json!({ "SHOWN": ["START"], "START": [] });
    assert_eq!(mismatch(&document, "START", &json!({})), "agrees", "it was shown before");
    assert_eq!(mismatch(&document, "", &json!({})), missing("days"), "INIT");
}
