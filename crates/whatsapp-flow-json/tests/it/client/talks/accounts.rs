//! Signing in (5.1): passwords, a code, links that the form does not disable.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Frame, Reply};

use super::{data, open, success};
use crate::client::play::Play;

const NAME: &str = "account_login";

fn at_login(changes: Value) -> Play {
    open(NAME, "LOGIN", changes)
}

/// A conversation that has reached the code.
fn at_code() -> Play {
    let mut play = at_login(json!({}));
    play.fill("Password", "correct horse").tap("Sign in");
    play.reply("CODE", data(NAME, "CODE", json!({})));
    play
}

#[test]
fn a_wrong_password_is_corrected() {
    let mut play = at_login(json!({}));
    assert_eq!(play.component("Email").value, "ada@example.com", "an initial value of the Form");
    play.fill("Password", "short");
    let error = play.component("Password").error.unwrap();
    assert_eq!(error, "Password must be longer than 7 characters.");
    assert!(
        !play.view().to_string().contains("short "),
        "passwords are not shown: {}",
        play.view()
    );
    play.fill("Password", "long but wrong").tap("Sign in");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "email": "ada@example.com", "password": "long but wrong" })
    );
    play.reply("LOGIN", json!({ "errors": { "password": "Try again" } }));
    assert_eq!(play.component("Password").error.as_deref(), Some("Try again"));
    play.fill("Password", "correct horse").tap("Sign in");
    assert_eq!(play.sent().data["password"], "correct horse");
}

#[test]
fn a_message_disappears_when_its_field_loses_focus() {
    let mut play = at_login(json!({ "errors": { "email": "Unknown", "password": "Wrong" } }));
    let email = play.component("Email").id;
    let handle = |play: &mut Play, event| drop(play.user.client.handle(event).unwrap());
    handle(&mut play, whatsapp_flow_json::client::Event::Focus { component: email });
    assert_eq!(play.component("Email").error.as_deref(), Some("Unknown"));
    handle(&mut play, whatsapp_flow_json::client::Event::Blur);
    assert_eq!(play.component("Email").error, None, "without an edit");
    assert_eq!(play.component("Password").error.as_deref(), Some("Wrong"), "the other one stands");
}

#[test]
fn a_refused_tap_leaves_the_cursor_and_the_messages() {
    let mut play = at_login(json!({ "errors": { "email": "Unknown" } }));
    let component = play.component("Email").id;
    play.user.client.handle(whatsapp_flow_json::client::Event::Focus { component }).unwrap();
    let before = play.view();
    assert!(play.refused(|user| user.tap("Sign in")).contains("`Password` is required"));
    assert_eq!(play.view(), before);
}

#[test]
fn links_work_while_the_form_is_invalid() {
    let mut play = at_login(json!({}));
    play.fill("Email", "ada").tap("I forgot my password");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "forgot": true, "email": "ada" }));
    play.reply("LOGIN", json!({ "error_message": "We have sent you a letter" }));
    assert_eq!(play.view().snackbar.unwrap().text, "We have sent you a letter");
    play.tap("Create an account");
    assert_eq!((play.view().screen.as_str(), play.view().snackbar), ("SIGN_UP", None));
}

#[test]
fn a_code_has_six_digits() {
    let mut play = at_code();
    for (code, error) in [
        ("12345", "Code must be longer than 5 characters."),
        ("1234567", "Code must be shorter than 7 characters."),
        ("12345x", "Enter digits only."),
        ("", "Code is required."),
    ] {
        play.fill("Code", code);
        assert_eq!(play.component("Code").error.as_deref(), Some(error), "{code}");
        assert!(!play.component("Confirm").enabled);
    }
    play.fill("Code", "123🔑456");
    assert_eq!(play.component("Code").value, "123456", "emoji are refused");
    play.tap("Confirm");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "code": "123456" }));
}

#[test]
fn a_disabled_footer_stays_disabled_for_a_valid_form() {
    let mut play = at_code();
    play.fill("Code", "123456").tap("Confirm");
    play.reply("CODE", json!({ "can_confirm": false, "code_error": "Three wrong codes" }));
    play.fill("Code", "654321");
    assert_eq!(play.component("Code").error, None);
    assert!(play.refused(|user| user.tap("Confirm")).contains("`Confirm` is disabled;"));
}

#[test]
fn answers_hide_what_is_sensitive() {
    let mut play = at_code();
    play.act(|user| user.tick("trust")).fill("Code", "123456").tap("Confirm");
    play.reply("SUCCESS", success(json!({ "flow_token": "a token" })));
    let answers = play.user.client.answers();
    let shown: Vec<_> = answers.iter().map(|a| (a.label.as_str(), a.value.as_str())).collect();
    assert_eq!(shown[0], ("Email", "••••••••••••"));
    assert_eq!(shown.len(), 2, "neither the password nor the code: {shown:?}");
    assert_eq!(shown[1].0, "Trust this phone");
}

#[test]
fn an_account_is_created_with_a_plan() {
    let mut play = at_login(json!({}));
    play.tap("Create an account")
        .fill("Email", "ada@example.org")
        .fill("Password", "correct horse");
    assert_eq!(play.component("Plan").value, "free", "the payload of the link");
    play.act(|user| user.unchoose("Plan", "Free"));
    assert_eq!(play.component("Plan").value, Value::Null, "a second tap, as it is optional");
    play.tap("Create");
    assert_eq!(
        Value::Object(play.sent().data.clone()),
        json!({ "email": "ada@example.org", "password": "correct horse" })
    );
    play.reply("LOGIN", json!({ "error_message": "Sign in now" }));
    assert_eq!(play.view().screen, "LOGIN");
    assert!(!play.view().can_go_back, "a reply with the previous screen goes back");
}

#[test]
fn replies_that_are_malformed_are_not_shown() {
    for (reply, explanation) in [
        (Reply::ok(json!([])), "is not a JSON object"),
        (Reply::ok(json!({ "data": {} })), "has no screen"),
        (Reply::ok(json!({ "screen": "CODE" })), "has no data"),
        (Reply::ok(json!({ "screen": "CODE", "data": null })), "has no data"),
        (Reply::ok(json!({ "screen": "CODE", "data": { "error_message": null } })), "not a string"),
        (Reply::NotJson, "is not JSON"),
        (Reply::Status(427), "no text for the user"),
    ] {
        let mut play = at_login(json!({}));
        play.fill("Password", "correct horse").tap("Sign in").receive(reply);
        assert!(play.failure().contains(explanation), "{}", play.failure());
        assert_eq!(play.notified(), None, "{explanation}");
    }
}

#[test]
fn a_wrong_type_breaks_the_data_model() {
    for value in [json!(null), json!(7), json!(["x"])] {
        let mut play = at_login(json!({}));
        play.fill("Password", "correct horse").tap("Sign in");
        play.reply("CODE", json!({ "code_error": value }));
        assert!(play.failure().contains("code_error of CODE: expected"), "{}", play.failure());
        assert_eq!(play.notified().as_deref(), Some("payload-schema-error"));
        assert!(matches!(play.view().frame, Frame::Error { failure } if failure.line > 0));
    }
}
