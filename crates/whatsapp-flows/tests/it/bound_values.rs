//! What a component does not accept is found wherever it stands: written in the document, as the example
//! of the data that the component is bound to, and in a reply.

use std::sync::{Arc, Mutex};

use crate::support::{business, sign};
use serde::Serialize;
use serde_json::{Value, json};
use whatsapp_flow_json::ReplySchema;
use whatsapp_flow_json::lint::{Severity, check};
use whatsapp_flows::testing::{Phone, RequestSealer};
use whatsapp_flows::*;

#[derive(Serialize)]
struct Start;
#[derive(Serialize)]
#[serde(transparent)]
struct Shown(Value);

impl Screen for Start {
    const ID: &'static str = "START";
    type Input = ();
}

impl Screen for Shown {
    const ID: &'static str = "SHOWN";
    type Input = ();
}

impl Reaches<Start> for Init {}
impl Reaches<Shown> for Start {}
impl Reaches<Start> for Shown {}

/// The data that SHOWN is shown with.
type Next = Arc<Mutex<Value>>;

async fn open(_: Context<Next>) -> Result<ReplyTo<Init>> {
    Ok(show(Start))
}

async fn start(cx: Context<Next>, _: ()) -> Result<ReplyTo<Start>> {
    Ok(show(Shown(cx.app().lock().unwrap().clone())))
}

async fn shown(cx: Context<Next>, _: ()) -> Result<ReplyTo<Shown>> {
    Ok(show(Shown(cx.app().lock().unwrap().clone())))
}

fn flow(document: &Value, next: &Next) -> Flow<Next> {
    Flow::new(Arc::clone(next))
        .on_init(open)
        .on::<Start>(start)
        .on::<Shown>(shown)
        .document(&document.to_string())
}

/// START leads to SHOWN, which has this data model and these components above its Footer.
fn document(version: &str, data: &Value, components: &Value) -> Value {
    let footer = |action: &str| {
        json!({ "type": "Footer", "label": "Go on",
            "on-click-action": { "name": action, "payload": {} } })
    };
    let mut children = components.as_array().unwrap().clone();
    children.push(footer("data_exchange"));
    json!({
        "version": version, "data_api_version": "4.0",
        "routing_model": { "START": ["SHOWN"], "SHOWN": [] },
        "screens": [
            { "id": "START", "title": "Start", "layout": { "type": "SingleColumnLayout",
                "children": [footer("data_exchange")] } },
            { "id": "SHOWN", "title": "Shown", "terminal": true, "data": data,
                "layout": { "type": "SingleColumnLayout", "children": children } },
        ]
    })
}

/// The statuses for a phone in tests, and in a Lambda, of a reply that shows SHOWN.
async fn statuses(document: &Value, from: &str, data: &Value) -> (u16, u16) {
    let next = Arc::new(Mutex::new(data.clone()));
    let strict = Phone::new(flow(document, &next));
    let request = strict.request("data_exchange", from, json!({}));
    let strict = strict.send(&request).await;

    let endpoint =
        Endpoint::new(business().secret, MemoryStore::new()).serve("/", flow(document, &next));
    let sealing = RequestSealer::new(&business().keys.public_pem).unwrap();
    let sealed = sealing.seal(request.to_string().as_bytes());
    let request = http::Request::post("/")
        .header("x-hub-signature-256", sign().sign(sealed.body.as_bytes()))
        .body(bytes::Bytes::from(sealed.body))
        .unwrap();
    let response = endpoint.handle(request).await;
    let body = sealed.opener.open(response.body()).unwrap_or_default();
    // A reply that is refused leaves the user on the screen, with a message.
    let recovered = json!("Something went wrong. Please try again.");
    let status = |status, body: &Value| match body["data"]["error_message"] == recovered {
        true => 500,
        false => status,
    };
    (status(strict.status, &strict.body), status(response.status().as_u16(), &body))
}

/// Why it disagrees.
fn words(document: &Value, from: &str, data: &Value) -> String {
    let document = ReplySchema::parse(&document.to_string()).unwrap();
    let from = Some(from).filter(|from| !from.is_empty());
    match document.check(from, "SHOWN", data.as_object().unwrap()) {
        Ok(()) => "agrees".to_owned(),
        Err(disagreement) => disagreement.to_string(),
    }
}

/// The errors and warnings, without those that every document here has.
fn found(document: &Value) -> Vec<(Severity, String)> {
    let text = serde_json::to_string_pretty(document).unwrap();
    let report = check(text.as_bytes());
    let serious = report.diagnostics.into_iter().filter(|(_, f)| f.severity != Severity::Hint);
    serious.map(|(_, f)| (f.severity, format!("{}: {}", &text[f.span], f.message))).collect()
}

const AGREES: (u16, u16) = (200, 200);
/// Sent by a Lambda and logged; refused in tests.
const OBSERVED: (u16, u16) = (500, 200);

const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const GIF: &str = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

/// A component, with a value that it accepts and values that it does not.
struct Case {
    /// With `HERE` where the value stands.
    component: Value,
    /// The schema of the value.
    schema: Value,
    accepted: Value,
    refused: Vec<(Value, &'static str, &'static str)>,
}

const NOT_BLANK: &str = "text that is not blank";
const DAY: &str = "a date as YYYY-MM-DD";

fn options(count: usize, more: &Value) -> Value {
    let option = |at: usize| {
        let mut option = json!({ "id": at.to_string(), "title": "Title" });
        option.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        option
    };
    (0..count).map(option).collect()
}

fn cases() -> Vec<Case> {
    let text = || json!({ "type": "string" });
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let list = || {
        let text = json!({ "type": "string" });
        json!({ "type": "array", "items": { "type": "object", "properties": {
            "id": text, "title": text, "image": text, "color": text, "alt-text": text } } })
    };
    let blank = || vec![(json!(""), "", NOT_BLANK), (json!(" \n"), "", NOT_BLANK)];
    let mut cases = Vec::new();
    for kind in ["TextHeading", "TextSubheading", "TextBody", "TextCaption"] {
        cases.push(Case {
            component: json!({ "type": kind, "text": "HERE" }),
            schema: text(),
            accepted: "Words".into(),
            refused: blank(),
        });
    }
    for (kind, label) in [("TextInput", "label"), ("DatePicker", "label"), ("OptIn", "label")] {
        cases.push(Case {
            component: json!({ "type": kind, "name": "field", label: "HERE" }),
            schema: text(),
            accepted: "Words".into(),
            refused: blank(),
        });
    }
    cases.push(Case {
        component: json!({ "type": "Image", "src": "HERE" }),
        schema: text(),
        accepted: PNG.into(),
        refused: vec![
            ("https://example.com/a.png".into(), "", "an image in base64, not its address"),
            (
                format!("data:image/png;base64,{PNG}").into(),
                "",
                "an image in base64, without `data:image/…;base64,`",
            ),
            ("a picture!".into(), "", "an image in base64"),
            (GIF.into(), "", "a JPEG or PNG in base64"),
            ("aGVsbG8=".into(), "", "a JPEG or PNG in base64"),
            ("".into(), "", NOT_BLANK),
        ],
    });
    cases.push(Case {
        component: json!({ "type": "ImageCarousel", "images": "HERE" }),
        schema: json!({ "type": "array", "items": { "type": "object", "properties": {
            "src": { "type": "string" }, "alt-text": { "type": "string" } } } }),
        accepted: json!([{ "src": PNG, "alt-text": "A dot" }]),
        refused: vec![
            (json!([{ "src": GIF, "alt-text": "A dot" }]), "[0].src", "a JPEG or PNG in base64"),
            (json!([{ "src": PNG, "alt-text": "" }]), "[0].alt-text", NOT_BLANK),
            (json!([{ "src": PNG }]), "[0].alt-text", "a member that the component requires"),
            (
                json!([{ "src": PNG, "alt-text": "1" }, { "src": PNG, "alt-text": "2" },
                { "src": PNG, "alt-text": "3" }, { "src": PNG, "alt-text": "4" }]),
                "",
                "at most 3 images",
            ),
        ],
    });
    let dates = |property: &str, kind: &str| json!({ "type": kind, "name": "day", "label": "Day", property: "HERE" });
    for (property, kind) in [
        ("min-date", "DatePicker"),
        ("max-date", "CalendarPicker"),
        ("init-value", "DatePicker"),
        ("init-value", "CalendarPicker"),
    ] {
        cases.push(Case {
            component: dates(property, kind),
            schema: text(),
            accepted: "2028-02-29".into(),
            refused: vec![
                ("1795737600000".into(), "", DAY),
                ("2026-02-29".into(), "", DAY),
                ("30/11/2026".into(), "", DAY),
                ("2026-11-30T10:00:00Z".into(), "", DAY),
            ],
        });
    }
    cases.push(Case {
        component: dates("unavailable-dates", "DatePicker"),
        schema: texts(),
        accepted: json!(["2026-11-30"]),
        refused: vec![(json!(["2026-11-30", "tomorrow"]), "[1]", DAY)],
    });
    cases.push(Case {
        component: dates("include-days", "CalendarPicker"),
        schema: texts(),
        accepted: json!(["Mon", "Fri"]),
        refused: vec![(
            json!(["Mon", "Friday"]),
            "[1]",
            "one of the values that the property accepts",
        )],
    });
    cases.push(Case {
        component: json!({ "type": "CalendarPicker", "name": "stay", "mode": "range",
            "label": { "start-date": "From", "end-date": "To" }, "init-value": "HERE" }),
        schema: json!({ "type": "object", "properties": {
            "start-date": { "type": "string" }, "end-date": { "type": "string" } } }),
        accepted: json!({ "start-date": "2026-11-30", "end-date": "2026-12-02" }),
        refused: vec![(json!({ "start-date": "2026-11-31" }), "start-date", DAY)],
    });
    cases.push(Case {
        component: json!({ "type": "TextBody", "text": "Words", "font-weight": "HERE" }),
        schema: text(),
        accepted: "bold".into(),
        refused: vec![("heavy".into(), "", "one of the values that the property accepts")],
    });
    cases.push(Case {
        component: json!({ "type": "Image", "src": PNG, "height": "HERE" }),
        schema: json!({ "type": "number" }),
        accepted: 100.into(),
        refused: vec![((-1).into(), "", "a number that is not below the property's minimum")],
    });
    cases.push(Case {
        component: json!({ "type": "TextArea", "name": "text", "label": "Text", "max-length": "HERE" }),
        schema: json!({ "type": "number" }),
        accepted: 100.into(),
        refused: vec![(1.5.into(), "", "an integer")],
    });
    let image = json!({ "image": PNG, "alt-text": "A dot" });
    for (kind, most) in [("Dropdown", 200), ("RadioButtonsGroup", 20), ("CheckboxGroup", 20)] {
        let mut refused = vec![
            (json!([{ "id": "1", "title": " " }]), "[0].title", NOT_BLANK),
            (json!([{ "id": "1" }]), "[0].title", "a member that the component requires"),
            (json!([{ "id": "", "title": "a" }]), "[0].id", "an id that is not empty"),
            (
                json!([{ "id": "1", "title": "a" }, { "id": "1", "title": "b" }]),
                "[1].id",
                "an id that no other option has",
            ),
            (
                json!([{ "id": "1", "title": "a", "image": GIF }]),
                "[0].image",
                "a JPEG or PNG in base64",
            ),
            (
                json!([{ "id": "1", "title": "a", "color": "red" }]),
                "[0].color",
                "a color as `#` and six digits from 0 to F",
            ),
            (
                json!([{ "id": "1", "title": "a", "image": PNG }, { "id": "2", "title": "b", "color": "#FF0000" }]),
                "",
                "options with images or with colors, not with both",
            ),
        ];
        if kind == "Dropdown" {
            refused.push((options(101, &image), "", "at most 100 options: they have images"));
        }
        let accepted = [options(most, &json!({})), options(most.min(100), &image)];
        for accepted in accepted {
            cases.push(Case {
                component: json!({ "type": kind, "name": "choice", "label": "Choice", "data-source": "HERE" }),
                schema: list(),
                accepted,
                refused: refused.clone(),
            });
        }
    }
    cases.push(Case {
        component: json!({ "type": "PhotoPicker", "name": "photo", "label": "Photo", "error-message": "HERE" }),
        schema: json!({ "type": "object" }),
        accepted: json!({ "media-id": "Too dark" }),
        refused: vec![(json!({ "media-id": 7 }), "media-id", "a string")],
    });
    cases
}

fn replace(component: &Value, with: &Value) -> Value {
    match component {
        Value::String(text) if text == "HERE" => with.clone(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), replace(value, with))).collect()
        }
        other => other.clone(),
    }
}

#[tokio::test]
async fn a_refused_value_is_found_in_a_reply() {
    let mut count = 0;
    for Case { component, schema, accepted, refused } in cases() {
        let mut model = schema;
        model["__example__"] = accepted.clone();
        let components = json!([replace(&component, &json!("${data.x}"))]);
        let document = document("7.3", &json!({ "x": model }), &components);
        let data = json!({ "x": accepted });
        assert_eq!(words(&document, "START", &data), "agrees", "{component}");
        assert_eq!(statuses(&document, "START", &data).await, AGREES, "{component}");
        for (value, member, expected) in refused {
            let data = json!({ "x": value });
            let dot = if member.is_empty() || member.starts_with('[') { "" } else { "." };
            let wanted = format!("screen SHOWN, member x{dot}{member}: expected {expected}");
            assert_eq!(words(&document, "START", &data), wanted, "{component} {value}");
            assert_eq!(statuses(&document, "START", &data).await, OBSERVED, "{component} {value}");
            count += 1;
        }
    }
    println!("{count} refused values");
    assert!(count > 60);
}

#[test]
fn a_refused_value_is_found_in_an_example() {
    for Case { component, schema, accepted, refused } in cases() {
        let components = json!([replace(&component, &json!("${data.x}"))]);
        let with = |example: &Value| {
            let mut model = schema.clone();
            model["__example__"] = example.clone();
            found(&document("7.3", &json!({ "x": model }), &components))
        };
        assert_eq!(with(&accepted), [], "{component}");
        for (value, _, expected) in refused {
            let found = with(&value);
            let [(Severity::Warning, words)] = found.as_slice() else {
                panic!("{component} {value}: {found:?}");
            };
            assert!(
                words.ends_with(&format!("requires {expected}")),
                "{component} {value}: {words}"
            );
        }
    }
}

#[test]
fn a_refused_value_is_found_where_it_is_written() {
    for Case { component, accepted, refused, .. } in cases() {
        let with = |value: &Value| {
            found(&document("7.3", &json!({}), &json!([replace(&component, value)])))
        };
        // Some properties of a number are only warned of in a document.
        assert_eq!(with(&accepted), [], "{component}");
        for (value, _, _) in refused {
            assert!(!with(&value).is_empty(), "{component} {value}");
        }
    }
}

/// What a member that is missing, or that is blank, means for a component.
struct Absent {
    component: Value,
    more: Value,
    missing: (u16, u16),
    blank: (u16, u16),
}

#[tokio::test]
async fn a_screen_that_is_new_needs_what_its_components_show() {
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
        absent(with(json!("${data.flag}")), json!({ "flag": false }), AGREES, AGREES),
        absent(with(json!("`${data.flag} == true`")), json!({ "flag": true }), AGREES, AGREES),
        absent(with(json!(false)), json!({}), AGREES, AGREES),
        absent(branch, json!({ "flag": true }), AGREES, AGREES),
        absent(input("label"), json!({}), OBSERVED, OBSERVED),
        // These have a default.
        absent(input("helper-text"), json!({}), AGREES, AGREES),
        absent(input("init-value"), json!({}), AGREES, AGREES),
        absent(input("error-message"), json!({}), AGREES, AGREES),
        absent(
            json!({ "type": "DatePicker", "name": "day", "label": "Day", "init-value": "${data.x}" }),
            json!({}),
            AGREES,
            AGREES,
        ),
        absent(
            json!({ "type": "DatePicker", "name": "day", "label": "Day", "min-date": "${data.x}" }),
            json!({}),
            AGREES,
            OBSERVED,
        ),
        // Several parts are put together; one may be empty.
        absent(
            json!({ "type": "TextBody", "text": "`'Dear ' ${data.x}`" }),
            json!({}),
            AGREES,
            AGREES,
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
            // The client has the data of the screen that it is on.
            let same = if value.is_some() { expected } else { AGREES };
            assert_eq!(statuses(&document, "SHOWN", &data).await, same, "{component} {data}");
        }
        let mut null = more.clone();
        null["x"] = Value::Null;
        assert_eq!(statuses(&document, "START", &null).await, missing, "{component} {null}");
    }
}

#[test]
fn a_missing_member_is_named_and_a_screen_that_is_gone_back_to_has_it() {
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
    assert_eq!(words(&document, "START", &json!({})), missing("days"));
    assert_eq!(words(&document, "START", &person), missing("person.name"));
    assert_eq!(words(&document, "SHOWN", &json!({})), "agrees");
    document["routing_model"] = json!({ "SHOWN": ["START"], "START": [] });
    assert_eq!(words(&document, "START", &json!({})), "agrees", "it was shown before");
    assert_eq!(words(&document, "", &json!({})), missing("days"), "INIT");
}

#[tokio::test]
async fn a_first_value_is_one_of_the_options() {
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
            assert_eq!(words(document, "START", &data), expected, "{kind} {first}");
            let status = if expected == "agrees" { AGREES } else { OBSERVED };
            assert_eq!(statuses(document, "START", &data).await, status, "{kind} {first}");
            let warned = found(document);
            assert_eq!(warned.is_empty(), expected == "agrees", "{kind} {first}: {warned:?}");
            // Without one of them, nothing is known.
            let part = json!({ "first": first });
            assert_eq!(words(document, "SHOWN", &part), "agrees", "{kind} {first}");
        }
    }
}

#[test]
fn first_values_are_looked_for_wherever_they_come_from() {
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
    assert_eq!(found(&bound), []);
    let data = |id: &str| json!({ "options": options(2, &json!({})), "chosen": { "choice": id } });
    assert_eq!(words(&bound, "START", &data("1")), "agrees");
    let expected =
        "screen SHOWN, member chosen.choice: expected the id of an option of the same list";
    assert_eq!(words(&bound, "START", &data("2")), expected);

    // The options are written, and the value comes with the reply.
    let written =
        document("7.3", &model, &form(field(options(2, &json!({}))), json!("${data.chosen}")));
    assert_eq!(words(&written, "START", &data("1")), "agrees");
    assert_eq!(words(&written, "START", &data("2")), expected);

    // The value is written, and the options come with the reply.
    let first = form(field(json!("${data.options}")), json!({ "choice": "2" }));
    let given = document("7.3", &model, &first);
    let expected = "screen SHOWN, member options: expected an option with the id of the component's initial value";
    assert_eq!(words(&given, "START", &data("1")), expected);
    let three = json!({ "options": options(3, &json!({})) });
    assert_eq!(words(&given, "START", &three), "agrees");
    assert_eq!(found(&given).len(), 1);

    // Both are written.
    let both = |first: &str| {
        let first = form(field(options(2, &json!({}))), json!({ "choice": first }));
        found(&document("7.3", &json!({}), &first))
    };
    assert_eq!(both("1"), []);
    let warning = "\"2\": the Dropdown has no option with this id".to_owned();
    assert_eq!(both("2"), [(Severity::Warning, warning)]);
}

#[tokio::test]
async fn messages_are_text_and_beside_fields_they_have_the_forms_that_the_fields_have() {
    let plain = document("7.3", &json!({}), &json!([]));
    let none = json!({});
    for (from, message, expected) in [
        ("START", json!("Taken"), AGREES),
        ("SHOWN", json!("Taken"), AGREES),
        ("SHOWN", json!(""), AGREES),
        ("SHOWN", json!(7), OBSERVED),
        ("SHOWN", json!({ "field": "Wrong" }), OBSERVED),
        ("SHOWN", json!(["Wrong"]), OBSERVED),
    ] {
        let data = json!({ "error_message": message });
        assert_eq!(statuses(&plain, from, &data).await, expected, "{from} {data}");
    }
    let data = json!({ "error_message": ["secret"] });
    assert_eq!(
        words(&plain, "SHOWN", &data),
        "screen SHOWN, member error_message: expected a string"
    );
    let data = json!({ "extension_message_response": "secret" });
    assert_eq!(
        words(&plain, "SHOWN", &data),
        "screen SHOWN, member extension_message_response: expected an object"
    );
    assert_eq!(words(&plain, "SHOWN", &none), "agrees");

    let form = json!([{ "type": "Form", "name": "form", "error-messages": "${data.errors}", "children": [
        { "type": "TextInput", "name": "text", "label": "Text" },
        { "type": "CalendarPicker", "name": "day", "label": "Day" },
        { "type": "CalendarPicker", "name": "stay", "mode": "range",
            "label": { "start-date": "From", "end-date": "To" } },
        { "type": "DocumentPicker", "name": "file", "label": "File" },
    ] }]);
    let document = document("7.3", &json!({ "errors": { "type": "object" } }), &form);
    for (errors, expected) in [
        (json!({}), "agrees"),
        (json!({ "text": "", "day": "Closed", "stay": "Too long", "file": "Too large" }), "agrees"),
        (json!({ "stay": { "end-date": "Too late" }, "file": { "id": "Too large" } }), "agrees"),
        (json!({ "other": 7 }), "agrees"),
        (json!({ "text": { "a": "secret" } }), "errors.text: expected a string"),
        (json!({ "text": false }), "errors.text: expected a string"),
        (
            json!({ "day": { "start-date": "secret" } }),
            "errors.day: expected one date: the calendar's mode is not `range`",
        ),
        (json!({ "stay": { "end-date": 7 } }), "errors.stay.end-date: expected a string"),
        (json!({ "file": { "id": ["secret"] } }), "errors.file.id: expected a string"),
    ] {
        let data = json!({ "errors": errors });
        let said = words(&document, "START", &data);
        let wanted = match expected {
            "agrees" => expected.to_owned(),
            expected => format!("screen SHOWN, member {expected}"),
        };
        assert_eq!(said, wanted, "{data}");
        let status = if expected == "agrees" { AGREES } else { OBSERVED };
        assert_eq!(statuses(&document, "START", &data).await, status, "{data}");
        let mut example = document.clone();
        example["screens"][1]["data"]["errors"]["__example__"] = data["errors"].clone();
        let warned = !found(&example).is_empty();
        assert_eq!(warned, expected != "agrees", "{data}");
    }
}

#[test]
fn rules_are_those_of_the_version() {
    let shown = |version: &str, component: Value, value: Value| {
        let model = json!({ "x": { "type": "string" } });
        words(&document(version, &model, &json!([component])), "START", &json!({ "x": value }))
    };
    let day =
        json!({ "type": "DatePicker", "name": "day", "label": "Day", "min-date": "${data.x}" });
    let area = json!({ "type": "TextArea", "name": "text", "label": "${data.x}" });
    let milliseconds = json!("1795737600000");
    assert_eq!(shown("4.0", day.clone(), milliseconds.clone()), "agrees");
    for version in ["5.0", "7.3", "8.0"] {
        let found = shown(version, day.clone(), milliseconds.clone());
        assert!(found.ends_with("a date as YYYY-MM-DD"), "{version}: {found}");
    }
    assert_eq!(shown("5.1", area.clone(), json!("")), "agrees");
    assert!(shown("6.0", area, json!("")).ends_with("text that is not blank"));
}

#[test]
fn another_screens_components_count_too() {
    let mut document = document("7.3", &json!({ "x": { "type": "string" } }), &json!([]));
    document["screens"][0]["layout"]["children"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "type": "Image", "src": "${screen.SHOWN.data.x}" }));
    let shown = |value: &str| words(&document, "START", &json!({ "x": value }));
    assert_eq!(shown(PNG), "agrees");
    assert_eq!(shown(""), "agrees", "it may be another by then");
    assert!(shown("https://example.com/a.png").ends_with("an image in base64, not its address"));
    assert_eq!(words(&document, "START", &json!({})), "agrees");
}

#[test]
fn many_components_and_one_large_example_are_checked_in_time() {
    let text = json!({ "type": "string" });
    let ids: Value = (0..10_000).map(|id| json!(id.to_string())).collect();
    let model = json!({
        "options": { "type": "array", "items": { "type": "object", "properties": {
            "id": text, "title": text } }, "__example__": options(10_000, &json!({})) },
        "first": { "type": "array", "items": text, "__example__": ids } });
    let group = |at: usize| {
        json!({ "type": "CheckboxGroup", "name": format!("name_{at}"), "label": "Label",
            "visible": format!("${{data.v{at}}}"),
            "data-source": "${data.options}", "init-value": "${data.first}" })
    };
    let document = document("7.3", &model, &(0..2_000).map(group).collect());
    let text = document.to_string();
    let started = std::time::Instant::now();
    assert!(check(text.as_bytes()).has_errors());
    let allowed = 20.0 * text.len() as f64 / 1e6;
    let took = started.elapsed().as_secs_f64();
    assert!(took < allowed, "{took:.1} s for {} bytes", text.len());
}

const CHILD: &str = "BOUND_VALUES_TEST_CHILD";

/// The other process: a Lambda that sends a reply which disagrees.
#[tokio::test]
async fn child() {
    if std::env::var(CHILD).is_err() {
        return;
    }
    whatsapp_flows::aws::log::start("application");
    let list = json!({ "type": "array", "items": { "type": "object", "properties": {
        "id": { "type": "string" }, "title": { "type": "string" } } } });
    let document = document(
        "7.3",
        &json!({ "days": list }),
        &json!([{ "type": "Dropdown", "name": "day", "label": "Day", "data-source": "${data.days}" }]),
    );
    let days = json!([{ "id": "MARK", "title": "MARK" }, { "id": "MARK", "title": "MARK" }]);
    assert_eq!(statuses(&document, "START", &json!({ "days": days })).await, OBSERVED);
}

#[test]
fn the_log_names_screen_and_member_and_never_the_value() {
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "bound_values::child", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(child.status.success());
    let said = String::from_utf8([child.stdout, child.stderr].concat()).unwrap();
    assert!(!said.contains("MARK"), "{said}");
    let json = said.lines().filter_map(|line| serde_json::from_str(&line[line.find('{')?..]).ok());
    let lines: Vec<Value> = json.collect();
    let line = lines.iter().find(|line| line["disagrees"] == true).expect("the Lambda's line");
    assert_eq!(line["status"], 200, "{line}");
    assert_eq!((&line["shown"], &line["member"]), (&json!("SHOWN"), &json!("days[1].id")));
    assert_eq!(line["expected"], "an id that no other option has");
}
