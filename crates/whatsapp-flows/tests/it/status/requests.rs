//! Statuses up to the action: path, method, size, keyring, signature, decryption.

use super::*;

#[tokio::test]
async fn a_screen_is_200_with_base64_as_text_plain() {
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
async fn ping_and_error_notification_are_200_without_a_session() {
    let phone = phone_for(endpoint(faulty(StoreError("down"))));
    assert_eq!(phone.ping().await.body, json!({ "data": { "status": "active" } }));
    let answer =
        phone.error_notification("FORM", "payload-schema-error", "what the user typed").await;
    assert_eq!((answer.status, &answer.body), (200, &json!({ "data": { "acknowledged": true } })));
    let nameless = json!({ "action": "BACK", "data": { "error": "", "error_message": "m" } });
    assert_eq!(phone.send(&nameless).await.body["data"]["acknowledged"], true);
}

#[tokio::test]
async fn an_unknown_path_is_404_and_a_trailing_slash_is_ignored() {
    let phone = phone();
    for path in ["/", "/Form", "/form/x", "/formx"] {
        assert_empty(&phone.on_path(path).ping().await, 404);
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
    assert_empty(&phone.deliver(post(&sealed, &[b"unsigned"]), &sealed.opener).await, 413);
    sealed.body.pop();
    assert_empty(&phone.deliver(post(&sealed, &[b"unsigned"]), &sealed.opener).await, 432);
    assert_empty(&phone.post(&sealed).await, 421);
}

struct UnavailableKeyring;

impl KeyringProvider for UnavailableKeyring {
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
async fn an_unavailable_keyring_is_500() {
    let endpoint = Endpoint::new(UnavailableKeyring, MemoryStore::new()).serve("/form", flow());
    assert_empty(&phone_for(endpoint).ping().await, 500);
}

struct SlowKeyring;

impl KeyringProvider for SlowKeyring {
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
async fn a_slow_keyring_is_500_within_the_time_limit() {
    let endpoint = Endpoint::new(SlowKeyring, MemoryStore::new()).serve("/form", flow());
    let phone = phone_for(endpoint.time_limit(Duration::from_millis(100)));
    assert_empty(&phone.ping().await, 500);
}

#[tokio::test]
async fn a_missing_malformed_or_wrong_signature_is_432() {
    let phone = phone();
    let sealed = phone.seal(&phone.request("INIT", "", json!({})));
    let good = sign().sign(sealed.body.as_bytes());
    let good = good.as_bytes();
    let other = protocol::signature::AppSecret::new("other").unwrap();
    let other = other.sign(sealed.body.as_bytes());
    let twice = [good, b",", good].concat();
    assert_empty(&phone.deliver(post(&sealed, &[]), &sealed.opener).await, 432);
    assert_empty(&phone.deliver(post(&sealed, &[good, good]), &sealed.opener).await, 432);
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
        assert_empty(&answer, 432);
        assert_eq!(internals::cipher::rsa_operations(), before, "no RSA for strangers");
    }
    let answer = phone.deliver(post(&sealed, &[good]), &sealed.opener).await;
    assert_eq!(answer.status, 200);
}

/// Any key opens, any app secret signs: that is how they change.
#[tokio::test]
async fn every_key_and_app_secret_of_a_keyring_is_accepted() {
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
async fn every_body_that_cannot_be_decrypted_is_421() {
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
    // Encrypted with the AES key that replaces an invalid one, it does not decrypt.
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
async fn an_unknown_action_is_400() {
    let phone = phone();
    for plaintext in [
        json!([]),
        json!({}),
        json!({ "action": "navigate" }),
        json!({ "action": "data_exchange", "flow_token": 1 }),
    ] {
        assert_empty(&phone.send(&plaintext).await, 400);
    }
}
