//! Comparisons and logic of expressions in backticks.

use serde_json::{Value, json};

use super::parts::{ask, input};
use super::play::{Play, document};

/// The values of these expressions. Data and fields: a number, texts, empty values of each kind.
#[track_caller]
fn assert_all<const N: usize>(expected: bool, expressions: [&str; N]) {
    let data = json!({
        "n": 7, "zero": 0, "text": "7", "ten": "10", "word": "cat", "empty": "", "yes": true, "no": false,
        "list": [], "o": { "none": null },
    });
    let payload: Value =
        expressions.iter().map(|text| ((*text).to_owned(), json!(format!("`{text}`")))).collect();
    let children = json!([input("empty", json!({})), ask(payload)]);
    let mut play = Play::new(&document("7.3", data, children));
    let sent = play.fill("empty", "").tap("Ask").payload();
    for expression in expressions {
        assert_eq!(sent.get(expression), Some(&json!(expected)), "{expression}");
    }
}

#[test]
fn an_empty_side_equals_only_an_empty_side() {
    assert_all(
        true,
        [
            "${form.gone} == ''",
            "${data.o.none} == ''",
            "${form.empty} == ''",
            "${form.gone} == ${data.o.none}",
            "${form.gone} == ${form.empty}",
            "${form.gone} != 0",
            "${data.o.none} != ${data.no}",
            "'' != 0",
            "${data.word} != ''",
        ],
    );
    assert_all(
        false,
        [
            "${form.gone} == 0",
            "${form.gone} == ${data.no}",
            "'' == ${data.zero}",
            "${data.o.none} == 'null'",
            "${form.gone} != ''",
            "${data.word} == ''",
        ],
    );
}

#[test]
fn with_a_number_on_either_side_both_are_numbers() {
    assert_all(
        true,
        [
            "${data.text} == 7",
            "7 == ${data.text}",
            "'7.0' == 7",
            "${data.yes} == 1",
            "${data.zero} == ${data.no}",
            "${data.word} != 7",
        ],
    );
    assert_all(false, ["${data.text} != 7", "${data.word} == 7", "${data.n} == '8'"]);
}

#[test]
fn without_a_number_the_types_count() {
    assert_all(
        true,
        ["${data.word} == 'cat'", "${data.yes} == true", "'7' != '7.0'", "${data.yes} != 'true'"],
    );
    assert_all(
        false,
        ["'7' == '7.0'", "${data.yes} == 'true'", "${data.text} == true", "'a' == 'A'"],
    );
}

#[test]
fn an_order_needs_two_values_and_a_number() {
    assert_all(
        true,
        [
            "${data.n} > 6",
            "${data.n} >= 7",
            "${data.n} <= 7",
            "${data.n} < 7.5",
            "${data.ten} > ${data.n}",
            "${data.n} < '10'",
            "'-1' < 0",
        ],
    );
    assert_all(
        false,
        [
            "${data.n} > 7",
            "${data.n} < 7",
            "${data.ten} < ${data.text}",
            "${data.ten} > ${data.text}",
            "'a' < 'b'",
            "'b' > 'a'",
            "'1' <= '1'",
            "'1' >= '1'",
            "${form.gone} < 1",
            "${form.gone} >= 0",
            "${data.o.none} <= 0",
            "'' < 1",
            "1 > ''",
            "${data.word} > 1",
            "${data.word} < 1",
        ],
    );
}

#[test]
fn logic_has_the_truthiness_of_javascript_and_a_boolean_result() {
    assert_all(
        true,
        [
            "${data.word} && ${data.n}",
            "${data.list} && ${data.o}",
            "'0' && 'false'",
            "'' || ${data.word}",
            "${data.zero} || 1",
            "!''",
            "!${data.zero}",
            "!${form.gone}",
            "!${data.o.none}",
            "!${data.no}",
        ],
    );
    assert_all(
        false,
        [
            "${data.word} && ''",
            "${data.n} && ${data.zero}",
            "${form.gone} && true",
            "'' || ${data.zero}",
            "${form.gone} || ${data.o.none}",
            "!'a'",
            "!${data.list}",
            "!${data.n}",
        ],
    );
}
