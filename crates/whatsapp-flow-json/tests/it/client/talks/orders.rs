//! Lunch in a restaurant (6.0): prices that options bring, sums, and actions that also run when a screen is drawn.

use serde_json::{Value, json};
use whatsapp_flow_json::client::Frame;

use super::{data, open};
use crate::client::play::Play;

const NAME: &str = "restaurant_order";

/// A conversation whose first screen is drawn, and whose first request is answered.
fn at_menu(changes: Value) -> Play {
    let mut play = open(NAME, "MENU", changes);
    play.reply("MENU", json!({}));
    play
}

/// A conversation that has reached the choice of a table.
fn at_table() -> Play {
    let mut play = at_menu(json!({}));
    play.choose("Dish", "Pasta al forno").tap("Choose a table");
    play
}

#[test]
fn actions_of_selected_options_run_when_the_screen_is_drawn() {
    let mut play = open(NAME, "MENU", json!({}));
    assert_eq!(play.requests(), 2, "INIT, and the action of the sides");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "changed": "sides", "sides": ["bread"] })
    );
    assert_eq!(play.view().find("With fresh coriander").len(), 1, "the action of the soup");
    play.reply("MENU", json!({}));
    assert_eq!(play.requests(), 2, "a refresh is not a new screen");
    assert_eq!(play.view().find("Total: 16 EUR").len(), 1, "{}", play.view());
}

#[test]
fn the_total_follows_dish_and_guests() {
    let mut play = at_menu(json!({}));
    play.choose("Dish", "Pasta al forno");
    assert_eq!(play.view().find("Takes 20 minutes").len(), 1);
    assert_eq!(play.view().find("Total: 25 EUR").len(), 1);
    play.fill("Guests", "3");
    assert_eq!(play.view().find("Total: 37.5 EUR").len(), 1);
    play.fill("Guests", "");
    assert_eq!(play.view().find("Total: 0 EUR").len(), 1, "an empty operand is 0");
    assert!(!play.component("Choose a table").enabled);
    play.fill("Guests", "two");
    assert_eq!(play.component("Guests").error.as_deref(), Some("Enter a number."));
    assert!(play.refused(|user| user.tap("Choose a table")).contains("`Guests` is not a number"));
}

#[test]
fn a_third_side_is_refused() {
    let mut play = at_menu(json!({}));
    play.choose("Sides", "Salad");
    assert_eq!(play.sent().data["sides"], json!(["bread", "salad"]));
    assert!(play.refused(|user| user.choose("Sides", "Rice")).contains("waits for the endpoint"));
    play.reply("MENU", json!({}));
    let rice = play.component("Sides").option("rice").unwrap().clone();
    assert!(!rice.enabled, "as many are selected as are allowed");
    assert!(play.refused(|user| user.choose("Sides", "Rice")).contains("already has 2 options"));
    play.act(|user| user.unchoose("Sides", "Bread"));
    assert_eq!(play.sent().data["sides"], json!(["salad"]), "it also runs for a removal");
    play.reply("MENU", json!({})).choose("Sides", "Rice");
    assert_eq!(play.sent().data["sides"], json!(["salad", "rice"]), "in the order of the taps");
}

#[test]
fn the_choice_of_a_table_sends_nothing() {
    let mut play = at_table();
    let requests = play.requests();
    assert_eq!(play.user.client.data("TABLE").unwrap()["total"], 25);
    let note = "Tables are kept for 15 minutes (inside)";
    assert_eq!(play.view().find(note).len(), 1, "the action of the area runs at first");
    play.choose("Area", "Terrace");
    assert_eq!(play.view().find("Tables are kept for 15 minutes (terrace)").len(), 1);
    assert_eq!(play.requests(), requests, "update_data sends nothing");
}

#[test]
fn a_completion_has_the_token_and_evaluated_texts() {
    let mut play = at_table();
    assert!(play.refused(|user| user.tap("Order")).contains("`Day` is required"));
    play.act(|user| user.pick_date("Day", "2026-01-10")).reply("TABLE", json!({}));
    play.tap("Order");
    assert_eq!(
        Value::Object(play.params()),
        json!({
            "dish": "pasta", "total": 25, "area": "inside", "day": "2026-01-10",
            "summary": "pasta for 25", "flow_token": "a token",
        })
    );
}

#[test]
fn an_emptied_dropdown_runs_the_action_for_removals() {
    let mut play = at_table();
    play.act(|user| user.clear("Area"));
    assert_eq!(play.view().find("Choose an area").len(), 1);
    assert_eq!(play.component("Area").value, "");
    assert_eq!(play.component("Area").error.as_deref(), Some("Area is required."));
    assert!(!play.component("Order").enabled);
}

#[test]
fn the_menu_keeps_the_choice_when_the_user_comes_back() {
    let mut play = at_table();
    let requests = play.requests();
    play.back();
    assert_eq!(play.component("Dish").value, "pasta");
    assert_eq!(play.component("Guests").value, "2");
    assert_eq!(play.requests(), requests + 1, "up to 6.3, drawing the screen runs its actions");
    assert_eq!(play.view().frame, Frame::Loading);
    play.reply("MENU", data(NAME, "MENU", json!({ "usual": "soup" })));
    assert_eq!(play.component("Dish").value, "soup", "a bound initial value in a reply overwrites");
}
