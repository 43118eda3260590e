//! Severities by version: a document for each cell of the table.

use serde_json::{Value, json};
use whatsapp_flow_json::lint::rules::{RULES, Rule};
use whatsapp_flow_json::lint::{Report, Severity, check};

/// All versions, and one that is newer than the rules.
const VERSIONS: [&str; 15] = [
    "2.1", "3.0", "3.1", "4.0", "5.0", "5.1", "6.0", "6.1", "6.2", "6.3", "7.0", "7.1", "7.2",
    "7.3", "8.0",
];

/// A rule, its severity in each of the versions (E error, W warning, . accepted, - cannot be
/// written in that version), and a change to a valid document that breaks it.
type Row = (&'static str, &'static str, fn(&mut Value));

const ROWS: &[Row] = &[
    // 2.1 3.0 3.1 4.0 5.0 | 5.1 6.0 6.1 6.2 6.3 | 7.0 7.1 7.2 7.3 8.0
    ("NAVIGATE_PAYLOAD", "WWWWW EWWWW WWWEE", |flow| *payload(flow) = json!({})),
    ("NAVIGATE_PAYLOAD", "WWWWW EWWWW WWWEE", |flow| payload(flow)["b"] = json!("x")),
    ("NAVIGATE_PAYLOAD", "WWWWW EWWWW WWWEE", |flow| {
        end(flow)["data"]["n"] = json!({ "type": "number", "__example__": 1 });
        payload(flow)["n"] = json!("${form.a}");
    }),
    ("NAVIGATE_CONSTANT", "WWWWW EWWWW WWWEE", |flow| payload(flow)["a"] = json!(1)),
    ("NAVIGATE_WITHOUT_PAYLOAD", "WWWWW EWWWW WWWEE", |flow| {
        first(flow)["on-click-action"].as_object_mut().unwrap().remove("payload");
    }),
    ("ROUTE_NAVIGATE", "WWWWW EEEEW WWWEE", |flow| {
        let middle = json!({ "id": "MIDDLE", "title": "T", "layout": {
            "type": "SingleColumnLayout",
            "children": [footer(navigate("END", json!({ "a": "x" })))],
        } });
        flow["screens"].as_array_mut().unwrap().push(middle);
        flow["routing_model"] = json!({ "FIRST": ["MIDDLE"], "MIDDLE": ["END"], "END": [] });
    }),
    ("ROUTE_ENTRY", "WWWWW EEEEW WWWEE", |flow| {
        flow.as_object_mut().unwrap().remove("routing_model");
        let link = link(navigate("FIRST", json!({})));
        children(flow).insert(0, link);
    }),
    ("COMPLETE", "WWWWW EEEEE EE...", |flow| {
        let onward = first(flow)["on-click-action"].take();
        first(flow)["on-click-action"] = json!({ "name": "complete", "payload": {} });
        fields(flow).insert(0, link(onward));
    }),
    ("TERMINAL_FOOTER", "WWWWW WWWWW WWWEE", |flow| drop(children(flow).pop())),
    ("TERMINAL_FOOTER_LEADS_ON", "WWWWW WWWWW WWWEE", |flow| {
        let mut last = end(flow).clone();
        last["id"] = json!("LAST");
        flow["screens"].as_array_mut().unwrap().push(last);
        flow["routing_model"] = json!({ "FIRST": ["END"], "END": ["LAST"], "LAST": [] });
        let onward = footer(navigate("LAST", json!({ "a": "x" })));
        *children(flow).last_mut().unwrap() = onward;
    }),
    ("FOOTER_IN_IF", "---WW WWWWW WWWWW", |flow| {
        let done = children(flow).pop().unwrap();
        children(flow).push(json!({ "type": "If", "condition": "${data.a} == 'x'",
            "then": [done], "else": [{ "type": "TextBody", "text": "Words" }] }));
    }),
    ("FOOTER_IN_SWITCH", "---WW WWWWW WWWWW", |flow| {
        let done = children(flow).pop().unwrap();
        children(flow).push(json!({ "type": "Switch", "value": "${data.a}",
            "cases": { "x": [done], "y": [{ "type": "TextBody", "text": "Words" }] } }));
    }),
    ("VERSION_FROZEN", "WWWWW ..... .....", |_| {}),
    ("FORMS_OVER", "..... ..... EEEEE", |flow| {
        for name in ["one", "two"] {
            let field = json!({ "type": "TextInput", "name": name, "label": "Name" });
            let form = json!({ "type": "Form", "name": name, "children": [field] });
            children(flow).insert(0, form);
        }
    }),
    ("OUTSIDE_FORM", "...EE EEEEE EEEEE", |flow| {
        let loose = json!({ "type": "TextInput", "name": "b", "label": "Name" });
        screen(flow, 0).insert(0, loose);
    }),
    ("FORM_MISSING", "EEE.. ..... .....", |flow| {
        children(flow).insert(0, json!({ "type": "TextInput", "name": "b", "label": "Name" }));
    }),
    ("FIRST_VALUES", "..... ..... EEEEE", |flow| {
        screen(flow, 0)[0]["init-values"] = json!({ "b": "x" });
    }),
    ("DAYS", "....E EEEEE EEEEE", |flow| {
        fields(flow).insert(
            0,
            json!({ "type": "DatePicker", "name": "day", "label": "Day",
            "min-date": "2026-02-30" }),
        );
    }),
    ("REGULAR_EXPRESSION", "----- ---EE EEEEE", |flow| {
        fields(flow)[0]["pattern"] = json!("[a-");
        fields(flow)[0]["helper-text"] = json!("Letters");
    }),
    ("ALONE_BEFORE_6", "----- E.... .....", rich_text),
    ("ALONE", "----- .EEEE EEEEE", rich_text),
    ("REFERENCE_TOO_OLD", "EEE.. ..... .....", |flow| {
        children(flow)[0]["text"] = json!("${screen.FIRST.form.a}");
    }),
    ("EXPRESSION_TOO_OLD", "WWWWW W.... .....", |flow| {
        children(flow)[0]["text"] = json!("`'Hello ' ${data.a}`");
    }),
    ("EXPRESSION_TOO_OLD", "WWWWW W.... .....", |flow| {
        children(flow)[0]["text"] = json!(["Dear", "`'Hello ' ${data.a}`"]);
    }),
];

#[test]
fn severities_match_the_version_table() {
    let mut cells = 0;
    for (id, row, breaks) in ROWS {
        let row: Vec<char> = row.chars().filter(|cell| *cell != ' ').collect();
        assert_eq!(row.len(), VERSIONS.len(), "{id}");
        for (version, cell) in VERSIONS.iter().zip(row).filter(|(_, cell)| *cell != '-') {
            let wanted = match cell {
                'E' => Some(Severity::Error),
                'W' => Some(Severity::Warning),
                _ => None,
            };
            let mut flow = document(version);
            breaks(&mut flow);
            let report = lint_flow(&flow);
            let found = report.diagnostics.iter().find(|(_, diagnostic)| diagnostic.rule.id == *id);
            let found = found.map(|(_, diagnostic)| diagnostic.severity);
            assert_eq!(found, wanted, "{id} in {version}: {:?}", rule_ids(&report));
            let others: Vec<_> = errors(&report).filter(|rule| rule.id != *id).collect();
            let other_row = |rule: &&Rule| ROWS.iter().any(|(id, ..)| rule.id == *id);
            assert!(others.iter().all(other_row), "{id} in {version}: {:?}", rule_ids(&report));
            cells += 1;
        }
    }
    println!("{cells} cells");
    assert!(cells > 300);
}

#[test]
fn valid_document_is_accepted_in_every_version() {
    for version in VERSIONS {
        let report = lint_flow(&document(version));
        let about_version = ["VERSION_FROZEN", "VERSION_NEWER"];
        let other = |rule: &&str| !about_version.contains(rule);
        assert_eq!(rule_ids(&report).iter().copied().find(other), None, "{version}");
    }
}

#[test]
fn routes_can_be_followed_back_in_every_version() {
    for version in VERSIONS {
        let mut flow = document(version);
        children(&mut flow).insert(0, link(navigate("FIRST", json!({}))));
        let report = lint_flow(&flow);
        assert!(!report.has_errors(), "{version}: {:?}", rule_ids(&report));
        assert!(!rule_ids(&report).contains(&"ROUTE_NAVIGATE"), "{version}");
    }
}

#[test]
fn version_dependent_rules_are_in_the_table() {
    for rule in RULES.iter().filter(|rule| rule.when.len() > 1 || rule.when[0].since != (2, 1)) {
        assert!(ROWS.iter().any(|(id, ..)| rule.id == *id), "{}", rule.id);
    }
}

#[test]
fn rule_table_is_consistent() {
    let mut ids = std::collections::BTreeSet::new();
    for rule in RULES {
        assert!(ids.insert(rule.id), "{} is there twice", rule.id);
        assert!(rule.requires.ends_with('.') && !rule.source.is_empty(), "{}", rule.id);
        for pair in rule.when.windows(2) {
            let [before, after] = pair else { continue };
            assert!(before.until.is_some_and(|until| until < after.since), "{}", rule.id);
        }
    }
}

/// A valid flow of two screens.
fn document(version: &str) -> Value {
    json!({
        "version": version,
        "routing_model": { "FIRST": ["END"], "END": [] },
        "screens": [
            { "id": "FIRST", "title": "T", "layout": { "type": "SingleColumnLayout", "children": [
                { "type": "Form", "name": "form", "children": [
                    { "type": "TextInput", "name": "a", "label": "Name", "required": true },
                    footer(navigate("END", json!({ "a": "${form.a}" }))),
                ] },
            ] } },
            { "id": "END", "title": "T", "terminal": true,
              "data": { "a": { "type": "string", "__example__": "x" } },
              "layout": { "type": "SingleColumnLayout", "children": [
                { "type": "TextBody", "text": "${data.a}" },
                footer(json!({ "name": "complete", "payload": {} })),
            ] } },
        ],
    })
}

fn navigate(to: &str, payload: Value) -> Value {
    json!({ "name": "navigate", "next": { "type": "screen", "name": to }, "payload": payload })
}

fn footer(action: Value) -> Value {
    json!({ "type": "Footer", "label": "Go", "on-click-action": action })
}

fn link(action: Value) -> Value {
    json!({ "type": "EmbeddedLink", "text": "Go", "on-click-action": action })
}

fn rich_text(flow: &mut Value) {
    children(flow).insert(0, json!({ "type": "RichText", "text": ["# Heading"] }));
}

fn end(flow: &mut Value) -> &mut Value {
    &mut flow["screens"][1]
}

/// The components of a screen.
fn screen(flow: &mut Value, at: usize) -> &mut Vec<Value> {
    flow["screens"][at]["layout"]["children"].as_array_mut().unwrap()
}

/// The components of the last screen.
fn children(flow: &mut Value) -> &mut Vec<Value> {
    screen(flow, 1)
}

/// The fields of the Form on the first screen.
fn fields(flow: &mut Value) -> &mut Vec<Value> {
    screen(flow, 0)[0]["children"].as_array_mut().unwrap()
}

/// The Footer of the first screen.
fn first(flow: &mut Value) -> &mut Value {
    fields(flow).last_mut().unwrap()
}

fn payload(flow: &mut Value) -> &mut Value {
    &mut first(flow)["on-click-action"]["payload"]
}

fn lint_flow(flow: &Value) -> Report {
    check(flow.to_string().as_bytes())
}

fn errors(report: &Report) -> impl Iterator<Item = &'static Rule> {
    let errors = report.diagnostics.iter().filter(|(_, f)| f.severity == Severity::Error);
    errors.map(|(_, diagnostic)| diagnostic.rule)
}

fn rule_ids(report: &Report) -> Vec<&'static str> {
    report.diagnostics.iter().map(|(_, diagnostic)| diagnostic.rule.id).collect()
}
