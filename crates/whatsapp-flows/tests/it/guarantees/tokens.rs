//! Token rules: which tokens are accepted.

use std::sync::Arc;

use serde_json::{Value, json};
use whatsapp_flows::BoxFuture;
use whatsapp_flows::keyring::{KeyringProvider, KeyringUnavailable};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::Session;
use whatsapp_flows::testing::Phone;
use whatsapp_flows::{Endpoint, MemoryStore};

use super::requests::{assert_427, jwt};
use super::shop::{Shop, card, flow};
use crate::support::log_lines::LogLines;
use crate::support::{business, sign};

/// A token that is absent, empty or `unused` never satisfies a rule that requires a token.
#[tokio::test]
async fn a_missing_token_breaks_every_token_rule() {
    let shop = Shop::default();
    for flow in
        [flow(&shop), flow(&shop).registered_tokens_only(), flow(&shop).require_token_signature()]
    {
        let lines = LogLines::collect();
        let phone = Phone::new(flow);
        for token in ["", "unused"] {
            assert_427(&phone.with_token(token).init().await);
            assert_eq!(lines.last()["cause"], "token missing");
            // Even with a valid signature.
            let mut signed = phone.with_token(token).request("INIT", "", json!({}));
            signed["flow_token_signature"] = jwt("the app secret of a phone's business", token);
            assert_427(&phone.send(&signed).await);
        }
        assert_427(&phone.send(&json!({ "action": "INIT", "screen": "", "data": {} })).await);
        assert_eq!(phone.ping().await.status, 200);
    }
}

/// A flow without session serves every token, unless it has a token rule.
#[tokio::test]
async fn token_rules_apply_to_a_flow_without_session() {
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
async fn a_token_registered_without_a_flow_is_427_among_several_flows() {
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
        assert_427(&phone.with_token("without").on_path(path).init().await);
        let line = lines.last();
        assert_eq!(line["cause"], "token registered without its flow");
        assert_eq!(line["hint"], "set the item's `flow` to the flow's path");
    }
    assert_eq!(phone.with_token("with").init().await.status, 200);
    assert_427(&phone.with_token("with").on_path("/other").init().await);

    let sessions = MemoryStore::new();
    sessions.put(FlowToken::new("without").unwrap(), Session::default());
    let alone = Endpoint::new(business().secret, sessions)
        .serve("/pay", flow(&shop).registered_tokens_only());
    let phone = Phone::for_endpoint(alone, "/pay", business().keys, sign()).with_token("without");
    assert_eq!(phone.init().await.status, 200, "a single flow is not named");
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

#[tokio::test]
async fn a_state_reset_by_init_is_logged() {
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

/// A keyring that panics, or never loads.
struct BrokenKeyring {
    panics: bool,
}

impl KeyringProvider for BrokenKeyring {
    fn keyring(&self) -> BoxFuture<'_, Result<Arc<Keyring>, KeyringUnavailable>> {
        let panics = self.panics;
        Box::pin(async move {
            assert!(!panics, "a keyring that panics");
            std::future::pending().await
        })
    }

    fn reload_if_stale<'a>(&'a self, _: &'a Arc<Keyring>) -> BoxFuture<'a, Option<Arc<Keyring>>> {
        Box::pin(async { None })
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_or_timeout_before_decryption_is_logged() {
    let lines = LogLines::collect();
    for (panics, cause) in [
        (true, "panic before the request was opened"),
        (false, "out of time before the request was opened"),
    ] {
        let endpoint = Endpoint::new(BrokenKeyring { panics }, MemoryStore::new())
            .serve("/pay", flow(&Shop::default()));
        let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
        assert_eq!(phone.ping().await.status, 500);
        assert_eq!(lines.last()["cause"], cause);
    }
}

/// A placeholder identifies nobody: its users share no session. Where one is required, the message does not ask them to
/// request another form, which would have the same placeholder.
#[tokio::test]
async fn a_placeholder_token_counts_as_missing() {
    let (shop, lines) = (Shop::default(), LogLines::collect());
    let phone = Phone::new(whatsapp_flows::Flow::new(shop.clone()).once::<super::shop::Pay>(
        async |_: whatsapp_flows::Context<Shop>, _: super::shop::PayInput| {
            Ok(whatsapp_flows::close())
        },
    ));
    for (token, logged) in [
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
        assert_eq!((&line["cause"], &line["token"]), (&json!("token missing"), &json!(logged)));
        assert!(line["hint"].as_str().unwrap().contains("send a random one"));
        assert!(logged == "missing" || !line.to_string().contains(token), "{line}");
    }
}

/// Without `.resumes()`, INIT gets the state that the business registered, or the default. The Flow Builder's preview
/// never resumes.
#[tokio::test]
async fn init_starts_with_a_new_state_unless_the_flow_resumes() {
    use super::form::{flow, shown_name};
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
        assert_eq!(shown_name(&phone.init().await), first, "{token}");
        phone.submit("FORM", json!({ "name": "Bob" })).await;
        assert_eq!(
            shown_name(&phone.submit("FORM", json!({})).await),
            "Bob",
            "the state is stored until INIT"
        );
        assert_eq!(shown_name(&phone.init().await), again, "{token}");
        assert_eq!(
            shown_name(&phone.submit("FORM", json!({})).await),
            again,
            "the state was replaced"
        );
    }
}

#[tokio::test]
async fn guessable_tokens_are_served_and_logged() {
    let (shop, lines) = (Shop::default(), LogLines::collect());
    let phone = Phone::new(flow(&shop));
    for (token, logged) in [
        ("4711", Some("short")),
        ("+4420794600", Some("short")),
        ("flows-builder-d480f3e4", Some("builder")),
        (phone.token(), None),
    ] {
        assert_eq!(phone.with_token(token).init().await.status, 200);
        let line = lines.last();
        assert_eq!(line.get("token").and_then(Value::as_str), logged);
        assert!(!line.to_string().contains(token));
    }
}

/// A phone number as the token of every message: the second message gets 427.
#[tokio::test]
async fn the_log_has_a_hint_for_a_reused_token() {
    let (shop, lines) = (Shop::default(), LogLines::collect());
    let endpoint = Endpoint::new(business().secret, MemoryStore::new())
        .serve("/pay", flow(&shop))
        .serve("/other", flow(&shop));
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign())
        .with_token("+44 20 7946 0000");
    phone.submit("PAY", card("complete")).await;
    for path in ["/pay", "/other"] {
        assert_427(&phone.on_path(path).init().await);
        let hint = lines.last()["hint"].as_str().unwrap().to_owned();
        assert!(hint.contains("every message requires a"), "{hint}");
    }
}
