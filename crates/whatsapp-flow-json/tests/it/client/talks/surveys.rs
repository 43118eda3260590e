//! A survey (6.3) and a newsletter (2.1), which need no endpoint: branches, expressions, completion on the device.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{ComponentKind, Frame};

use super::open_at;
use crate::client::play::Play;

const SURVEY: &str = "employee_survey";
const LETTER: &str = "newsletter";

/// A conversation that has reached the mood.
fn at_mood() -> Play {
    let mut play = open_at(SURVEY, "WELCOME", json!({}));
    play.tap("Start");
    play
}

fn at_topics() -> Play {
    open_at(LETTER, "TOPICS", json!({}))
}

#[test]
fn texts_are_evaluated() {
    let play = open_at(SURVEY, "WELCOME", json!({}));
    assert_eq!(play.view().components[0].kind, ComponentKind::RichText);
    assert!(play.view().components[0].label.starts_with("# How are you?\nTen questions"));
    let play = at_mood();
    assert_eq!(play.view().find("Hello, this is 2026").len(), 1, "{}", play.view());
    assert_eq!(play.view().find("Good to hear").len(), 1);
}

#[test]
fn each_mood_has_its_own_footer() {
    let mut play = at_mood();
    let footer = |play: &Play| {
        let view = play.view();
        let footers = view.components.iter().filter(|c| c.kind == ComponentKind::Footer);
        footers.map(|footer| footer.label.clone()).collect::<Vec<_>>()
    };
    assert!(footer(&play).is_empty(), "no case, no default");
    for (mood, label) in [("Good", "Continue"), ("Bad", "Continue, slowly"), ("Mixed", "Go on")] {
        play.choose("Mood", mood);
        assert_eq!(footer(&play), [label]);
    }
}

#[test]
fn fields_appear_by_conditions() {
    let mut play = at_mood();
    assert!(play.view().find("Hours per week").is_empty());
    play.choose("Words for this year", "Busy").choose("Mood", "Bad");
    assert!(play.component("Hours per week").required, "the chip brings it");
    assert!(play.component("Reason").required);
    assert!(play.view().find("Please call me").is_empty());
    play.fill("Hours per week", "50");
    assert_eq!(play.view().find("Please call me").len(), 1, "a text is compared with a number");
    play.choose("Mood", "Mixed");
    assert!(play.view().find("Please call me").is_empty());
}

#[test]
fn a_survey_is_completed_with_the_answers_of_all_screens() {
    let mut play = at_mood();
    play.choose("Words for this year", "Busy").choose("Words for this year", "Fun");
    assert!(play.refused(|user| user.choose("Words for this year", "Loud")).contains("disabled"));
    play.choose("Mood", "Bad").fill("Hours per week", "50").fill("Reason", "Too much to do");
    play.tap("Continue, slowly");
    assert_eq!(play.user.client.data("IDEAS").unwrap()["hours"], 50, "a declared number");
    assert_eq!(play.view().find("You said bad, 10 hours a day").len(), 1, "{}", play.view());
    play.fill("Idea", "Rest").choose("Team", "Sales");
    assert_eq!(play.view().find("Idea must be longer than 4 characters.").len(), 0);
    assert!(play.refused(|user| user.tap("Send")).contains("`Idea` has fewer than 5 characters"));
    play.fill("Idea", "Rest more").choose("Team", "IT");
    assert_eq!(play.view().find("Say hello to the servers").len(), 1, "added items come last");
    play.act(|user| user.clear("Team"));
    play.tap("Send");
    assert_eq!(
        Value::Object(play.params()),
        json!({
            "mood": "bad", "words": ["busy", "fun"], "reason": "Too much to do", "idea": "Rest more", "team": "",
            "per_day": 10, "flow_token": "a token",
        }),
        "what nobody entered is left out"
    );
    assert_eq!(play.requests(), 0);
}

#[test]
fn an_emptied_dropdown_runs_the_action_of_its_option() {
    let mut play = at_mood();
    play.choose("Mood", "Mixed").fill("Reason", "Some").tap("Go on").choose("Team", "Sales");
    assert_eq!(play.user.client.data("IDEAS").unwrap()["note"], "We read everything");
    play.act(|user| user.clear("Team"));
    assert_eq!(play.view().find("Not sales, then").len(), 1);
}

#[test]
fn a_field_that_is_hidden_by_an_expression_has_no_rules() {
    let mut play = at_mood();
    play.choose("Mood", "Mixed").fill("Reason", "Some").tap("Go on");
    play.fill("Idea", "Rest").back();
    play.choose("Mood", "Good").tap("Continue");
    assert!(play.view().find("Idea").is_empty(), "{}", play.view());
    play.tap("Send");
    assert_eq!(play.params()["idea"], "Rest", "its value is sent all the same");
}

#[test]
fn a_number_that_is_not_one_breaks_the_data_model_of_the_next_screen() {
    let mut play = at_mood();
    play.choose("Words for this year", "Busy").fill("Hours per week", "50");
    play.fill("Hours per week", "").act(|user| user.unchoose("Words for this year", "Busy"));
    play.choose("Mood", "Good").tap("Continue");
    assert!(play.failure().contains("hours of IDEAS: expected a number"), "{}", play.failure());
    assert_eq!(play.notified(), None, "there is no endpoint to notify");
}

#[test]
fn a_newsletter_is_subscribed() {
    let mut play = at_topics();
    assert!(play.refused(|user| user.tap("Continue")).contains("`Topics` is required"));
    play.choose("Topics", "Cakes").choose("often", "Weekly").tap("Continue");
    play.fill("Email", "ada@example.com");
    assert!(play.refused(|user| user.tap("Subscribe")).contains("I agree to get the newsletter"));
    play.act(|user| user.tick("agrees")).tap("Subscribe");
    assert_eq!(
        Value::Object(play.params()),
        json!({
            "topics": ["cake"], "often": "weekly", "email": "ada@example.com", "agrees": true,
            "flow_token": "a token",
        })
    );
}

#[test]
fn topics_can_be_changed_on_the_way_back() {
    let mut play = at_topics();
    play.choose("Topics", "Bread").tap("Continue").fill("Email", "ada@example.com").tap("agrees");
    assert_eq!(play.view().screen, "PRIVACY");
    play.back().back().choose("Topics", "Cakes").tap("Continue");
    assert_eq!(play.user.client.data("ADDRESS").unwrap()["topics"], json!(["bread", "cake"]));
    assert_eq!(play.component("Email").value, "ada@example.com", "the input stays forward, too");
    play.act(whatsapp_flow_json::client::User::close);
    assert_eq!(play.view().frame, Frame::Closed { params: None });
}

#[test]
fn days_before_5_0_are_milliseconds() {
    let mut play = at_topics();
    play.choose("Topics", "Bread").tap("Continue");
    play.act(|user| user.pick_date("Birthday", "2000-02-29")).fill("Email", "a@b.c");
    play.act(|user| user.tick("agrees")).tap("Subscribe");
    assert_eq!(play.params()["birthday"], "951782400000", "milliseconds");
    assert!(!play.params().contains_key("often"));
}
