//! State that an earlier version of the program stored: it is converted, or the conversation ends.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use whatsapp_flows::session::{Precondition, Session, SessionStore};
use whatsapp_flows::testing::Phone;
use whatsapp_flows::*;

use crate::support::log_lines::LogLines;
use crate::support::{business, sign};

/// Yesterday's state had one `name`.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Draft {
    first: String,
    last: String,
}

#[derive(Serialize)]
struct Form {
    first: String,
    last: String,
}

impl Screen for Form {
    const ID: &'static str = "FORM";
    type Input = Value;
}

impl Reaches<Form> for Init {}

type Cx = Context<(), Draft>;

fn form(draft: &Draft) -> Form {
    Form { first: draft.first.clone(), last: draft.last.clone() }
}

fn flow() -> Flow<(), Draft> {
    Flow::new(())
        .on_init(async |cx: Cx| Ok(show(form(cx.session()))))
        .on::<Form>(async |cx: Cx, _| Ok(show(form(cx.session())).saving(cx.into_session())))
        .expired_message("Ask for a new form.")
        .resumes()
}

fn from_yesterday(old: Value) -> Option<Draft> {
    let (first, last) = old["name"].as_str()?.split_once(' ')?;
    Some(Draft { first: first.into(), last: last.into() })
}

/// A phone whose session has this state, and the store.
async fn open(flow: Flow<(), Draft>, state: &str) -> (Phone, Arc<MemoryStore>) {
    let sessions = Arc::new(MemoryStore::new());
    let endpoint = Endpoint::new(business().secret, Arc::clone(&sessions)).serve("/form", flow);
    let phone = Phone::for_endpoint(endpoint, "/form", business().keys, sign());
    let token = FlowToken::new(phone.token()).unwrap();
    let session = Session { version: 1, state: Some(state.into()), ..Session::default() };
    sessions.write(&token, &session, Precondition::New, 0).await.unwrap();
    (phone, sessions)
}

#[tokio::test]
async fn older_state_is_converted_and_stored_in_its_new_form() {
    let (phone, sessions) = open(flow().restore_state(from_yesterday), r#"{"name":"Ada L"}"#).await;
    let answer = phone.submit("FORM", json!({})).await;
    assert_eq!((answer.status, answer.data()), (200, &json!({ "first": "Ada", "last": "L" })));
    let stored = sessions.load(&FlowToken::new(phone.token()).unwrap()).await.unwrap().unwrap();
    assert_eq!(stored.state.as_deref(), Some(r#"{"first":"Ada","last":"L"}"#));
}

#[tokio::test]
async fn init_resumes_a_converted_state() {
    let (phone, _) = open(flow().restore_state(from_yesterday), r#"{"name":"Ada L"}"#).await;
    let lines = LogLines::collect();
    assert_eq!(phone.init().await.data()["first"], "Ada");
    assert_eq!(lines.last()["stateReset"], Value::Null);
}

#[tokio::test]
async fn state_that_cannot_be_converted_ends_the_conversation_and_init_starts_anew() {
    for (flow, state) in [
        (flow(), r#"{"name":"Ada L"}"#),
        (flow().restore_state(from_yesterday), r#"{"name":"Ada"}"#),
        (flow().restore_state(from_yesterday), "not JSON"),
    ] {
        let (phone, _) = open(flow, state).await;
        let lines = LogLines::collect();
        let answer = phone.submit("FORM", json!({})).await;
        assert_eq!((answer.status, answer.error_msg()), (427, "Ask for a new form."));
        let line = lines.last();
        assert_eq!((&line["cause"], &line["level"]), (&"state unreadable".into(), &"ERROR".into()));
        assert_eq!(line["failed"], true, "so that a rollout is rolled back");
        let answer = phone.init().await;
        assert_eq!((answer.status, answer.data()), (200, &json!({ "first": "", "last": "" })));
        assert_eq!(lines.last()["stateReset"], true);
        assert!(!format!("{:?}", lines.all()).contains("Ada"));
    }
}
