//! Every call of the control plane against the stand-in for the Graph API, with its documented errors and faults.

use std::time::Duration;

use flowctl::graph::{
    AccessToken, AppId, AppToken, ControlPlane, ErrorKind, FlowId, FlowMessage, FlowStatus, Graph,
    GraphError, Introspection, Metadata, Mode, NewFlow, Opening, PhoneNumberId, Repeat, SendStatus,
    SignatureStatus, WabaId,
};
use serde_json::{Map, json};
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::testing::KeyPair;

use crate::graph::{
    APP, APP_SECRET, CreateAnswer, Fault, KeyShape, MessageAnswer, NUMBER, PingEndpoint,
    PublishedUpload, StandIn, TOKEN, TokenRecord, USER, USER_ID, WABA,
};

/// A flow with an endpoint.
pub const FLOW_JSON: &str = r#"{
  "version": "7.3",
  "data_api_version": "3.0",
  "routing_model": { "ONLY": [] },
  "screens": [
    {
      "id": "ONLY",
      "title": "Only",
      "terminal": true,
      "data": { "a": { "type": "string", "__example__": "Ada" } },
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          { "type": "TextBody", "text": "${data.a}" },
          { "type": "Footer", "label": "End", "on-click-action": { "name": "complete", "payload": {} } }
        ]
      }
    }
  ]
}
"#;

fn graph(stand_in: &StandIn, token: &str) -> Graph {
    let token = AccessToken::new(token).unwrap();
    Graph::new(&stand_in.url, token).unwrap().with_backoff(Duration::from_millis(1))
}

fn start() -> (StandIn, Graph) {
    let stand_in = StandIn::start();
    let graph = graph(&stand_in, TOKEN);
    (stand_in, graph)
}

fn waba() -> WabaId {
    WabaId::new(WABA).unwrap()
}

fn number() -> PhoneNumberId {
    PhoneNumberId::new(NUMBER).unwrap()
}

fn app_token(secret: &str) -> AppToken {
    AppToken::new(AppId::new(APP).unwrap(), secret).unwrap()
}

fn new_flow(name: &str) -> NewFlow {
    NewFlow { name: name.into(), categories: vec!["OTHER".into()] }
}

fn create(graph: &Graph, name: &str) -> FlowId {
    graph.create_flow(&waba(), &new_flow(name)).unwrap().id
}

fn code<T: std::fmt::Debug>(result: Result<T, GraphError>) -> (Option<i64>, Option<i64>) {
    let error = result.unwrap_err();
    // Each documented error has advice.
    assert!(error.hint().is_some(), "{error}");
    assert!(!error.to_string().contains(TOKEN), "{error}");
    (error.code, error.subcode)
}

#[test]
fn flow_is_created_filled_read_and_deleted() {
    let (stand_in, graph) = start();
    let id = create(&graph, "a");
    assert_eq!(graph.flow_json(&waba(), &id).unwrap(), None);
    let errors = graph.upload_flow_json(&waba(), &id, FLOW_JSON.as_bytes()).unwrap();
    assert_eq!(errors, []);
    // From another port, which refuses the token.
    assert_eq!(graph.flow_json(&waba(), &id).unwrap().as_deref(), Some(FLOW_JSON.as_bytes()));
    let metadata = Metadata {
        name: Some("b".into()),
        categories: Some(vec!["SURVEY".into(), "OTHER".into()]),
        endpoint_uri: Some("https://flows.example/a".into()),
        application_id: Some(AppId::new(APP).unwrap()),
    };
    graph.update_flow(&waba(), &id, &metadata).unwrap();
    graph
        .update_flow(&waba(), &id, &Metadata { name: Some("c".into()), ..Metadata::default() })
        .unwrap();
    let flow = graph.flow(&waba(), &id, Some(&number())).unwrap();
    assert_eq!((flow.name.as_str(), &flow.status), ("c", &FlowStatus::Draft));
    assert_eq!(flow.categories, ["SURVEY", "OTHER"]);
    assert_eq!(flow.endpoint_uri.as_deref(), Some("https://flows.example/a"));
    assert_eq!(
        (flow.json_version.as_deref(), flow.data_api_version.as_deref()),
        (Some("7.3"), Some("3.0"))
    );
    assert_eq!(flow.application.unwrap().id.as_str(), APP);
    let health = flow.health.unwrap();
    assert_eq!(health.can_send, SendStatus::Blocked);
    assert_eq!(health.entities[0].errors[0].code, Some(131000));
    assert!(health.entities[0].errors[0].description.starts_with("public_key: "));
    assert_eq!(health.entities.last().unwrap().kind, "PHONE_NUMBER");
    let preview = graph.preview(&waba(), &id, false).unwrap();
    assert!(preview.url.contains(id.as_str()));
    assert_eq!(preview.expires_at.as_deref(), Some("2026-12-26T10:00:00+0000"));
    assert!(!format!("{preview:?}").contains("3f0c"));
    graph.delete_flow(&waba(), &id).unwrap();
    assert!(stand_in.state().flows.is_empty());
}

#[test]
fn lists_are_fetched_to_their_end() {
    let (stand_in, graph) = start();
    for name in ["a", "b", "c", "d", "e"] {
        create(&graph, name);
    }
    let names: Vec<_> = graph.flows(&waba()).unwrap().into_iter().map(|flow| flow.name).collect();
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
    assert_eq!(stand_in.count("GET flows"), 3);
}

#[test]
fn upload_returns_errors_and_stores_the_json() {
    let (stand_in, graph) = start();
    let id = create(&graph, "a");
    stand_in.state().upload_errors = vec![
        json!({ "error": "INVALID_PROPERTY_VALUE", "error_type": "FLOW_JSON_ERROR", "message": "Value 'Txt' of 'type' is not known.",
            "line_start": 12, "line_end": 12, "column_start": 18, "column_end": 22,
            "pointers": [{ "line_start": 12, "line_end": 12, "column_start": 18, "column_end": 22, "path": " screens[0].layout.children[1].type " }] }),
        json!({ "error": "INVALID_FLOW_JSON", "message": "Bare." }),
    ];
    let errors = graph.upload_flow_json(&waba(), &id, FLOW_JSON.as_bytes()).unwrap();
    assert_eq!(errors.len(), 2);
    let at = &errors[0].locations[0];
    assert_eq!(
        (at.line, at.column, at.path.as_deref()),
        (Some(12), Some(18), Some("screens[0].layout.children[1].type"))
    );
    assert_eq!((errors[1].message.as_str(), errors[1].locations.len()), ("Bare.", 0));
    assert!(stand_in.state().flow("a").json.is_some());
}

#[test]
fn create_answers_with_the_id_alone() {
    let (stand_in, graph) = start();
    stand_in.state().create_answer = CreateAnswer::IdOnly;
    let created = graph.create_flow(&waba(), &new_flow("a")).unwrap();
    assert_eq!(created.validation_errors, []);
    assert!(stand_in.state().flows.contains_key(created.id.as_str()));
}

#[test]
fn create_refuses_taken_names_and_unknown_categories() {
    let (_stand_in, graph) = start();
    create(&graph, "a");
    let error = graph.create_flow(&waba(), &new_flow("a")).unwrap_err();
    assert_eq!(error.title.as_deref(), Some("Flow name is not unique"));
    assert!(error.hint().unwrap().contains("used once"));
    let categories = vec!["HAIRDRESSING".to_owned()];
    let new = NewFlow { categories, ..new_flow("b") };
    assert_eq!(code(graph.create_flow(&waba(), &new)), (Some(100), None));
}

#[test]
fn publish_needs_everything_and_pings_the_endpoint() {
    let (stand_in, graph) = start();
    let endpoint = PingEndpoint::start("graph-publish");
    let id = create(&graph, "a");
    let publish = || graph.publish_flow(&waba(), &id);
    let title = || {
        let error = publish().unwrap_err();
        assert_eq!(error.code, Some(139002));
        (error.title.clone().unwrap(), error.hint().unwrap())
    };
    assert_eq!(title().0, "Validation errors");
    graph.upload_flow_json(&waba(), &id, FLOW_JSON.as_bytes()).unwrap();
    assert_eq!(title().0, "No endpoint");
    let endpoint_uri = Some(format!("{}/a", endpoint.url));
    graph.update_flow(&waba(), &id, &Metadata { endpoint_uri, ..Metadata::default() }).unwrap();
    assert_eq!(
        title(),
        ("No signed key".into(), "register the public key with flowctl keys upload")
    );
    // The endpoint does not open what is sealed for another key.
    graph.register_key(&number(), &KeyPair::generate().public_pem).unwrap();
    let (unavailable, hint) = title();
    assert_eq!(unavailable, "Endpoint not available");
    assert!(hint.contains("flowctl doctor"));
    graph.register_key(&number(), &endpoint.public_pem).unwrap();
    stand_in.state().register_anew(NUMBER);
    assert_eq!(title().0, "No signed key");
    graph.register_key(&number(), &endpoint.public_pem).unwrap();
    let fields = std::mem::take(&mut stand_in.state().apps.get_mut(APP).unwrap().subscriptions);
    let (not_subscribed, hint) = title();
    assert_eq!(not_subscribed, "Not subscribed");
    assert!(hint.contains("webhook field `flows`"));
    stand_in.state().apps.get_mut(APP).unwrap().subscriptions = fields;
    publish().unwrap();
    assert_eq!(graph.flow(&waba(), &id, None).unwrap().status, FlowStatus::Published);
    assert_eq!(title().0, "Invalid state");
}

#[test]
fn published_flow_is_put_back_to_draft_or_refused() {
    let (stand_in, graph) = start();
    let id = create(&graph, "a");
    let upload = || graph.upload_flow_json(&waba(), &id, FLOW_JSON.as_bytes());
    upload().unwrap();
    stand_in.state().flow("a").status = "PUBLISHED";
    stand_in.state().published_upload = PublishedUpload::Refused;
    let calls = stand_in.count("POST assets");
    let error = upload().unwrap_err();
    assert_eq!(error.code, Some(139001));
    assert!(error.hint().unwrap().contains("--clone"), "{error}");
    // It is not repeated.
    assert_eq!(stand_in.count("POST assets"), calls + 1);
    stand_in.state().published_upload = PublishedUpload::ToDraft;
    upload().unwrap();
    assert_eq!(stand_in.state().flow("a").status, "DRAFT");
    // The same code for a JSON that was stored and not processed is repeated.
    let unprocessed = json!({ "code": 139001, "message": "(#139001) Updating attempt failed", "error_user_title": "Processing failed" });
    stand_in.state().faults.push(Fault::refuse("POST assets", 400, unprocessed));
    upload().unwrap();
}

#[test]
fn deprecate_and_delete_refuse_other_states() {
    let (stand_in, graph) = start();
    let id = create(&graph, "a");
    assert_eq!(code(graph.deprecate_flow(&waba(), &id)), (Some(139003), None));
    stand_in.state().flow("a").status = "PUBLISHED";
    assert_eq!(code(graph.delete_flow(&waba(), &id)), (Some(139004), None));
    graph.deprecate_flow(&waba(), &id).unwrap();
    assert_eq!(stand_in.state().flow("a").status, "DEPRECATED");
}

#[test]
fn states_are_read() {
    let (stand_in, graph) = start();
    let id = create(&graph, "a");
    for (status, can_send) in [
        ("BLOCKED", SendStatus::Blocked),
        ("THROTTLED", SendStatus::Limited),
        ("PUBLISHED", SendStatus::Available),
        ("DEPRECATED", SendStatus::Blocked),
        ("NEW_STATE", SendStatus::Available),
    ] {
        stand_in.state().flow("a").status = status;
        let flow = graph.flow(&waba(), &id, None).unwrap();
        assert_eq!(
            (flow.status.to_string().as_str(), flow.health.unwrap().can_send),
            (status, can_send)
        );
    }
}

#[test]
fn key_is_registered_and_read_in_both_forms() {
    let (stand_in, graph) = start();
    let pem = KeyPair::generate().public_pem;
    assert_eq!(graph.registered_key(&number()).unwrap(), None);
    stand_in.state().key_shape = KeyShape::Flat;
    assert_eq!(graph.registered_key(&number()).unwrap(), None);
    graph.register_key(&number(), &pem).unwrap();
    for shape in [KeyShape::Flat, KeyShape::List] {
        stand_in.state().key_shape = shape;
        let key = graph.registered_key(&number()).unwrap().unwrap();
        assert_eq!(
            (key.pem.as_str(), key.signature_status),
            (pem.as_str(), Some(SignatureStatus::Valid))
        );
    }
    stand_in.state().register_anew(NUMBER);
    let key = graph.registered_key(&number()).unwrap().unwrap();
    assert_eq!(key.signature_status, Some(SignatureStatus::Mismatch));
    // The flat form is not a fallback for a broken list.
    stand_in.state().key_shape = KeyShape::Broken;
    assert_eq!(graph.registered_key(&number()).unwrap_err().kind, ErrorKind::NotUnderstood);
    let error = graph.register_key(&number(), "no key").unwrap_err();
    assert_eq!(error.title.as_deref(), Some("Invalid public key"));
    assert!(error.hint().unwrap().contains("2048"));
    // A documented code that passes.
    let passing = json!({ "code": 4, "error_subcode": 2446079, "message": "(#4) Service temporarily unavailable", "is_transient": true });
    stand_in.state().faults.push(Fault::refuse("POST whatsapp_business_encryption", 400, passing));
    graph.register_key(&number(), &pem).unwrap();
}

#[test]
fn accounts_numbers_and_subscriptions_are_read() {
    let (stand_in, graph) = start();
    let account = graph.account(&waba()).unwrap();
    assert_eq!(account.review_status.as_deref(), Some("APPROVED"));
    let [listed] = &graph.phone_numbers(&waba()).unwrap()[..] else { panic!() };
    assert_eq!((listed.id.as_str(), listed.status.as_deref()), (NUMBER, Some("CONNECTED")));
    assert_eq!(listed.messaging_limit.as_deref(), Some("TIER_250"));
    assert_eq!(listed.health.as_ref().unwrap().can_send, SendStatus::Available);
    // A version without the optional fields fails their call, and nothing else.
    stand_in.state().knows_optional_fields = false;
    let [listed] = &graph.phone_numbers(&waba()).unwrap()[..] else { panic!() };
    assert_eq!((listed.platform_type.as_deref(), &listed.health), (Some("CLOUD_API"), &None));

    stand_in.state().wabas.get_mut(WABA).unwrap().subscribed.clear();
    assert_eq!(graph.subscribed_apps(&waba()).unwrap(), []);
    graph.subscribe_app(&waba()).unwrap();
    graph.subscribe_app(&waba()).unwrap();
    let [app] = &graph.subscribed_apps(&waba()).unwrap()[..] else { panic!() };
    assert_eq!((app.id.as_str(), app.name.as_deref()), (APP, Some("dentist")));
    let [subscription] = &graph.app_subscriptions(&app_token(APP_SECRET)).unwrap()[..] else {
        panic!()
    };
    assert_eq!(subscription.fields, ["messages", "flows"]);
    assert!(subscription.active);
    assert_eq!(code(graph.app_subscriptions(&app_token("another"))), (Some(190), None));
}

#[test]
fn app_secret_is_proved() {
    let (_stand_in, graph) = start();
    assert!(graph.is_app_secret(&app_token(APP_SECRET)).unwrap());
    assert!(!graph.is_app_secret(&app_token(&APP_SECRET.replace('0', "1"))).unwrap());
}

#[test]
fn token_is_described() {
    let (stand_in, graph) = start();
    let app = app_token(APP_SECRET);
    for by in [Introspection::Itself, Introspection::App(&app)] {
        let info = graph.token_info(by).unwrap();
        assert!(info.is_valid && info.allows("whatsapp_business_management", WABA));
        assert_eq!((info.app_id.unwrap().as_str(), info.expires_at), (APP, None));
    }
    stand_in.state().tokens.get_mut(TOKEN).unwrap().targets = Some(vec!["1".into()]);
    let info = graph.token_info(Introspection::App(&app)).unwrap();
    assert!(!info.allows("whatsapp_business_management", WABA));
    stand_in.state().tokens.get_mut(TOKEN).unwrap().invalid = Some(463);
    let info = graph.token_info(Introspection::App(&app)).unwrap();
    assert!(!info.is_valid && info.error.unwrap().contains("expired"));
    // Another app may not ask.
    stand_in.state().tokens.get_mut(TOKEN).unwrap().app = "1".into();
    assert_eq!(code(graph.token_info(Introspection::App(&app))), (Some(100), None));
}

#[test]
fn refusals_of_tokens_and_ids_are_told_apart() {
    let (stand_in, good) = start();
    let flows = |graph: &Graph| code(graph.flows(&waba()));
    assert_eq!(flows(&graph(&stand_in, "EAAanother")), (Some(190), Some(467)));
    for subcode in [460, 463] {
        let record = TokenRecord { invalid: Some(subcode), ..TokenRecord::full() };
        stand_in.state().tokens.insert("EAAinvalid".into(), record);
        assert_eq!(flows(&graph(&stand_in, "EAAinvalid")), (Some(190), Some(subcode)));
    }
    let record = TokenRecord { scopes: vec![], ..TokenRecord::full() };
    stand_in.state().tokens.insert("EAAnothing".into(), record);
    let weak = graph(&stand_in, "EAAnothing");
    assert_eq!(flows(&weak), (Some(200), None));
    assert_eq!(code(weak.registered_key(&number())), (Some(10), None));
    let record = TokenRecord { targets: Some(vec!["1".into()]), ..TokenRecord::full() };
    stand_in.state().tokens.insert("EAAelsewhere".into(), record);
    assert_eq!(flows(&graph(&stand_in, "EAAelsewhere")), (Some(100), Some(33)));
    let unknown = FlowId::new("999999999999999").unwrap();
    assert_eq!(code(good.flow(&waba(), &unknown, None)), (Some(803), None));
}

#[test]
fn messages_are_sent_to_numbers_and_user_ids() {
    let (stand_in, graph) = start();
    let flow = create(&graph, "a");
    for (to, member) in [(USER, "to"), (USER_ID, "recipient")] {
        let sent = graph.send(&number(), &message(&flow, to)).unwrap();
        assert!(sent.id.unwrap().starts_with("wamid."));
        assert_eq!(sent.status.as_deref(), Some("accepted"));
        let state = stand_in.state();
        let body = state.messages.last().unwrap();
        assert_eq!(body[member], to);
        assert_eq!(body["interactive"]["action"]["parameters"]["mode"], "draft");
        assert_eq!(body["interactive"]["action"]["parameters"]["flow_action"], "data_exchange");
    }
    for (answer, has_id) in [(MessageAnswer::Old, true), (MessageAnswer::NoId, false)] {
        stand_in.state().message_answer = answer;
        assert_eq!(graph.send(&number(), &message(&flow, USER)).unwrap().id.is_some(), has_id);
    }
    // An empty `data` is left out, because it is refused.
    let opening = Opening::Navigate { screen: "ONLY".into(), data: Map::new() };
    graph.send(&number(), &FlowMessage { opening, ..message(&flow, USER) }).unwrap();
    let payload = &stand_in.state().messages.last().unwrap()["interactive"]["action"]["parameters"]
        ["flow_action_payload"]
        .clone();
    assert_eq!(*payload, json!({ "screen": "ONLY" }));
}

#[test]
fn refused_messages_have_advice() {
    let (stand_in, graph) = start();
    let flow = create(&graph, "a");
    let send = |message: FlowMessage| code(graph.send(&number(), &message)).0.unwrap();
    assert_eq!(send(message(&flow, "15550100999")), 131030);
    assert_eq!(send(message(&flow, "15550109999")), 131021);
    let mode = Mode::Published;
    assert_eq!(send(FlowMessage { mode, ..message(&flow, USER) }), 131009);
    assert_eq!(send(FlowMessage { cta: String::new(), ..message(&flow, USER) }), 131008);
    stand_in.state().numbers.get_mut(NUMBER).unwrap().windows.clear();
    assert_eq!(send(message(&flow, USER)), 131047);
    stand_in.state().numbers.get_mut(NUMBER).unwrap().windows.insert(USER.into());
    for (status, expected) in [("BLOCKED", 132068), ("THROTTLED", 132069)] {
        stand_in.state().flow("a").status = status;
        assert_eq!(send(message(&flow, USER)), expected);
    }
    stand_in.state().flow("a").status = "DRAFT";
    for documented in [100, 131026, 131037, 131042, 131048, 131049, 131062, 368, 131031] {
        let error = json!({ "code": documented, "message": format!("(#{documented}) Documented") });
        stand_in.state().faults.push(Fault::refuse("POST messages", 400, error));
        assert_eq!(send(message(&flow, USER)), documented);
    }
    assert!(stand_in.state().messages.is_empty());
    // The recipient is shortened in the text.
    let error = graph.send(&number(), &message(&flow, "15550100999")).unwrap_err().to_string();
    assert!(error.contains("…0999") && !error.contains("15550100999"), "{error}");
}

#[test]
fn documented_errors_have_advice() {
    let (stand_in, graph) = start();
    let id = create(&graph, "a");
    for documented in [
        1, 2, 4, 10, 100, 190, 200, 368, 803, 80007, 131000, 131031, 131048, 139000, 139001,
        139002, 139003, 139004, 139006,
    ] {
        let error = json!({ "code": documented, "message": format!("(#{documented}) Documented") });
        stand_in.state().faults = vec![Fault::refuse("GET {id}", 400, error); 3];
        assert_eq!(code(graph.flow(&waba(), &id, None)), (Some(documented), None));
    }
    // A code that is not documented is shown as it is.
    let error = json!({ "code": 999, "message": "(#999) New" });
    stand_in.state().faults = vec![Fault::refuse("GET {id}", 400, error)];
    let error = graph.flow(&waba(), &id, None).unwrap_err();
    assert_eq!((error.hint(), error.to_string().starts_with("error 999: New")), (None, true));
}

#[test]
fn creating_calls_are_repeated_only_after_a_limit() {
    let (stand_in, graph) = start();
    stand_in.state().faults.push(Fault::limit("POST flows", 0));
    let flow = create(&graph, "a");
    assert_eq!(stand_in.count("POST flows"), 2);
    stand_in.state().numbers.get_mut(NUMBER).unwrap().pair_limited = true;
    graph.send(&number(), &message(&flow, USER)).unwrap();
    assert_eq!((stand_in.count("POST messages"), stand_in.state().messages.len()), (2, 1));

    let faults = [Fault::server_error, |on| Fault::html(on, 502), Fault::cut_after];
    for (number_of_fault, fault) in faults.into_iter().enumerate() {
        let calls = stand_in.count("POST flows");
        stand_in.state().faults.push(fault("POST flows"));
        let error =
            graph.create_flow(&waba(), &new_flow(&format!("b{number_of_fault}"))).unwrap_err();
        assert_eq!(error.repeat, Repeat::MayHaveHappened, "{error}");
        assert!(error.to_string().contains("it may have been done"), "{error}");
        assert_eq!(stand_in.count("POST flows"), calls + 1);

        let calls = stand_in.count("POST messages");
        stand_in.state().faults.push(fault("POST messages"));
        let error = graph.send(&number(), &message(&flow, USER)).unwrap_err();
        assert_eq!(error.repeat, Repeat::MayHaveHappened, "{error}");
        assert_eq!(stand_in.count("POST messages"), calls + 1);
    }
    // The call that was cut off had its effect.
    assert_eq!(stand_in.state().messages.len(), 2);
    assert!(stand_in.state().flows.values().any(|flow| flow.name == "b2"));
}

#[test]
fn other_calls_are_repeated_within_bounds() {
    let (stand_in, graph) = start();
    let id = create(&graph, "a");
    for fault in
        [Fault::server_error, |on| Fault::html(on, 502), Fault::cut_after, |on| Fault::limit(on, 0)]
    {
        stand_in.state().faults.push(fault("POST assets"));
        graph.upload_flow_json(&waba(), &id, FLOW_JSON.as_bytes()).unwrap();
    }
    stand_in.state().faults = vec![Fault::server_error("GET {id}"); 5];
    let error = graph.flow(&waba(), &id, None).unwrap_err();
    assert_eq!((error.code, error.repeat), (Some(2), Repeat::Safe));
    assert!(
        error.to_string().contains("tried: GET /…0002, 3 attempts; it is safe to repeat"),
        "{error}"
    );
    assert_eq!(stand_in.state().faults.len(), 2);
    // On publishing the generic error does not pass: two attempts.
    let generic = json!({ "code": 131000, "message": "(#131000) Something went wrong" });
    stand_in.state().faults = vec![Fault::refuse("POST publish", 500, generic); 5];
    assert_eq!(code(graph.publish_flow(&waba(), &id)), (Some(131000), None));
    assert_eq!(stand_in.state().faults.len(), 3);
    // A long wait is left to the user.
    stand_in.state().faults = vec![Fault::limit("GET {id}", 7); 2];
    let error = graph.flow(&waba(), &id, None).unwrap_err();
    assert!(error.to_string().contains("Meta asks to wait 7 min"), "{error}");
    assert_eq!(stand_in.state().faults.len(), 1);
}

#[test]
fn pages_of_proxies_and_closed_ports_are_told_apart() {
    let (stand_in, graph) = start();
    stand_in.state().faults.push(Fault::html("GET flows", 200));
    let error = graph.flows(&waba()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotUnderstood);
    assert!(error.to_string().contains("not a JSON object (text/html)"), "{error}");
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let nowhere = Graph::new(&closed, AccessToken::new(TOKEN).unwrap()).unwrap();
    let error =
        nowhere.with_backoff(Duration::ZERO).create_flow(&waba(), &new_flow("a")).unwrap_err();
    assert_eq!((error.kind, error.repeat), (ErrorKind::Unreachable, Repeat::Safe));
    assert!(Graph::new("http://graph.example", AccessToken::new(TOKEN).unwrap()).is_err());
}

fn message(flow: &FlowId, to: &str) -> FlowMessage {
    FlowMessage {
        to: to.parse().unwrap(),
        flow: flow.clone(),
        mode: Mode::Draft,
        flow_token: FlowToken::random(),
        opening: Opening::DataExchange,
        cta: "Open".into(),
        header: None,
        body: "Book".into(),
        footer: None,
    }
}
