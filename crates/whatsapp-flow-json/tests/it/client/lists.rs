//! NavigationList: what a user can do with its items.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Event, Frame, Mode, Refused, Settings};

use super::parts::{flow, navigate, part};
use super::play::Play;

/// A list of so many items, which lead to screen NEXT.
fn list(items: usize) -> Value {
    let items: Value = (1..=items)
        .map(|n| json!({ "id": n.to_string(), "main-content": { "title": n.to_string() } }))
        .collect();
    let list = json!({ "type": "NavigationList", "name": "list", "list-items": "${data.items}",
        "on-click-action": navigate("NEXT", json!({})) });
    let mut first = part("LIST", json!({ "items": items }), json!([list]));
    first["terminal"] = json!(false);
    flow(json!({ "LIST": ["NEXT"] }), [first, part("NEXT", json!({}), json!([]))])
}

#[test]
fn the_items_over_the_limit_are_not_drawn() {
    let mut play = Play::new(&list(21));
    let drawn = play.component("list");
    assert_eq!((play.view().frame, drawn.options.len()), (Frame::Ready, 20));
    let event = |item: &str| Event::TapItem { component: drawn.id, item: item.into() };
    let refused = play.user.client.handle(event("21"));
    assert!(matches!(refused, Err(Refused::NoOption(ids)) if ids.len() == 20));
    play.user.client.handle(event("20")).unwrap();
    assert_eq!(play.view().screen, "NEXT");
}

#[test]
fn a_draft_has_a_banner_for_too_many_items() {
    let draft = || Settings { mode: Mode::Draft, ..Settings::default() };
    let banner = |items| Play::with(&list(items), draft()).component("list").banner;
    assert_eq!(banner(20), None);
    assert_eq!(banner(21).as_deref(), Some("items of LIST: expected at most 20 items"));
}
