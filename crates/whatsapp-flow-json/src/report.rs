//! Output of diagnostics: as text, in the style of a compiler, and as JSON.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde_json::json;

use crate::lint::rules::{RULES, When};
use crate::lint::{self, Diagnostic, Report, Severity};
use crate::span::{Position, Span};

/// The number of characters of a long line that are shown before and after the position.
const CHARS_BEFORE: usize = 100;
const CHARS_AFTER: usize = 120;

/// The maximum number of diagnostics that are printed.
const MAX_PRINTED: usize = 100;

/// Renders the diagnostics for a file with the lines to which they apply, and a summary line.
pub fn render(file: &str, bytes: &[u8], report: &Report, color: bool) -> String {
    let text = String::from_utf8_lossy(lint::without_byte_order_mark(bytes));
    let mut printed = String::new();
    for (position, diagnostic) in report.diagnostics.iter().take(MAX_PRINTED) {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Hint => Level::NOTE.with_name("hint"),
        };
        let entry = Entry {
            name: diagnostic.name(),
            message: &diagnostic.message,
            help: &diagnostic.help,
            span: Some(&diagnostic.span),
        };
        printed.push_str(&snippet(file, &text, Some(*position), level, &entry, color));
        printed.push_str("\n\n");
    }
    printed.push_str(&summary(file, report));
    printed.push('\n');
    printed
}

/// The diagnostics for a file, each as an object.
pub fn json(file: &str, report: &Report) -> Vec<serde_json::Value> {
    let object = |(position, diagnostic): &(Position, Diagnostic)| {
        json!({
            "file": file,
            "line": position.line,
            "column": position.column,
            "severity": diagnostic.severity.name(),
            "rule": diagnostic.rule.title(),
            "name": diagnostic.name(),
            "message": diagnostic.message,
            "help": diagnostic.help,
        })
    };
    report.diagnostics.iter().map(object).collect()
}

/// Renders the table of rules: name, Meta's name, requirement, severity and source.
pub fn rules() -> String {
    let mut printed = String::new();
    for rule in RULES {
        let name = rule.name.map(|name| format!(" [{name}]")).unwrap_or_default();
        let when: Vec<_> = rule.when.iter().map(severity_range).collect();
        let (title, requires, when, source) =
            (rule.title(), rule.requires, when.join(", "), rule.source);
        printed.push_str(&format!("{title}{name}\n    {requires}\n    {when} ({source})\n"));
    }
    printed.push_str(SOURCES);
    printed
}

/// The sources of the rules.
const SOURCES: &str = "\
Sources: Meta's pages Flow JSON (FJ), Components (CMP), Error codes (ERR), Media upload (MED), Endpoint (EP)
and Changelog (CHG); Meta's validator (validator) and web client (client); our own advice (ours).
";

/// `error from 7.3 on`
fn severity_range(when: &When) -> String {
    let severity = when.severity.name();
    let version = |(major, minor): (u16, u16)| format!("{major}.{minor}");
    let since = version(when.since);
    match when.until.map(version) {
        Some(until) if until == since => format!("{severity} in {since}"),
        Some(until) => format!("{severity} from {since} to {until}"),
        None if since == "2.1" => severity.to_owned(),
        None => format!("{severity} from {since} on"),
    }
}

/// The printed form of a diagnostic or of an error of Meta's validator.
pub(crate) struct Entry<'a> {
    pub name: Option<&'a str>,
    pub message: &'a str,
    pub help: &'a str,
    /// The bytes to which it applies; `None` for the whole file.
    pub span: Option<&'a Span>,
}

/// Renders an error that is not a diagnostic of ours.
pub(crate) fn entry(file: &str, text: &str, entry: &Entry<'_>, color: bool) -> String {
    let position = entry.span.map(|span| position_of(text, span.start));
    snippet(file, text, position, Level::ERROR, entry, color)
}

/// The position of a byte.
pub(crate) fn position_of(text: &str, offset: usize) -> Position {
    crate::span::position(text, offset)
}

fn snippet(
    file: &str,
    text: &str,
    position: Option<Position>,
    level: Level<'static>,
    entry: &Entry<'_>,
    color: bool,
) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut title = level.primary_title(entry.message);
    if let Some(name) = entry.name {
        title = title.id(name);
    }
    let mut group = match (position, entry.span) {
        (Some(position), Some(span)) => {
            let (line, mark, cut) = excerpt(text, span);
            let snippet = Snippet::source(line)
                .line_start(position.line)
                .annotation(AnnotationKind::Primary.span(mark));
            // In a truncated line, the renderer cannot determine the column.
            if cut {
                let origin = Origin::path(file).line(position.line).char_column(position.column);
                title.element(origin).element(snippet)
            } else {
                title.element(snippet.path(file))
            }
        }
        _ => title.element(Origin::path(file)),
    };
    if !entry.help.is_empty() {
        group = group.element(Level::HELP.message(entry.help));
    }
    renderer.render(&[group])
}

/// The line of a span, or the part of a long line around it; the range to mark in it; and whether
/// its start is cut off. The rest of the text is not read, even if all of it is one line.
fn excerpt(text: &str, span: &Span) -> (String, Span, bool) {
    let start = floor_char_boundary(text, span.start);
    let before = &text[..start];
    let from = match before.chars().rev().take(CHARS_BEFORE).position(|c| c == '\n') {
        Some(characters) => start_of_last(before, characters),
        None => start_of_last(before, CHARS_BEFORE),
    };
    let after = &text[start..];
    let most = after.char_indices().nth(CHARS_AFTER).map_or(after.len(), |(at, _)| at);
    let to = start + after[..most].find('\n').unwrap_or(most);
    let cut = if from == 0 || text[..from].ends_with('\n') { "" } else { "…" };
    let rest = if to == text.len() || text[to..].starts_with('\n') { "" } else { "…" };
    let line = format!("{cut}{}{rest}", text[from..to].trim_end_matches('\r'));
    let mark_start = (start - from + cut.len()).min(line.len());
    let end = floor_char_boundary(text, span.end.clamp(start, to));
    let mark_end = (end - from + cut.len()).clamp(mark_start, line.len());
    (line, mark_start..mark_end, !cut.is_empty())
}

/// The offset at which the last characters of a text start.
fn start_of_last(text: &str, characters: usize) -> usize {
    text.char_indices().rev().take(characters).last().map_or(text.len(), |(at, _)| at)
}

/// The last character boundary at or before an offset.
fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// `flow.json: 2 errors, 1 warning`
fn summary(file: &str, report: &Report) -> String {
    let count = |severity| {
        report.diagnostics.iter().filter(|(_, diagnostic)| diagnostic.severity == severity).count()
    };
    let kinds = [Severity::Error, Severity::Warning, Severity::Hint];
    let mut parts: Vec<_> = kinds
        .into_iter()
        .map(|severity| (count(severity), severity.name()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if parts.is_empty() {
        parts.push("no problems found".to_owned());
    }
    let more = report.diagnostics.len().saturating_sub(MAX_PRINTED) + report.omitted;
    if more > 0 {
        parts.push(format!("{more} not shown"));
    }
    format!("{file}: {}", parts.join(", "))
}
