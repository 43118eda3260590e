//! The numbers and their keys.

use super::checks::finding;
use super::view::View;
use crate::graph::{PhoneNumber, SignatureStatus};
use crate::keys::{NumberKey, Registered, holds, number_key, short};
use crate::report::{Finding, Report, Status};
use crate::secret_store::Document;

pub fn check(view: &mut View, report: &mut Report) {
    let numbers = match view.settings.phone_number_ids() {
        Ok(numbers) => numbers.to_vec(),
        Err(error) => {
            for code in ["number", "key-registered", "key-match"] {
                report.add(finding(code, Status::CannotSee, &error));
            }
            return;
        }
    };
    let listed = view
        .account()
        .and_then(|(control, waba)| control.phone_numbers(waba).map_err(|error| error.to_string()));
    for id in &numbers {
        let found = match &listed {
            Ok(listed) => match listed.iter().find(|number| number.id == *id) {
                Some(number) => judge(number),
                None => finding("number", Status::Fail, "the account does not have this number")
                    .fix("compare `phone_number_id` and `waba_id` in flows.toml with the Meta app (WhatsApp, API Setup)"),
            },
            Err(cause) => finding("number", Status::CannotSee, cause),
        };
        report.add(found.about(id.short()));
    }
    for id in &numbers {
        let key = match &view.control {
            Ok(control) => number_key(control.as_ref(), id).map_err(|error| error.to_string()),
            Err(cause) => Err((*cause).to_owned()),
        };
        match key {
            Ok(key) => {
                report.add(judge_registered(&key).about(id.short()));
                report.add(judge_match(&key, view.secret.as_ref()).about(id.short()));
                view.numbers.push(key);
            }
            Err(cause) => {
                report.add(finding("key-registered", Status::CannotSee, &cause).about(id.short()));
                report.add(finding("key-match", Status::CannotSee, cause).about(id.short()));
            }
        }
    }
}

fn judge(number: &PhoneNumber) -> Finding {
    let status = number.status.as_deref();
    let platform = number.platform_type.as_deref();
    match (status, platform) {
        (Some("CONNECTED") | None, Some("CLOUD_API") | None) => {
            let quality = number.quality_rating.as_deref().unwrap_or("unknown");
            finding("number", Status::Ok, format!("connected, Cloud API, quality {quality}"))
        }
        (Some("CONNECTED") | None, Some(platform)) => {
            finding("number", Status::Fail, format!("the number is on {platform}, and not on the Cloud API"))
                .fix("register the number on the Cloud API")
        }
        (Some(status), _) => {
            finding("number", Status::Fail, format!("the state of the number is {status}"))
                .fix("see the number in the WhatsApp Manager, and register it anew; then: flowctl keys upload")
        }
    }
}

fn judge_registered(key: &NumberKey) -> Finding {
    let upload = "flowctl keys upload";
    match &key.registered {
        Registered::Nothing => {
            finding("key-registered", Status::Fail, "Meta has no key").fix(upload)
        }
        Registered::Unreadable(_) => {
            finding("key-registered", Status::Fail, "what Meta shows is not a public key")
                .fix(upload)
        }
        Registered::Key(_, None | Some(SignatureStatus::Valid)) => {
            finding("key-registered", Status::Ok, "Meta shows it as valid")
        }
        Registered::Key(_, Some(status)) => finding(
            "key-registered",
            Status::Fail,
            format!("the status is {status}: the number was registered anew since the upload"),
        )
        .fix(upload),
    }
}

fn judge_match(key: &NumberKey, secret: Option<&Document>) -> Finding {
    let Some(fingerprint) = key.fingerprint() else {
        return finding("key-match", Status::CannotSee, "Meta has no readable key");
    };
    let Some(secret) = secret else {
        return finding("key-match", Status::CannotSee, "the secret is not seen");
    };
    let name = short(fingerprint);
    if secret.newest().1.fingerprint() == fingerprint {
        return finding("key-match", Status::Ok, format!("{name} is the newest key of the secret"));
    }
    match holds(secret, fingerprint) {
        true => finding("key-match", Status::Warning, format!("{name} is an older key of the secret"))
            .fix("flowctl keys rotate"),
        false => finding("key-match", Status::Fail, format!("{name} is not in the secret"))
            .fix("flowctl keys status shows which key is where; flowctl keys upload registers the secret's"),
    }
}
