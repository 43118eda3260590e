//! Repeated bodies: how they are recognized, what they get, and for how long.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::SessionStore;
use whatsapp_flows::testing::{Phone, RequestSealer};
use whatsapp_flows::{Endpoint, MemoryStore};

use super::requests::{Rotating, assert_409, assert_427, deliver, jwt, secret};
use super::shop::{Shop, card, flow};
use crate::support::{APP_SECRET, business, sign};

/// A body is identified by its AES key and initialization vector, not by the JSON around them, the RSA ciphertext or
/// the payload.
#[tokio::test]
async fn a_body_is_identified_by_its_aes_key_and_iv() {
    let shop = Shop::default();
    let endpoint = Endpoint::new(business().secret, MemoryStore::new()).serve("/pay", flow(&shop));
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
    let sealing = RequestSealer::new(&business().keys.public_pem).unwrap();
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
    let wrapped_again = seal(submits("visa"));
    assert_ne!(wrapped_again.body, sealed.body, "OAEP is random");
    assert_eq!(phone.post(&wrapped_again).await, first);
    assert_eq!(phone.post(&seal(submits("master"))).await, first, "with another payload");
    phone.submit("RECEIPT", json!({ "note": "x" })).await;
    assert_409(&phone.post(&seal(submits("visa"))).await);
    assert_409(&phone.post(&seal(submits("amex"))).await);
    assert_eq!(shop.charges().len(), 1);
}

/// The check for repeated bodies comes before the token rules: a body that got 200 does not get a sealed 427 after the
/// app secret that signed its token was removed.
#[tokio::test]
async fn a_repeated_body_gets_its_reply_before_any_token_rule() {
    let secrets = Rotating(Arc::new(Mutex::new(secret(&["old", APP_SECRET]))));
    let shop = Shop::default();
    let endpoint = Endpoint::new(secrets.clone(), MemoryStore::new()).serve("/pay", flow(&shop));
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
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
    assert_427(&phone.post(&after).await);
    assert_409(&phone.post(&after).await);
    assert_eq!(phone.post(&before).await, answer, "the 427 has not changed it");
}

/// The path is not signed: a body that got 427 on one path gets 409 on the other.
#[tokio::test]
async fn a_body_that_got_427_is_409_when_repeated() {
    let shop = Shop::default();
    let endpoint = Endpoint::new(business().secret, MemoryStore::new())
        .serve("/pay", flow(&shop))
        .serve("/other", flow(&shop));
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
    phone.init().await;
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("visa")));
    assert_427(&phone.on_path("/other").post(&body).await);
    assert_409(&phone.on_path("/other").post(&body).await);
    assert_409(&phone.post(&body).await);
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("visa")));
    let answer = phone.post(&body).await;
    assert_eq!(answer.screen(), "RECEIPT");
    assert_eq!(phone.on_path("/other").post(&body).await, answer, "the reply that it got before");
    assert_eq!(shop.charges().len(), 1);

    // The bodies of a finished token are known, too.
    phone.submit("PAY", card("complete")).await;
    let late = phone.seal(&phone.request("INIT", "", json!({})));
    assert_427(&phone.post(&late).await);
    assert_409(&phone.post(&late).await);
}

/// Ten minutes after the end, the same submission starts a new session, with or without INIT.
#[tokio::test]
async fn a_reopenable_flow_accepts_a_submission_again_after_10_minutes() {
    for with_init in [false, true] {
        let shop = Shop::default();
        let phone = Phone::new(flow(&shop).reopenable());
        let body = phone.seal(&phone.request("data_exchange", "PAY", card("complete")));
        let end = phone.post(&body).await;
        assert_eq!(end.screen(), "SUCCESS");
        phone.wait(Duration::from_secs(590));
        assert_eq!(phone.submit("PAY", card("complete")).await.body, end.body, "a retry");
        phone.wait(Duration::from_secs(10));
        if with_init {
            assert_eq!(phone.init().await.screen(), "PAY");
        }
        assert_409(&phone.post(&body).await);
        assert_eq!(phone.submit("PAY", card("complete")).await.screen(), "SUCCESS");
        let [one, two] = &shop.charges()[..] else { panic!("filled in twice") };
        assert_ne!(one.operation, two.operation);
    }
}

/// After ten minutes, its submission gets 427 and its body 409.
#[tokio::test]
async fn the_last_reply_is_repeated_for_10_minutes_after_the_end() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("complete")));
    let end = phone.post(&body).await;
    phone.wait(Duration::from_secs(590));
    assert_eq!(phone.post(&body).await, end);
    assert_eq!(phone.submit("PAY", card("complete")).await.body, end.body);
    phone.wait(Duration::from_secs(10));
    assert_409(&phone.post(&body).await);
    assert_427(&phone.submit("PAY", card("complete")).await);
    assert_eq!(shop.charges().len(), 1);
}

/// The session does not contain what the user typed, nor the plaintext of the reply.
#[tokio::test]
async fn the_stored_reply_is_encrypted_under_the_app_secret() {
    let secrets = Rotating(Arc::new(Mutex::new(secret(&["old"]))));
    let sessions = Arc::new(MemoryStore::new());
    let shop = Shop::default();
    let endpoint = Endpoint::new(secrets.clone(), Arc::clone(&sessions)).serve("/pay", flow(&shop));
    let phone =
        Phone::for_endpoint(endpoint, "/pay", business().keys, AppSecret::new("old").unwrap());
    let token = FlowToken::new(phone.token()).unwrap();
    let stored_reply = async || sessions.load(&token).await.unwrap().unwrap().reply.unwrap();
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("complete")));
    let end = phone.post(&body).await;
    assert_eq!(end.params()["typed"], "VERY-PRIVATE");
    let reply = stored_reply().await;
    for text in ["VERY-PRIVATE", "SUCCESS", "extension_message"] {
        assert!(!reply.windows(text.len()).any(|part| part == text.as_bytes()), "{text}");
    }
    assert_eq!(phone.submit("PAY", card("complete")).await.body, end.body);

    // After a rotation, the older app secret still decrypts it. Without that secret, the reply counts as not stored.
    *secrets.0.lock().unwrap() = secret(&["new", "old"]);
    assert_eq!(phone.post(&body).await, end);
    *secrets.0.lock().unwrap() = secret(&["new"]);
    let endpoint = Endpoint::new(secrets, Arc::clone(&sessions)).serve("/pay", flow(&shop));
    let new = AppSecret::new("new").unwrap();
    let phone =
        Phone::for_endpoint(endpoint, "/pay", business().keys, new).with_token(token.as_str());
    assert_409(&phone.post(&body).await);
    assert_409(&phone.submit("PAY", card("complete")).await);
    assert_eq!(shop.charges().len(), 1, "the handler does not run again");
}
