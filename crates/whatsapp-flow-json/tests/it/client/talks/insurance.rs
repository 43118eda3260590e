//! An insurance quote (7.1) and a loan (7.3): fields by kind, prices that the endpoint recalculates, failing requests.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Effect, FailureCause, Frame, Reply};

use super::{data, open, success};
use crate::client::play::Play;

const QUOTE: &str = "insurance_quote";
const LOAN: &str = "loan_offer";

/// A conversation that has reached the quote for a car.
fn at_quote() -> Play {
    let mut play = open(QUOTE, "COVER", json!({}));
    play.choose("What do you insure?", "Car").fill("Number plate", "ABC-123").tap("Get a quote");
    play.reply("QUOTE", data(QUOTE, "QUOTE", json!({})));
    play
}

/// A conversation that has reached the contract of a loan.
fn at_contract() -> Play {
    let mut play = open(LOAN, "AMOUNT", json!({}));
    play.choose("Months", "12 months").reply("AMOUNT", json!({ "rate": "88 EUR" }));
    play.tap("Continue").reply("CONTRACT", data(LOAN, "CONTRACT", json!({})));
    play
}

#[test]
fn each_kind_has_its_own_fields() {
    let mut play = open(QUOTE, "COVER", json!({}));
    assert_eq!(play.view().find("Tell us later about your pet").len(), 1, "the default case");
    play.choose("What do you insure?", "Car").fill("Number plate", "123");
    let problem = "Number plate must be longer than 3 characters.";
    assert_eq!(play.component("Number plate").error.as_deref(), Some(problem));
    play.fill("Number plate", "a-1234");
    assert!(play.refused(|user| user.tap("Get a quote")).contains("does not match its pattern"));
    play.choose("What do you insure?", "Home");
    assert!(play.view().find("Number plate").is_empty());
    assert!(play.refused(|user| user.tap("Get a quote")).contains("`Square metres` is required"));
    play.fill("Square metres", "80").act(|user| user.tick("It has a garden")).tap("Get a quote");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "kind": "home", "plate": "a-1234", "size": "80", "has_garden": true }),
        "a field that is not drawn any more keeps its value, and has no rules"
    );
}

#[test]
fn extras_change_the_price_and_nothing_else() {
    let mut play = at_quote();
    assert_eq!(play.view().find("35 EUR").len(), 1, "there is a discount");
    play.choose("Extras", "Glass");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "extras": ["glass"] }));
    play.reply("QUOTE", json!({ "price": 32.5, "price_text": "32.50 EUR a month", "discount": 0 }));
    let view = play.view();
    assert_eq!((view.find("32.50 EUR a month").len(), view.find("35 EUR").len()), (1, 0));
    assert_eq!(view.find("No discount").len(), 1);
    assert!(view.find("Extras")[0].option("glass").unwrap().selected, "the reply has no options");
    assert!(play.refused(|user| user.choose("Extras", "Abroad")).contains("disabled"));
    play.tap("Accept");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "step": "accept", "price": 32.5, "extras": ["glass"] }),
        "a number in the data stays a number"
    );
}

#[test]
fn an_extra_that_is_not_offered_any_more_is_removed() {
    let mut play = at_quote();
    play.choose("Extras", "Theft").reply(
        "QUOTE",
        json!({
            "extras": [{ "id": "glass", "title": "Glass" }, { "id": "abroad", "title": "Abroad" }],
        }),
    );
    assert_eq!(play.component("Extras").value, json!([]));
    play.tap("Accept");
    assert_eq!(play.sent().data["extras"], json!([]));
}

#[test]
fn a_day_that_is_not_available_is_an_error_after_its_selection() {
    let mut play = at_quote();
    play.tap("Accept").reply("START", data(QUOTE, "START", json!({})));
    assert_eq!(play.component("First day").value, "2026-02-01", "the proposal");
    assert!(play.refused(|user| user.pick_date("First day", "2026-07-01")).contains("this day"));
    play.act(|user| user.pick_date("First day", "2026-04-03"));
    assert_eq!(play.sent().data["start"], "2026-04-03", "it is sent all the same");
    play.reply("START", json!({ "start_error": "That is a holiday", "proposal": "2026-04-03" }));
    let field = play.component("First day");
    assert_eq!(field.error.as_deref(), Some("This day is not available."), "the rule's text wins");
    assert!(!play.component("Continue").enabled);
    play.act(|user| user.pick_date("First day", "2026-04-07"))
        .reply("START", json!({ "start_error": "" }));
    assert_eq!(
        play.component("First day").value,
        "2026-04-03",
        "a reply applies the proposal in the data again"
    );
}

#[test]
fn a_cover_is_signed() {
    let mut play = at_quote();
    play.tap("Accept").reply("START", data(QUOTE, "START", json!({})));
    play.tap("Continue");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "price": 30.5, "extras": ["glass"], "start": "2026-02-01" })
    );
    play.reply("CONFIRM", json!({})).act(|user| user.tick("agrees")).tap("Sign");
    play.reply("SUCCESS", json!({}));
    assert_eq!(play.view().frame, Frame::Closed { params: None }, "no message without params");
}

#[test]
fn data_for_a_screen_without_a_model_are_an_error() {
    let mut play = at_quote();
    play.tap("Accept").reply("START", data(QUOTE, "START", json!({})));
    play.tap("Continue").reply("CONFIRM", json!({ "name": "Ada" }));
    assert_eq!(play.notified().as_deref(), Some("payload-schema-error"));
}

#[test]
fn the_footer_waits_for_the_rate() {
    let mut play = open(LOAN, "AMOUNT", json!({}));
    play.choose("Months", "12 months").reply("AMOUNT", json!({}));
    assert!(play.refused(|user| user.tap("Continue")).contains("`Continue` is disabled"));
    play.choose("Months", "24 months");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "changed": "months", "amount": "1000", "months": "24" })
    );
    play.reply("AMOUNT", json!({ "rate": "44 EUR", "amount_error": "At most 900 EUR" }));
    assert_eq!(play.view().find("Each month: 44 EUR").len(), 1);
    assert!(play.refused(|user| user.tap("Continue")).contains("At most 900 EUR"));
    play.fill("Amount", "900").tap("Continue");
    assert_eq!(play.sent().data["amount"], "900");
}

#[test]
fn a_replaced_choice_runs_the_action_for_removals_first() {
    let mut play = open(LOAN, "AMOUNT", json!({}));
    play.choose("Months", "12 months").reply("AMOUNT", json!({ "rate": "88 EUR" }));
    play.choose("Months", "24 months");
    assert_eq!(play.user.client.data("AMOUNT").unwrap()["rate"], "", "update_data has run");
    assert_eq!(play.sent().data["months"], "24");
}

#[test]
fn a_loan_is_signed_after_a_wrong_pin() {
    let mut play = at_contract();
    play.tap("I agree").reply("SIGN", data(LOAN, "SIGN", json!({})));
    play.fill("PIN", "12a4");
    assert_eq!(play.component("PIN").error.as_deref(), Some("Enter digits only."));
    play.fill("PIN", "1234")
        .tap("Sign")
        .reply("SIGN", json!({ "pin_error": "This is not your PIN" }));
    assert_eq!(play.component("PIN").error.as_deref(), Some("This is not your PIN"));
    play.fill("PIN", "4321").tap("Sign");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "step": "sign", "pin": "4321" }));
    play.reply("SUCCESS", success(json!({ "flow_token": "a token", "contract": 9 })));
    assert_eq!(play.params()["contract"], 9);
    let answers = play.user.client.answers();
    assert!(answers.iter().all(|answer| answer.label != "PIN"), "{answers:?}");
    assert!(answers.iter().any(|answer| answer.label == "Months" && answer.value == "12 months"));
}

#[test]
fn the_key_is_fetched_again_once() {
    let mut play = at_contract();
    play.tap("I agree").receive(Reply::Status(421));
    assert!(matches!(play.effects.last(), Some(Effect::RefreshKeyAndSend(_))));
    assert_eq!(play.view().frame, Frame::Loading, "the user does not see it");
    play.receive(Reply::Status(421));
    let Frame::Error { failure } = play.view().frame else { panic!("{}", play.view()) };
    assert_eq!((failure.cause, failure.can_retry), (FailureCause::KeyMismatch, false));
}

#[test]
fn a_token_that_is_not_valid_any_more_ends_the_conversation() {
    let mut play = at_contract();
    let body = json!({ "error_msg": "The offer has expired" });
    play.tap("I agree").receive(Reply::Body { status: 427, body });
    let Frame::Error { failure } = play.view().frame else { panic!("{}", play.view()) };
    assert_eq!(
        (failure.cause, failure.text.as_str()),
        (FailureCause::TokenInvalid, "The offer has expired")
    );
    assert_eq!(play.notified(), None);
    assert!(play.refused(whatsapp_flow_json::client::User::back).contains("error screen"));
    assert!(play.refused(whatsapp_flow_json::client::User::retry).contains("nothing to try again"));
}
