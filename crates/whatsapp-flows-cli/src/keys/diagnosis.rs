//! Which key fits which, in words, and what to do.

use whatsapp_flows::protocol::key::Fingerprint;

use super::place::{NumberKey, Registered, short};
use super::plan::holds;
use crate::graph::SignatureStatus;
use crate::report::{Finding, Status};
use crate::sealed_ping::Outcome;
use crate::secret_store::Document;

/// Judges the key of one number. `pong` is the answer to a ping that is sealed under the registered key; `None` if no
/// ping was sent.
pub fn of_number(document: &Document, number: &NumberKey, pong: Option<&Outcome>) -> Finding {
    let subject = number.number.short();
    let finding = |code, status, text: String| Finding::new(code, status, text).about(&*subject);
    let (key, status) = match &number.registered {
        Registered::Nothing => {
            return finding("key-missing", Status::Fail, "Meta has no key for this number".into())
                .why("clients cannot encrypt, so no flow of this number reaches the endpoint")
                .fix("flowctl keys upload");
        }
        Registered::Unreadable(_) => {
            return finding(
                "key-unreadable",
                Status::Fail,
                "what Meta shows is not an RSA-2048 public key".into(),
            )
            .why("clients cannot encrypt; Meta shows a blank after a number was registered anew")
            .fix("flowctl keys upload");
        }
        Registered::Key(key, status) => (Fingerprint::from_der(&key.der), status),
    };
    let name = short(key);
    match (holds(document, key), pong) {
        (false, Some(Outcome::Opened)) => finding(
            "key-of-another-secret",
            Status::Warning,
            format!("Meta has {name}, which the running function opens, and the secret does not hold it"),
        )
        .why("the function reads another secret than the one looked at here")
        .fix("compare --secret-id with FLOWS_SECRET_ID of the function"),
        (false, _) => finding(
            "key-foreign",
            Status::Fail,
            format!("Meta has {name}, which is not in the secret"),
        )
        .why("clients encrypt with a key that nobody can decrypt: every request is 421")
        .fix("flowctl keys upload"),
        (true, Some(Outcome::NotOpened)) => finding(
            "key-not-running",
            Status::Fail,
            format!("the secret and Meta have {name}, and the running function does not open it (421)"),
        )
        .why("the function reads another secret, or has not read this one since the key was added")
        .fix("compare FLOWS_SECRET_ID of the function with --secret-id; a function reads its secret again after five minutes"),
        (true, Some(Outcome::NotSigned)) => finding(
            "app-secret-not-running",
            Status::Fail,
            "the running function does not accept the newest app secret (432)".into(),
        )
        .why("requests that Meta signs with it are refused")
        .fix("compare FLOWS_SECRET_ID of the function with --secret-id; a function reads its secret again after five minutes"),
        (true, _) if !matches!(status, None | Some(SignatureStatus::Valid)) => {
            let status = status.as_ref().map(ToString::to_string).unwrap_or_default();
            finding(
                "key-status",
                Status::Fail,
                format!("Meta has {name} of the secret, with the status {status}"),
            )
            .why("the number was registered anew since the upload; the same key must be uploaded again")
            .fix("flowctl keys upload")
        }
        (true, Some(outcome @ (Outcome::Other(..) | Outcome::Unreachable(_)))) => finding(
            "function-failed",
            Status::Fail,
            format!("the secret and Meta have {name}; the ping: {outcome}"),
        )
        .why("clients meet the same answer")
        .fix("flowctl doctor"),
        (true, _) if document.newest().1.fingerprint() != key => finding(
            "key-older",
            Status::Warning,
            format!("Meta has {name}, an older key of the secret"),
        )
        .why("a rotation was begun and is not at its end, or was rolled back")
        .fix("flowctl keys rotate"),
        (true, None) => finding(
            "key-match",
            Status::CannotSee,
            format!(
                "no endpoint is named, and a ping shows whether the running function has {name}, which the secret and \
                 Meta have"
            ),
        )
        .fix("pass --endpoint"),
        (true, Some(Outcome::Opened)) => finding(
            "key-match",
            Status::Ok,
            format!("Meta, the secret and the running function have {name}"),
        ),
    }
}
