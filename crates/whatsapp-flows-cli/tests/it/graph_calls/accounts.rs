//! Calls for keys, accounts, subscriptions and tokens.

use flowctl::graph::{
    ControlPlane, ErrorKind, FlowId, Graph, Introspection, SendStatus, SignatureStatus,
};
use serde_json::json;
use whatsapp_flows::testing::KeyPair;

use super::{app_token, code, graph, number, start, waba};
use crate::graph::{APP, APP_SECRET, Fault, KeyShape, NUMBER, TOKEN, TokenRecord, WABA};

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
