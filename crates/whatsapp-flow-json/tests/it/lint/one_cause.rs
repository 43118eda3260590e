//! One mistake causes one error, whatever follows from it.

use serde_json::{Value, json};
use whatsapp_flow_json::lint::{Severity, check};

/// A mistake in a valid flow.
type Mistake = (&'static str, fn(&mut Value));

const MISTAKES: &[Mistake] = &[
    ("a field's type", |flow| field(flow)["type"] = json!("TextInpt")),
    ("a field's name", |flow| field(flow)["name"] = json!("nam")),
    ("a Footer's type", |flow| footer(flow, 1)["type"] = json!("Foter")),
    ("an action's name", |flow| action(flow, 0)["name"] = json!("navigat")),
    ("where navigate leads", |flow| action(flow, 0)["next"]["name"] = json!("EN")),
    ("no `next`", |flow| drop(action(flow, 0).as_object_mut().unwrap().remove("next"))),
    ("a screen's id with a digit", |flow| {
        flow["screens"][0]["id"] = json!("FIRST_1");
        let end = flow["routing_model"]["FIRST"].take();
        flow["routing_model"] = json!({ "FIRST_1": end, "END": [] });
    }),
    ("no id", |flow| drop(flow["screens"][1].as_object_mut().unwrap().remove("id"))),
    ("no terminal screen", |flow| {
        flow["screens"][1].as_object_mut().unwrap().remove("terminal");
    }),
    ("a screen that the model lacks", |flow| flow["routing_model"] = json!({ "FIRST": [] })),
    ("a way that is misspelled", |flow| flow["routing_model"]["FIRST"] = json!(["EN"])),
    ("a reference", |flow| {
        flow["screens"][1]["layout"]["children"][0]["text"] = json!("${data.nam}");
    }),
    ("text for a boolean", |flow| field(flow)["required"] = json!("${data.x != ''}")),
    ("a condition", |flow| {
        let text = json!({ "type": "TextBody", "text": "Words" });
        let condition = json!({ "type": "If", "condition": "!${form.name}", "then": [text] });
        children(flow, 0).insert(1, condition);
    }),
    ("an expression", |flow| {
        children(flow, 0).insert(
            1,
            json!({ "type": "TextBody", "text": "Words",
            "visible": "`${form.name} ? true : null`" }),
        );
    }),
    ("a member of the document", |flow| rename(flow, "version", "versoin")),
    ("the screens", |flow| rename(flow, "screens", "sreens")),
    ("a screen's member", |flow| rename(&mut flow["screens"][1], "terminal", "Terminal")),
    ("a screen's layout", |flow| rename(&mut flow["screens"][0], "layout", "layuot")),
    ("a screen's data", |flow| rename(&mut flow["screens"][1], "data", "Data")),
    ("a layout's children", |flow| {
        rename(&mut flow["screens"][1]["layout"], "children", "childern")
    }),
    ("a property", |flow| rename(field(flow), "label", "lable")),
    ("the property `name`", |flow| rename(field(flow), "name", "Name")),
    ("no `name`", |flow| drop(field(flow).as_object_mut().unwrap().remove("name"))),
    ("no `type`", |flow| drop(field(flow).as_object_mut().unwrap().remove("type"))),
    ("an action's member", |flow| rename(action(flow, 0), "payload", "payloads")),
    ("a payload's member", |flow| rename(&mut action(flow, 0)["payload"], "name", "nme")),
    ("a key of the model", |flow| {
        if flow["routing_model"].is_object() {
            rename(&mut flow["routing_model"], "FIRST", "FRIST");
        }
    }),
    ("the mode of a calendar", |flow| {
        let texts = json!({ "start-date": "From", "end-date": "To" });
        children(flow, 0).insert(
            1,
            json!({ "type": "CalendarPicker", "name": "days",
            "title": "Days", "description": "Which", "label": texts, "helper-text": texts }),
        );
    }),
    ("no endpoint", |flow| {
        for at in 0..2 {
            *action(flow, at) = json!({ "name": "data_exchange", "payload": {} });
        }
        flow["screens"][1]["refresh_on_back"] = json!(true);
    }),
];

#[test]
fn one_mistake_is_one_error() {
    for with_model in [true, false] {
        for (name, mistake) in MISTAKES {
            let mut flow = document();
            mistake(&mut flow);
            if !with_model {
                flow.as_object_mut().unwrap().remove("routing_model");
            }
            let report = check(flow.to_string().as_bytes());
            let errors: Vec<_> = report
                .diagnostics
                .iter()
                .filter(|(_, diagnostic)| diagnostic.severity == Severity::Error)
                .map(|(_, diagnostic)| (diagnostic.rule.id, &diagnostic.message))
                .collect();
            // Without a model, it cannot be wrong.
            let in_model =
                ["a screen that the model lacks", "a way that is misspelled", "a key of the model"];
            let wanted = usize::from(with_model || !in_model.contains(name));
            assert_eq!(errors.len(), wanted, "{name}, model {with_model}: {errors:?}");
        }
    }
}

#[test]
fn repeated_violations_are_reported_once() {
    let long: Vec<_> =
        (0..5).map(|_| json!({ "type": "TextHeading", "text": "x".repeat(100) })).collect();
    let mut flow = document();
    children(&mut flow, 0).splice(0..0, long);
    let report = check(flow.to_string().as_bytes());
    let messages: Vec<_> =
        report.diagnostics.iter().map(|(_, diagnostic)| &diagnostic.message).collect();
    assert_eq!(
        messages,
        ["`text` has 100 characters, of which clients display 80; 4 more in this document"]
    );
}

fn document() -> Value {
    let footer = |action| json!({ "type": "Footer", "label": "Go", "on-click-action": action });
    json!({
        "version": "7.3",
        "routing_model": { "FIRST": ["END"], "END": [] },
        "screens": [
            { "id": "FIRST", "title": "T", "layout": { "type": "SingleColumnLayout", "children": [
                { "type": "TextInput", "name": "name", "label": "Name", "required": true },
                footer(json!({ "name": "navigate", "next": { "type": "screen", "name": "END" },
                    "payload": { "name": "${form.name}" } })),
            ] } },
            { "id": "END", "title": "T", "terminal": true,
              "data": { "name": { "type": "string", "__example__": "x" } },
              "layout": { "type": "SingleColumnLayout", "children": [
                { "type": "TextBody", "text": "${data.name}" },
                footer(json!({ "name": "complete", "payload": {} })),
            ] } },
        ],
    })
}

/// Renames a member.
fn rename(object: &mut Value, from: &str, to: &str) {
    let object = object.as_object_mut().unwrap();
    let value = object.remove(from).unwrap();
    object.insert(to.to_owned(), value);
}

fn children(flow: &mut Value, screen: usize) -> &mut Vec<Value> {
    flow["screens"][screen]["layout"]["children"].as_array_mut().unwrap()
}

fn field(flow: &mut Value) -> &mut Value {
    &mut children(flow, 0)[0]
}

fn footer(flow: &mut Value, screen: usize) -> &mut Value {
    children(flow, screen).last_mut().unwrap()
}

fn action(flow: &mut Value, screen: usize) -> &mut Value {
    &mut footer(flow, screen)["on-click-action"]
}
