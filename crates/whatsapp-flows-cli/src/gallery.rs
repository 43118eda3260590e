//! All screens of a Flow JSON with their `__example__` data, and the findings of the linter beside their components.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Client, FlowJson, Mode, Settings};
use whatsapp_flow_json::lint;

/// The gallery of a document: `{"screens": [{"id", "view"}], "findings": [{…}]}`. A document that cannot be read has
/// findings only.
pub fn gallery(bytes: &[u8]) -> Value {
    let text = String::from_utf8_lossy(bytes);
    // Positions of the linter and of the client start after a byte order mark.
    let flow = FlowJson::parse(text.strip_prefix('\u{FEFF}').unwrap_or(&text)).ok();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    json!({
        "screens": flow.iter().flat_map(|flow| screens(flow, now)).collect::<Vec<_>>(),
        "findings": findings(bytes, flow.as_ref()),
    })
}

fn screens(flow: &FlowJson, now: u64) -> impl Iterator<Item = Value> {
    flow.screens().filter_map(move |id| {
        // A draft shows rejected values as banners, so the rest of the screen can be seen.
        let settings = Settings { mode: Mode::Draft, now, ..Settings::default() };
        let client = Client::preview(flow.clone(), id, settings).ok()?;
        Some(json!({ "id": id, "view": client.view() }))
    })
}

fn findings(bytes: &[u8], flow: Option<&FlowJson>) -> Vec<Value> {
    let report = lint::check(bytes);
    let finding = |(position, diagnostic): &(_, lint::Diagnostic)| {
        let position: &whatsapp_flow_json::span::Position = position;
        let place = flow.and_then(|flow| flow.place(&diagnostic.span));
        let component = place.as_ref().and_then(|place| place.component);
        json!({
            "severity": diagnostic.severity.name(),
            "rule": diagnostic.name().unwrap_or(&diagnostic.rule.title()),
            "text": diagnostic.message,
            "help": Some(&diagnostic.help).filter(|help| !help.is_empty()),
            "line": position.line,
            "screen": place.as_ref().map(|place| &place.screen),
            "component": component.map(|component| component.id),
            "component_line": component.map(|component| component.line),
        })
    };
    report.diagnostics.iter().map(finding).collect()
}
