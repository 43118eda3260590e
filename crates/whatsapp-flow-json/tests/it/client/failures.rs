//! The view of the user when something fails, and the notification of the endpoint.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Effect, Event, Failure, FailureCause, Frame, Refused, Reply};

use super::parts::{flow, input, link, part, text};
use super::play::{Play, document, screen, submit};

/// Replies after which the user may try again.
fn temporary() -> Vec<(Reply, FailureCause)> {
    let body = |status| Reply::Body { status, body: json!({ "error_msg": "text" }) };
    let mut replies = vec![(Reply::Timeout, FailureCause::Timeout)];
    for status in [201, 204, 302, 400, 403, 404, 432, 500, 502, 503, 504] {
        replies.push((Reply::Status(status), FailureCause::Status(status)));
        replies.push((body(status), FailureCause::Status(status)));
    }
    replies
}

fn form() -> Value {
    screen("7.3", json!([input("f", json!({})), submit(json!({ "f": "${form.f}" }))]))
}

#[track_caller]
fn failure(play: &Play) -> Failure {
    match play.view().frame {
        Frame::Error { failure } => failure,
        _ => panic!("{}", play.view()),
    }
}

/// The text for failures that have no text of their own.
fn general() -> String {
    let mut play = Play::exchange(&form());
    failure(play.receive(Reply::Status(500))).text
}

/// The client has a full screen with the general text and without a way on.
#[track_caller]
fn assert_final(play: &mut Play, cause: FailureCause, notice: Option<&str>) {
    let failure = failure(play);
    assert_eq!((failure.cause, failure.can_retry, failure.text), (cause, false, general()));
    assert_eq!(play.notified().as_deref(), notice);
    assert_eq!(play.user.client.handle(Event::Retry), Err(Refused::NothingToRetry));
}

#[test]
fn a_temporary_failure_of_the_opening_is_a_screen_with_a_way_to_try_again() {
    for (reply, cause) in temporary() {
        let mut play = Play::exchange(&form());
        let failure = failure(play.receive(reply));
        assert_eq!((failure.cause, failure.can_retry, failure.text), (cause, true, general()));
        assert_eq!(play.notified(), None, "{cause:?}");
        play.act(|user| user.retry());
        assert_eq!((play.sent().action.name(), play.requests()), ("INIT", 2), "{cause:?}");
        play.reply("ONLY", json!({}));
        assert_eq!(play.view().frame, Frame::Ready, "{cause:?}");
    }
}

#[test]
fn a_temporary_failure_later_is_a_snackbar_over_the_screen() {
    for (reply, cause) in temporary() {
        let mut play = Play::new(&form());
        play.fill("f", "typed").tap("Send").receive(reply);
        let view = play.view();
        assert_eq!((view.frame, view.screen.as_str()), (Frame::Ready, "ONLY"), "{cause:?}");
        assert_eq!(view.snackbar.unwrap().text, general(), "{cause:?}");
        assert_eq!(play.component("f").value, "typed", "{cause:?}");
        assert_eq!(play.notified(), None, "{cause:?}");
        play.tap("Send");
        assert_eq!((play.payload(), play.requests()), (json!({ "f": "typed" }), 2), "press again");
    }
}

#[test]
fn a_temporary_failure_of_the_way_back_stays_on_the_screen() {
    let mut b = part("B", json!({ "n": 0 }), json!([text("B")]));
    b["refresh_on_back"] = json!(true);
    let a = part("A", json!({ "n": 0 }), json!([link("Go", "B", json!({}))]));
    let document = flow(json!({ "A": ["B"], "B": [] }), [a, b]);
    for (reply, cause) in temporary() {
        let mut play = Play::new(&document);
        play.tap("Go").back().receive(reply);
        let view = play.view();
        assert_eq!((view.frame, view.screen.as_str()), (Frame::Ready, "B"), "{cause:?}");
        assert!(view.snackbar.is_some(), "{cause:?}");
        play.back();
        assert_eq!((play.sent().action.name(), play.requests()), ("BACK", 2), "{cause:?}");
    }
}

#[test]
fn a_reply_that_cannot_be_decrypted_is_told_to_the_endpoint() {
    for play in [Play::exchange(&form()), submitted()] {
        let mut play = play;
        play.receive(Reply::NotDecrypted("the tag is wrong".into()));
        assert_final(&mut play, FailureCause::NotDecrypted, Some("response-decryption-error"));
    }
}

#[test]
fn a_reply_without_a_body_cannot_be_decrypted() {
    let mut play = submitted();
    play.receive(Reply::Status(200));
    assert_final(&mut play, FailureCause::NotDecrypted, Some("response-decryption-error"));
}

#[test]
fn a_malformed_reply_is_told_to_nobody() {
    let malformed =
        [json!({}), json!({ "data": {} }), json!({ "screen": null, "data": {} }), json!([])];
    let replies = malformed.map(Reply::ok).into_iter().chain([Reply::NotJson]);
    for reply in replies {
        for play in [Play::exchange(&form()), submitted()] {
            let mut play = play;
            play.receive(reply.clone());
            assert_final(&mut play, FailureCause::Malformed, None);
        }
    }
}

fn submitted() -> Play {
    let mut play = Play::new(&form());
    play.tap("Send");
    play
}

#[test]
fn a_reply_that_breaks_the_document_is_told_to_the_endpoint() {
    let broken = json!({ "type": "TextBody", "text": "`${data.n} ? 1 : 2`" });
    let list =
        json!({ "type": "Dropdown", "name": "d", "label": "d", "data-source": "${data.list}" });
    let a = part("A", json!({ "n": 0 }), json!([submit(json!({}))]));
    let b = part("B", json!({ "n": 0, "list": [] }), json!([list]));
    let c = part("C", json!({ "n": 0 }), json!([broken]));
    let d = part("D", json!({ "n": 0 }), json!([text("D")]));
    let routes = json!({ "A": ["B", "C"], "B": ["D"], "C": ["D"], "D": [] });
    let document = flow(routes, [a, b, c, d]);
    let twice = json!([{ "id": "1", "title": "1" }, { "id": "1", "title": "2" }]);
    for (screen, data, cause, notice) in [
        ("D", json!({}), FailureCause::ScreenTransition, "invalid-screen-transition"),
        ("NONE", json!({}), FailureCause::ScreenTransition, "invalid-screen-transition"),
        ("B", json!({ "n": "x" }), FailureCause::Data, "payload-schema-error"),
        ("B", json!({ "list": twice }), FailureCause::Component, "components-validation-error"),
        ("C", json!({}), FailureCause::Component, "components-validation-error"),
    ] {
        let mut play = Play::new(&document);
        play.tap("Send").reply(screen, data);
        assert_final(&mut play, cause, Some(notice));
    }
}

#[test]
fn without_a_network_there_is_a_screen_with_its_own_text() {
    let mut play = Play::new(&form());
    play.user.client.set_online(false);
    play.fill("f", "typed").tap("Send");
    let failure = failure(&play);
    assert_eq!((failure.cause, failure.can_retry), (FailureCause::Offline, true));
    assert_ne!(failure.text, general());
    assert_eq!((play.notified(), play.requests()), (None, 0));
    play.user.client.set_online(true);
    play.act(|user| user.retry());
    assert_eq!(play.payload(), json!({ "f": "typed" }));
}

#[test]
fn an_error_screen_has_no_way_back_and_closes_the_flow() {
    let a = part("A", json!({ "n": 0 }), json!([link("Go", "B", json!({}))]));
    let b = part("B", json!({ "n": 0 }), json!([submit(json!({}))]));
    let mut play = Play::new(&flow(json!({ "A": ["B"], "B": [] }), [a, b]));
    play.tap("Go").tap("Send");
    assert!(play.view().can_go_back);
    play.receive(Reply::NotJson);
    assert!(!play.view().can_go_back);
    for event in [Event::Back, Event::Tap { component: 0 }] {
        assert_eq!(play.user.client.handle(event), Err(Refused::ErrorScreen));
    }
    play.act(|user| user.close());
    assert_eq!(play.view().frame, Frame::Closed { params: None });
    assert_eq!(play.effects.last(), Some(&Effect::Close { params: None }));
}

#[test]
fn an_error_of_an_expression_is_an_error_of_its_component() {
    let broken =
        |property: &str| json!({ "type": "TextBody", "text": "t", property: "`${data.n} +`" });
    for property in ["text", "visible"] {
        let play = Play::new(&document("7.3", json!({ "n": 0 }), json!([broken(property)])));
        assert_eq!(failure(&play).cause, FailureCause::Component, "{property}");
        assert_eq!(play.notified().as_deref(), Some("components-validation-error"), "{property}");
    }
}
