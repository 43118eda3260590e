//! The status table of docs/errors.md, row by row, through the front door: a sealed and signed request in,
//! the status and the opened reply out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::support::{APP_SECRET, business, faulty, sign};
use bytes::Bytes;
use http::Request;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use whatsapp_flows::keyring::{KeyringProvider, KeyringUnavailable};
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::{Session, StoreError};
use whatsapp_flows::testing::{KeyPair, Phone, RequestSealer, Response, Sealed};
use whatsapp_flows::*;

#[derive(Serialize)]
struct Form {
    echo: Option<String>,
    seen: u32,
}

#[derive(Deserialize)]
struct FormInput {
    what: String,
    #[serde(default)]
    nested: Option<Nested>,
}

#[derive(Deserialize)]
struct Nested {
    count: u32,
}

impl Screen for Form {
    const ID: &'static str = "FORM";
    type Input = FormInput;
}

#[derive(Serialize)]
struct Other;

impl Screen for Other {
    const ID: &'static str = "OTHER";
    type Input = ();
}

/// Its data is no object.
#[derive(Serialize)]
struct Flat(u8);

impl Screen for Flat {
    const ID: &'static str = "FLAT";
    type Input = ();
}

impl Reaches<Form> for Init {}
impl Reaches<Other> for Form {}
impl Reaches<Flat> for Form {}

#[derive(Default, Serialize, Deserialize)]
struct Seen {
    times: u32,
    text: String,
}

type Cx = Context<(), Seen>;

async fn init(cx: Cx) -> Result<ReplyTo<Init, Seen>> {
    Ok(show(Form { echo: None, seen: cx.session().times }))
}

async fn submit(cx: Cx, given: FormInput) -> Result<ReplyTo<Form, Seen>> {
    let times = cx.session().times + given.nested.map_or(1, |nested| nested.count);
    let seen = Seen { times, text: given.what.clone() };
    Ok(match given.what.as_str() {
        "fail" => "a secret thing".parse::<u32>().map(|_| close())?,
        "boxed" => Err(Box::<dyn std::error::Error + Send + Sync>::from("text"))?,
        "expire" => return Err(Error::token_expired("Closed since noon.")),
        "panic" => panic!("what a person typed"),
        "panic later" => {
            tokio::task::yield_now().await;
            panic!("what a person typed")
        }
        "sleep" => std::future::pending().await,
        "flat" => show(Flat(1)),
        "large" => show(Form { echo: Some("x".repeat(1_000_000)), seen: 0 }),
        "kept large" => show(Form { echo: Some(noise(100_000)), seen: 0 }),
        "large state" => show(Other).saving(Seen { text: "x".repeat(65_536), ..seen }),
        "complete" => complete(json!({ "said": given.what, "flow_token": "of another" })),
        "complete with a list" => complete([1]),
        "close" => close(),
        "other" => show(Other),
        "message" => show(Form { echo: None, seen: times }).message("Look ${data.x}"),
        echo => show(Form { echo: Some(echo.into()), seen: times }).saving(seen),
    })
}

/// Text that compression makes little of.
fn noise(length: usize) -> String {
    let mut random = 1_u64;
    let letter = std::iter::repeat_with(|| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'0' + (random >> 58) as u8)
    });
    letter.take(length).collect()
}

fn flow() -> Flow<(), Seen> {
    Flow::new(()).on_init(init).on::<Form>(submit).resumes().expired_message("It is over.")
}

fn endpoint(sessions: impl session::SessionStore) -> Endpoint {
    Endpoint::new(business().secret, sessions).serve("/form", flow())
}

fn phone_of(endpoint: Endpoint) -> Phone {
    Phone::for_endpoint(endpoint, "/form", business().keys, sign())
}

fn phone() -> Phone {
    phone_of(endpoint(MemoryStore::new()))
}

/// A correct POST, for tests that change one thing.
fn post(sealed: &Sealed, signature: &[&[u8]]) -> Request<Bytes> {
    let mut request = Request::post("/form").body(Bytes::from(sealed.body.clone())).unwrap();
    for value in signature {
        request.headers_mut().append(
            "X-Hub-Signature-256",
            http::HeaderValue::from_bytes(value).expect("a header value"),
        );
    }
    request
}

fn is_empty(answer: &Response, status: u16) {
    assert_eq!((answer.status, answer.raw.len()), (status, 0));
}

#[tokio::test]
async fn a_screen_is_200_bare_base64_in_text_plain() {
    let endpoint = endpoint(MemoryStore::new());
    let phone = phone();
    let sealed = phone.seal(&phone.request("INIT", "", json!({})));
    let signature = sign().sign(sealed.body.as_bytes());
    let response = endpoint.handle(post(&sealed, &[signature.as_bytes()])).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain");
    let opened = sealed.opener.open(response.body()).unwrap();
    assert_eq!(opened, json!({ "screen": "FORM", "data": { "seen": 0 } }));
}

#[tokio::test]
async fn ping_and_notice_are_200_and_touch_no_session() {
    let phone = phone_of(endpoint(faulty(StoreError("down"))));
    assert_eq!(phone.ping().await.body, json!({ "data": { "status": "active" } }));
    let answer =
        phone.error_notification("FORM", "payload-schema-error", "what a person typed").await;
    assert_eq!((answer.status, &answer.body), (200, &json!({ "data": { "acknowledged": true } })));
    let nameless = json!({ "action": "BACK", "data": { "error": "", "error_message": "m" } });
    assert_eq!(phone.send(&nameless).await.body["data"]["acknowledged"], true);
}

#[tokio::test]
async fn an_unknown_path_is_404_and_a_trailing_slash_is_none() {
    let phone = phone();
    for path in ["/", "/Form", "/form/x", "/formx"] {
        is_empty(&phone.on_path(path).ping().await, 404);
    }
    assert_eq!(phone.on_path("/form/").ping().await.status, 200);
}

#[tokio::test]
async fn another_method_is_405_with_allow() {
    let endpoint = endpoint(MemoryStore::new());
    for method in ["GET", "PUT", "OPTIONS", "HEAD"] {
        let request = Request::builder().method(method).uri("/form").body(Bytes::new()).unwrap();
        let response = endpoint.handle(request).await;
        assert_eq!((response.status().as_u16(), response.body().len()), (405, 0));
        assert_eq!(response.headers()["allow"], "POST");
    }
}

#[tokio::test]
async fn a_body_over_1_mib_is_413_before_it_is_hashed() {
    let phone = phone();
    let mut sealed = phone.seal(&phone.request("INIT", "", json!({})));
    sealed.body = " ".repeat((1 << 20) + 1);
    is_empty(&phone.deliver(post(&sealed, &[b"unsigned"]), &sealed.opener).await, 413);
    sealed.body.pop();
    is_empty(&phone.deliver(post(&sealed, &[b"unsigned"]), &sealed.opener).await, 432);
    is_empty(&phone.post(&sealed).await, 421);
}

struct Unreadable;

impl KeyringProvider for Unreadable {
    fn keyring(
        &self,
    ) -> BoxFuture<'_, std::result::Result<Arc<protocol::keyring::Keyring>, KeyringUnavailable>>
    {
        Box::pin(async { Err(KeyringUnavailable) })
    }

    fn reload_if_stale<'a>(
        &'a self,
        _: &'a Arc<protocol::keyring::Keyring>,
    ) -> BoxFuture<'a, Option<Arc<protocol::keyring::Keyring>>> {
        Box::pin(async { None })
    }
}

#[tokio::test]
async fn without_a_secret_everything_is_500() {
    let endpoint = Endpoint::new(Unreadable, MemoryStore::new()).serve("/form", flow());
    is_empty(&phone_of(endpoint).ping().await, 500);
}

#[tokio::test]
async fn a_signature_that_is_absent_malformed_or_wrong_is_432() {
    let phone = phone();
    let sealed = phone.seal(&phone.request("INIT", "", json!({})));
    let good = sign().sign(sealed.body.as_bytes());
    let good = good.as_bytes();
    let other = protocol::signature::AppSecret::new("other").unwrap();
    let other = other.sign(sealed.body.as_bytes());
    let twice = [good, b",", good].concat();
    is_empty(&phone.deliver(post(&sealed, &[]), &sealed.opener).await, 432);
    is_empty(&phone.deliver(post(&sealed, &[good, good]), &sealed.opener).await, 432);
    for signature in [
        &b""[..],
        &good[7..],
        &good[..good.len() - 1],
        b"sha256=\xe9",
        b"sha1=f7bc83f430538424b13298e6aa6fb143ef4d59a1",
        &twice,
        other.as_bytes(),
    ] {
        let before = internals::cipher::rsa_operations();
        let answer = phone.deliver(post(&sealed, &[signature]), &sealed.opener).await;
        is_empty(&answer, 432);
        assert_eq!(internals::cipher::rsa_operations(), before, "no RSA for strangers");
    }
    let answer = phone.deliver(post(&sealed, &[good]), &sealed.opener).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn whatever_does_not_open_is_421_and_all_alike() {
    let phone = phone();
    let good = phone.seal(&phone.request("INIT", "", json!({})));
    let envelope: Value = serde_json::from_str(&good.body).unwrap();
    let with = |member: &str, value: Value| {
        let mut envelope = envelope.clone();
        envelope[member] = value;
        envelope.to_string()
    };
    let without = |member: &str| {
        let mut envelope = envelope.clone();
        envelope.as_object_mut().unwrap().remove(member);
        envelope.to_string()
    };
    let text = |member: &str| envelope[member].as_str().unwrap().to_owned();
    let flipped = |member: &str, at: usize| {
        let mut text = text(member).into_bytes();
        text[at] = if text[at] == b'A' { b'B' } else { b'A' };
        with(member, String::from_utf8(text).unwrap().into())
    };
    let elsewhere = RequestSealer::new(&KeyPair::generate().public_pem).unwrap();
    let ours = RequestSealer::new(&business().keys.public_pem).unwrap();
    let mut bodies = vec![
        String::new(),
        "no json".into(),
        "[]".into(),
        "{}".into(),
        good.body[..good.body.len() - 1].into(),
        format!("{}x", good.body),
        good.clone().tampered().body,
        flipped("encrypted_aes_key", 9),
        flipped("encrypted_flow_data", 0),
        flipped("initial_vector", 5),
        with("encrypted_aes_key", "AAAA".into()),
        with("encrypted_flow_data", "AAAA".into()),
        with("encrypted_flow_data", "".into()),
        with("initial_vector", "AAAAAAAAAAAAAAAA".into()),
        with("initial_vector", text("initial_vector").trim_end_matches('=').into()),
        elsewhere.seal(br#"{"action":"ping"}"#).body,
        ours.seal(b"not json").body,
        ours.seal(b"").body,
        ours.seal(b"{\"action\":\"ping\xff\"}").body,
    ];
    for member in ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"] {
        bodies.push(without(member));
        bodies.extend(
            [Value::Null, json!(1), json!("!"), json!("not base64!!")]
                .map(|value| with(member, value)),
        );
    }
    // Sealed under the key that stands in where OAEP failed, it opens nothing.
    let zero = ours.seal_under(Default::default(), [7; 16], br#"{"action":"ping"}"#).body;
    let mut forged: Value = serde_json::from_str(&zero).unwrap();
    forged["encrypted_aes_key"] = json!("A".repeat(342) + "==");
    bodies.push(forged.to_string());
    for body in bodies {
        let sealed = Sealed { body, opener: good.opener.clone() };
        let answer = phone.post(&sealed).await;
        assert_eq!((answer.status, answer.raw.len()), (421, 0), "{}", sealed.body);
    }
    assert_eq!(phone.post(&good).await.status, 200);
}

#[tokio::test]
async fn a_plaintext_without_a_known_action_is_400() {
    let phone = phone();
    for plaintext in [
        json!([]),
        json!({}),
        json!({ "action": "navigate" }),
        json!({ "action": "data_exchange", "flow_token": 1 }),
    ] {
        is_empty(&phone.send(&plaintext).await, 400);
    }
}

#[tokio::test]
async fn the_last_body_gets_the_same_bytes_and_an_older_one_409() {
    let phone = phone();
    let first = phone.seal(&phone.request("data_exchange", "FORM", json!({ "what": "one" })));
    let answer = phone.post(&first).await;
    assert_eq!((answer.status, &answer.data()["seen"]), (200, &json!(1)));
    assert_eq!(phone.post(&first).await, answer, "the same bytes, and nothing counted twice");

    let second = phone.submit("FORM", json!({ "what": "two" })).await;
    assert_eq!(second.data()["seen"], 2);
    is_empty(&phone.post(&first).await, 409);

    for _ in 0..55 {
        phone.submit("FORM", json!({ "what": "more" })).await;
    }
    is_empty(&phone.post(&first).await, 409);
    phone.submit("FORM", json!({ "what": "the last one but fifty-six" })).await;
    assert_eq!(phone.post(&first).await.status, 200, "fifty-six and the last one are remembered");
}

#[tokio::test]
async fn a_reply_too_large_to_keep_is_not_given_again() {
    let phone = phone();
    let body = phone.seal(&phone.request("data_exchange", "FORM", json!({ "what": "kept large" })));
    assert_eq!(phone.post(&body).await.status, 200);
    is_empty(&phone.post(&body).await, 409);
}

#[tokio::test]
async fn a_finished_token_is_427_but_its_last_reply_is_repeated() {
    let phone = phone();
    let last = phone.seal(&phone.request("data_exchange", "FORM", json!({ "what": "complete" })));
    let answer = phone.post(&last).await;
    assert_eq!(answer.screen(), "SUCCESS");
    assert_eq!(answer.params(), &json!({ "said": "complete", "flow_token": phone.token() }));
    assert_eq!(phone.post(&last).await, answer);
    for answer in [phone.init().await, phone.submit("FORM", json!({ "what": "other" })).await] {
        assert_eq!((answer.status, answer.error_msg()), (427, "It is over."));
    }
    assert_eq!(phone.another().init().await.status, 200);

    let closing = phone.another();
    let answer = closing.submit("FORM", json!({ "what": "close" })).await;
    assert_eq!(answer.body, json!({ "screen": "SUCCESS", "data": {} }));
    assert_eq!(closing.init().await.status, 427);
}

#[tokio::test]
async fn a_token_of_another_flow_too_long_or_missing_is_427() {
    let endpoint = endpoint(MemoryStore::new()).serve("/second", flow());
    let phone = phone_of(endpoint);
    assert_eq!(phone.init().await.status, 200);
    let over =
        |answer: Response| assert_eq!((answer.status, answer.error_msg()), (427, "It is over."));
    over(phone.on_path("/second").init().await);
    over(phone.with_token("x".repeat(2049)).init().await);
    assert_eq!(phone.with_token("x".repeat(2048)).init().await.status, 200);
    over(phone.with_token("").init().await);
    over(phone.with_token("unused").init().await);
    over(phone.send(&json!({ "action": "INIT", "flow_token": null })).await);
}

#[tokio::test]
async fn a_token_signature_that_comes_must_be_right_and_may_be_demanded() {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
    let jwt = |secret: &str, token: &str| {
        let claims = BASE64_URL_SAFE_NO_PAD.encode(json!({ "flow_token": token }).to_string());
        let signed = format!("{}.{claims}", BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#));
        let hex = protocol::signature::AppSecret::new(secret).unwrap().sign(signed.as_bytes());
        let tag: Vec<u8> = (7..71)
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
    };
    let demanding = Endpoint::new(business().secret, MemoryStore::new())
        .serve("/form", flow().require_token_signature());
    for (phone, unsigned) in [(phone(), 200), (phone_of(demanding), 427)] {
        let with = |jwt: Value| {
            let mut request = phone.request("INIT", "", json!({}));
            request["flow_token_signature"] = jwt;
            request
        };
        let token = phone.token();
        assert_eq!(phone.send(&with(jwt(APP_SECRET, token).into())).await.status, 200);
        assert_eq!(phone.send(&with(jwt("other", token).into())).await.status, 427);
        assert_eq!(phone.send(&with(jwt(APP_SECRET, "other").into())).await.status, 427);
        assert_eq!(phone.send(&with("no.j.wt".into())).await.status, 427);
        assert_eq!(phone.send(&with(Value::Null)).await.status, unsigned);
        assert_eq!(phone.ping().await.status, 200);
    }
}

#[tokio::test]
async fn a_handler_may_end_the_token_with_its_own_words() {
    let phone = phone();
    let last = phone.seal(&phone.request("data_exchange", "FORM", json!({ "what": "expire" })));
    let answer = phone.post(&last).await;
    assert_eq!((answer.status, answer.error_msg()), (427, "Closed since noon."));
    assert_eq!(phone.post(&last).await, answer, "the same bytes");
    let later = phone.init().await;
    assert_eq!((later.status, later.error_msg()), (427, "Closed since noon."), "for good");
}

/// Any key opens, any app secret signs: that is how they change.
#[tokio::test]
async fn each_of_several_keys_and_app_secrets_serves() {
    let (new, old) = (KeyPair::generate(), KeyPair::generate());
    let key = |id: &str, pair: &KeyPair| {
        protocol::key::PrivateKey::from_pem(id, &pair.private_pem, None).unwrap()
    };
    let app = |secret: &str| protocol::signature::AppSecret::new(secret).unwrap();
    let secret = || {
        let keys = vec![key("new", &new), key("old", &old)];
        Arc::new(protocol::keyring::Keyring::new(keys, vec![app("new"), app("old")]).unwrap())
    };
    let elsewhere = KeyPair::generate();
    for (pair, signed_with, status) in [
        (&new, "new", 200),
        (&new, "old", 200),
        (&old, "new", 200),
        (&old, "old", 200),
        (&elsewhere, "new", 421),
        (&old, "other", 432),
    ] {
        let endpoint = Endpoint::new(secret(), MemoryStore::new()).serve("/form", flow());
        let phone = Phone::for_endpoint(endpoint, "/form", pair, app(signed_with));
        assert_eq!(phone.init().await.status, status, "{signed_with}");
    }
}

#[tokio::test]
async fn a_payload_that_does_not_fit_shows_the_screen_again_and_is_422_where_no_screen_is_known() {
    let message = json!({ "error_message": "Something went wrong. Please try again." });
    let phone = phone();
    for payload in [
        json!({}),
        json!({ "what": [1] }),
        json!({ "what": "" }),
        json!({ "what": null }),
        json!({ "what": "x", "nested": { "count": "many" } }),
        json!([]),
        json!("text"),
    ] {
        for phone in [phone.another(), phone.with_token("sealed for each of these alone")] {
            let answer = phone.submit("FORM", payload.clone()).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.body, json!({ "screen": "FORM", "data": message }), "{payload}");
        }
    }
    assert_eq!(phone.submit("OTHER", json!({ "agreed": false })).await.status, 500, "no handler");
}

#[tokio::test]
async fn what_the_endpoint_cannot_answer_shows_the_screen_again_and_the_next_request_works() {
    let phone = phone_of(endpoint(MemoryStore::new()).time_limit(Duration::from_millis(300)));
    for what in [
        "fail",
        "boxed",
        "panic",
        "panic later",
        "sleep",
        "flat",
        "large",
        "large state",
        "complete with a list",
    ] {
        let started = std::time::Instant::now();
        let phone = phone.another();
        let answer = phone.submit("FORM", json!({ "what": what })).await;
        assert_eq!((answer.status, answer.screen()), (200, "FORM"), "{what}");
        assert_eq!(answer.message(), "Something went wrong. Please try again.", "{what}");
        assert!(started.elapsed() < Duration::from_secs(2), "{what}");
        let next = phone.submit("FORM", json!({ "what": "message" })).await;
        assert_eq!(next.data()["seen"], 1, "nothing was kept of {what}");
    }
    is_empty(&phone.submit("OTHER", json!({})).await, 500);
    is_empty(&phone.submit("NOWHERE", json!({})).await, 500);
    is_empty(&phone.back("FORM").await, 500);
    is_empty(&phone_of(endpoint(faulty(StoreError("down")))).init().await, 500);
    is_empty(&phone_of(endpoint(crate::support::Misbehaving::Overtaken)).init().await, 500);
    is_empty(&phone_of(endpoint(crate::support::Misbehaving::Unwritable)).init().await, 500);
    is_empty(&phone_of(endpoint(crate::support::Misbehaving::Panicking)).init().await, 500);
}

struct SlowSecret;

impl KeyringProvider for SlowSecret {
    fn keyring(
        &self,
    ) -> BoxFuture<'_, std::result::Result<Arc<protocol::keyring::Keyring>, KeyringUnavailable>>
    {
        Box::pin(std::future::pending())
    }

    fn reload_if_stale<'a>(
        &'a self,
        _: &'a Arc<protocol::keyring::Keyring>,
    ) -> BoxFuture<'a, Option<Arc<protocol::keyring::Keyring>>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_secret_that_takes_too_long_is_500_in_time() {
    let endpoint = Endpoint::new(SlowSecret, MemoryStore::new()).serve("/form", flow());
    let phone = phone_of(endpoint.time_limit(Duration::from_millis(100)));
    is_empty(&phone.ping().await, 500);
}

#[tokio::test]
async fn state_that_no_longer_parses_starts_anew_at_init_and_is_427_elsewhere() {
    let put = |token: &str| {
        let sessions = MemoryStore::new();
        let state = Some(r#"{"times":"many"}"#.to_owned());
        let session = Session { version: 3, expires_at: None, state, ..Session::default() };
        sessions.put(FlowToken::new(token).unwrap(), session);
        phone_of(endpoint(sessions)).with_token(token)
    };
    let phone = put("a");
    let body = phone.seal(&phone.request("data_exchange", "FORM", json!({ "what": "x" })));
    let answer = phone.post(&body).await;
    assert_eq!((answer.status, answer.error_msg()), (427, "It is over."));
    assert_eq!(phone.init().await.data()["seen"], 0);
    is_empty(&phone.post(&body).await, 409);
    let phone = put("b");
    assert_eq!(phone.init().await.data()["seen"], 0);
    let next = phone.submit("FORM", json!({ "what": "message" })).await;
    assert_eq!((next.status, &next.data()["seen"]), (200, &json!(1)), "and goes on");
}

#[tokio::test]
async fn a_session_lives_a_day_from_its_last_exchange() {
    let now = Arc::new(AtomicU64::new(1_000_000));
    let clock = Arc::clone(&now);
    let phone = phone_of(endpoint(MemoryStore::new()).clock(move || clock.load(Ordering::Relaxed)));
    let times = async || phone.init().await.data()["seen"].clone();
    phone.submit("FORM", json!({ "what": "x" })).await;
    now.fetch_add(24 * 3600 - 1, Ordering::Relaxed);
    assert_eq!(times().await, 1);
    now.fetch_add(24 * 3600 - 1, Ordering::Relaxed);
    assert_eq!(times().await, 1, "the exchange before prolonged it");
    now.fetch_add(24 * 3600, Ordering::Relaxed);
    assert_eq!(times().await, 0);
}

#[tokio::test]
async fn an_item_that_the_business_wrote_first_is_the_session() {
    let sessions = MemoryStore::new();
    let state = Some(r#"{"times":41,"text":""}"#.to_owned());
    sessions.put(FlowToken::new("T").unwrap(), Session { state, ..Session::default() });
    let phone = phone_of(endpoint(sessions)).with_token("T");
    let answer = phone.submit("FORM", json!({ "what": "x" })).await;
    assert_eq!(answer.data()["seen"], 42);
    assert_eq!(phone.init().await.data()["seen"], 42);
}

#[tokio::test]
async fn typed_bindings_are_shown_as_text_and_kept_as_typed() {
    let phone = phone();
    let typed = "`${form.card}` and `x`";
    let answer = phone.submit("FORM", json!({ "what": typed })).await;
    let shown = answer.data()["echo"].as_str().unwrap();
    assert!(!shown.contains("${") && !shown.starts_with('`'));
    assert_eq!(shown.replace('\u{2060}', ""), typed);
    let again = phone.submit("FORM", json!({ "what": shown })).await;
    assert_eq!(again.data()["echo"], shown, "one joiner, not two");
    let done = phone.another().submit("FORM", json!({ "what": "message" })).await;
    assert!(!done.message().contains("${"));
}

#[tokio::test]
async fn two_requests_at_once_both_count() {
    let sessions = crate::support::Rendezvous::new(MemoryStore::new(), 2);
    let phone = phone_of(endpoint(sessions));
    let submit = |what: &'static str| phone.submit("FORM", json!({ "what": what }));
    let (one, two) = tokio::join!(submit("one"), submit("two"));
    assert_eq!((one.status, two.status), (200, 200));
    let mut seen = [one, two].map(|answer| answer.data()["seen"].as_u64().unwrap());
    seen.sort();
    assert_eq!(seen, [1, 2], "who lost the race ran again on the fresh state");
}

#[tokio::test]
async fn one_body_delivered_twice_at_once_counts_once() {
    let sessions = crate::support::Rendezvous::new(MemoryStore::new(), 2);
    let phone = phone_of(endpoint(sessions));
    let body = phone.seal(&phone.request("data_exchange", "FORM", json!({ "what": "x" })));
    let (one, two) = tokio::join!(phone.post(&body), phone.post(&body));
    assert_eq!(one, two, "the same bytes");
    assert_eq!(phone.init().await.data()["seen"], 1);
}

#[test]
#[should_panic(expected = "screen FORM has one `on` handler")]
fn two_handlers_of_one_screen_are_found_when_wiring() {
    let _ = flow().on::<Form>(submit);
}

#[test]
#[should_panic(expected = "two flows are served on /form/")]
fn two_flows_of_one_path_are_found_when_wiring() {
    let _ = endpoint(MemoryStore::new()).serve("/form/", flow());
}
