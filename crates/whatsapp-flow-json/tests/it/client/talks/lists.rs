//! A shop's catalogue (6.2): lists whose items lead on, with badges, tags and images.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{ComponentKind, FailureCause, Frame, Reply};

use super::{data, open, success};
use crate::client::play::Play;

const NAME: &str = "shop_catalogue";

fn at_shelves() -> Play {
    open(NAME, "SHELVES", json!({}))
}

/// A conversation that has reached the products of a shelf.
fn at_products() -> Play {
    let mut play = at_shelves();
    play.tap("Drinks").reply("PRODUCTS", data(NAME, "PRODUCTS", json!({})));
    play
}

#[test]
fn items_are_shown_with_their_badges_tags_and_images() {
    let view = at_shelves().view();
    let list = view.find("This week")[0];
    assert_eq!(list.kind, ComponentKind::NavigationList);
    let titles: Vec<_> = list.options.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles, ["Green tea", "Coffee", "Cocoa"]);
    assert_eq!(list.option("tea").unwrap().properties["badge"], "New");
    assert_eq!(list.option("coffee").unwrap().properties["tags"], json!(["organic", "fair"]));
    assert_eq!(list.option("tea").unwrap().properties["start"]["alt-text"], "A bowl of tea");
    assert!(!list.option("cocoa").unwrap().enabled);
    assert!(view.to_string().contains("> Cocoa (disabled)"), "{view}");
}

#[test]
fn an_item_leads_to_a_screen_without_a_request() {
    let mut play = at_shelves();
    play.tap("Green tea");
    assert_eq!((play.view().screen.as_str(), play.requests()), ("TEA", 1));
    assert_eq!(play.view().find("It comes from Assam.").len(), 1);
    assert_eq!(play.user.client.form("SHELVES").unwrap()["news"], "tea", "the list has a name");
    play.back();
    assert_eq!((play.view().screen.as_str(), play.requests()), ("SHELVES", 1));
}

#[test]
fn an_item_sends_its_own_id() {
    let mut play = at_shelves();
    play.tap("Coffee");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "product": "coffee" }));
    play.reply("SHELVES", json!({})).tap("Drinks");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "shelf": "drinks" }));
}

#[test]
fn a_disabled_item_cannot_be_tapped() {
    let mut play = at_shelves();
    assert!(play.refused(|user| user.tap("Cocoa")).contains("disabled"));
    assert!(
        play.refused(|user| user.tap("Chocolate")).contains("there is no button, link or item")
    );
    assert_eq!(play.requests(), 1);
}

#[test]
fn a_number_matches_its_pattern() {
    let mut play = at_shelves();
    play.tap("Green tea").fill("Grams", "25");
    let text = play.component("Grams").error.unwrap();
    assert_eq!(text, "Enter the text in the format that is asked for.");
    assert!(play.refused(|user| user.tap("Order")).contains("`Grams` does not match its pattern"));
    play.fill("Grams", "250").tap("Order");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "product": "tea", "grams": "250" }),
        "without a declared type, a number is sent as it was typed"
    );
    play.reply("ORDERED", data(NAME, "ORDERED", json!({ "number": 8 })));
    play.tap("Done");
    assert_eq!(Value::Object(play.params()), json!({ "number": 8, "flow_token": "a token" }));
}

#[test]
fn a_link_to_the_previous_screen_goes_back() {
    let mut play = at_shelves();
    play.tap("Green tea").fill("Grams", "30");
    assert!(play.view().can_go_back);
    play.tap("Back to the shop");
    assert!(!play.view().can_go_back, "the history is not longer than before");
    play.tap("Green tea");
    assert_eq!(play.component("Grams").value, "30", "the screen that was left keeps its input");
}

#[test]
fn a_product_is_ordered_from_a_shelf() {
    let mut play = at_products();
    assert_eq!(play.view().find("Drinks").len(), 1, "the label is bound");
    play.tap("Lemonade");
    assert_eq!(play.view().find("You chose lemonade").len(), 1, "{}", play.view());
    play.tap("Order");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "product": "lemonade" }));
    play.reply("SUCCESS", success(json!({ "flow_token": "a token" })));
    assert_eq!(play.view().frame, Frame::Closed { params: Some(play.params()) });
}

#[test]
fn a_screen_that_is_two_steps_away_is_an_error() {
    let mut play = at_shelves();
    play.tap("Drinks").reply("ORDERED", data(NAME, "ORDERED", json!({})));
    assert!(play.failure().contains("does not lead from SHELVES to ORDERED"), "{}", play.failure());
    assert_eq!(play.notified().as_deref(), Some("invalid-screen-transition"));
}

#[test]
fn a_list_screen_requires_all_of_its_data() {
    let mut play = at_shelves();
    play.tap("Drinks").reply("PRODUCTS", json!({ "shelf": "Drinks" }));
    assert!(play.failure().contains("products of PRODUCTS"), "{}", play.failure());
    assert_eq!(play.notified().as_deref(), Some("payload-schema-error"));
}

#[test]
fn a_reply_that_cannot_be_decrypted_ends_the_conversation() {
    let mut play = at_products();
    play.tap("Mate").tap("Order").receive(Reply::NotDecrypted("the tag is wrong".into()));
    let Frame::Error { failure } = play.view().frame else { panic!("{}", play.view()) };
    assert_eq!((failure.cause, failure.can_retry), (FailureCause::NotDecrypted, false));
    assert_eq!(play.notified().as_deref(), Some("response-decryption-error"));
    assert!(play.refused(|user| user.tap("Order")).contains("error screen"));
    play.act(whatsapp_flow_json::client::User::close);
    assert_eq!(play.view().frame, Frame::Closed { params: None });
}
