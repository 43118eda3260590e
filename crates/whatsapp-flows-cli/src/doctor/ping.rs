//! The endpoint's answers to health checks.

use std::time::Duration;

use whatsapp_flows::protocol::public_key::{PublicKeyDer, parse_public_key};
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::protocol::token::FlowToken;

use super::checks::finding;
use super::view::View;
use crate::report::{Finding, Report, Status};
use crate::sealed_ping::{self, Outcome, Pong};

/// Meta warns when the slowest tenth takes longer.
const FAST: Duration = Duration::from_secs(1);

/// Sends the health checks: one for each key at Meta, and one with a wrong signature.
pub fn check(view: &mut View, name: &str, url: &str, report: &mut Report) {
    let cannot = |code, text: &str| finding(code, Status::CannotSee, text).about(name);
    let mut keys = view.registered_keys();
    let Some(secret) = &view.secret else {
        for code in ["ping", "ping-time", "signature"] {
            report.add(cannot(code, "the app secret is not seen, which signs a request"));
        }
        return;
    };
    if keys.is_empty() {
        let newest = parse_public_key(&secret.newest().1.public_pem());
        keys.extend(newest.ok());
    }
    let send = |key: &PublicKeyDer, app_secret: &AppSecret| {
        sealed_ping::send_for(url, key, Some(app_secret))
    };
    let mut fastest = None;
    let mut reached = false;
    for key in &keys {
        // The first one may meet a cold start.
        let pongs: Vec<Pong> =
            (0..2).filter_map(|_| send(key, secret.newest_app_secret()).ok()).collect();
        let Some(last) = pongs.last() else { continue };
        view.dates.extend(last.date.clone().map(|date| (url.to_owned(), date)));
        reached |= !matches!(last.outcome, Outcome::Unreachable(_));
        if last.outcome == Outcome::Opened {
            fastest = fastest.max(pongs.iter().map(|pong| pong.elapsed).min());
        }
        report.add(judge_ping(&last.outcome).about(name));
    }
    report.add(match fastest {
        Some(elapsed) if elapsed > FAST => finding(
            "ping-time",
            Status::Warning,
            format!("the faster of two took {:.1} s", elapsed.as_secs_f64()),
        )
        .about(name)
        .fix("give the function more memory, and look at `ms` in its log lines"),
        Some(elapsed) => {
            finding("ping-time", Status::Ok, format!("{} ms", elapsed.as_millis())).about(name)
        }
        None => cannot("ping-time", "no health check is answered as it must be"),
    });
    let wrong = AppSecret::new(FlowToken::random().as_str()).expect("a token is not empty");
    let unsigned = keys.first().filter(|_| reached).and_then(|key| send(key, &wrong).ok());
    report.add(match unsigned.map(|pong| pong.outcome) {
        Some(Outcome::NotSigned) => {
            finding("signature", Status::Ok, "a wrong one is refused with 432").about(name)
        }
        Some(Outcome::Opened) => finding(
            "signature",
            Status::Fail,
            "the endpoint answers a request that Meta did not sign",
        )
        .about(name)
        .fix("verify X-Hub-Signature-256 over the raw body before anything else, and answer 432"),
        Some(Outcome::Unreachable(_)) | None => cannot("signature", "the endpoint does not answer"),
        Some(outcome) => finding(
            "signature",
            Status::Warning,
            format!("a wrong signature is answered with {outcome}"),
        )
        .about(name)
        .fix("answer 432, which clients understand"),
    });
}

fn judge_ping(outcome: &Outcome) -> Finding {
    match outcome {
        Outcome::Opened => finding("ping", Status::Ok, "200, and the reply can be read"),
        Outcome::NotOpened => {
            finding("ping", Status::Fail, "421: the running function does not have the private half of the key at Meta")
                .fix("flowctl keys status shows which key is where")
        }
        Outcome::NotSigned => {
            finding("ping", Status::Fail, "432: the running function does not accept the newest app secret")
                .fix("compare FLOWS_SECRET_ID of the function with `secret_id`; it reads a changed secret within five minutes")
        }
        Outcome::Other(_, cause) => {
            finding("ping", Status::Fail, cause).fix("docs/errors.md has every status; the function's log has the cause")
        }
        Outcome::Unreachable(cause) => {
            finding("ping", Status::Fail, cause).fix("look at the address, and at the gateway in front of the function")
        }
    }
}
