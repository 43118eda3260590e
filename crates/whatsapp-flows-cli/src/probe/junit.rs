//! The report as JUnit XML, which CI systems read: a failed case is a failure, a warning is output of a passed case.

use super::report::{CaseResult, Outcome, Report};

/// Returns the report as JUnit XML.
pub fn junit(report: &Report) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (tests, failures, skipped) =
        (report.results.len(), report.count(Outcome::Failed), report.count(Outcome::Skipped));
    xml.push_str(&format!(
        "<testsuites>\n  <testsuite name=\"flowctl probe {}\" tests=\"{tests}\" failures=\"{failures}\" \
         errors=\"0\" skipped=\"{skipped}\">\n",
        escape(&report.url)
    ));
    for result in &report.results {
        xml.push_str(&case(result));
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn case(result: &CaseResult) -> String {
    let name = format!("{} {}", result.case.id, result.case.name);
    let seen = escape(&result.seen);
    let text = escape(&format!(
        "{}\n{}\nRequired: {} ({})",
        result.seen, result.advice, result.case.requires, result.case.source
    ));
    let body = match result.outcome {
        Outcome::Ok => String::new(),
        Outcome::Warning => format!("<system-out>warning: {text}</system-out>"),
        Outcome::Failed => {
            let kind = result.mistakes.first().copied().unwrap_or("failed");
            format!("<failure type=\"{}\" message=\"{seen}\">{text}</failure>", escape(kind))
        }
        Outcome::Skipped => format!("<skipped message=\"{seen}\"/>"),
    };
    format!(
        "    <testcase classname=\"flowctl.probe\" name=\"{}\">{body}</testcase>\n",
        escape(&name)
    )
}

/// Escapes text for attributes and content. Characters that XML does not have were removed before.
fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, character| {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\u{fffe}' | '\u{ffff}' => {}
            other => escaped.push(other),
        }
        escaped
    })
}
