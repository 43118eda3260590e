//! 427: flow tokens that cannot be used.

use super::*;

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
    let phone = phone_for(endpoint);
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
async fn a_wrong_or_missing_required_token_signature_is_427() {
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
    for (phone, unsigned) in [(phone(), 200), (phone_for(demanding), 427)] {
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
async fn a_handler_can_expire_the_token_with_a_message() {
    let phone = phone();
    let last = phone.seal(&phone.request("data_exchange", "FORM", json!({ "what": "expire" })));
    let answer = phone.post(&last).await;
    assert_eq!((answer.status, answer.error_msg()), (427, "Closed since noon."));
    assert_eq!(phone.post(&last).await, answer, "the same bytes");
    let later = phone.init().await;
    assert_eq!((later.status, later.error_msg()), (427, "Closed since noon."), "for good");
}

#[tokio::test]
async fn unreadable_state_is_reset_by_init_and_427_elsewhere() {
    let put = |token: &str| {
        let sessions = MemoryStore::new();
        let state = Some(r#"{"times":"many"}"#.to_owned());
        let session = Session { version: 3, expires_at: None, state, ..Session::default() };
        sessions.put(FlowToken::new(token).unwrap(), session);
        phone_for(endpoint(sessions)).with_token(token)
    };
    let phone = put("a");
    let body = phone.seal(&phone.request("data_exchange", "FORM", json!({ "what": "x" })));
    let answer = phone.post(&body).await;
    assert_eq!((answer.status, answer.error_msg()), (427, "It is over."));
    assert_eq!(phone.init().await.data()["seen"], 0);
    assert_empty(&phone.post(&body).await, 409);
    let phone = put("b");
    assert_eq!(phone.init().await.data()["seen"], 0);
    let next = phone.submit("FORM", json!({ "what": "message" })).await;
    assert_eq!((next.status, &next.data()["seen"]), (200, &json!(1)), "and goes on");
}
