//! The statuses that an endpoint may return: 421 and 427; every other one beside 200 is a general error.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Effect, Event, Failure, FailureCause, Frame, Refused, Reply};

use super::parts::input;
use super::play::{Play, screen, submit};

fn form() -> Value {
    screen("7.3", json!([input("f", json!({})), submit(json!({ "f": "${form.f}" }))]))
}

/// A conversation that waits for the reply to INIT, and one that waits for that to a submission.
fn waiting() -> [Play; 2] {
    let mut submitted = Play::new(&form());
    submitted.fill("f", "typed").tap("Send");
    [Play::exchange(&form()), submitted]
}

#[track_caller]
fn final_failure(play: &mut Play) -> Failure {
    assert_eq!(play.notified(), None);
    assert_eq!(play.user.client.handle(Event::Retry), Err(Refused::NothingToRetry));
    match play.view().frame {
        Frame::Error { failure } if !failure.can_retry => failure,
        _ => panic!("{}", play.view()),
    }
}

#[test]
fn after_421_the_key_is_fetched_again_and_the_request_repeated_unseen() {
    for body in [None, Some(json!({ "error_msg": "text" }))] {
        for mut play in waiting() {
            let first = play.sent().clone();
            play.receive(with_body(421, body.clone()));
            assert_eq!(play.effects.last(), Some(&Effect::RefreshKeyAndSend(first)));
            assert_eq!((play.view().frame, play.view().snackbar), (Frame::Loading, None));
            play.reply("ONLY", json!({}));
            assert_eq!(play.view().frame, Frame::Ready);
        }
    }
}

#[test]
fn the_second_421_is_final() {
    for body in [None, Some(json!({ "error_msg": "text" }))] {
        for mut play in waiting() {
            play.receive(with_body(421, body.clone())).receive(with_body(421, body.clone()));
            assert_eq!(play.requests(), 2);
            let failure = final_failure(&mut play);
            assert_eq!((failure.cause, failure.text), (FailureCause::KeyMismatch, general()));
        }
    }
}

#[test]
fn each_request_may_fetch_the_key_once() {
    let [_, mut play] = waiting();
    play.receive(Reply::Status(421)).reply("ONLY", json!({})).tap("Send");
    play.receive(Reply::Status(421)).reply("ONLY", json!({}));
    assert_eq!((play.view().frame, play.requests()), (Frame::Ready, 4));
}

#[test]
fn a_repeated_request_may_fail_otherwise() {
    let [mut opening, mut submitted] = waiting();
    opening.receive(Reply::Status(421)).receive(Reply::Timeout);
    assert!(matches!(opening.view().frame, Frame::Error { failure } if failure.can_retry));
    submitted.receive(Reply::Status(421)).receive(Reply::Status(500));
    assert_eq!(submitted.view().frame, Frame::Ready);
    assert!(submitted.view().snackbar.is_some());
}

fn with_body(status: u16, body: Option<Value>) -> Reply {
    body.map_or(Reply::Status(status), |body| Reply::Body { status, body })
}

/// The text for failures that have no text of their own.
fn general() -> String {
    let [mut play, _] = waiting();
    match play.receive(Reply::Status(500)).view().frame {
        Frame::Error { failure } => failure.text,
        _ => panic!("{}", play.view()),
    }
}

#[test]
fn the_user_reads_the_text_of_427() {
    for (body, text) in [
        (Some(json!({ "error_msg": "The order was placed" })), "The order was placed".to_owned()),
        (None, general()),
        (Some(json!({})), "undefined".into()),
        (Some(json!({ "error_message": "text" })), "undefined".into()),
    ] {
        for mut play in waiting() {
            play.receive(with_body(427, body.clone()));
            let failure = final_failure(&mut play);
            assert_eq!((failure.cause, &failure.text), (FailureCause::TokenInvalid, &text));
        }
    }
}

#[test]
fn a_body_of_427_that_is_not_encrypted_cannot_be_decrypted() {
    for mut play in waiting() {
        play.receive(Reply::NotDecrypted("not base64".into()));
        assert_eq!(play.notified().as_deref(), Some("response-decryption-error"));
    }
}

#[test]
fn every_other_status_is_a_general_error_whatever_the_body() {
    let (general, both) = (general(), waiting());
    let body = json!({ "screen": "ONLY", "data": { "error_message": "text" } });
    for status in (100..=599).filter(|status| ![200, 421, 427].contains(status)) {
        for body in [None, Some(body.clone())] {
            let [opening, submitted] = both.each_ref().map(|play| {
                let mut client = play.user.client.clone();
                assert_eq!(client.receive(with_body(status, body.clone())), []);
                client.view()
            });
            let Frame::Error { failure } = opening.frame else { panic!("{status}") };
            let expected = (FailureCause::Status(status), true, &general);
            assert_eq!((failure.cause, failure.can_retry, &failure.text), expected);
            assert_eq!(submitted.snackbar.unwrap().text, general, "{status}");
        }
    }
}
