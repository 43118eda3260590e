//! Reads the answer of the Graph API to a call: a JSON object, an error object, something else, or nothing.

use std::time::Duration;

use http::{HeaderMap, header};
use serde_json::Value;

use super::retry::{Failure, requested_wait};
use super::{ErrorKind, GraphError};

/// A response with its whole body.
pub struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// Reads an answer of the Graph API.
pub fn read(response: Response) -> Result<Value, Failure> {
    let status = response.status;
    let json = serde_json::from_slice::<Value>(&response.body).unwrap_or_default();
    let Some(error) = json.get("error").filter(|error| error.is_object()) else {
        if (200..300).contains(&status) && json.is_object() {
            return Ok(json);
        }
        let kind = response.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or("no content type");
        let text = format!("status {status}, and the answer is not a JSON object ({kind})");
        let refused = failure(ErrorKind::NotUnderstood, text);
        return Err(Failure { status: Some(status), ..refused });
    };
    let wait = requested_wait(&response.headers);
    let transient = error["is_transient"] == true;
    Err(Failure { error: Box::new(refusal(error)), status: Some(status), transient, wait })
}

/// Reads an error object of the Graph API.
fn refusal(error: &Value) -> GraphError {
    let text = |member: &Value| {
        member.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let code = error["code"].as_i64();
    let mut message = text(&error["message"]).unwrap_or_else(|| "no message".into());
    // `(#139002) Publishing failed` repeats the code.
    if let Some(rest) = code.and_then(|code| message.strip_prefix(&format!("(#{code}) "))) {
        message = rest.to_owned();
    }
    let details = text(&error["error_data"]["details"]).or_else(|| text(&error["error_data"]));
    for more in [text(&error["error_user_msg"]), details].into_iter().flatten() {
        if !message.contains(&more) {
            message = format!("{message}: {more}");
        }
    }
    GraphError {
        code,
        subcode: error["error_subcode"].as_i64(),
        title: text(&error["error_user_title"]),
        ..*failure(ErrorKind::Refused, message).error
    }
}

/// Reads a failure without an answer.
pub fn unanswered(error: &ureq::Error, timeout: Duration) -> Failure {
    use std::io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable};
    use ureq::Timeout::{Connect, Resolve};
    let unreachable = match error {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::ConnectProxyFailed(_)
        | ureq::Error::Timeout(Resolve | Connect) => true,
        ureq::Error::Rustls(error) => error.to_string().contains("certificate"),
        ureq::Error::Io(error) => {
            matches!(error.kind(), ConnectionRefused | HostUnreachable | NetworkUnreachable)
                || error.to_string().contains("certificate")
        }
        _ => false,
    };
    let text = match error {
        ureq::Error::Timeout(_) => format!("no answer within {} s", timeout.as_secs()),
        error => error.to_string(),
    };
    match unreachable {
        true => failure(ErrorKind::Unreachable, format!("cannot connect: {text}")),
        false => failure(ErrorKind::NoAnswer, text),
    }
}

/// A failure with a message.
pub fn failure(kind: ErrorKind, message: impl Into<String>) -> Failure {
    let error = GraphError { kind, message: message.into(), ..GraphError::not_offered("") };
    Failure { error: Box::new(error), status: None, transient: false, wait: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_with_everything_they_say() {
        let error = serde_json::json!({
            "message": "(#131009) Parameter value is not valid", "code": 131009, "error_subcode": 2494010,
            "error_user_title": "Bad value", "error_data": { "messaging_product": "whatsapp", "details": "mode" },
        });
        let read = refusal(&error);
        assert_eq!((read.code, read.subcode), (Some(131009), Some(2494010)));
        assert_eq!(read.title.as_deref(), Some("Bad value"));
        assert_eq!(read.message, "Parameter value is not valid: mode");
    }
}
