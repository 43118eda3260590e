//! The taps that run actions: of buttons, links and items.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Effect, Event, Frame, Refused};

use super::parts::{action, ask, flow, input, log, navigate, part, text, with};
use super::play::{Play, document, screen};

fn footer(action: Value) -> Value {
    json!({ "type": "Footer", "label": "Send", "on-click-action": action })
}

fn open_url(url: &str) -> Value {
    json!({ "name": "open_url", "url": url })
}

/// Two screens, the first with these components.
fn leading_to_b(children: Value) -> Play {
    let b = part("B", json!({ "n": 1 }), json!([text("B")]));
    Play::new(&flow(json!({ "A": ["B"], "B": [] }), [part("A", json!({ "n": 1 }), children), b]))
}

/// Taps a component that a user may not be able to tap.
fn tap(play: &mut Play, component: usize) -> Result<(), Refused> {
    play.user.client.handle(Event::Tap { component }).map(drop)
}

#[test]
fn a_footer_navigates_submits_or_completes() {
    let mut play = leading_to_b(json!([footer(navigate("B", json!({})))]));
    assert_eq!(play.tap("Send").view().screen, "B");
    let mut play = leading_to_b(json!([footer(action("data_exchange", json!({ "n": 1 })))]));
    assert_eq!(play.tap("Send").payload(), json!({ "n": 1 }));
    let mut play = leading_to_b(json!([footer(action("complete", json!({ "n": 1 })))]));
    assert_eq!(play.tap("Send").params()["n"], 1);
}

#[test]
fn a_footer_is_locked_after_a_tap() {
    let mut play = Play::new(&screen("7.3", json!([footer(action("data_exchange", json!({})))])));
    play.tap("Send");
    assert_eq!((tap(&mut play, 0), play.requests()), (Err(Refused::Waiting), 1));
    play.reply("ONLY", json!({}));
    assert_eq!(tap(&mut play, 0), Ok(()), "unlocked by the reply");
    let mut play = Play::new(&screen("7.3", json!([footer(action("complete", json!({})))])));
    play.tap("Send");
    assert_eq!(tap(&mut play, 0), Err(Refused::Closed));
}

#[test]
fn a_link_navigates_asks_or_opens_a_page() {
    let link = |action: Value| json!([{ "type": "EmbeddedLink", "text": "Link", "on-click-action": action }]);
    let mut play = leading_to_b(link(navigate("B", json!({}))));
    assert_eq!(play.tap("Link").view().screen, "B");
    let mut play = leading_to_b(link(action("data_exchange", json!({ "n": 1 }))));
    assert_eq!(play.tap("Link").payload(), json!({ "n": 1 }));
    let mut play = leading_to_b(link(open_url("https://example.org/a?b=c")));
    play.tap("Link");
    assert_eq!(play.effects, [Effect::OpenUrl("https://example.org/a?b=c".into())]);
}

#[test]
fn an_address_that_cannot_be_parsed_does_nothing() {
    for url in ["", "example", "https://", "https://exam ple.org", "${data.gone}"] {
        let link =
            json!({ "type": "EmbeddedLink", "text": "Link", "on-click-action": open_url(url) });
        let mut play = Play::new(&screen("7.3", json!([link])));
        play.tap("Link");
        assert_eq!((&play.effects[..], play.view().frame), (&[][..], Frame::Ready), "{url}");
    }
}

#[test]
fn the_link_of_an_opt_in_is_there_only_with_its_action() {
    let opt_in = json!({ "type": "OptIn", "name": "o", "label": "o" });
    let mut play = Play::new(&screen("7.3", json!([opt_in])));
    assert!(!play.component("o").tappable);
    assert_eq!(tap(&mut play, 0), Err(Refused::WrongComponent));
    let with_link = with(opt_in, json!({ "on-click-action": navigate("B", json!({})) }));
    let mut play = leading_to_b(json!([with_link]));
    assert!(play.component("o").tappable);
    assert_eq!(play.tap("o").view().screen, "B");
}

#[test]
fn the_link_of_an_opt_in_and_its_box_are_two_things() {
    let opt_in = json!({
        "type": "OptIn", "name": "o", "label": "o",
        "on-click-action": action("data_exchange", json!({})),
    });
    let mut play = Play::new(&screen("7.3", json!([opt_in])));
    play.act(|user| user.tick("o"));
    assert_eq!((play.component("o").value, play.requests()), (json!(true), 0));
    play.act(|user| user.untick("o")).tap("o");
    assert_eq!((play.component("o").value, play.requests()), (json!(null), 1));
}

/// A list of two items, with these members.
fn list(of_list: Value, of_items: Value) -> Value {
    let item =
        |id: &str| with(json!({ "id": id, "main-content": { "title": id } }), of_items.clone());
    let items = json!([item("one"), item("two")]);
    with(json!({ "type": "NavigationList", "name": "l", "list-items": items }), of_list)
}

#[test]
fn an_item_runs_the_action_of_its_list_or_its_own() {
    let action = json!({ "on-click-action": action("data_exchange", json!({ "l": "${form.l}" })) });
    for list in [list(action.clone(), json!({})), list(json!({}), action)] {
        let mut play = Play::new(&screen("7.3", json!([list])));
        assert_eq!(play.tap("two").payload(), json!({ "l": "two" }), "{list}");
    }
}

#[test]
fn items_may_have_different_actions() {
    let mut list = list(json!({}), json!({}));
    list["list-items"][0]["on-click-action"] = navigate("B", json!({}));
    list["list-items"][1]["on-click-action"] = action("data_exchange", json!({ "n": 1 }));
    let mut play = leading_to_b(json!([list]));
    assert_eq!(play.tap("one").view().screen, "B");
    let mut play = leading_to_b(json!([list]));
    assert_eq!(play.tap("two").payload(), json!({ "n": 1 }));
}

#[test]
fn the_second_tap_on_an_item_does_nothing() {
    let action = json!({ "on-click-action": action("data_exchange", json!({})) });
    let mut play = Play::new(&screen("7.3", json!([list(action, json!({}))])));
    play.tap("one");
    let again = Event::TapItem { component: 0, item: "two".into() };
    assert_eq!(play.user.client.handle(again), Err(Refused::Waiting));
    assert_eq!(play.requests(), 1);
}

#[test]
fn texts_and_images_have_no_action() {
    let image = "iVBORw0KGgo=";
    for component in [
        json!({ "type": "TextHeading", "text": "t" }),
        json!({ "type": "TextSubheading", "text": "t" }),
        json!({ "type": "TextBody", "text": "t" }),
        json!({ "type": "TextCaption", "text": "t" }),
        json!({ "type": "RichText", "text": "t" }),
        json!({ "type": "Image", "src": image }),
        json!({ "type": "ImageCarousel", "images": [{ "src": image, "alt-text": "t" }] }),
    ] {
        let action = json!({ "on-click-action": action("data_exchange", json!({})) });
        let mut play = Play::new(&screen("7.3", json!([with(component, action)])));
        let component = play.view().components[0].clone();
        assert!(!component.tappable, "{}", component.kind);
        assert_eq!(tap(&mut play, 0), Err(Refused::WrongComponent), "{}", component.kind);
        assert_eq!(play.requests(), 0, "{}", component.kind);
    }
}

#[test]
fn a_field_does_not_run_an_action_that_it_does_not_have() {
    let mut play = Play::new(&screen("7.3", json!([input("f", json!({})), ask(json!({}))])));
    play.fill("f", "typed");
    assert_eq!(play.effects, []);
    assert_eq!(tap(&mut play, 0), Err(Refused::WrongComponent));
}

#[test]
fn an_action_of_a_tick_is_not_that_of_a_tap() {
    let opt_in = json!({
        "type": "OptIn", "name": "o", "label": "o",
        "on-click-action": action("data_exchange", json!({})), "on-select-action": log("s"),
    });
    let mut play = Play::new(&document("7.3", json!({ "log": "" }), json!([opt_in])));
    play.act(|user| user.tick("o"));
    assert_eq!((play.logged().as_str(), play.requests()), ("s", 0));
}
