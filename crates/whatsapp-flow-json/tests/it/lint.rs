//! The linter: every broken document has one diagnostic at the expected position, Meta's examples
//! pass or fail as documented, and no document causes a panic or a long run time.

mod one_cause;
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use whatsapp_flow_json::lint::rules::RULES;
use whatsapp_flow_json::lint::{MAX_DOCUMENT_BYTES, Severity, check};
use whatsapp_flow_json::report;

use fastrand::Rng;

#[test]
fn sample_flows_have_no_diagnostics() {
    for sample in ["appointment", "basic"] {
        let report =
            check(&std::fs::read(format!("tests/flow_json/samples/{sample}.json")).unwrap());
        assert!(report.diagnostics.is_empty(), "{sample}: {:?}", report.diagnostics);
    }
}

#[test]
fn broken_documents_have_one_diagnostic_at_its_position() {
    let manifest = manifest("tests/flow_json/broken.txt", "tests/flow_json/broken");
    let mut wrong = Vec::new();
    for (file, words) in &manifest {
        let [severity, rule, place] = words.as_slice() else { panic!("{file:?}: {words:?}") };
        let expected = format!("{severity} {rule} {place}");
        let name = file.display().to_string();
        let found = report::json(&name, &check(&std::fs::read(file).unwrap()));
        assert!(found.iter().all(|object| object["file"] == *name && object["message"] != ""));
        let reported: Vec<_> = found.iter().map(describe).collect();
        if reported != [expected.clone()] {
            wrong.push(format!("{}: expected {expected}, reported {reported:?}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(manifest.len() >= 120, "only {} broken documents", manifest.len());
    println!("{} broken documents, one mistake each", manifest.len());
}

#[test]
fn unusual_valid_documents_have_no_diagnostics() {
    let files = json_files("tests/flow_json/clean");
    for file in &files {
        let report = check(&std::fs::read(file).unwrap());
        assert!(report.diagnostics.is_empty(), "{}: {:?}", file.display(), report.diagnostics);
    }
    println!("{} unusual documents", files.len());
    assert!(!files.is_empty());
}

#[test]
fn help_suggests_the_fix() {
    let cases = [
        ("json_byte_order_mark", "byte order mark"),
        ("version_newer", "using the rules of 7.3"),
        ("property_value", "did you mean `init-value`?"),
        ("property_value_in_form", "the Form's `init-values`"),
        ("condition_calculates", "a condition does not support arithmetic"),
        ("expression_ternary", "or an If; the operators are == != < <= > >= && || ! + - * / %"),
        ("expression_null", "do not support `null`"),
        ("expression_call", "the operators are == != < <= > >= && || ! + - * / %"),
        ("expression_without_backticks", "\"visible\": \"`${form.city} != ''`\""),
        ("expression_operator_outside_reference", "\"visible\": \"`${form.city} != ''`\""),
        ("condition_bare_reference", "write ${form.city}"),
        ("condition_holds_operator", "${form.city} != ''"),
        ("chips_in_if_too_old", "before 7.1"),
        ("route_link_back_too_far", "add \"END\" to the routes of \"FIRST\""),
        ("route_keys_missing", "1 more in this document"),
        ("image_data_url", "remove the text before the base64"),
        ("near_braces", "did you mean `${data.a}`?"),
        ("near_bare_in_payload", "did you mean `${form.a}`?"),
        ("near_without_store", "did you mean `${data.a}`?"),
        ("number_relayed", "write ${screen.FIRST.form.total}"),
        ("number_of_fixed_length", "\"input-type\": \"passcode\""),
        ("fields_unsent", "add \"a\": \"${form.a}\" to the payload"),
        ("version_number", "\"version\": \"7.2\""),
        ("navigate_misspelt", "did you mean `THE_ENDS`?"),
        ("reference_unknown_field", "did you mean `name`?"),
        ("reference_field_part", "has no part `x`"),
        ("reference_range_part", "`start-date` and `end-date`"),
        ("route_to_misspelt", "did you mean `DETAILS`? Otherwise remove it"),
        ("switch_case_name", "Change the value it is compared with as well"),
        ("endpoint_undeclared", "\"data_api_version\": \"3.0\" and a `routing_model`"),
    ];
    for (name, words) in cases {
        let report = check(&std::fs::read(format!("tests/flow_json/broken/{name}.json")).unwrap());
        let (_, diagnostic) = &report.diagnostics[0];
        let text = format!("{}: {}", diagnostic.message, diagnostic.help);
        assert!(text.contains(words), "{name}: {text}");
    }
}

#[test]
fn every_rule_has_a_broken_document() {
    let mut broken = BTreeSet::new();
    for directory in ["tests/flow_json/broken", "tests/flow_json/documented"] {
        for file in json_files(directory) {
            let report = check(&std::fs::read(file).unwrap());
            broken.extend(report.diagnostics.iter().map(|(_, diagnostic)| diagnostic.rule.id));
        }
    }
    // Documents before 5.1 also have a warning about their version, so that the table of versions
    // covers this rule.
    broken.insert("REFERENCE_TOO_OLD");
    let missing: Vec<_> =
        RULES.iter().map(|rule| rule.id).filter(|id| !broken.contains(id)).collect();
    assert!(missing.is_empty(), "no document breaks {missing:?}");
    println!("{} rules", RULES.len());
    assert!(RULES.len() > 90);
}

#[test]
fn meta_examples_pass_or_fail_as_documented() {
    let expected = manifest("tests/flow_json/documented.txt", "tests/flow_json/documented");
    let (mut passed, mut failed) = (0, 0);
    for (file, words) in &expected {
        let report = check(&std::fs::read(file).unwrap());
        let found: Vec<_> = report.diagnostics.iter().map(|(_, diagnostic)| diagnostic).collect();
        if words[0] == "pass" {
            assert!(!report.has_errors(), "{}: {found:?}", file.display());
            passed += 1;
        } else {
            let reported = found.iter().any(|diagnostic| diagnostic.name() == Some(&words[0]));
            assert!(reported, "{}: expected {}, reported {found:?}", file.display(), words[0]);
            failed += 1;
        }
    }
    println!("{passed} examples pass, {failed} fail");
    assert!(passed >= 30 && failed >= 60);
}

#[test]
fn long_lines_are_truncated_around_the_span() {
    let words = "é".repeat(400);
    let text = format!(r#"{{"version":"7.3","words":"{words}","screens":7,"more":"{words}"}}"#);
    let printed = report::render("f.json", text.as_bytes(), &check(text.as_bytes()), false);
    assert!(printed.contains("f.json:1:439"), "{printed}");
    assert!(printed.contains("\"screens\":7,"), "{printed}");
    let longest = printed.lines().map(|line| line.chars().count()).max();
    assert!(longest < Some(300), "{printed}");
}

#[test]
fn byte_order_mark_does_not_stop_the_lint() {
    let flow = std::fs::read("tests/flow_json/broken/reference_unknown_data.json").unwrap();
    let marked = ["\u{feff}".as_bytes(), flow.as_slice()].concat();
    let (alone, report) = (check(&flow), check(&marked));
    let (place, mark) = &report.diagnostics[0];
    assert_eq!((place.line, place.column, mark.severity), (1, 1, Severity::Error));
    assert!(mark.message.contains("byte order mark"), "{mark:?}");
    let (place, diagnostic) = &report.diagnostics[1];
    assert_eq!((place, &diagnostic.span), (&alone.diagnostics[0].0, &alone.diagnostics[0].1.span));
    // The marks under the lines are the same as without it.
    let last = |printed: String| printed.rsplit("\n\n").nth(1).unwrap().to_owned();
    let printed = report::render("f.json", &marked, &report, false);
    assert_eq!(last(printed), last(report::render("f.json", &flow, &alone, false)));
}

#[test]
fn invalid_utf8_has_a_position() {
    let report = check(b"{\n  \"a\": \"\xff\"\n}");
    let (place, diagnostic) = &report.diagnostics[0];
    assert_eq!((place.line, place.column), (2, 9));
    assert_eq!(diagnostic.name(), Some("INVALID_FLOW_JSON"));
    // The output of PowerShell.
    let report = check(&[0xff, 0xfe, b'{', 0, b'}', 0]);
    assert!(report.diagnostics[0].1.message.contains("UTF-16"), "{:?}", report.diagnostics);
}

#[test]
fn expressions_are_unescaped() {
    let flow = |visible: &str| {
        let text = format!(r#"{{"type":"TextBody","text":"x","visible":"{visible}"}}"#);
        let field = r#"{"type":"TextInput","name":"a","label":"A"}"#;
        let action = r#"{"name":"complete","payload":{}}"#;
        let footer = format!(r#"{{"type":"Footer","label":"Go","on-click-action":{action}}}"#);
        screen("", &[field, &text, &footer].join(","))
    };
    // Each case is a text as it is written in JSON, and the text at the reported span.
    let cases = [
        (r"`${form.a} == 'it\\'s'`", None),
        (r"`${form.a} == 'it\u005c's'`", None),
        (r"`\u0024{form.a} == \u0027x\u0027`", None),
        (r"\u0060${form.a} == 'x'\u0060", None),
        (r"`${form.a} == 'it\u0027s'`", Some("s")),
        (r"`'\u00e9\\'' == \u0024{form.b}`", Some(r"\u0024{form.b}")),
        (r"`'\ud83d\ude00' == ${form.a} \u003d`", Some(r"\u003d")),
    ];
    for (visible, place) in cases {
        let flow = flow(visible);
        let report = check(flow.as_bytes());
        let found =
            report.diagnostics.iter().map(|(_, diagnostic)| &flow[diagnostic.span.clone()]).next();
        assert_eq!(found, place, "{visible}: {:?}", report.diagnostics);
    }
}

#[test]
fn random_patterns_do_not_panic() {
    let mut random = Rng::with_seed(3);
    let pieces = [
        "(", ")", "[", "]", "{", "}", "?", "*", "+", "|", "^", "$", ".", r"\\", "a", "1", ",", "-",
        ":", "<", "=", "!", r"\\d", r"\\p{L}", r"\\k<a>", "(?<a>", "(?:", r"\\u{1}", "é", "😀",
    ];
    let field = |pattern: &str| {
        let words = r#""helper-text":"x""#;
        let field = r#""type":"TextInput","name":"a","label":"A""#;
        screen("", &format!(r#"{{{field},{words},"pattern":"{pattern}"}}"#))
    };
    let mut wrong = 0;
    for _ in 0..3000 {
        let count = random.usize(..12);
        let pattern: String = (0..count).map(|_| pieces[random.usize(..pieces.len())]).collect();
        let report = check(field(&pattern).as_bytes());
        let regular = |id: &str| id == "REGULAR_EXPRESSION";
        wrong += usize::from(report.diagnostics.iter().any(|(_, found)| regular(found.rule.id)));
    }
    println!("{wrong} of 3000 are not regular expressions");
    assert!(wrong > 100);
    for deep in ["(", "[", "(?=", "a{1000}", "a|"] {
        lint_within_limit(field(&deep.repeat(100_000)).as_bytes());
        lint_within_limit(field(&deep.repeat(999 / deep.len())).as_bytes());
    }
}

#[test]
fn random_bytes_do_not_panic() {
    let mut random = Rng::with_seed(7);
    for length in 0..400 {
        lint_small(&std::iter::repeat_with(|| random.u8(..)).take(length).collect::<Vec<_>>());
    }
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        "\\u12",
        "\"screens\"",
        "\"id\"",
        "\"layout\"",
        "\"children\"",
        "\"type\"",
        "\"If\"",
        "\"${data.",
        "`",
        "}\"",
        "1",
        "-",
        "e9",
        "true",
        "null",
        "é",
        "\u{feff}",
        "\n",
    ];
    for _ in 0..4000 {
        let count = random.usize(..40);
        let text: String = (0..count).map(|_| pieces[random.usize(..pieces.len())]).collect();
        lint_small(text.as_bytes());
    }
}

#[test]
fn duplicate_routing_model_keys_do_not_hang() {
    let screens = r#"[{"id":"A"},{"id":"B"}]"#;
    for first in [r#""A":["A"]"#, r#""A":["B"],"B":["A"]"#] {
        let model = format!(r#"{{{first},"A":[],"B":[]}}"#);
        let text = format!(r#"{{"version":"7.3","routing_model":{model},"screens":{screens}}}"#);
        assert!(lint_within_limit(text.as_bytes()) > 0);
    }
}

#[test]
fn truncated_documents_are_errors() {
    let whole = std::fs::read_to_string("tests/flow_json/samples/appointment.json").unwrap();
    let whole = whole.trim_end();
    let mut count = 0;
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)).step_by(3) {
        let report = check(&whole.as_bytes()[..end]);
        assert!(report.has_errors(), "cut at {end}");
        count += 1;
    }
    println!("{count} truncated documents");
}

#[test]
fn mutated_documents_do_not_panic() {
    let mut random = Rng::with_seed(11);
    let mut sources: Vec<String> = Vec::new();
    for directory in ["tests/flow_json/documented", "tests/flow_json/broken"] {
        for file in json_files(directory) {
            sources.push(std::fs::read_to_string(file).unwrap());
        }
    }
    let mut count = 0;
    for source in &sources {
        for _ in 0..4 {
            lint_small(changed_bytes(source, &mut random).as_slice());
            lint_small(changed_values(source, &mut random).as_bytes());
            count += 2;
        }
    }
    println!("{count} mutated documents");
}

#[test]
fn deep_nesting_does_not_overflow() {
    let levels = 10_000;
    let nested = |open: &str, inner: &str, close: &str| {
        format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
    };
    let ifs = nested(r#"{"type":"If","condition":"${data.x}","then":["#, "", "]}");
    let forms = nested(r#"{"type":"Form","name":"f","children":["#, "", "]}");
    for components in [ifs, forms] {
        let found = lint_within_limit(screen("", &components).as_bytes());
        assert!(found > 0);
    }
    let schema = nested(r#"{"type":"object","properties":{"a":"#, r#"{"type":"string"}"#, "}}");
    let example = nested(r#"{"a":"#, "7", "}");
    let schema = schema.replacen('{', &format!("{{\"__example__\":{example},"), 1);
    lint_within_limit(screen(&format!("\"a\":{schema}"), "").as_bytes());
    let payload = nested("[", "\"${form.x}\"", "]");
    let footer = format!(
        r#"{{"type":"Footer","label":"Go","on-click-action":{{"name":"complete","payload":{{"a":{payload}}}}}}}"#
    );
    lint_within_limit(screen("", &footer).as_bytes());
    lint_within_limit("[".repeat(1_000_000).as_bytes());
    lint_within_limit("{\"a\":".repeat(1_000_000).as_bytes());
    let brackets = format!("({}${{data.x}}", "(".repeat(100_000));
    let condition = format!(r#"{{"type":"If","condition":"{brackets}","then":[]}}"#);
    lint_within_limit(screen("", &condition).as_bytes());
}

#[test]
fn ten_thousand_screens_are_linted_in_time() {
    let id = |number: usize| -> String {
        number.to_string().bytes().map(|digit| (digit - b'0' + b'A') as char).collect()
    };
    let screens: Vec<_> = (0..10_000)
        .map(|number| {
            format!(
                r#"{{"id":"{}","title":"T","layout":{{"type":"SingleColumnLayout","children":[
                {{"type":"TextInput","name":"n","label":"N"}},{{"type":"Footer","label":"Go",
                "on-click-action":{{"name":"navigate","next":{{"type":"screen","name":"{}"}},
                "payload":{{}}}}}}]}}}}"#,
                id(number),
                id(number + 1)
            )
        })
        .collect();
    let text = format!(r#"{{"version":"7.3","screens":[{}]}}"#, screens.join(","));
    lint_within_limit(text.as_bytes());
}

#[test]
fn large_documents_are_linted_in_time() {
    let many = |count: usize, item: &dyn Fn(usize) -> String| -> String {
        (0..count).map(item).collect::<Vec<_>>().join(",")
    };
    let data = many(20_000, &|n| format!(r#""d{n}":{{"type":"string","__example__":"x"}}"#));
    let texts = many(20_000, &|n| format!(r#"{{"type":"TextBody","text":"${{data.d{n}}}"}}"#));
    lint_within_limit(screen(&data, &texts).as_bytes());
    let members = many(100_000, &|n| format!("\"pro{n}\":1"));
    lint_within_limit(
        screen("", &format!(r#"{{"type":"TextBody","text":"x",{members}}}"#)).as_bytes(),
    );
    let options = many(30_000, &|n| format!(r#"{{"id":"{n}","title":"T"}}"#));
    let dropdown =
        format!(r#"{{"type":"Dropdown","name":"d","label":"D","data-source":[{options}]}}"#);
    lint_within_limit(screen("", &dropdown).as_bytes());
    let unknown = many(5_000, &|n| {
        let visible = format!("`${{form.f{n}}} == 1 && !'x'`");
        format!(r#"{{"type":"TextBody","text":"{{{{data.f{n}}}}}\n","visible":"{visible}"}}"#)
    });
    lint_within_limit(screen("", &unknown).as_bytes());
    let twice = many(100_000, &|_| "\"a\":1".to_owned());
    lint_within_limit(format!("{{{twice}}}").as_bytes());
    let almost = format!("{{\"a\":\"{}\"}}", "${`é".repeat(MAX_DOCUMENT_BYTES / 6));
    lint_within_limit(almost.as_bytes());
    let over = format!("\"{}\"", "x".repeat(MAX_DOCUMENT_BYTES));
    let report = check(over.as_bytes());
    assert_eq!(report.diagnostics[0].1.name(), Some("INVALID_FLOW_JSON"));
}

/// A flow of one screen.
fn screen(data: &str, components: &str) -> String {
    format!(
        r#"{{"version":"7.3","screens":[{{"id":"A","title":"T","terminal":true,"data":{{{data}}},
        "layout":{{"type":"SingleColumnLayout","children":[{components}]}}}}]}}"#
    )
}

/// Lints and renders a document within a time limit. Returns the number of diagnostics.
fn lint_within_limit(bytes: &[u8]) -> usize {
    // A second per megabyte; without optimization sixty, because other tests run at the same time.
    let per_megabyte = if cfg!(debug_assertions) { 60.0 } else { 1.0 };
    let megabytes = (bytes.len() as f64 / 1_000_000.0).max(0.5);
    let start = Instant::now();
    let report = check(bytes);
    report::render("f.json", bytes, &report, false);
    let (took, most) = (start.elapsed(), Duration::from_secs_f64(per_megabyte * megabytes));
    assert!(took < most, "{megabytes:.1} MB took {took:?}");
    report.diagnostics.len() + report.omitted
}

/// Lints and renders a small document, which must not panic.
fn lint_small(bytes: &[u8]) {
    let report = check(bytes);
    report::render("f.json", bytes, &report, false);
    report::json("f.json", &report);
}

/// Changes, removes or duplicates a byte, or moves a part.
fn changed_bytes(source: &str, random: &mut Rng) -> Vec<u8> {
    let mut bytes = source.as_bytes().to_vec();
    for _ in 0..=random.usize(..3) {
        let at = random.usize(..bytes.len());
        match random.usize(..4) {
            0 => bytes[at] = random.u8(..),
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, bytes[at]),
            _ => {
                let end = (at + random.usize(..60)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = random.usize(..bytes.len());
                bytes.splice(to..to, part);
            }
        }
    }
    bytes
}

/// Replaces a value, so that the document is still JSON.
fn changed_values(source: &str, random: &mut Rng) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(source) else { return source.to_owned() };
    let others = [
        "null",
        "true",
        "7",
        "-1.5e300",
        "\"\"",
        "\"${data.a}\"",
        "\"${form.}\"",
        "\"`${data.a} ==`\"",
        "\"``\"",
        "\"`\"",
        "[]",
        "{}",
        "[[]]",
        "{\"type\":\"If\"}",
        "{\"name\":\"navigate\"}",
    ];
    for _ in 0..=random.usize(..2) {
        let mut at = &mut value;
        loop {
            let inner = match at {
                Value::Object(members) => members.len(),
                Value::Array(items) => items.len(),
                _ => 0,
            };
            if inner == 0 || random.usize(..4) == 0 {
                break;
            }
            let chosen = random.usize(..inner);
            at = match at {
                Value::Object(members) => members.values_mut().nth(chosen).unwrap(),
                Value::Array(items) => &mut items[chosen],
                _ => unreachable!(),
            };
        }
        *at = serde_json::from_str(others[random.usize(..others.len())]).unwrap();
    }
    value.to_string()
}

fn describe(object: &Value) -> String {
    let name = object["name"].as_str().unwrap_or("-");
    let severity = object["severity"].as_str().unwrap();
    format!("{severity} {name} {}:{}", object["line"], object["column"])
}

/// The files of a manifest and the words beside them. The directory must contain these files and no
/// others.
fn manifest(manifest: &str, directory: &str) -> BTreeMap<PathBuf, Vec<String>> {
    let text = std::fs::read_to_string(manifest).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut expected = BTreeMap::new();
    for line in lines {
        let mut words = line.split_whitespace().map(str::to_owned);
        let file = Path::new(directory).join(words.next().unwrap());
        let twice = expected.insert(file, words.collect::<Vec<_>>());
        assert!(twice.is_none(), "twice in {manifest}: {line}");
    }
    let there: BTreeSet<_> = json_files(directory).into_iter().collect();
    assert_eq!(expected.keys().cloned().collect::<BTreeSet<_>>(), there, "{manifest}");
    expected
}

fn json_files(directory: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(directory).unwrap();
    files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some()).collect()
}
