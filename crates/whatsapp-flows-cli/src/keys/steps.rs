//! The steps of a rotation in words: what `--dry-run` prints, and why one does not start.

use serde_json::json;

use super::place::short;
use super::plan::{Plan, Refusal};
use super::rotate::Options;
use super::status::day;
use crate::Error;
use crate::report::{Finding, Report, Status};
use crate::secret_store::Document;

/// Adds the steps of a rotation to a report.
pub fn describe(plan: &Plan, document: &Document, options: &Options, report: &mut Report) {
    let mut step = |code, text: String| report.add(Finding::new(code, Status::Ok, text));
    let newest =
        format!("{} ({})", document.newest().0.id, short(document.newest().1.fingerprint()));
    let (is_new, uploads) = (*plan == Plan::Make, matches!(plan, Plan::Make | Plan::Upload));
    let key = if is_new { "the new key".to_owned() } else { newest.clone() };
    if is_new {
        step(
            "would-store",
            format!("make a key pair, and add the private half to the secret before {newest}"),
        );
    }
    if uploads {
        step(
            "would-prove",
            format!(
                "wait until the secret is {} s old and the running function opens pings under {key}",
                options.wait.as_secs()
            ),
        );
        step(
            "would-upload",
            format!("upload the public half of {key} to every number, and read it back"),
        );
    }
    match plan {
        Plan::Finished(since) => step(
            "would-do-nothing",
            format!(
                "nothing: Meta has {newest} everywhere since {}; flowctl keys rotate --finish is next",
                day(*since)
            ),
        ),
        _ => step("would-record", format!("record in the secret when Meta had {key} everywhere")),
    }
    report.member("dryRun", json!(true));
}

/// The reason why a rotation does not start, and what to do. `numbers` are shortened.
pub fn refuse(refusal: &Refusal, numbers: &[String]) -> Error {
    match refusal {
        Refusal::NothingRegistered => {
            "Meta has no key yet, so there is nothing to rotate; register the key of the secret: flowctl keys upload".into()
        }
        Refusal::Foreign(at) => format!(
            "{}: Meta has a key that the secret does not hold, so a rotation would not mend what is broken now; \
             flowctl keys status shows which key is where, and flowctl keys upload registers the key of the secret",
            numbers[*at]
        )
        .into(),
        Refusal::NotEverywhere(at) => format!(
            "{}: Meta does not have the key of the secret as valid; register it first: flowctl keys upload",
            numbers[*at]
        )
        .into(),
    }
}
