//! The checks that a client makes of a response before it shows the reply.

use serde_json::Value;

use super::diagnosis::Mistake;
use super::gateway_error;
use super::http_client::{Response, TIME_LIMIT};
use super::request_args::Action;

/// Returns the cause for which a client rejects the response, or `None` if it accepts it.
pub fn rejection(response: &Response, action: Action) -> Option<String> {
    match (response.status, &response.reply) {
        (200, Ok(reply)) => {
            describe_rejection(response).or_else(|| invalid_reply(reply, action).map(str::to_owned))
        }
        _ => describe_rejection(response),
    }
}

/// Returns the cause for which a client rejects the response before it reads the decrypted reply.
pub fn describe_rejection(response: &Response) -> Option<String> {
    if let Some(cause) = gateway_error::explain(response) {
        return Some(format!("{}: {cause}", response.status));
    }
    if response.elapsed >= TIME_LIMIT {
        return Some(format!(
            "the response took {:.1} s; WhatsApp waits {} s",
            response.elapsed.as_secs_f64(),
            TIME_LIMIT.as_secs()
        ));
    }
    match (response.status, &response.reply) {
        (200, Ok(_)) => None,
        (200, Err(_)) if response.bytes.is_empty() => {
            Some("200, but the body is empty; a reply must be encrypted".into())
        }
        (200, Err(error)) => Some(match &response.diagnosis {
            Some(diagnosis) => format!("200, but {diagnosis}"),
            None => format!("200, but {error}"),
        }),
        (427, Err(_)) if !response.bytes.is_empty() => Some(match &response.diagnosis {
            Some(diagnosis) if diagnosis.mistakes != [Mistake::NotEncrypted] => {
                format!("427, but {diagnosis}; until then the user does not see the message")
            }
            _ => "427, but the body is not encrypted, so the user does not see its message".into(),
        }),
        (status, _) => Some(format!("{status}: {}", describe_status(status))),
    }
}

/// Returns the fault of a decrypted reply, if there is one.
pub fn invalid_reply(reply: &Value, action: Action) -> Option<&'static str> {
    let data = &reply["data"];
    match action {
        _ if reply.is_string() => {
            Some("the reply is JSON text inside JSON text; encode it as JSON once")
        }
        _ if !reply.is_object() => Some("the reply is not a JSON object"),
        Action::Ping => (data["status"] != "active")
            .then_some("the reply to a ping must be {\"data\":{\"status\":\"active\"}}"),
        // The client ignores the reply to an error notification.
        Action::Notice => None,
        Action::Init | Action::Back | Action::DataExchange => {
            let extension = data.get("extension_message_response");
            let params = extension.and_then(|extension| extension.get("params"));
            match () {
                _ if reply["screen"].as_str().is_none_or(str::is_empty) => {
                    Some("the reply has no `screen`")
                }
                _ if data == &Value::Array(Vec::new()) => Some(
                    "`data` of the reply is an empty list, not a JSON object; in PHP, write (object) [] for an \
                     object without members",
                ),
                _ if !data.is_object() => Some("`data` of the reply is not a JSON object"),
                _ if data.get("error_message").is_some_and(|message| !message.is_string()) => {
                    Some("`data.error_message` of the reply is not a string")
                }
                _ if extension.is_some_and(|extension| !extension.is_object()) => {
                    Some("`data.extension_message_response` of the reply is not a JSON object")
                }
                _ if params.is_some_and(|params| !params.is_object()) => {
                    Some("`params` of the reply is not a JSON object")
                }
                _ if params.is_some_and(|params| !params["flow_token"].is_string()) => {
                    Some("`params` of the reply has no `flow_token`")
                }
                _ => None,
            }
        }
    }
}

/// Describes a status of the endpoint to the developer.
fn describe_status(status: u16) -> &'static str {
    match status {
        400 => "the endpoint does not know the action of the request",
        404 => "no flow is served on this path; the endpoint's log lists the paths",
        405 => "the endpoint accepts only POST",
        409 => {
            "this body was answered before, and the reply is no longer available; send a new request"
        }
        413 => "the body is too large",
        421 => {
            "the endpoint cannot decrypt the request; check that this is its public key, or let flowctl probe find \
             the mistake"
        }
        422 => "the payload does not match the screen; the endpoint's log names the member",
        427 => "this flow token has expired or cannot be used; pass another one with --token",
        432 => {
            "the signature is invalid; check that this is the app secret of the endpoint, or let flowctl probe \
             find the mistake"
        }
        500 => "the endpoint failed; its log names the cause",
        200..=299 => "a client accepts only 200",
        _ => "not a status that the endpoint returns",
    }
}
