//! Every kind of mismatch between a reply and its Flow JSON, through the front door.

use std::sync::{Arc, Mutex};

use crate::support::{business, post};
use serde::Serialize;
use serde_json::{Value, json};
use whatsapp_flow_json::ReplySchema;
use whatsapp_flows::testing::Phone;
use whatsapp_flows::*;

/// Screens whose data the test chooses.
macro_rules! screens {
    ($($name:ident $id:literal),*) => {$(
        #[derive(Serialize)]
        #[serde(transparent)]
        struct $name(Value);
        impl Screen for $name {
            const ID: &'static str = $id;
            type Input = ();
        }
    )*};
}

screens!(First "FIRST", Second "SECOND", Third "THIRD", Plain "PLAIN", List "LIST", Gone "GONE");

// These types allow more than the document, as hand-written types may.
impl Reaches<First> for Init {}
impl Reaches<Second> for Init {}
impl Reaches<Second> for First {}
impl Reaches<Third> for First {}
impl Reaches<Plain> for First {}
impl Reaches<List> for First {}
impl Reaches<Gone> for First {}
impl Reaches<First> for Second {}
impl Reaches<First> for Third {}

const DOCUMENT: &str = r#"{
    "version": "7.3", "data_api_version": "4.0",
    "routing_model": { "FIRST": ["SECOND", "PLAIN", "LIST"], "SECOND": ["THIRD"], "THIRD": [],
        "PLAIN": [], "LIST": [] },
    "screens": [
        { "id": "FIRST", "refresh_on_back": false, "data": {
            "text": { "type": "string", "__example__": "x" },
            "price": { "type": "number", "__example__": 1 },
            "open": { "type": "boolean", "__example__": true },
            "person": { "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] },
            "days": { "type": "array", "items": { "type": "object", "properties": {
                "id": { "type": "string" }, "title": { "type": "string" } } } },
            "tags": { "type": "array", "items": { "type": "string" } },
            "sizes": { "type": "array", "items": { "type": "object" } },
            "chips": { "type": "array", "items": { "type": "object" } },
            "checks": { "type": "array", "items": { "type": "object" } },
            "hidden": { "type": "array", "items": { "type": "object" } },
            "veiled": { "type": "array", "items": { "type": "object" } } },
          "layout": { "type": "SingleColumnLayout", "children": [ { "type": "Form", "children": [
            { "type": "Dropdown", "name": "day", "data-source": "${data.days}",
              "on-select-action": { "name": "data_exchange", "payload": {} } },
            { "type": "RadioButtonsGroup", "name": "size", "data-source": "${data.sizes}", "visible": true },
            { "type": "CheckboxGroup", "name": "check", "data-source": "${data.checks}" },
            { "type": "ChipsSelector", "name": "chip", "data-source": "${data.chips}" },
            { "type": "ChipsSelector", "name": "veiled", "data-source": "${data.veiled}", "visible": "${data.open}" },
            { "type": "If", "condition": "${data.open}", "then": [
                { "type": "Dropdown", "name": "hidden", "data-source": "${data.hidden}" } ] } ] } ] } },
        { "id": "SECOND", "refresh_on_back": true, "data": { "required": ["who"], "who": { "type": "string" },
            "note": { "type": "string" } }, "layout": { "type": "SingleColumnLayout", "children": [] } },
        { "id": "THIRD", "data": {}, "layout": { "type": "SingleColumnLayout", "children": [] } },
        { "id": "PLAIN", "layout": { "type": "SingleColumnLayout", "children": [] } },
        { "id": "LIST", "data": { "items": { "type": "array", "__example__": [
            { "id": "1", "on-click-action": { "name": "data_exchange", "payload": {} } } ] },
            "title": { "type": "string" } },
          "layout": { "type": "SingleColumnLayout", "children": [
            { "type": "NavigationList", "name": "list", "list-items": "${data.items}" } ] } }
    ]
}"#;

/// The screen that the handler shows next, and its data.
type Next = Arc<Mutex<(&'static str, Value)>>;
type Cx = Context<Next>;

async fn init(cx: Cx) -> Result<ReplyTo<Init>> {
    let (screen, data) = cx.app().lock().unwrap().clone();
    Ok(if screen == "SECOND" { show(Second(data)) } else { show(First(data)) })
}

async fn submit(cx: Cx, _: ()) -> Result<ReplyTo<First>> {
    let (screen, data) = cx.app().lock().unwrap().clone();
    Ok(match screen {
        "SECOND" => show(Second(data)),
        "THIRD" => show(Third(data)),
        "PLAIN" => show(Plain(data)),
        "LIST" => show(List(data)),
        "GONE" => show(Gone(data)),
        "SUCCESS" => complete(data),
        _ => show(First(data)),
    })
}

async fn back(cx: Cx) -> Result<ReplyTo<Second>> {
    Ok(show(First(cx.app().lock().unwrap().1.clone())))
}

async fn far_back(cx: Cx) -> Result<ReplyTo<Third>> {
    Ok(show(First(cx.app().lock().unwrap().1.clone())))
}

fn flow(next: &Next) -> Flow<Next> {
    Flow::new(Arc::clone(next))
        .on_init(init)
        .on::<First>(submit)
        .on_back::<Second>(back)
        .on_back::<Third>(far_back)
        .document(DOCUMENT)
}

/// Returns the outcome of a reply that shows `screen`: in tests, which are strict, and in a Lambda.
async fn outcomes(action: &str, from: &str, screen: &'static str, data: &Value) -> (Reply, Reply) {
    let next = Arc::new(Mutex::new((screen, data.clone())));
    let strict = Phone::new(flow(&next));
    let request = strict.request(action, from, json!({}));
    let strict = strict.send(&request).await;

    let endpoint = Endpoint::new(business().secret, MemoryStore::new()).serve("/", flow(&next));
    let (request, opener) = post(&request);
    let response = endpoint.handle(request).await;
    let body = opener.open(response.body()).unwrap_or_default();
    let sent = |status: u16, body: &Value| match (status, from) {
        // INIT has no screen to stay on; elsewhere the user stays on theirs, with a message.
        (500, "") => Reply::Rejected,
        (200, _) if body["data"]["error_message"] == FAILED => {
            assert_eq!(body, &json!({ "screen": from, "data": { "error_message": FAILED } }));
            Reply::Rejected
        }
        (200, _) => Reply::Sent,
        (500, _) if action == "INIT" => Reply::Rejected,
        other => panic!("{other:?}"),
    };
    (sent(strict.status, &strict.body), sent(response.status().as_u16(), &body))
}

const FAILED: &str = "Something went wrong. Please try again.";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reply {
    Sent,
    Rejected,
}

const AGREES: (Reply, Reply) = (Reply::Sent, Reply::Sent);
/// Meta documents that clients reject it.
const DOCUMENTED: (Reply, Reply) = (Reply::Rejected, Reply::Rejected);
/// Meta's web client rejects it: a Lambda sends and logs it.
const OBSERVED: (Reply, Reply) = (Reply::Rejected, Reply::Sent);

fn options(count: usize) -> Value {
    (0..count).map(|id| json!({ "id": id.to_string(), "title": "t" })).collect()
}

fn pages(count: usize) -> Value {
    let page = |id: usize| json!({ "id": id.to_string(), "main-content": { "title": "t" } });
    (0..count).map(page).collect()
}

/// The members that FIRST requires when it was not shown before.
fn first() -> Value {
    let two = options(2);
    json!({ "days": two, "sizes": two, "checks": two, "chips": two })
}

#[tokio::test]
async fn reply_data_must_match_the_data_model() {
    let cases = [
        (json!({}), AGREES),
        (json!({ "text": "x", "price": 1.5, "open": false, "person": { "name": "Ada" } }), AGREES),
        (json!({ "text": "x", "unknown": { "members": "are free" } }), AGREES),
        (json!({ "text": null }), AGREES),
        (json!({ "text": 1 }), DOCUMENTED),
        (json!({ "price": "1" }), DOCUMENTED),
        (json!({ "open": "true" }), DOCUMENTED),
        (json!({ "person": [] }), DOCUMENTED),
        (json!({ "person": {} }), DOCUMENTED),
        (json!({ "person": { "name": 1 } }), DOCUMENTED),
        (json!({ "days": { "id": "1" } }), DOCUMENTED),
        (json!({ "days": [{ "id": 1, "title": "t" }] }), DOCUMENTED),
        (json!({ "tags": ["a", null] }), DOCUMENTED),
        (json!({ "tags": ["a", 1] }), DOCUMENTED),
    ];
    for (data, expected) in cases {
        let found = outcomes("data_exchange", "FIRST", "FIRST", &data).await;
        assert_eq!(found, expected, "{data}");
    }
}

#[tokio::test]
async fn the_routing_model_must_lead_to_the_screen_of_a_reply() {
    for (action, from, to, expected) in [
        ("data_exchange", "FIRST", "FIRST", AGREES),
        ("data_exchange", "FIRST", "SECOND", AGREES),
        ("data_exchange", "FIRST", "THIRD", DOCUMENTED),
        ("data_exchange", "FIRST", "GONE", DOCUMENTED),
        ("data_exchange", "FIRST", "SUCCESS", AGREES),
        ("BACK", "SECOND", "FIRST", AGREES),
        ("BACK", "THIRD", "FIRST", DOCUMENTED),
        ("INIT", "", "FIRST", AGREES),
        ("INIT", "SECOND", "FIRST", AGREES),
        ("INIT", "", "SECOND", OBSERVED),
    ] {
        let data = match (action, to) {
            (_, "SECOND") => json!({ "who": "Ada" }),
            ("INIT", "FIRST") => first(),
            _ => json!({}),
        };
        assert_eq!(outcomes(action, from, to, &data).await, expected, "{action} {from} {to}");
    }
}

#[tokio::test]
async fn options_must_be_within_limits_and_have_unique_ids() {
    for (member, fewest, most) in
        [("days", 1, 200), ("sizes", 1, 20), ("checks", 1, 20), ("chips", 2, 20)]
    {
        for (count, expected) in
            [(fewest - 1, DOCUMENTED), (fewest, AGREES), (most, AGREES), (most + 1, DOCUMENTED)]
        {
            let data = json!({ member: options(count) });
            let found = outcomes("data_exchange", "FIRST", "FIRST", &data).await;
            assert_eq!(found, expected, "{count} {member}");
        }
    }
    // A component that is not shown needs no options, but has the same limit.
    for (member, most) in [("hidden", 200), ("veiled", 20)] {
        for (count, expected) in [(0, AGREES), (most, AGREES), (most + 1, DOCUMENTED)] {
            let data = json!({ member: options(count) });
            let found = outcomes("data_exchange", "FIRST", "FIRST", &data).await;
            assert_eq!(found, expected, "{count} {member}");
        }
    }
    let twice = json!({ "days": [{ "id": "1", "title": "a" }, { "id": "1", "title": "b" }] });
    assert_eq!(outcomes("data_exchange", "FIRST", "FIRST", &twice).await, OBSERVED);
    let empty = json!({ "days": [{ "id": "", "title": "a" }] });
    assert_eq!(outcomes("data_exchange", "FIRST", "FIRST", &empty).await, OBSERVED);
    let none = json!({ "sizes": [{ "title": "a" }] });
    assert_eq!(outcomes("data_exchange", "FIRST", "FIRST", &none).await, OBSERVED);
}

#[tokio::test]
async fn members_outside_the_data_model_and_missing_members() {
    for (screen, data, expected) in [
        ("PLAIN", json!({}), AGREES),
        ("PLAIN", json!({ "a": 1 }), OBSERVED),
        ("SECOND", json!({ "who": "Ada", "a": 1 }), AGREES),
        ("SECOND", json!({ "who": "Ada", "required": "free" }), AGREES),
        ("SECOND", json!({ "note": "" }), DOCUMENTED),
        ("LIST", json!({ "items": pages(3), "title": "t" }), AGREES),
        ("LIST", json!({ "items": pages(3) }), OBSERVED),
        ("LIST", json!({ "items": options(3), "title": "t" }), OBSERVED),
        ("LIST", json!({ "items": pages(21), "title": "t" }), DOCUMENTED),
    ] {
        let found = outcomes("data_exchange", "FIRST", screen, &data).await;
        assert_eq!(found, expected, "{screen} {data}");
    }
}

#[test]
fn a_mismatch_names_screen_member_and_expected_value() {
    let document = ReplySchema::parse(DOCUMENT).unwrap();
    let mismatch = |from: Option<&str>, to, data: Value| {
        document.check(from, to, data.as_object().unwrap()).unwrap_err().to_string()
    };
    let first = |data| mismatch(Some("FIRST"), "FIRST", data);
    assert_eq!(
        first(json!({ "days": [{ "id": "1" }, { "id": 7 }] })),
        "screen FIRST, member days[1].id: expected a string"
    );
    assert_eq!(
        first(json!({ "person": { "x": "secret" } })),
        "screen FIRST, member person.name: expected a required member"
    );
    assert_eq!(
        first(json!({ "days": options(201) })),
        "screen FIRST, member days: expected at most 200 options"
    );
    assert_eq!(
        mismatch(Some("FIRST"), "THIRD", json!({})),
        "screen THIRD: expected a screen to which the routing model leads"
    );
    assert_eq!(mismatch(None, "GONE", json!({})), "screen GONE: expected a screen of the document");
}

#[test]
fn assert_agrees_accepts_a_flow_with_all_handlers() {
    async fn choose(_: Context<Next>, _: ()) -> Result<ReplyTo<List>> {
        Ok(close())
    }
    let without_third =
        DOCUMENT.replace(r#""id": "THIRD","#, r#""id": "THIRD", "refresh_on_back": true,"#);
    assert_agrees(&flow(&Next::default()).on::<List>(choose), &without_third);
}

#[test]
#[should_panic(expected = "FIRST: it has a data_exchange action, but no `on` handler\n\
                           GONE: it has a handler, but is not a screen of the Flow JSON\n\
                           LIST: it has a data_exchange action, but no `on` handler\n\
                           SECOND: it has refresh_on_back, but no `on_back` handler")]
fn assert_agrees_names_every_missing_handler() {
    async fn gone(_: Context<()>, _: ()) -> Result<ReplyTo<Gone>> {
        Ok(close())
    }
    assert_agrees(&Flow::<()>::new(()).on::<Gone>(gone), DOCUMENT);
}

#[test]
#[should_panic(expected = "it is not JSON")]
fn a_document_that_is_not_flow_json_panics() {
    let _ = Flow::<()>::new(()).document("{");
}
