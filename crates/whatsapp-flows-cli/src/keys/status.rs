//! `flowctl keys status`: compares the keys in the secret, at Meta, and in the running function.

use clap::Args;
use serde_json::json;

use super::args::PlaceArgs;
use super::place::{NumberKey, Places, Registered, short};
use super::{diagnosis, plan};
use crate::Error;
use crate::report::{Finding, Report, Status};
use crate::sealed_ping::{self, Outcome};
use crate::secret_store::Document;
use crate::stop::Stop;

/// Compare the keys in the secret, at Meta and in the running function
#[derive(Args)]
#[command(after_help = "The exit code is 1 if something does not fit.\n\nExamples:\n  \
    flowctl keys status\n  \
    flowctl keys status --secret-id flows --phone-number-id 300000000000003 --endpoint https://example.com/basic")]
pub struct StatusCommand {
    #[command(flatten)]
    places: PlaceArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

impl StatusCommand {
    pub fn run(self, report: &mut Report) -> Result<(), Stop> {
        let places = self.places.resolve()?;
        let (document, numbers) = read(&places).map_err(Stop::of)?;
        if !self.json {
            println!("{}\n", places.store.describe());
        }
        compare(&places, &document, &numbers, report);
        Ok(())
    }
}

fn read(places: &Places) -> Result<(Document, Vec<NumberKey>), Error> {
    Ok((places.store.read()?.document, places.number_keys()?))
}

/// Compares the places. Pings are sent under every key of the secret and every key of Meta's.
fn compare(places: &Places, document: &Document, numbers: &[NumberKey], report: &mut Report) {
    let app_secret = document.newest_app_secret();
    let ping = |pem: &str| {
        let url = places.flow_url.as_deref()?;
        Some(sealed_ping::send(url, pem, Some(app_secret)).ok()?.outcome)
    };
    let mut opened = Vec::new();
    let mut keys = Vec::new();
    for (position, stored) in document.keys.iter().enumerate() {
        let place = if position == 0 { "newest" } else { "older" };
        let Ok(key) = &stored.key else {
            let text = format!("{}: the endpoint skips this key: {}", stored.id, cause(stored));
            report.add(
                Finding::new("key-skipped", Status::Warning, text)
                    .why("requests under it are 421")
                    .fix("take it out of the secret, or store it again: flowctl key show FILE"),
            );
            continue;
        };
        let outcome = ping(&key.public_pem());
        let users: Vec<_> = numbers
            .iter()
            .filter(|number| number.fingerprint() == Some(key.fingerprint()))
            .map(|number| number.number.short())
            .collect();
        let at_meta = if users.is_empty() {
            "at no number".into()
        } else {
            format!("at {}", users.join(", "))
        };
        let function = match &outcome {
            None => "not asked".into(),
            Some(Outcome::Opened) => "opens it".to_owned(),
            Some(outcome) => outcome.to_string(),
        };
        let date = stored.created.map_or_else(String::new, |at| format!(", made {}", day(at)));
        let text = format!(
            "{} ({}): {place} key of the secret{date}; Meta: {at_meta}; running function: {function}",
            stored.id,
            short(key.fingerprint())
        );
        report.add(Finding::new("key", Status::Ok, text));
        keys.push(json!({
            "id": stored.id, "fingerprint": key.fingerprint().to_string(), "numbers": users,
            "function": outcome.as_ref().map(Outcome::name),
            "created": stored.created.map(|at| at.to_string()),
            "registered": stored.registered.map(|at| at.to_string()),
        }));
        opened.push((key.fingerprint(), outcome));
    }
    for number in numbers {
        let known = number.fingerprint().and_then(|key| {
            opened.iter().find(|(held, _)| *held == key).map(|(_, outcome)| outcome.clone())
        });
        let pong = match (known, &number.registered) {
            (Some(outcome), _) => outcome,
            (None, Registered::Key(key, _)) => places.flow_url.as_deref().and_then(|url| {
                Some(sealed_ping::send_for(url, key, Some(app_secret)).ok()?.outcome)
            }),
            (None, _) => None,
        };
        report.add(diagnosis::of_number(document, number, pong.as_ref()));
    }
    if let plan::Plan::Finished(since) = plan::plan(document, numbers) {
        let text =
            format!("Meta has the newest key everywhere since {}; older keys wait", day(since));
        report.add(
            Finding::new("rotation-unfinished", Status::Warning, text)
                .why("a key that nobody needs can still be stolen")
                .fix("flowctl keys rotate --finish"),
        );
    }
    report.member("keys", keys.into());
}

fn cause(stored: &crate::secret_store::StoredKey) -> String {
    stored.key.as_ref().err().map(ToString::to_string).unwrap_or_default()
}

/// The day of a time, in UTC.
pub fn day(at: jiff::Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
