//! Expressions in backticks, from 6.0 on.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{FailureCause, Frame};

use super::parts::{ask, input, text};
use super::play::{Play, document};

/// A screen with data of each kind, a field that is empty, one that has a text, and one that was not touched.
fn play(version: &str, expression: &str) -> Play {
    let data = json!({
        "n": 7, "half": 0.5, "text": "12", "word": "cat", "empty": "", "yes": true, "no": false,
        "list": [{ "id": "a" }, { "id": "b" }], "o": { "a": 1, "none": null },
    });
    let fields = ["empty", "name", "gone"].map(|name| input(name, json!({})));
    let payload = json!({ "v": format!("`{expression}`") });
    let children = fields.into_iter().chain([ask(payload)]).collect();
    let mut play = Play::new(&document(version, data, children));
    play.fill("empty", "").fill("name", "Ada");
    play
}

#[track_caller]
fn assert_values<const N: usize>(rows: [(&str, Value); N]) {
    for (expression, value) in rows {
        let mut play = play("7.3", expression);
        assert_eq!(play.tap("Ask").view().frame, Frame::Loading, "{expression}: {}", play.view());
        assert_eq!(play.payload().get("v"), Some(&value), "{expression}");
    }
}

#[test]
fn a_whole_text_in_backticks_is_an_expression() {
    assert_values([("1 + 1", json!(2)), (" 1 + 1 ", json!(2))]);
    for written in ["sum `1 + 1`", "`1 + 1` sum", "`1 + 1", "1 + 1`"] {
        let play = Play::new(&document("7.3", json!({}), json!([text(written)])));
        assert_eq!(play.view().components[0].label, written);
    }
}

#[test]
fn a_backtick_in_a_text_follows_a_backslash() {
    assert_values([(r"'a \` b'", json!("a ` b")), (r"'\`' ${form.name} '\`'", json!("`Ada`"))]);
}

#[test]
fn operands_are_bindings_texts_numbers_and_booleans() {
    assert_values([
        ("${data.n}", json!(7)),
        ("${form.name}", json!("Ada")),
        ("'a text'", json!("a text")),
        ("''", json!("")),
        ("12", json!(12)),
        ("1.25", json!(1.25)),
        ("true", json!(true)),
        ("false", json!(false)),
        ("${data.list}", json!([{ "id": "a" }, { "id": "b" }])),
    ]);
}

#[test]
fn members_are_reached_by_dots_and_brackets() {
    assert_values([
        ("${data.o}.a", json!(1)),
        ("${data.o}['a']", json!(1)),
        ("${data.list}[1].id", json!("b")),
        ("${data.list[1].id}", json!("b")),
        ("${data.list}[${data.o.a}].id", json!("b")),
        ("${data.list}[2 - 1]['id']", json!("b")),
        ("${data.list}[9].id == ''", json!(true)),
    ]);
}

#[test]
fn unary_operators() {
    assert_values([
        ("!true", json!(false)),
        ("!${data.no}", json!(true)),
        ("!!${data.word}", json!(true)),
        ("-${data.n}", json!(-7)),
        ("+${data.text}", json!(12)),
        ("-'2'", json!(-2)),
        ("-${form.gone}", json!(0)),
        ("3 - -2", json!(5)),
    ]);
}

#[test]
fn operators_have_the_precedence_of_javascript() {
    assert_values([
        ("1 + 2 * 3", json!(7)),
        ("(1 + 2) * 3", json!(9)),
        ("10 - 2 - 3", json!(5)),
        ("8 / 4 / 2", json!(1)),
        ("7 % 4 * 2", json!(6)),
        ("-2 + 3", json!(1)),
        ("1 + 1 == 2", json!(true)),
        ("1 < 2 == true", json!(true)),
        ("2 > 1 && 3 > 2", json!(true)),
        ("true || false && false", json!(true)),
        ("(true || false) && false", json!(false)),
        ("!false && false", json!(false)),
        ("1 == 1 || 1 / 0 == 1", json!(true)),
        ("1 != 2 == true", json!(true)),
    ]);
}

#[test]
fn parts_beside_each_other_are_joined_after_all_operators() {
    assert_values([
        ("'Hello ' ${form.name}", json!("Hello Ada")),
        ("'sum: ' 1 + 2", json!("sum: 3")),
        ("1 + 2 ' apples'", json!("3 apples")),
        ("${data.n} > 6 ' and ' ${data.n} > 8", json!("true and false")),
        ("'a' ('b' 'c')", json!("abc")),
    ]);
}

#[test]
fn joined_values_are_text() {
    assert_values([
        ("'<' ${form.gone} '>'", json!("<>")),
        ("'<' ${data.o.none} '>'", json!("<>")),
        ("'<' ${form.empty} '>'", json!("<>")),
        ("'' ${data.n}", json!("7")),
        ("'' ${data.half}", json!("0.5")),
        ("'' ${data.yes} ' ' ${data.no}", json!("true false")),
        ("'' 1.50", json!("1.5")),
        ("${data.n} ${data.n}", json!("77")),
    ]);
}

#[test]
fn an_empty_operand_is_zero_in_arithmetic() {
    assert_values([
        ("${form.gone} + 5", json!(5)),
        ("5 - ${form.empty}", json!(5)),
        ("${data.o.none} * 5", json!(0)),
        ("${form.gone} + ${form.empty}", json!(0)),
    ]);
}

#[test]
fn arithmetic_has_two_decimals() {
    assert_values([
        ("10 / 3", json!(3.33)),
        ("20 / 3", json!(6.67)),
        ("1 / 8", json!(0.13)),
        ("0.1 + 0.2", json!(0.3)),
        ("1.234", json!(1.234)),
        ("4 / 2", json!(2)),
        ("${data.text} * 2", json!(24)),
        ("2 * 1.5", json!(3)),
    ]);
}

#[test]
fn division_by_zero_is_zero() {
    assert_values([
        ("${data.n} / 0", json!(0)),
        ("${data.n} % 0", json!(0)),
        ("${data.n} / ${data.o.none}", json!(0)),
        ("${data.n} % ${data.o.none}", json!(0)),
        ("${data.n} / ${form.gone}", json!(0)),
        ("${data.n} % 4", json!(3)),
    ]);
}

#[test]
fn what_is_refused_is_an_error_screen() {
    for expression in [
        "${data.yes} ? 1 : 2",
        "f(1)",
        "${data.word}.length()",
        "null",
        "${data.n} == null",
        "1 +",
        "(1",
        "'open",
        "1 === 1",
        "",
    ] {
        let mut play = play("7.3", expression);
        play.tap("Ask");
        let Frame::Error { failure } = play.view().frame else { panic!("{expression}") };
        assert_eq!(failure.cause, FailureCause::Component, "{expression}");
        assert_eq!(play.notified().as_deref(), Some("components-validation-error"), "{expression}");
        assert_eq!(play.requests(), 0, "{expression}");
    }
}

#[test]
fn expressions_within_a_payload_are_evaluated_from_6_0_on() {
    let payload =
        json!({ "o": { "sum": "`1 + 1`", "list": ["`'a' 'b'`", "${data.n}"] }, "t": "`2`" });
    let evaluated = json!({ "o": { "sum": 2, "list": ["ab", 7] }, "t": 2 });
    let mut written = payload.clone();
    written["o"]["list"][1] = json!(7);
    for (version, expected) in
        [("5.1", &written), ("6.0", &evaluated), ("7.1", &evaluated), ("7.3", &evaluated)]
    {
        let mut play =
            Play::new(&document(version, json!({ "n": 7 }), json!([ask(payload.clone())])));
        assert_eq!(play.tap("Ask").payload(), *expected, "{version}");
    }
}
