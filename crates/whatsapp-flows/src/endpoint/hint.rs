//! Hints for refused requests whose cause alone does not suggest the cure. They go to the log; the response does not
//! change.

use std::borrow::Cow;

use bytes::Bytes;
use http::Request;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::status::Refusal;

/// The hint for a refusal. It holds nothing of the request: `served` returns our own paths.
pub(crate) fn of<'a>(
    refusal: Refusal,
    request: &Request<Bytes>,
    served: impl FnOnce() -> Vec<&'a str>,
) -> Option<Cow<'static, str>> {
    match refusal {
        Refusal::UnknownPath => Some(unknown_path(&served()).into()),
        Refusal::NotPost => verification(request).map(Cow::from),
        Refusal::Undecryptable => not_an_envelope(request.body()).map(Cow::from),
        Refusal::BodyTooLarge
        | Refusal::KeyringUnavailable
        | Refusal::TimedOut
        | Refusal::Panicked
        | Refusal::Signature(_) => None,
    }
}

fn unknown_path(served: &[&str]) -> String {
    format!(
        "no flow is served on this path; end the address with one of: {}; a stage, a base path or another \
         prefix may come before it, and nothing may follow it",
        served.join(", ")
    )
}

const MESSAGES: &str = "this address serves a flow, and is used for the webhook of messages; give the webhook an \
                        address of its own";

fn verification(request: &Request<Bytes>) -> Option<&'static str> {
    let query = request.uri().query().unwrap_or_default();
    query.split('&').any(|pair| pair.split('=').next() == Some("hub.challenge")).then_some(MESSAGES)
}

/// Members that show what a body is if it is not an envelope.
#[derive(Deserialize)]
struct Body {
    encrypted_flow_data: Option<IgnoredAny>,
    encrypted_aes_key: Option<IgnoredAny>,
    initial_vector: Option<IgnoredAny>,
    object: Option<IgnoredAny>,
    entry: Option<IgnoredAny>,
    action: Option<IgnoredAny>,
}

fn not_an_envelope(body: &[u8]) -> Option<&'static str> {
    let Ok(body) = serde_json::from_slice::<Body>(body) else {
        return Some("the body is not a JSON object");
    };
    match body {
        Body { object: Some(_), entry: Some(_), .. } => Some(MESSAGES),
        Body {
            encrypted_flow_data: Some(_),
            encrypted_aes_key: Some(_),
            initial_vector: Some(_),
            ..
        } => None,
        Body { action: Some(_), .. } => Some(
            "the body is an unencrypted request; encrypt it with the public key of this endpoint, as flowctl call does",
        ),
        _ => Some(
            "the body is not an envelope: encrypted_flow_data, encrypted_aes_key or initial_vector is missing",
        ),
    }
}
