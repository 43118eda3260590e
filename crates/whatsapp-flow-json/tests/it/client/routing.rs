//! The routing model: which screen a reply or a navigate may show.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Frame, Mode, Settings};

use super::parts::{flow, link, part, with};
use super::play::{Play, submit};

/// Screens A to D, each of which leads everywhere.
fn document(routes: Value) -> Value {
    let all = ["A", "B", "C", "D"];
    let links: Vec<_> = all.iter().map(|id| link(&format!("To {id}"), id, json!({}))).collect();
    let children: Value = links.into_iter().chain([submit(json!({}))]).collect();
    let screens = all.map(|id| part(id, json!({ "n": 1 }), children.clone()));
    with(flow(json!({}), screens), json!({ "routing_model": routes }))
}

/// A leads to B, and B to C. D is apart.
fn line() -> Value {
    document(json!({ "A": ["B"], "B": ["C"], "C": [], "D": [] }))
}

/// Goes from A on to these screens by links, then asks for the last one by a reply or a link.
fn goes(document: &Value, settings: &Settings, way: &[&str], by_reply: bool) -> bool {
    let mut play = Play::with(document, settings.clone());
    let (to, before) = way.split_last().unwrap();
    for id in before {
        play.tap(&format!("To {id}"));
    }
    match by_reply {
        true => play.tap("Send").reply(to, json!({})),
        false => play.tap(&format!("To {to}")),
    };
    let went = play.view().screen == *to && play.view().frame == Frame::Ready;
    assert_eq!(play.notified().is_none(), went, "{way:?}");
    if !went {
        assert_eq!(play.notified().as_deref(), Some("invalid-screen-transition"), "{way:?}");
    }
    went
}

#[track_caller]
fn assert_goes(document: &Value, way: &[&str], expected: bool) {
    for by_reply in [true, false] {
        let goes = goes(document, &Settings::default(), way, by_reply);
        assert_eq!(goes, expected, "{way:?}, by a reply: {by_reply}");
    }
}

#[test]
fn a_forward_edge_is_a_way() {
    assert_goes(&line(), &["B"], true);
    assert_goes(&line(), &["B", "C"], true);
    assert_goes(&line(), &["C"], false);
    assert_goes(&line(), &["D"], false);
}

#[test]
fn a_direct_reverse_edge_is_a_way() {
    assert_goes(&line(), &["B", "A"], true);
    assert_goes(&line(), &["B", "C", "B"], true);
    assert_goes(&line(), &["B", "C", "A"], false);
}

#[test]
fn a_reverse_edge_is_a_way_without_having_been_there() {
    let document = document(json!({ "A": ["B"], "D": ["B"], "B": ["C"], "C": [] }));
    assert_goes(&document, &["B", "D"], true);
}

#[test]
fn the_same_screen_is_a_way() {
    assert_goes(&line(), &["A"], true);
    assert_goes(&line(), &["B", "B"], true);
}

#[test]
fn a_screen_must_be_in_the_routing_model() {
    let without_b = document(json!({ "A": ["B"], "C": [], "D": [] }));
    assert_goes(&without_b, &["B"], false);
    let mut play = Play::exchange(&document(json!({ "B": ["C"], "C": [], "D": [] })));
    play.reply("A", json!({}));
    assert!(play.failure().starts_with("A is not in the routing model"), "{}", play.failure());
    assert_eq!(play.notified().as_deref(), Some("invalid-screen-transition"));
}

#[test]
fn a_screen_must_be_in_the_document() {
    let document = document(json!({ "A": ["NONE"], "B": [], "C": [], "D": [], "NONE": [] }));
    let mut play = Play::new(&document);
    play.tap("Send").reply("NONE", json!({}));
    assert!(play.failure().starts_with("NONE is not a screen"), "{}", play.failure());
    assert_eq!(play.notified().as_deref(), Some("invalid-screen-transition"));
}

#[test]
fn the_first_screen_has_no_incoming_edge() {
    for (screen, is_possible) in [("A", true), ("B", false), ("C", false), ("D", true)] {
        let mut play = Play::exchange(&line());
        play.reply(screen, json!({}));
        assert_eq!(play.view().frame == Frame::Ready, is_possible, "{screen}");
        let notice = (!is_possible).then_some("invalid-screen-transition");
        assert_eq!(play.notified().as_deref(), notice, "{screen}");
    }
}

#[test]
fn routes_are_checked_in_drafts_and_in_published_flows() {
    for version in ["2.1", "3.1", "5.1", "6.3", "7.3"] {
        let mut document = line();
        document["version"] = json!(version);
        for mode in [Mode::Published, Mode::Draft] {
            let settings = Settings { mode, ..Settings::default() };
            for by_reply in [true, false] {
                assert!(goes(&document, &settings, &["B"], by_reply), "{version}, {mode:?}");
                assert!(!goes(&document, &settings, &["C"], by_reply), "{version}, {mode:?}");
            }
        }
    }
}

#[test]
fn without_a_routing_model_every_screen_is_a_way() {
    let mut absent = line();
    absent.as_object_mut().unwrap().remove("routing_model");
    for document in [absent, document(json!({}))] {
        for to in ["B", "C", "D"] {
            assert_goes(&document, &[to], true);
            assert_goes(&document, &["B", to], true);
        }
    }
}
