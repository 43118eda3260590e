//! Which tokens are served, and which bodies are known.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use whatsapp_flows::flow::{BoxFuture, Session, Sessions};
use whatsapp_flows::phone::{Answer, Phone, Sealed, Sealing};
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::secret::Secret;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::secrets::{SecretUnreadable, Secrets};
use whatsapp_flows::{Endpoint, MemorySessions};

use crate::log_lines::LogLines;
use crate::shop::{Shop, card, flow};
use crate::support::{APP_SECRET, business, sign};

fn over(answer: &Answer) {
    assert_eq!((answer.status, answer.words()), (427, "It is over."));
}

fn nothing(answer: &Answer) {
    assert_eq!((answer.status, answer.raw.len()), (409, 0));
}

/// A token that is absent, empty or `unused` never satisfies a rule that asks for a token.
#[tokio::test]
async fn a_rule_that_asks_for_a_token_is_not_met_by_one_that_names_nobody() {
    let shop = Shop::default();
    for flow in
        [flow(&shop), flow(&shop).registered_tokens_only(), flow(&shop).demand_token_signature()]
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
    let phone = Phone::new(Flow::<()>::new(()).on_init(init).demand_token_signature());
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
    let sessions = MemorySessions::new();
    let put = |token: &str, flow: Option<&str>| {
        let session = Session { flow: flow.map(str::to_owned), ..Session::default() };
        sessions.put(FlowToken::new(token).unwrap(), session);
    };
    put("without", None);
    put("with", Some("/pay"));
    let endpoint = Endpoint::new(business().secret, sessions)
        .serve("/pay", flow(&shop).registered_tokens_only())
        .serve("/other", flow(&shop).registered_tokens_only());
    let phone = Phone::of(endpoint, "/pay", business().keys, sign());
    for path in ["/pay", "/other"] {
        over(&phone.with_token("without").on_path(path).init().await);
        let cause = lines.last()["cause"].as_str().unwrap().to_owned();
        assert!(cause.contains("write the flow's path into the item's `flow`"), "{cause}");
    }
    assert_eq!(phone.with_token("with").init().await.status, 200);
    over(&phone.with_token("with").on_path("/other").init().await);

    let sessions = MemorySessions::new();
    sessions.put(FlowToken::new("without").unwrap(), Session::default());
    let alone = Endpoint::new(business().secret, sessions)
        .serve("/pay", flow(&shop).registered_tokens_only());
    let phone = Phone::of(alone, "/pay", business().keys, sign()).with_token("without");
    assert_eq!(phone.init().await.status, 200, "one flow needs no name");
}

/// Signs and delivers any text as the body of what was sealed.
async fn deliver(phone: &Phone, path: &str, body: String, sealed: &Sealed) -> Answer {
    let request = Request::post(path).header(HEADER, sign().sign(body.as_bytes()));
    phone.deliver(request.body(Bytes::from(body)).unwrap(), &sealed.opener).await
}

/// A body is its AES key and initial vector: neither the JSON around them, nor the RSA ciphertext, nor the
/// payload makes it another one.
#[tokio::test]
async fn a_body_is_known_by_its_key_and_vector_however_it_is_wrapped() {
    let shop = Shop::default();
    let endpoint =
        Endpoint::new(business().secret, MemorySessions::new()).serve("/pay", flow(&shop));
    let phone = Phone::of(endpoint, "/pay", business().keys, sign());
    let sealing = Sealing::new(&business().keys.public_pem).unwrap();
    let (key, iv) = ([3; 16], [4; 16]);
    let seal = |request: Value| sealing.seal_under(key.into(), iv, request.to_string().as_bytes());
    let submits = |card_name| phone.request("data_exchange", "PAY", card(card_name));
    let sealed = seal(submits("visa"));
    let first = phone.post(&sealed).await;
    assert_eq!(first.screen(), "RECEIPT");

    let members: Value = serde_json::from_str(&sealed.body).unwrap();
    let member = |name: &str| members[name].as_str().unwrap();
    let [data, wrapped, vector] = ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"];
    let reordered = format!(
        "{{ \"{vector}\" : \"{}\",\n\"more\":1, \"{data}\":\"{}\", \"{wrapped}\":\"{}\" }}\n",
        member(vector),
        member(data),
        member(wrapped)
    );
    for body in [reordered, format!(" {} ", sealed.body), members.to_string()] {
        assert_eq!(deliver(&phone, "/pay", body, &sealed).await, first, "the same bytes");
    }
    let wrapped_anew = seal(submits("visa"));
    assert_ne!(wrapped_anew.body, sealed.body, "OAEP is random");
    assert_eq!(phone.post(&wrapped_anew).await, first);
    assert_eq!(phone.post(&seal(submits("master"))).await, first, "whatever else is in it");
    phone.submit("RECEIPT", json!({ "note": "x" })).await;
    nothing(&phone.post(&seal(submits("visa"))).await);
    nothing(&phone.post(&seal(submits("amex"))).await);
    assert_eq!(shop.charges().len(), 1);
}

/// Another secret after a rotation, for the same store.
#[derive(Clone)]
struct Rotating(Arc<Mutex<Arc<Secret>>>);

impl Secrets for Rotating {
    fn secret(&self) -> BoxFuture<'_, Result<Arc<Secret>, SecretUnreadable>> {
        let secret = Arc::clone(&self.0.lock().unwrap());
        Box::pin(async { Ok(secret) })
    }

    fn fresher<'a>(&'a self, _: &'a Arc<Secret>) -> BoxFuture<'a, Option<Arc<Secret>>> {
        Box::pin(async { None })
    }
}

fn secret(app_secrets: &[&str]) -> Arc<Secret> {
    let key = PrivateKey::from_pem("tests", &business().keys.private_pem, None).unwrap();
    let app_secrets = app_secrets.iter().map(|text| AppSecret::new(*text).unwrap()).collect();
    Arc::new(Secret::new(vec![key], app_secrets).unwrap())
}

fn jwt(app_secret: &str, token: &str) -> Value {
    let encode = |text: String| BASE64_URL_SAFE_NO_PAD.encode(text);
    let claims = encode(json!({ "flow_token": token }).to_string());
    let signed = format!("{}.{claims}", encode(r#"{"alg":"HS256"}"#.into()));
    let hex = AppSecret::new(app_secret).unwrap().sign(signed.as_bytes());
    let digits = hex.strip_prefix("sha256=").unwrap();
    let tag: Vec<u8> = (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag)).into()
}

/// The check for a body seen before comes before any rule about its token: what was answered 200 does not
/// become a sealed 427 when a rotation has outdated the token's signature.
#[tokio::test]
async fn a_body_answered_before_keeps_its_answer_when_its_token_breaks_a_rule_later() {
    let secrets = Rotating(Arc::new(Mutex::new(secret(&["old", APP_SECRET]))));
    let shop = Shop::default();
    let endpoint = Endpoint::new(secrets.clone(), MemorySessions::new()).serve("/pay", flow(&shop));
    let phone = Phone::of(endpoint, "/pay", business().keys, sign());
    let signed = |card_name| {
        let mut request = phone.request("data_exchange", "PAY", card(card_name));
        request["flow_token_signature"] = jwt("old", phone.token());
        phone.seal(&request)
    };
    let (before, after) = (signed("visa"), signed("master"));
    let answer = phone.post(&before).await;
    assert_eq!(answer.screen(), "RECEIPT");
    *secrets.0.lock().unwrap() = secret(&[APP_SECRET]);
    assert_eq!(phone.post(&before).await, answer, "the same bytes");
    over(&phone.post(&after).await);
    nothing(&phone.post(&after).await);
    assert_eq!(phone.post(&before).await, answer, "and that 427 has not changed it");
}

/// The path is not signed: a body that got 427 on one path gets nothing on the other, and the reverse.
#[tokio::test]
async fn a_427_that_was_sealed_makes_its_body_known() {
    let shop = Shop::default();
    let endpoint = Endpoint::new(business().secret, MemorySessions::new())
        .serve("/pay", flow(&shop))
        .serve("/other", flow(&shop));
    let phone = Phone::of(endpoint, "/pay", business().keys, sign());
    phone.init().await;
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("visa")));
    over(&phone.on_path("/other").post(&body).await);
    nothing(&phone.on_path("/other").post(&body).await);
    nothing(&phone.post(&body).await);
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("visa")));
    let answer = phone.post(&body).await;
    assert_eq!(answer.screen(), "RECEIPT");
    assert_eq!(phone.on_path("/other").post(&body).await, answer, "what was sealed for it stands");
    assert_eq!(shop.charges().len(), 1);

    // Everything that a finished token gets is known, too.
    phone.submit("PAY", card("complete")).await;
    let late = phone.seal(&phone.request("INIT", "", json!({})));
    over(&phone.post(&late).await);
    nothing(&phone.post(&late).await);
}

#[tokio::test]
async fn an_empty_token_signature_counts_as_absent() {
    let shop = Shop::default();
    for (flow, status) in [(flow(&shop), 200), (flow(&shop).demand_token_signature(), 427)] {
        let phone = Phone::new(flow);
        let mut request = phone.request("INIT", "", json!({}));
        request["flow_token_signature"] = "".into();
        assert_eq!(phone.send(&request).await.status, status);
    }
}

/// Ten minutes after the end the same submission is a new fill-in, with or without INIT.
#[tokio::test]
async fn a_reopenable_flow_takes_the_same_submission_for_a_new_one_after_ten_minutes() {
    for with_init in [false, true] {
        let shop = Shop::default();
        let phone = Phone::new(flow(&shop).may_be_filled_in_again());
        let body = phone.seal(&phone.request("data_exchange", "PAY", card("complete")));
        let end = phone.post(&body).await;
        assert_eq!(end.screen(), "SUCCESS");
        phone.wait(Duration::from_secs(599));
        assert_eq!(phone.submit("PAY", card("complete")).await.body, end.body, "a retry");
        phone.wait(Duration::from_secs(1));
        if with_init {
            assert_eq!(phone.init().await.screen(), "PAY");
        }
        nothing(&phone.post(&body).await);
        assert_eq!(phone.submit("PAY", card("complete")).await.screen(), "SUCCESS");
        let [one, two] = &shop.charges()[..] else { panic!("filled in twice") };
        assert_ne!(one.operation, two.operation);
    }
}

/// The last reply is repeated for ten minutes after the end; then its submission is 427, its body 409.
#[tokio::test]
async fn an_end_is_repeated_for_ten_minutes() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("complete")));
    let end = phone.post(&body).await;
    phone.wait(Duration::from_secs(599));
    assert_eq!(phone.post(&body).await, end);
    assert_eq!(phone.submit("PAY", card("complete")).await.body, end.body);
    phone.wait(Duration::from_secs(1));
    nothing(&phone.post(&body).await);
    over(&phone.submit("PAY", card("complete")).await);
    assert_eq!(shop.charges().len(), 1);
}

/// What was typed and returned is not in the item, in any step: the reply is kept encrypted.
#[tokio::test]
async fn the_kept_reply_cannot_be_read_from_the_session_and_goes_with_its_app_secret() {
    let secrets = Rotating(Arc::new(Mutex::new(secret(&["old"]))));
    let sessions = Arc::new(MemorySessions::new());
    let shop = Shop::default();
    let endpoint = Endpoint::new(secrets.clone(), Arc::clone(&sessions)).serve("/pay", flow(&shop));
    let phone = Phone::of(endpoint, "/pay", business().keys, AppSecret::new("old").unwrap());
    let token = FlowToken::new(phone.token()).unwrap();
    let kept = async || sessions.load(&token).await.unwrap().unwrap().reply.unwrap();
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("complete")));
    let end = phone.post(&body).await;
    assert_eq!(end.params()["typed"], "VERY-PRIVATE");
    let reply = kept().await;
    for text in ["VERY-PRIVATE", "SUCCESS", "extension_message"] {
        assert!(!reply.windows(text.len()).any(|part| part == text.as_bytes()), "{text}");
    }
    assert_eq!(phone.submit("PAY", card("complete")).await.body, end.body);

    // After a rotation the older app secret still reads it; once that is gone, the reply is not kept.
    *secrets.0.lock().unwrap() = secret(&["new", "old"]);
    assert_eq!(phone.post(&body).await, end);
    *secrets.0.lock().unwrap() = secret(&["new"]);
    let endpoint = Endpoint::new(secrets, Arc::clone(&sessions)).serve("/pay", flow(&shop));
    let new = AppSecret::new("new").unwrap();
    let phone = Phone::of(endpoint, "/pay", business().keys, new).with_token(token.as_str());
    nothing(&phone.post(&body).await);
    nothing(&phone.submit("PAY", card("complete")).await);
    assert_eq!(shop.charges().len(), 1, "and nothing is done again for it");
}

/// INIT replaces state that no longer reads, and the log says so.
#[tokio::test]
async fn state_that_init_replaces_is_logged() {
    let lines = LogLines::collect();
    let sessions = MemorySessions::new();
    let state = Some("7".to_owned());
    sessions.put(FlowToken::new("T").unwrap(), Session { state, version: 3, ..Session::default() });
    let shop = Shop::default();
    let endpoint = Endpoint::new(business().secret, sessions).serve("/pay", flow(&shop).resumes());
    let phone = Phone::of(endpoint, "/pay", business().keys, sign()).with_token("T");
    assert_eq!(phone.init().await.status, 200);
    assert_eq!(lines.last()["stateReset"], true);
    assert_eq!(phone.init().await.status, 200);
    assert_eq!(lines.last().get("stateReset"), None);
}

struct Broken(bool);

impl Secrets for Broken {
    fn secret(&self) -> BoxFuture<'_, Result<Arc<Secret>, SecretUnreadable>> {
        let panics = self.0;
        Box::pin(async move {
            assert!(!panics, "a source that panics");
            std::future::pending().await
        })
    }

    fn fresher<'a>(&'a self, _: &'a Arc<Secret>) -> BoxFuture<'a, Option<Arc<Secret>>> {
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
        let endpoint = Endpoint::new(Broken(panics), MemorySessions::new())
            .serve("/pay", flow(&Shop::default()));
        let phone = Phone::of(endpoint, "/pay", business().keys, sign());
        assert_eq!(phone.ping().await.status, 500);
        assert_eq!(lines.last()["cause"], cause);
    }
}

/// A placeholder in place of a token names nobody: its users share no session, and where one is needed they get
/// words that do not send them for another form with the same fault.
#[tokio::test]
async fn a_placeholder_is_like_no_token_at_all() {
    let (shop, lines) = (Shop::default(), LogLines::collect());
    let phone = Phone::new(whatsapp_flows::Flow::new(shop.clone()).once::<crate::shop::Pay>(
        async |_: whatsapp_flows::Context<Shop>, _: crate::shop::PayInput| {
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
            (answer.status, answer.words()),
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
    use crate::opened::{flow, seen};
    let sessions = Arc::new(MemorySessions::new());
    let registered = FlowToken::new("registered by the business").unwrap();
    let registration = whatsapp_flows::flow::Registration::of("/form");
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
        let phone = Phone::of(endpoint, "/form", business().keys, sign()).with_token(token);
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
    let endpoint = Endpoint::new(business().secret, MemorySessions::new())
        .serve("/pay", flow(&shop))
        .serve("/other", flow(&shop));
    let phone = Phone::of(endpoint, "/pay", business().keys, sign()).with_token("+44 20 7946 0000");
    phone.submit("PAY", card("complete")).await;
    for path in ["/pay", "/other"] {
        over(&phone.on_path(path).init().await);
        let hint = lines.last()["hint"].as_str().unwrap().to_owned();
        assert!(hint.contains("every message requires a"), "{hint}");
    }
}
