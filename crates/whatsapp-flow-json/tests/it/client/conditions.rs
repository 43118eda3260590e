//! If: conditions without backticks have an evaluator of their own.

use serde_json::{Value, json};
use whatsapp_flow_json::client::Frame;

use super::parts::{input, text};
use super::play::{Play, document};

fn branches(condition: &str) -> Value {
    json!({ "type": "If", "condition": condition, "then": [text("then")], "else": [text("else")] })
}

/// A screen with data of each kind, two fields, of which one was filled and emptied, and these components.
fn play(components: Value) -> Play {
    let data = json!({
        "n": 1.9, "seven": 7, "text": "1.2", "word": "cat", "empty": "", "yes": true, "no": false,
        "o": { "none": null }, "list": [1],
    });
    let mut children = json!([input("f", json!({})), input("empty", json!({}))]);
    children.as_array_mut().unwrap().extend(components.as_array().unwrap().clone());
    let mut play = Play::new(&document("7.3", data, children));
    play.fill("empty", "x").fill("empty", "");
    play
}

#[track_caller]
fn assert_all<const N: usize>(expected: bool, conditions: [&str; N]) {
    for condition in conditions {
        let view = play(json!([branches(condition)])).view();
        assert_eq!(view.frame, Frame::Ready, "{condition}");
        let drawn = (view.find("then").len(), view.find("else").len());
        assert_eq!(drawn, (usize::from(expected), usize::from(!expected)), "{condition}");
    }
}

#[test]
fn literals_are_texts_integers_and_booleans() {
    assert_all(
        true,
        [
            "true",
            "${data.yes}",
            "${data.word} == 'cat'",
            "${data.seven} == 7",
            "${data.no} == false",
        ],
    );
    assert_all(
        false,
        ["false", "${data.no}", "${data.word} == 'dog'", "${data.seven} == 8", "${data.n} == 1.9"],
    );
}

#[test]
fn there_is_no_arithmetic() {
    assert_all(
        false,
        ["${data.seven} + 1 == 8", "1 + 1 == 2", "${data.seven} - 7 == 0", "2 * 2 == 4"],
    );
}

#[test]
fn sides_that_look_numeric_are_cut_to_integers() {
    assert_all(
        true,
        [
            "${data.n} == 1",
            "${data.text} == 1",
            "${data.n} == ${data.text}",
            "${data.seven} > 6",
            "${data.n} < 2",
            "'7.9' == ${data.seven}",
            "${data.n} != 2",
            "${data.seven} >= 7",
            "${data.seven} <= 7",
        ],
    );
    assert_all(
        false,
        ["${data.n} > 1", "${data.text} > 1", "${data.n} != 1", "'7.9' > ${data.seven}"],
    );
}

#[test]
fn an_empty_text_equals_an_empty_or_absent_value() {
    assert_all(
        true,
        [
            "${data.empty} == ''",
            "${form.empty} == ''",
            "${form.f} == ''",
            "'' == ${form.f}",
            "${data.gone} == ''",
            "${data.o.none} == ''",
            "${screen.NONE.form.f} == ''",
            "${data.word} != ''",
        ],
    );
    assert_all(
        false,
        ["${data.word} == ''", "${data.seven} == ''", "${data.no} == ''", "${form.f} != ''"],
    );
}

#[test]
fn an_and_is_applied_before_an_or_unless_there_are_parentheses() {
    assert_all(
        true,
        [
            "${data.yes} && ${data.word} == 'cat'",
            "${data.word} == 'dog' || ${data.seven} > 6",
            "${data.yes} || ${data.yes} && ${data.no}",
            "(${data.no} || ${data.yes}) && (${data.seven} > 6)",
            "!${data.no}",
            "!(${data.word} == 'dog')",
            "((${data.yes}))",
        ],
    );
    assert_all(
        false,
        [
            "(${data.yes} || ${data.yes}) && ${data.no}",
            "${data.yes} && ${data.word} == 'dog'",
            "${data.no} || ${data.no}",
            "!${data.yes}",
            "!(${data.yes} || ${data.no})",
        ],
    );
}

#[test]
fn a_result_that_is_not_a_boolean_is_false() {
    assert_all(
        false,
        ["${data.word}", "'true'", "1", "${data.seven}", "${data.list}", "${data.gone}"],
    );
}

#[test]
fn what_cannot_be_read_is_false_without_an_error() {
    assert_all(
        false,
        [
            "",
            "?",
            "${data.yes} ? true",
            "${data.yes} # true",
            "(true",
            "true)",
            "'open",
            "${data.yes",
            "yes",
            "true true",
        ],
    );
}

#[test]
fn without_an_else_nothing_is_drawn() {
    let branch = json!({ "type": "If", "condition": "${data.no}", "then": [text("then")] });
    assert_eq!(play(json!([branch])).view().components.len(), 2);
}

#[test]
fn ifs_are_nested() {
    let mut branch = branches("${data.yes}");
    for condition in ["${data.no}", "${data.yes}"] {
        branch = json!({
            "type": "If", "condition": condition,
            "then": if condition == "${data.yes}" { json!([branch]) } else { json!([]) },
            "else": if condition == "${data.yes}" { json!([]) } else { json!([branch]) },
        });
    }
    assert_eq!(play(json!([branch])).view().find("then").len(), 1);
}

#[test]
fn a_condition_follows_what_the_user_enters() {
    let mut play = play(json!([branches("${form.f} == 'yes'")]));
    assert_eq!(play.view().find("else").len(), 1);
    assert_eq!(play.fill("f", "yes").view().find("then").len(), 1);
    assert_eq!(play.fill("f", "no").view().find("else").len(), 1);
}

#[test]
fn a_condition_in_backticks_is_an_expression() {
    assert_all(
        true,
        ["`${data.n} == 1.9`", "`${data.seven} + 1 == 8`", "`${data.seven} > 6.5`", "`!${form.f}`"],
    );
    assert_all(false, ["`${data.n} == 1`", "`'10' > '9'`", "`${data.word}`"]);
}
