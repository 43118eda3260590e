//! The secret: readable, and every part of it usable.

use super::checks::finding;
use super::view::View;
use crate::graph::AppToken;
use crate::keys::{secret_store, short};
use crate::report::{Report, Status, count};
use crate::secret_store::Document;

pub fn check(view: &mut View, report: &mut Report) {
    let environment = &view.settings.environment;
    if environment.secret_id.is_none() && environment.secret_file.is_none() {
        let text = "no secret is named; set `secret_id` in flows.toml, or pass --secret-id or --secret-file";
        return report.add(finding("secret", Status::CannotSee, text));
    }
    let read = secret_store(&view.settings).and_then(|store| Ok(store.read()?.document));
    let document = match read {
        Ok(document) => document,
        Err(error) => {
            let fix = "docs/keys.md has the forms of the secret; flowctl secret makes one";
            return report.add(finding("secret", Status::Fail, error).fix(fix));
        }
    };
    judge(&document, report);
    #[cfg(unix)]
    if let Some(path) = &environment.secret_file {
        check_permissions(path, report);
    }
    let app = environment.app_id.clone();
    let text = document.app_secret_texts().first();
    view.app_token = app.zip(text).and_then(|(app, text)| AppToken::new(app, text).ok());
    view.secret = Some(document);
}

fn judge(document: &Document, report: &mut Report) {
    let mut is_sound = true;
    for stored in &document.keys {
        if let Err(cause) = &stored.key {
            is_sound = false;
            let text = format!("the endpoint skips the key {}: {cause}", stored.id);
            let fix = "take it out of the secret, or store it again: flowctl key show FILE tells what a file holds";
            report.add(finding("secret", Status::Warning, text).fix(fix));
        }
    }
    for (position, app_secret) in document.app_secrets.iter().enumerate() {
        if !app_secret.has_meta_format() {
            is_sound = false;
            let text = format!(
                "app secret {position} is not 32 hexadecimal digits, so Meta does not sign with it"
            );
            let fix = "copy the app secret from the Meta app (App settings, Basic)";
            report.add(finding("secret", Status::Warning, text).fix(fix));
        }
    }
    if is_sound {
        let (newest, key) = document.newest();
        let text = format!(
            "{} and {}; the newest key is {} ({})",
            count(document.keys.len(), "private key"),
            count(document.app_secrets.len(), "app secret"),
            newest.id,
            short(key.fingerprint())
        );
        report.add(finding("secret", Status::Ok, text));
    }
}

#[cfg(unix)]
fn check_permissions(path: &std::path::Path, report: &mut Report) {
    use std::os::unix::fs::MetadataExt;
    let Ok(metadata) = std::fs::metadata(path) else { return };
    if metadata.mode() & 0o077 != 0 {
        let text = format!("other users of this machine can read or change {}", path.display());
        report.add(
            finding("secret", Status::Warning, text).fix(format!("chmod 600 {}", path.display())),
        );
    }
}
