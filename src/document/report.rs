//! Findings as a compiler prints them, and as JSON.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde_json::json;

use super::check::{Finding, Report, Severity};
use super::place::{Place, Span};

/// What is shown of a line that is longer: so many characters before the place, and after it.
const BEFORE: usize = 60;
const AFTER: usize = 120;

/// The findings about a file with the lines they are about, and a last line that counts them.
pub fn print(file: &str, bytes: &[u8], report: &Report, color: bool) -> String {
    let text = String::from_utf8_lossy(bytes);
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut printed = String::new();
    for (place, finding) in &report.findings {
        printed.push_str(&one(file, &text, *place, finding, &renderer));
        printed.push_str("\n\n");
    }
    printed.push_str(&summary(file, report));
    printed.push('\n');
    printed
}

/// The findings about a file, each as an object.
pub fn json(file: &str, report: &Report) -> Vec<serde_json::Value> {
    let object = |(place, finding): &(Place, Finding)| {
        json!({
            "file": file,
            "line": place.line,
            "column": place.column,
            "severity": finding.severity.name(),
            "name": finding.name,
            "message": finding.message,
            "help": finding.help,
        })
    };
    report.findings.iter().map(object).collect()
}

fn one(file: &str, text: &str, place: Place, finding: &Finding, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let mut title = level.primary_title(finding.message.as_str());
    if let Some(name) = finding.name {
        title = title.id(name);
    }
    let (line, mark) = shown(text, &finding.span);
    let origin = Origin::path(file).line(place.line).char_column(place.column);
    let snippet =
        Snippet::source(line).line_start(place.line).annotation(AnnotationKind::Primary.span(mark));
    let mut group = title.element(origin).element(snippet);
    if !finding.help.is_empty() {
        group = group.element(Level::HELP.message(finding.help.as_str()));
    }
    renderer.render(&[group])
}

/// The line that a place is on, or the part of it around the place, and where the mark goes in it.
fn shown(text: &str, span: &Span) -> (String, Span) {
    let start = floor(text, span.start);
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    let from = back(text, line_start, start);
    let to = text[start..line_end].char_indices().nth(AFTER).map_or(line_end, |(at, _)| start + at);
    let cut = if from > line_start { "…" } else { "" };
    let rest = if to < line_end { "…" } else { "" };
    let line = format!("{cut}{}{rest}", text[from..to].trim_end_matches('\r'));
    let mark_start = (start - from + cut.len()).min(line.len());
    let end = floor(text, span.end.clamp(start, to));
    let mark_end = (end - from + cut.len()).clamp(mark_start, line.len());
    (line, mark_start..mark_end)
}

/// So many characters before a place, but not before its line.
fn back(text: &str, line_start: usize, start: usize) -> usize {
    let before = text[line_start..start].char_indices().rev().nth(BEFORE + AFTER);
    if before.is_none() {
        return line_start;
    }
    text[line_start..start]
        .char_indices()
        .rev()
        .nth(BEFORE)
        .map_or(line_start, |(at, _)| line_start + at)
}

/// The last place at or before an offset where a character begins.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// `flow.json: 2 errors, 1 warning`
fn summary(file: &str, report: &Report) -> String {
    let count = |severity| {
        report.findings.iter().filter(|(_, finding)| finding.severity == severity).count()
    };
    let kinds = [Severity::Error, Severity::Warning, Severity::Hint];
    let mut parts: Vec<_> = kinds
        .into_iter()
        .map(|severity| (count(severity), severity.name()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if parts.is_empty() {
        parts.push("nothing to mend".to_owned());
    }
    if report.more > 0 {
        parts.push(format!("and {} more that are not shown", report.more));
    }
    format!("{file}: {}", parts.join(", "))
}
