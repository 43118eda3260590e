//! The history of screens, and the ways back.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Effect, Frame};

use super::parts::{flow, input, link, part};
use super::play::{Play, submit};

/// Screens that lead to all of these: by links, and by the replies to "Send".
fn screens(routes: Value) -> Play {
    let to = |ids: [&str; 3]| -> Value {
        let links = ids.map(|id| link(&format!("To {id}"), id, json!({})));
        links.into_iter().chain([input("x", json!({})), submit(json!({}))]).collect()
    };
    let all = ["A", "B", "C"];
    Play::new(&flow(routes, all.map(|id| part(id, json!({ "n": 1 }), to(all)))))
}

/// From A to B to C.
fn line() -> Play {
    screens(json!({ "A": ["B"], "B": ["C"], "C": [] }))
}

/// The screens to which the way back leads, nearest first.
fn ways_back(mut play: Play) -> Vec<String> {
    let mut screens = Vec::new();
    while play.view().can_go_back {
        screens.push(play.back().view().screen);
    }
    screens
}

#[test]
fn another_screen_is_added() {
    let mut play = line();
    play.tap("To B").tap("Send").reply("C", json!({}));
    assert_eq!(ways_back(play), ["B", "A"]);
}

#[test]
fn the_current_screen_is_refreshed() {
    for by_reply in [true, false] {
        let mut play = line();
        play.tap("To B");
        match by_reply {
            true => play.tap("Send").reply("B", json!({ "n": 2 })),
            false => play.tap("To B"),
        };
        assert_eq!(play.view().screen, "B");
        assert_eq!(ways_back(play), ["A"], "by a reply: {by_reply}");
    }
}

#[test]
fn the_previous_screen_is_a_way_back() {
    for by_reply in [true, false] {
        let mut play = line();
        play.tap("To B").tap("To C");
        match by_reply {
            true => play.tap("Send").reply("B", json!({})),
            false => play.tap("To B"),
        };
        assert_eq!(play.view().screen, "B");
        assert_eq!(ways_back(play), ["A"], "by a reply: {by_reply}");
    }
}

#[test]
fn an_earlier_screen_is_added_again() {
    let mut play = screens(json!({ "A": ["B", "C"], "B": ["C"], "C": [] }));
    play.tap("To B").tap("To C").tap("To A");
    assert_eq!(ways_back(play), ["C", "B", "A"]);
}

#[test]
fn back_keeps_the_data_and_the_input_of_both_screens() {
    let mut play = line();
    play.fill("x", "on A").tap("Send").reply("B", json!({ "n": 2 })).fill("x", "on B").back();
    assert_eq!((play.view().screen.as_str(), play.component("x").value), ("A", json!("on A")));
    assert_eq!(play.requests(), 1, "without a request");
    play.tap("To B");
    assert_eq!(play.component("x").value, "on B");
    assert_eq!(play.user.client.data("B").unwrap()["n"], 2);
}

/// B asks the endpoint when the user goes back.
fn refreshing() -> Play {
    let routes = json!({ "A": ["B"], "B": ["C"], "C": [] });
    let children = json!([link("To B", "B", json!({})), link("To C", "C", json!({}))]);
    let mut b = part("B", json!({ "n": 1 }), children.clone());
    b["refresh_on_back"] = json!(true);
    let [a, c] = ["A", "C"].map(|id| part(id, json!({ "n": 1 }), children.clone()));
    Play::new(&flow(routes, [a, b, c]))
}

#[test]
fn back_asks_the_endpoint_if_the_screen_refreshes() {
    let mut play = refreshing();
    play.tap("To B").back();
    assert_eq!((play.sent().action.name(), play.sent().screen.as_str()), ("BACK", "B"));
    assert!(play.sent().data.is_empty());
    assert_eq!((play.view().frame, play.view().screen.as_str()), (Frame::Loading, "B"));
    play.reply("A", json!({ "n": 2 }));
    assert_eq!((play.view().frame, play.view().screen.as_str()), (Frame::Ready, "A"));
    assert_eq!(play.user.client.data("A").unwrap()["n"], 2);
    assert!(!play.view().can_go_back);
}

#[test]
fn only_the_screen_that_is_left_decides_to_refresh() {
    let mut play = refreshing();
    play.tap("To B").tap("To C").back();
    assert_eq!((play.view().screen.as_str(), play.requests()), ("B", 0));
}

#[test]
fn the_reply_to_back_may_show_any_screen() {
    let mut play = refreshing();
    play.tap("To B").back().reply("B", json!({ "n": 2 }));
    assert_eq!(play.view().screen, "B", "the user stays");
    play.back().reply("C", json!({}));
    assert_eq!(play.view().screen, "C", "the user goes on");
    play.back().back().reply("SUCCESS", json!({}));
    assert_eq!(play.view().frame, Frame::Closed { params: None });
}

#[test]
fn the_first_screen_has_a_way_out_instead_of_back() {
    let mut play = line();
    assert!(!play.view().can_go_back);
    assert!(play.refused(|user| user.back()).contains("is the first screen"));
    play.act(|user| user.close());
    assert_eq!(play.effects, [Effect::Close { params: None }]);
    let mut play = line();
    assert!(play.tap("To B").view().can_go_back);
}

#[test]
fn a_route_may_be_taken_in_reverse() {
    let mut play = line();
    play.tap("To B").tap("Send").reply("A", json!({}));
    assert_eq!((play.view().screen.as_str(), play.notified()), ("A", None));
    let mut play = line();
    play.tap("To B").tap("To C").tap("Send").reply("A", json!({}));
    assert_eq!(play.notified().as_deref(), Some("invalid-screen-transition"), "two steps");
}
