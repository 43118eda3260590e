//! Courses (7.1) and the topic of a support ticket (7.2): chips, and the actions of options and of components.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Event, Frame};

use super::{data, open};
use crate::client::play::Play;

const COURSES: &str = "course_interests";
const TICKET: &str = "support_ticket";

fn at_courses() -> Play {
    open(COURSES, "COURSES", json!({}))
}

/// The hint that the screen shows.
fn hint(play: &Play) -> Value {
    let screen = play.user.client.screen().to_owned();
    play.user.client.data(&screen).unwrap()["hint"].clone()
}

#[test]
fn a_chip_runs_its_own_action_and_then_that_of_its_component() {
    let mut play = at_courses();
    play.choose("Fields", "Art");
    assert_eq!(hint(&play), "Bring brushes", "update_data of the chip");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "fields": ["art"] }));
    play.reply("COURSES", json!({}));
    play.choose("Fields", "Music").reply("COURSES", json!({}));
    play.act(|user| user.unchoose("Fields", "Art"));
    assert_eq!(hint(&play), "Fewer fields", "the component's action is the last one");
    assert_eq!(play.requests(), 3, "on-unselect-action replaces on-select-action");
    assert_eq!(play.component("Fields").value, json!(["music"]));
}

#[test]
fn a_level_that_is_removed_runs_the_action_for_removals() {
    let mut play = at_courses();
    play.choose("Level", "New");
    assert_eq!(play.view().find("Thank you").len(), 1);
    play.act(|user| user.unchoose("Level", "New"));
    assert_eq!(hint(&play), "No level");
    play.choose("Level", "New").choose("Level", "Skilled");
    assert_eq!(hint(&play), "Thank you", "of a replacement, the selection is the last one");
}

#[test]
fn an_option_shows_another_field() {
    let mut play = at_courses();
    assert!(play.view().find("Places").is_empty());
    play.choose("Times", "Morning").choose("Places", "In town");
    assert_eq!(hint(&play), "Where do you live?");
    play.act(|user| user.unchoose("Times", "Morning"));
    assert!(play.view().find("Places").is_empty());
    play.tap("Show courses");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "times": [], "places": ["town"] }),
        "a hidden field keeps its value, and a list that was emptied is sent"
    );
}

#[test]
fn a_message_stands_as_long_as_its_field_is_drawn() {
    let mut play = at_courses();
    play.choose("Times", "Morning").choose("Level", "Skilled");
    assert_eq!(play.view().find("We start at 8:00").len(), 1);
    assert_eq!(play.component("Coffee?").error.as_deref(), Some("Choose one"));
    assert!(play.refused(|user| user.tap("Show courses")).contains("Choose one"));
    play.choose("Coffee?", "No").tap("Show courses");
    assert_eq!(play.sent().data["coffee"], json!(["no"]));
    play.reply("PLAN", data(COURSES, "PLAN", json!({})));
    play.tap("Done");
    assert_eq!(
        Value::Object(play.params()),
        json!({ "course": "Painting", "level": "skilled", "flow_token": "a token" })
    );
}

#[test]
fn an_option_list_with_an_id_twice_is_an_error() {
    let mut play = at_courses();
    play.tap("Show courses").reply(
        "COURSES",
        json!({ "levels": [
        { "id": "new", "title": "New" }, { "id": "new", "title": "Newer" },
    ] }),
    );
    assert!(matches!(play.view().frame, Frame::Error { .. }), "{}", play.view());
    assert_eq!(play.notified().as_deref(), Some("components-validation-error"));
}

#[test]
fn a_ticket_needs_one_or_two_topics() {
    let mut play = open(TICKET, "TOPIC", json!({}));
    play.fill("Description", "It smokes");
    assert!(play.refused(|user| user.tap("Continue")).contains("`What is it about?` is required"));
    play.choose("topics", "Invoice");
    assert_eq!(play.view().find("Thank you, now describe it").len(), 1);
    assert!(play.refused(|user| user.choose("topics", "Other")).contains("disabled"));
    play.choose("topics", "It is broken").tap("Continue");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "topics": ["invoice", "broken"], "product": "", "serial": "", "description": "It smokes" })
    );
}

#[test]
fn a_product_asks_for_its_serial_number() {
    let mut play = open(TICKET, "TOPIC", json!({}));
    assert!(play.view().find("Serial number").is_empty());
    play.choose("Product", "Kettle");
    assert_eq!(hint(&play), "Which serial number does it have?");
    play.fill("Serial number", "12345678");
    assert!(play.component("Serial number").error.is_some(), "it does not match");
    play.fill("Serial number", "1234-5678");
    assert_eq!(play.component("Serial number").error, None);
    play.act(|user| user.clear("Product"));
    assert_eq!(hint(&play), "Without a product, we need longer");
    assert!(play.view().find("Serial number").is_empty());
}

#[test]
fn a_long_description_is_cut_while_it_is_typed() {
    let mut play = open(TICKET, "TOPIC", json!({ "draft": "It was fine until" }));
    assert_eq!(play.component("Description").value, "It was fine until");
    play.fill("Description", &"é".repeat(400));
    assert_eq!(play.component("Description").value, "é".repeat(300));
    play.fill("Description", &"🔥".repeat(400));
    assert_eq!(play.component("Description").value, "🔥".repeat(150), "in UTF-16 units");
    assert_eq!(play.component("Description").error, None);
}

#[test]
fn a_locked_field_is_not_typed_into() {
    let mut play = open(
        TICKET,
        "TOPIC",
        json!({ "is_locked": true, "product": "toaster", "serial": "0000-0001" }),
    );
    assert_eq!(play.component("Serial number").value, "0000-0001");
    assert!(play.refused(|user| user.fill("Serial number", "1111-1111")).contains("disabled"));
    let component = play.component("Serial number").id;
    let typed = Event::Type { component, text: "1111-1111".into() };
    assert!(play.user.client.handle(typed).is_err());
    assert_eq!(play.component("Serial number").value, "0000-0001");
}
