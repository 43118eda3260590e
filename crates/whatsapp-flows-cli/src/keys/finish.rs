//! The end of a rotation: takes the old keys out of the secret.

use jiff::Timestamp;

use super::place::{NumberKey, Places, short};
use super::rotate::{Options, flow_url};
use super::status::day;
use crate::Error;
use crate::report::{Finding, Report, Status, progress};
use crate::sealed_ping::{self, Outcome};
use crate::secret_store::Document;

pub fn run(places: &Places, options: &Options, report: &mut Report) -> Result<(), Error> {
    let stored = places.store.read()?;
    let document = &stored.document;
    let (newest, key) = document.newest();
    let old: Vec<_> = document
        .keys
        .iter()
        .filter(|other| {
            other.key.as_ref().ok().map(|key| key.fingerprint()) != Some(key.fingerprint())
        })
        .map(|other| other.id.as_str())
        .collect();
    if old.is_empty() {
        let text =
            format!("{} is the only key of the secret; there is nothing to remove", newest.id);
        report.add(Finding::new("nothing-to-finish", Status::Ok, text));
        return Ok(());
    }
    if !options.force {
        may_go(places, options, document)?;
    }
    let names = old.join(", ");
    if options.dry_run {
        report.add(Finding::new(
            "would-remove",
            Status::Ok,
            format!("take {names} out of the secret"),
        ));
        return Ok(());
    }
    places.store.write(&stored, &document.with_only_key(key.fingerprint())?)?;
    let text = format!(
        "{names} is out of the secret, and {} ({}) is its only key; running functions follow within five minutes",
        newest.id,
        short(key.fingerprint())
    );
    report.add(Finding::new("removed", Status::Ok, text));
    Ok(())
}

/// Returns an error if somebody may still need an old key.
fn may_go(places: &Places, options: &Options, document: &Document) -> Result<(), Error> {
    let (newest, key) = document.newest();
    const FORCE: &str = "--force does it anyway, for a key that has leaked";
    for number in places.number_keys()? {
        if !number.is_valid(key.fingerprint()) {
            return Err(format!(
                "{}: Meta has {}, and not the newest key {} ({}) as valid; clients of this number may need an old key; \
                 run flowctl keys rotate first; {FORCE}",
                number.number.short(),
                number.describe(),
                newest.id,
                short(key.fingerprint())
            )
            .into());
        }
    }
    if let Some(number) = other_number(places, document)? {
        return Err(format!(
            "{}: this number of the account is not one of yours here, and Meta has an old key of the secret for it; \
             name it as well (`phone_number_id` in flows.toml, or --phone-number-id), and run flowctl keys rotate; \
             {FORCE}",
            number.number.short()
        )
        .into());
    }
    let Some(since) = newest.registered else {
        return Err(format!(
            "it is not known since when Meta has {}; run flowctl keys rotate, which records it; {FORCE}",
            newest.id
        )
        .into());
    };
    let from = since.saturating_add(options.keep)?;
    if Timestamp::now() < from {
        return Err(format!(
            "the old key may go from {} on; until then clients may use the key that they have; {FORCE}",
            day(from)
        )
        .into());
    }
    let url = flow_url(places)?;
    let pong = sealed_ping::send(url, &key.public_pem(), Some(document.newest_app_secret()))?;
    match pong.outcome {
        Outcome::Opened => Ok(()),
        outcome => Err(format!(
            "the ping under {} is answered with {outcome}; the old key stays until it is answered; {FORCE}",
            newest.id
        )
        .into()),
    }
}

/// A number of the account that is not named, and whose clients use an old key of the secret.
fn other_number(places: &Places, document: &Document) -> Result<Option<NumberKey>, Error> {
    let Some(waba) = &places.waba else { return Ok(None) };
    let newest = document.newest().1.fingerprint();
    for number in places.control.phone_numbers(waba)? {
        if places.numbers.contains(&number.id) {
            continue;
        }
        let Ok(key) = places.number_key(&number.id) else {
            progress(format_args!(
                "{}: Meta does not show the key of this number",
                number.id.short()
            ));
            continue;
        };
        let is_old = |held: &whatsapp_flows::protocol::key::PrivateKey| {
            Some(held.fingerprint()) == key.fingerprint() && held.fingerprint() != newest
        };
        if document.usable_keys().any(|(_, held)| is_old(held)) {
            return Ok(Some(key));
        }
    }
    Ok(None)
}
