//! Which bodies are known, what they get, and for how long.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::SessionStore;
use whatsapp_flows::testing::{Phone, RequestSealer};
use whatsapp_flows::{Endpoint, MemoryStore};

use super::requests::{Rotating, deliver, jwt, nothing, over, secret};
use super::shop::{Shop, card, flow};
use crate::support::{APP_SECRET, business, sign};

/// A body is its AES key and initial vector: neither the JSON around them, nor the RSA ciphertext, nor the
/// payload makes it another one.
#[tokio::test]
async fn a_body_is_known_by_its_key_and_vector_however_it_is_wrapped() {
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
    let wrapped_anew = seal(submits("visa"));
    assert_ne!(wrapped_anew.body, sealed.body, "OAEP is random");
    assert_eq!(phone.post(&wrapped_anew).await, first);
    assert_eq!(phone.post(&seal(submits("master"))).await, first, "whatever else is in it");
    phone.submit("RECEIPT", json!({ "note": "x" })).await;
    nothing(&phone.post(&seal(submits("visa"))).await);
    nothing(&phone.post(&seal(submits("amex"))).await);
    assert_eq!(shop.charges().len(), 1);
}

/// The check for a body seen before comes before any rule about its token: what was answered 200 does not
/// become a sealed 427 when a rotation has outdated the token's signature.
#[tokio::test]
async fn a_body_answered_before_keeps_its_answer_when_its_token_breaks_a_rule_later() {
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
    over(&phone.post(&after).await);
    nothing(&phone.post(&after).await);
    assert_eq!(phone.post(&before).await, answer, "and that 427 has not changed it");
}

/// The path is not signed: a body that got 427 on one path gets nothing on the other, and the reverse.
#[tokio::test]
async fn a_427_that_was_sealed_makes_its_body_known() {
    let shop = Shop::default();
    let endpoint = Endpoint::new(business().secret, MemoryStore::new())
        .serve("/pay", flow(&shop))
        .serve("/other", flow(&shop));
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
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

/// Ten minutes after the end the same submission is a new fill-in, with or without INIT.
#[tokio::test]
async fn a_reopenable_flow_takes_the_same_submission_for_a_new_one_after_ten_minutes() {
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
    phone.wait(Duration::from_secs(590));
    assert_eq!(phone.post(&body).await, end);
    assert_eq!(phone.submit("PAY", card("complete")).await.body, end.body);
    phone.wait(Duration::from_secs(10));
    nothing(&phone.post(&body).await);
    over(&phone.submit("PAY", card("complete")).await);
    assert_eq!(shop.charges().len(), 1);
}

/// What was typed and returned is not in the item, in any step: the reply is kept encrypted.
#[tokio::test]
async fn the_kept_reply_cannot_be_read_from_the_session_and_goes_with_its_app_secret() {
    let secrets = Rotating(Arc::new(Mutex::new(secret(&["old"]))));
    let sessions = Arc::new(MemoryStore::new());
    let shop = Shop::default();
    let endpoint = Endpoint::new(secrets.clone(), Arc::clone(&sessions)).serve("/pay", flow(&shop));
    let phone =
        Phone::for_endpoint(endpoint, "/pay", business().keys, AppSecret::new("old").unwrap());
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
    let phone =
        Phone::for_endpoint(endpoint, "/pay", business().keys, new).with_token(token.as_str());
    nothing(&phone.post(&body).await);
    nothing(&phone.submit("PAY", card("complete")).await);
    assert_eq!(shop.charges().len(), 1, "and nothing is done again for it");
}
