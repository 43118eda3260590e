//! The effect of each action, and the order in which a reply is handled.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Effect, Event, Frame, Refused};

use super::parts::{action, choice, flow, input, link, options, part, text, update};
use super::play::{Play, document, screen, submit};

/// From A to B, which declares a number.
fn two_screens(payload: Value) -> Play {
    let a = part("A", json!({ "n": 0 }), json!([link("Go", "B", payload), submit(json!({}))]));
    let b = part("B", json!({ "n": 0 }), json!([submit(json!({}))]));
    Play::new(&flow(json!({ "A": ["B"], "B": [] }), [a, b]))
}

#[test]
fn a_navigate_needs_no_request_and_no_time() {
    let mut play = two_screens(json!({ "n": 1 }));
    play.tap("Go");
    assert_eq!((play.view().screen.as_str(), play.view().frame), ("B", Frame::Ready));
    assert_eq!(play.effects, []);
    assert!(play.view().can_go_back);
}

#[test]
fn a_navigate_obeys_the_routing_model() {
    let screens = ["A", "B", "C"]
        .map(|id| part(id, json!({ "n": 0 }), json!([link("Go", "C", json!({ "n": "x" }))])));
    let mut play = Play::new(&flow(json!({ "A": ["B"], "B": ["C"], "C": [] }), screens));
    play.tap("Go");
    // The payload is wrong too, but routes are checked first.
    assert!(play.failure().starts_with("the routing model does not lead from A to C"));
    assert_eq!(play.notified().as_deref(), Some("invalid-screen-transition"));
}

#[test]
fn a_navigate_matches_the_data_model_of_its_target() {
    let mut play = two_screens(json!({ "n": "one" }));
    play.tap("Go");
    assert!(play.failure().starts_with("n of B: expected a number"), "{}", play.failure());
    assert_eq!(play.notified().as_deref(), Some("payload-schema-error"));
    assert_eq!(play.user.client.data("B"), None);
}

#[test]
fn a_data_exchange_makes_everything_inert_until_the_reply() {
    let list = json!({ "data-source": options(["one", "two"]) });
    let url = json!({ "name": "open_url", "url": "https://example.org" });
    let children = json!([
        input("f", json!({})),
        choice("Dropdown", "d", list.clone()),
        choice("CheckboxGroup", "c", list),
        { "type": "OptIn", "name": "o", "label": "o" },
        { "type": "DatePicker", "name": "day", "label": "day" },
        { "type": "EmbeddedLink", "text": "l", "on-click-action": url },
        submit(json!({})),
    ]);
    let mut play = Play::new(&screen("7.3", children));
    assert!(play.view().components.iter().all(|component| component.enabled));
    play.tap("Send");
    assert_eq!(play.view().frame, Frame::Loading);
    assert!(play.view().components.iter().all(|component| !component.enabled));
    for event in [
        Event::Type { component: 0, text: "x".into() },
        Event::Choose { component: 1, option: "one".into() },
        Event::Choose { component: 2, option: "one".into() },
        Event::Tick { component: 3 },
        Event::SetDate { component: 4, part: Default::default(), day: "2026-01-02".into() },
        Event::Tap { component: 5 },
        Event::Tap { component: 6 },
        Event::Back,
    ] {
        assert_eq!(play.user.client.handle(event.clone()), Err(Refused::Waiting), "{event:?}");
    }
    play.reply("ONLY", json!({}));
    assert_eq!(play.view().frame, Frame::Ready);
    assert!(play.view().components.iter().all(|component| component.enabled));
}

#[test]
fn the_user_may_close_the_flow_while_the_client_waits() {
    let mut play = Play::new(&screen("7.3", json!([submit(json!({}))])));
    play.tap("Send").act(|user| user.close());
    assert_eq!(play.view().frame, Frame::Closed { params: None });
    assert_eq!(play.user.client.receive(whatsapp_flow_json::client::Reply::NotJson), []);
}

#[test]
fn a_completion_sends_a_message_and_closes() {
    let footer = json!({ "type": "Footer", "label": "Send", "on-click-action": action("complete", json!({ "n": 1 })) });
    let mut play = Play::new(&screen("7.3", json!([footer])));
    play.tap("Send");
    let params = play.params();
    assert_eq!(Value::Object(params.clone()), json!({ "n": 1, "flow_token": "a token" }));
    assert_eq!(play.effects, [Effect::Close { params: Some(params) }]);
}

#[test]
fn update_data_and_open_url_do_not_lock() {
    let url = json!({ "name": "open_url", "url": "https://example.org" });
    let children = json!([
        text("${data.n}"),
        update("u", json!({ "n": "new" })),
        { "type": "EmbeddedLink", "text": "l", "on-click-action": url },
    ]);
    let mut play = Play::new(&document("7.3", json!({ "n": "old" }), children));
    play.act(|user| user.tick("u")).tap("l").tap("l").act(|user| user.untick("u"));
    assert_eq!((play.view().frame, play.requests()), (Frame::Ready, 0));
    assert_eq!(play.effects, [(); 2].map(|()| Effect::OpenUrl("https://example.org".into())));
}

#[test]
fn the_network_is_looked_at_before_sending() {
    let mut b = part("B", json!({ "n": 0 }), json!([submit(json!({ "x": 1 }))]));
    b["refresh_on_back"] = json!(true);
    let a = part("A", json!({ "n": 0 }), json!([link("Go", "B", json!({}))]));
    let document = flow(json!({ "A": ["B"], "B": [] }), [a, b]);
    for (action, go) in [("data_exchange", "Send"), ("BACK", "")] {
        let mut play = Play::new(&document);
        play.user.client.set_online(false);
        play.tap("Go");
        assert_eq!(play.view().screen, "B", "a navigate needs no network");
        if go.is_empty() {
            play.back()
        } else {
            play.tap(go)
        };
        assert_eq!((play.requests(), play.notified()), (0, None), "{action}");
        assert!(play.failure().starts_with("there is no network"), "{action}: {}", play.failure());
        play.act(|user| user.retry());
        assert_eq!(play.requests(), 0, "{action}: still offline");
        play.user.client.set_online(true);
        play.act(|user| user.retry());
        assert_eq!((play.sent().action.name(), play.requests()), (action, 1));
        play.reply("A", json!({ "n": 1 }));
        assert_eq!((play.view().screen.as_str(), play.view().frame), ("A", Frame::Ready));
    }
}

#[test]
fn a_reply_is_routed_before_its_data_are_checked() {
    let play = || {
        let screens =
            ["A", "B", "C"].map(|id| part(id, json!({ "n": 0 }), json!([submit(json!({}))])));
        let mut play = Play::new(&flow(json!({ "A": ["B"], "B": ["C"], "C": [] }), screens));
        play.tap("Send");
        play
    };
    let mut wrong_screen = play();
    wrong_screen.reply("C", json!({ "n": "x", "error_message": "e" }));
    assert_eq!(wrong_screen.notified().as_deref(), Some("invalid-screen-transition"));
    let mut wrong_data = play();
    wrong_data.reply("B", json!({ "n": "x", "error_message": "e" }));
    assert_eq!(wrong_data.notified().as_deref(), Some("payload-schema-error"));
    for play in [wrong_screen, wrong_data] {
        assert_eq!((play.view().screen.as_str(), play.view().snackbar), ("A", None));
        assert_eq!(play.user.client.data("B"), None, "nothing is merged");
        assert_eq!(play.user.client.data("C"), None, "nothing is merged");
    }
}

#[test]
fn a_reply_is_merged_before_its_message_is_shown() {
    let mut play = two_screens(json!({}));
    play.tap("Send").reply("B", json!({ "n": 1, "error_message": "Sold out" }));
    let view = play.view();
    assert_eq!((view.screen.as_str(), view.frame), ("B", Frame::Ready));
    assert_eq!(play.user.client.data("B").unwrap()["n"], 1);
    assert_eq!(view.snackbar.unwrap().text, "Sold out");
}
