//! Messages and their webhooks.

use flowctl::graph::{ControlPlane, FlowMessage, Metadata, Mode, Opening};
use serde_json::{Map, json};

use super::receiver::Receiver;
use super::{code, create, message, number, start, waba};
use crate::graph::{Delivery, Fault, MessageAnswer, NUMBER, PingEndpoint, USER, USER_ID};

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
fn webhooks_of_messages_are_signed_and_come_again() {
    let (stand_in, graph) = start();
    let endpoint = PingEndpoint::start("graph-webhooks");
    let hook = Receiver::start();
    stand_in.state().webhook = Some(hook.url.clone());
    graph.register_key(&number(), &endpoint.public_pem).unwrap();
    let flow = create(&graph, "a");
    let endpoint_uri = Some(endpoint.url.clone());
    graph.update_flow(&waba(), &flow, &Metadata { endpoint_uri, ..Metadata::default() }).unwrap();
    let message = message(&flow, USER);
    graph.send(&number(), &message).unwrap();
    let status = |at: usize| {
        let value = hook.value(at);
        let status = &value["statuses"][0];
        (status["id"].as_str().unwrap().to_owned(), status["status"].as_str().unwrap().to_owned())
    };
    // The first post is refused, and comes again.
    let expected = ["sent", "sent", "delivered", "read"];
    let statuses: Vec<_> = (0..4).map(status).collect();
    assert_eq!(statuses, expected.map(|status| ("wamid.HBgL1".to_owned(), status.to_owned())));

    let replies =
        stand_in.converse(NUMBER, 0, &[json!({ "action": "INIT", "screen": "", "data": {} })]);
    assert_eq!(replies[0]["screen"], "SUCCESS");
    let reply = hook.value(4)["messages"][0].clone();
    assert_eq!(reply["context"]["id"], "wamid.HBgL1");
    let response = reply["interactive"]["nfm_reply"]["response_json"].as_str().unwrap();
    let response: serde_json::Value = serde_json::from_str(response).unwrap();
    assert_eq!(
        (&response["flow_token"], &response["day"]),
        (&json!(message.flow_token.as_str()), &json!("café 1/2"))
    );

    stand_in.state().delivery = Delivery::Failed(131049);
    graph.send(&number(), &message).unwrap();
    let failed = hook.value(6)["statuses"][0].clone();
    assert_eq!(
        (&failed["status"], &failed["errors"][0]["code"]),
        (&json!("failed"), &json!(131049))
    );
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
