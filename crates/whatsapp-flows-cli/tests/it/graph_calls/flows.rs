//! Calls for flows.

use flowctl::graph::{AppId, ControlPlane, FlowStatus, Metadata, NewFlow, SendStatus};
use serde_json::json;
use whatsapp_flows::testing::KeyPair;

use super::{FLOW_JSON, code, create, new_flow, number, start, waba};
use crate::graph::{APP, CreateAnswer, Fault, NUMBER, PingEndpoint, PublishedUpload};

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
