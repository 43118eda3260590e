//! Which tokens are served.

use std::sync::Arc;

use serde_json::{Value, json};
use whatsapp_flows::BoxFuture;
use whatsapp_flows::keyring::{KeyringProvider, KeyringUnavailable};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::Session;
use whatsapp_flows::testing::Phone;
use whatsapp_flows::{Endpoint, MemoryStore};

use super::requests::{jwt, over};
use super::shop::{Shop, card, flow};
use crate::support::log_lines::LogLines;
use crate::support::{business, sign};

/// A token that is absent, empty or `unused` never satisfies a rule that asks for a token.
#[tokio::test]
async fn a_rule_that_asks_for_a_token_is_not_met_by_one_that_names_nobody() {
    let shop = Shop::default();
    for flow in
        [flow(&shop), flow(&shop).registered_tokens_only(), flow(&shop).require_token_signature()]
    {
        let lines = LogLines::collect();
        let phone = Phone::new(flow);
        for token in ["", "unused"] {
            over(&phone.with_token(token).init().await);
            assert_eq!(lines.last()["cause"], "token missing");
            // Meta could sign it, and it would still name nobody.
            let mut signed = phone.with_token(token).request("INIT", "", json!({}));
            signed["flow_token_signature"] = jwt("the app secret of a phone's business", token);
            over(&phone.send(&signed).await);
        }
        over(&phone.send(&json!({ "action": "INIT", "screen": "", "data": {} })).await);
        assert_eq!(phone.ping().await.status, 200);
    }
}

/// A flow without session serves anybody, unless it has a rule about tokens.
#[tokio::test]
async fn rules_about_tokens_hold_in_a_flow_without_session_too() {
    use whatsapp_flows::{Context, Flow, Init, ReplyTo, Result, close};
    async fn init(_: Context<()>) -> Result<ReplyTo<Init>> {
        Ok(close())
    }
    let phone = Phone::new(Flow::<()>::new(()).on_init(init).registered_tokens_only());
    for token in ["", "unused", "a token that nobody registered"] {
        assert_eq!(phone.with_token(token).init().await.status, 427);
    }
    let phone = Phone::new(Flow::<()>::new(()).on_init(init).require_token_signature());
    for (token, status) in [("", 427), ("unused", 427), ("a token of one message", 200)] {
        let phone = phone.with_token(token);
        let mut signed = phone.request("INIT", "", json!({}));
        signed["flow_token_signature"] = jwt("the app secret of a phone's business", token);
        assert_eq!(phone.send(&signed).await.status, status, "{token}");
    }
}

#[tokio::test]
async fn a_token_registered_without_its_flow_is_427_where_several_are_served() {
    let shop = Shop::default();
    let lines = LogLines::collect();
    let sessions = MemoryStore::new();
    let put = |token: &str, flow: Option<&str>| {
        let session = Session { flow: flow.map(str::to_owned), ..Session::default() };
        sessions.put(FlowToken::new(token).unwrap(), session);
    };
    put("without", None);
    put("with", Some("/pay"));
    let endpoint = Endpoint::new(business().secret, sessions)
        .serve("/pay", flow(&shop).registered_tokens_only())
        .serve("/other", flow(&shop).registered_tokens_only());
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
    for path in ["/pay", "/other"] {
        over(&phone.with_token("without").on_path(path).init().await);
        let cause = lines.last()["cause"].as_str().unwrap().to_owned();
        assert!(cause.contains("set the item's `flow` to the flow's path"), "{cause}");
    }
    assert_eq!(phone.with_token("with").init().await.status, 200);
    over(&phone.with_token("with").on_path("/other").init().await);

    let sessions = MemoryStore::new();
    sessions.put(FlowToken::new("without").unwrap(), Session::default());
    let alone = Endpoint::new(business().secret, sessions)
        .serve("/pay", flow(&shop).registered_tokens_only());
    let phone = Phone::for_endpoint(alone, "/pay", business().keys, sign()).with_token("without");
    assert_eq!(phone.init().await.status, 200, "one flow needs no name");
}

#[tokio::test]
async fn an_empty_token_signature_counts_as_absent() {
    let shop = Shop::default();
    for (flow, status) in [(flow(&shop), 200), (flow(&shop).require_token_signature(), 427)] {
        let phone = Phone::new(flow);
        let mut request = phone.request("INIT", "", json!({}));
        request["flow_token_signature"] = "".into();
        assert_eq!(phone.send(&request).await.status, status);
    }
}

/// INIT replaces state that no longer reads, and the log says so.
#[tokio::test]
async fn state_that_init_replaces_is_logged() {
    let lines = LogLines::collect();
    let sessions = MemoryStore::new();
    let state = Some("7".to_owned());
    sessions.put(FlowToken::new("T").unwrap(), Session { state, version: 3, ..Session::default() });
    let shop = Shop::default();
    let endpoint = Endpoint::new(business().secret, sessions).serve("/pay", flow(&shop).resumes());
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign()).with_token("T");
    assert_eq!(phone.init().await.status, 200);
    assert_eq!(lines.last()["stateReset"], true);
    assert_eq!(phone.init().await.status, 200);
    assert_eq!(lines.last().get("stateReset"), None);
}

struct Broken(bool);

impl KeyringProvider for Broken {
    fn keyring(&self) -> BoxFuture<'_, Result<Arc<Keyring>, KeyringUnavailable>> {
        let panics = self.0;
        Box::pin(async move {
            assert!(!panics, "a source that panics");
            std::future::pending().await
        })
    }

    fn reload_if_stale<'a>(&'a self, _: &'a Arc<Keyring>) -> BoxFuture<'a, Option<Arc<Keyring>>> {
        Box::pin(async { None })
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_or_a_timeout_before_the_request_is_opened_is_named() {
    let lines = LogLines::collect();
    for (panics, cause) in [
        (true, "panic before the request was opened"),
        (false, "out of time before the request was opened"),
    ] {
        let endpoint =
            Endpoint::new(Broken(panics), MemoryStore::new()).serve("/pay", flow(&Shop::default()));
        let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
        assert_eq!(phone.ping().await.status, 500);
        assert_eq!(lines.last()["cause"], cause);
    }
}

/// A placeholder in place of a token names nobody: its users share no session, and where one is needed they get
/// words that do not send them for another form with the same fault.
#[tokio::test]
async fn a_placeholder_is_like_no_token_at_all() {
    let (shop, lines) = (Shop::default(), LogLines::collect());
    let phone = Phone::new(whatsapp_flows::Flow::new(shop.clone()).once::<super::shop::Pay>(
        async |_: whatsapp_flows::Context<Shop>, _: super::shop::PayInput| {
            Ok(whatsapp_flows::close())
        },
    ));
    for (token, peculiar) in [
        ("", "missing"),
        ("unused", "missing"),
        ("UNUSED", "placeholder"),
        ("undefined", "placeholder"),
        ("[object Object]", "placeholder"),
        ("your_flow_token", "placeholder"),
        ("<FLOW_TOKEN>", "placeholder"),
        ("   ", "placeholder"),
        ("AQAAAAACS5FpgQ_cAAAAAD0QI3s.", "placeholder"),
    ] {
        let answer = phone.with_token(token).submit("PAY", card("visa")).await;
        assert_eq!(
            (answer.status, answer.error_msg()),
            (427, "This form cannot be opened."),
            "{token}"
        );
        let line = lines.last();
        assert_eq!((&line["cause"], &line["token"]), (&json!("token missing"), &json!(peculiar)));
        assert!(line["hint"].as_str().unwrap().contains("send a random one"));
        assert!(peculiar == "missing" || !line.to_string().contains(token), "{line}");
    }
}

/// INIT hands over what an earlier opening typed only where the flow resumes; otherwise it gets the state that
/// the business registered, every time, or the default. The Flow Builder's preview never resumes.
#[tokio::test]
async fn init_starts_anew_unless_the_flow_resumes() {
    use super::opened::{flow, seen};
    let sessions = Arc::new(MemoryStore::new());
    let registered = FlowToken::new("registered by the business").unwrap();
    let registration = whatsapp_flows::session::Registration::of("/form");
    let registration = registration.with_state(&json!({ "name": "Ada" })).unwrap();
    registration.register(&sessions, &registered).await.unwrap();
    let preview = "flows-builder-d480f3e4";
    for (resumes, token, first, again) in [
        (false, "a token of one message", "", ""),
        (true, "another of one message", "", "Bob"),
        (false, registered.as_str(), "Ada", "Ada"),
        (true, preview, "", ""),
    ] {
        let endpoint = Endpoint::new(business().secret, Arc::clone(&sessions));
        let endpoint = endpoint.serve("/form", flow(resumes));
        let phone =
            Phone::for_endpoint(endpoint, "/form", business().keys, sign()).with_token(token);
        assert_eq!(seen(&phone.init().await), first, "{token}");
        phone.submit("FORM", json!({ "name": "Bob" })).await;
        assert_eq!(seen(&phone.submit("FORM", json!({})).await), "Bob", "it is kept until then");
        assert_eq!(seen(&phone.init().await), again, "{token}");
        assert_eq!(seen(&phone.submit("FORM", json!({})).await), again, "and is gone for good");
    }
}

#[tokio::test]
async fn tokens_that_may_be_guessed_are_served_and_logged() {
    let (shop, lines) = (Shop::default(), LogLines::collect());
    let phone = Phone::new(flow(&shop));
    for (token, peculiar) in [
        ("4711", Some("short")),
        ("+4420794600", Some("short")),
        ("flows-builder-d480f3e4", Some("builder")),
        (phone.token(), None),
    ] {
        assert_eq!(phone.with_token(token).init().await.status, 200);
        let line = lines.last();
        assert_eq!(line.get("token").and_then(Value::as_str), peculiar);
        assert!(!line.to_string().contains(token));
    }
}

/// Somebody's phone number as the token of every message: the second one is over, and the log says why.
#[tokio::test]
async fn the_log_says_why_a_token_that_is_used_again_is_over() {
    let (shop, lines) = (Shop::default(), LogLines::collect());
    let endpoint = Endpoint::new(business().secret, MemoryStore::new())
        .serve("/pay", flow(&shop))
        .serve("/other", flow(&shop));
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign())
        .with_token("+44 20 7946 0000");
    phone.submit("PAY", card("complete")).await;
    for path in ["/pay", "/other"] {
        over(&phone.on_path(path).init().await);
        let hint = lines.last()["hint"].as_str().unwrap().to_owned();
        assert!(hint.contains("every message requires a"), "{hint}");
    }
}
