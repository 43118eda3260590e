//! The rules of TextInput and TextArea.

use serde_json::{Value, json};
use whatsapp_flow_json::client::Problem;

use super::parts::{input, with};
use super::play::{Play, screen, submit};

/// The problem of a TextInput with these properties after this text was typed.
fn problem(properties: Value, text: &str) -> Option<Problem> {
    Play::new(&screen("7.3", json!([input("f", properties)])))
        .fill("f", text)
        .component("f")
        .problem
}

/// As [`problem`], with the text under the field.
fn error(properties: Value, text: &str) -> Option<String> {
    Play::new(&screen("7.3", json!([input("f", properties)]))).fill("f", text).component("f").error
}

#[test]
fn the_text_is_trimmed_for_testing_only() {
    let field = input("f", json!({ "min-chars": 3, "max-chars": 4, "pattern": "^abc$" }));
    let mut play = Play::new(&screen("7.3", json!([field, submit(json!({ "f": "${form.f}" }))])));
    play.fill("f", "  abc   ").tap("Send");
    assert_eq!(play.sent().data["f"], "  abc   ");
    assert_eq!(problem(json!({ "min-chars": 3 }), " ab "), Some(too_short(3)));
}

fn too_short(min: usize) -> Problem {
    Problem::TooShort { label: "f".into(), min }
}

fn too_long(max: usize) -> Problem {
    Problem::TooLong { label: "f".into(), max }
}

#[test]
fn a_missing_text_is_named_by_its_label() {
    assert_eq!(error(json!({ "required": true }), " ").as_deref(), Some("f is required."));
}

#[test]
fn the_length_has_limits_that_the_text_names() {
    let limits = json!({ "min-chars": 3, "max-chars": 5 });
    for text in ["abc", "abcde"] {
        assert_eq!(problem(limits.clone(), text), None, "{text}");
    }
    let error = |text| error(limits.clone(), text);
    assert_eq!(error("ab").as_deref(), Some("f must be longer than 2 characters."));
    assert_eq!(error("abcdef").as_deref(), Some("f must be shorter than 6 characters."));
}

#[test]
fn the_default_limits_are_0_and_80_characters() {
    let [fits, exceeds] = [80, 81].map(|count| "x".repeat(count));
    assert_eq!(problem(json!({}), "x"), None);
    assert_eq!(problem(json!({}), &fits), None);
    assert_eq!(problem(json!({}), &exceeds), Some(too_long(80)), "typing goes on");
}

#[test]
fn an_empty_text_is_not_too_short() {
    for text in ["", "  "] {
        assert_eq!(problem(json!({ "min-chars": 3 }), text), None);
    }
}

fn assert_type(input_type: &str, problem: Problem, valid: &[&str], invalid: &[&str]) {
    let tested = |text| self::problem(json!({ "input-type": input_type }), text);
    for text in valid {
        assert_eq!(tested(text), None, "{text}");
    }
    for text in invalid {
        assert_eq!(tested(text), Some(problem.clone()), "{text}");
    }
    assert!(problem.text().is_some());
}

#[test]
fn an_email_has_the_shape_of_one() {
    let valid = ["ada@example.com", "a.b+c@x.co.uk"];
    assert_type("email", Problem::NotAnEmail, &valid, &["ada", "ada@", "@x.org", "a b@x.org"]);
}

#[test]
fn a_passcode_has_digits_only() {
    assert_type("passcode", Problem::NotDigits, &["0", "0123456789"], &["12a", "1 2", "-1", "1.5"]);
}

#[test]
fn a_phone_number_has_digits_and_their_separators() {
    let valid = ["+44 (20) 7946-0958", "0049.30.12", "7"];
    assert_type("phone", Problem::NotAPhoneNumber, &valid, &["12a", "1+2", "12#", "1,2"]);
}

#[test]
fn a_number_has_a_sign_commas_a_point_or_comma_and_an_exponent() {
    let valid = ["4", "-4", "+4", "4.5", "4,5", "1,234,567.8", "1e3", "1.5E-3"];
    assert_type("number", Problem::NotANumber, &valid, &["four", "1 2", "1.2.3", "--1", "0x10"]);
}

#[test]
fn other_texts_have_no_shape() {
    for input_type in ["text", "password"] {
        assert_eq!(problem(json!({ "input-type": input_type }), "any (text) #1"), None);
    }
}

#[test]
fn a_pattern_is_for_some_types() {
    for (input_type, text, tested) in [
        ("text", "12", true),
        ("password", "12", true),
        ("passcode", "12", true),
        ("number", "12", true),
        ("email", "a@b.cd", false),
        ("phone", "12", false),
    ] {
        let properties = json!({ "input-type": input_type, "pattern": "^x$" });
        let expected = tested.then_some(Problem::Pattern);
        assert_eq!(problem(properties, text), expected, "{input_type}");
    }
    assert!(error(json!({ "pattern": "x" }), "y").is_some());
    assert_eq!(problem(json!({ "pattern": "^[0-9]+$" }), "12"), None);
}

#[test]
fn a_pattern_is_searched_for_anywhere() {
    assert_eq!(problem(json!({ "pattern": "b" }), "abc"), None);
    assert_eq!(problem(json!({ "pattern": "^b" }), "abc"), Some(Problem::Pattern));
}

#[test]
fn a_bad_pattern_is_ignored() {
    assert_eq!(problem(json!({ "pattern": "(" }), "abc"), None);
}

#[test]
fn a_pattern_is_tested_on_a_cleared_value() {
    let field = input("f", json!({ "pattern": "^[0-9]+$" }));
    let mut play = Play::new(&screen("7.3", json!([field])));
    assert_eq!(play.component("f").problem, None, "not on an absent one");
    play.fill("f", "1").fill("f", "");
    assert_eq!(play.component("f").problem, Some(Problem::Pattern));
}

#[test]
fn the_first_rule_that_fails_counts() {
    let all = json!({ "required": true, "min-chars": 5, "max-chars": 3, "input-type": "number",
        "pattern": "^7" });
    assert_eq!(problem(all.clone(), ""), Some(Problem::Required { label: "f".into() }));
    assert_eq!(problem(all.clone(), "four"), Some(too_short(5)), "before max-chars");
    assert_eq!(problem(all.clone(), "eleven"), Some(too_long(3)), "before the type");
    let all = with(all, json!({ "min-chars": 0, "max-chars": 80 }));
    assert_eq!(problem(all.clone(), "eleven"), Some(Problem::NotANumber), "before the pattern");
    assert_eq!(problem(all.clone(), "11"), Some(Problem::Pattern));
    assert_eq!(problem(all, "7"), None);
}

/// A TextArea with these properties after this text was typed: its value and its problem.
fn area(properties: Value, text: &str) -> (String, Option<Problem>) {
    let area = with(input("f", properties), json!({ "type": "TextArea" }));
    let mut play = Play::new(&screen("7.3", json!([area])));
    let field = play.fill("f", text).component("f");
    (field.value.as_str().unwrap().to_owned(), field.problem)
}

#[test]
fn a_text_area_may_be_required() {
    let required = Problem::Required { label: "f".into() };
    assert_eq!(required.text().as_deref(), Some("f is required."));
    assert_eq!(area(json!({ "required": true }), " "), (" ".into(), Some(required)));
}

#[test]
fn a_text_area_has_no_other_rule() {
    let rules = json!({ "min-chars": 9, "max-chars": 1, "input-type": "email", "pattern": "^x$" });
    assert_eq!(area(rules, "text"), ("text".into(), None));
}

#[test]
fn a_text_area_cuts_what_is_typed_beyond_its_length() {
    assert_eq!(area(json!({ "max-length": 3 }), "abcdef"), ("abc".into(), None));
    let (text, problem) = area(json!({}), &"x".repeat(601));
    assert_eq!((text.len(), problem), (600, None), "by default");
}
