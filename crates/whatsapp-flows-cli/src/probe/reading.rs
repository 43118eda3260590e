//! The reading of an answer by a client: a reply, or the verdict for which it is not one.

use serde_json::Value;

use super::prober::{Answer, Prober};
use super::report::{TIMEOUT, Verdict};
use crate::client_check::{describe_rejection, invalid_reply};
use crate::diagnosis::Mistake;
use crate::gateway_error;
use crate::http_client::{PostError, Response, TIME_LIMIT};
use crate::request_args::Action;

impl Prober<'_> {
    /// Reads a reply as a client does. A mistake of its encoding or encryption is reported once; after that, replies
    /// are read in spite of it.
    pub fn read(&mut self, answer: &Answer, action: Action) -> Result<Value, Verdict> {
        let response = match answer {
            Ok(response) => response,
            Err(error) => return Err(self.unanswered(error)),
        };
        if response.status == 427 && self.plan.token.is_none() && action != Action::Ping {
            return Err(self.unknown_token(response));
        }
        let is_refused = response.status != 200 || response.bytes.is_empty();
        if is_refused || response.elapsed >= TIME_LIMIT || gateway_error::is_php_error(response) {
            return Err(refused(response));
        }
        let reply = match (&response.reply, &response.diagnosis) {
            (Ok(reply), _) => reply.clone(),
            (Err(error), None) => return Err(Verdict::failed(error.to_string(), "")),
            (Err(_), Some(diagnosis)) => {
                let new = |mistake: &&Mistake| !self.known.contains(mistake);
                let new: Vec<_> = diagnosis.mistakes.iter().filter(new).copied().collect();
                if !new.is_empty() {
                    self.known.extend(&new);
                    return Err(super::reply::mistakes(&new));
                }
                match &diagnosis.reply {
                    Some(reply) => reply.clone(),
                    None => {
                        return Err(Verdict::skipped("its reply cannot be read; see P06 and P07"));
                    }
                }
            }
        };
        match invalid_reply(&reply, action) {
            Some(fault) => {
                let (seen, advice) = shorten(fault);
                Err(Verdict::failed(seen, advice))
            }
            None => Ok(reply),
        }
    }

    /// 427 for a token that no message has.
    fn unknown_token(&self, response: &Response) -> Verdict {
        let is_readable = response.reply.is_ok()
            || response.bytes.is_empty()
            || response.diagnosis.as_ref().is_some_and(|diagnosis| {
                diagnosis.mistakes.iter().all(|mistake| self.known.contains(mistake))
            });
        match is_readable {
            true => Verdict::skipped(
                "427: the endpoint does not know this random flow token; pass a valid one with --token",
            ),
            false => Verdict::failed(
                "427, but the body is not encrypted, so the user does not see its message",
                "encrypt {\"error_msg\": …} like a reply",
            ),
        }
    }

    /// The verdict for a request without a response.
    pub fn unanswered(&self, error: &PostError) -> Verdict {
        let advice = match error {
            PostError::Timeout(_) => "answer within 10 s",
            PostError::Closed(_) if self.target.is_https() => {
                "check that it speaks TLS on this port; catch every exception, and answer with a status; see the log \
                 of the endpoint"
            }
            PostError::Closed(_) => {
                "catch every exception, and answer with a status; see the log of the endpoint"
            }
            PostError::TooLarge(_) => "send one reply of at most 1 MB",
            PostError::Unreachable(_) | PostError::Tls(_) | PostError::Other(_) => LOG,
        };
        let verdict = Verdict::failed(self.error_text(error), advice);
        match error {
            PostError::Timeout(_) => verdict.with_mistake(TIMEOUT),
            _ => verdict,
        }
    }

    /// The text of an error, without the URL.
    pub fn error_text(&self, error: &PostError) -> String {
        let url = self.target.shown_url();
        match error {
            PostError::Timeout(_) => "no response within 11 s; WhatsApp waits 10 s".into(),
            PostError::Closed(_) => "the connection was closed without a whole response".into(),
            PostError::TooLarge(_) => "the body of the response does not end after 4 MiB".into(),
            PostError::Unreachable(text) => shorten(&text.replace(&url, "the URL")).0,
            PostError::Tls(text) => text.replace(&format!("{url}: "), "TLS fails: "),
            PostError::Other(text) => {
                text.replace(&format!("{url}: "), "the response is not HTTP: ")
            }
        }
    }
}

/// The verdict for a response that no client accepts, whatever the request was.
fn refused(response: &Response) -> Verdict {
    let is_own = gateway_error::explain(response).is_none() && response.elapsed < TIME_LIMIT;
    let (seen, advice) = match response.status {
        200 if response.bytes.is_empty() => {
            ("200 with an empty body".into(), "encrypt a reply".into())
        }
        200 => shorten(&describe_rejection(response).unwrap_or_default()),
        421 if is_own => ("421: it does not decrypt this request".into(), LOG.into()),
        427 if is_own => ("427: it does not accept the flow token".into(), LOG.into()),
        432 if is_own => ("432: it does not accept the signature".into(), LOG.into()),
        status @ 201..=299 => (format!("{status}: a client accepts only 200"), "answer 200".into()),
        status if is_own => (format!("{status} instead of 200"), LOG.into()),
        _ => shorten(&describe_rejection(response).unwrap_or_default()),
    };
    Verdict::failed(seen, advice)
}

/// Splits a message into the fact and what to do.
pub fn shorten(message: &str) -> (String, String) {
    match message.split_once("; ") {
        Some((fact, advice)) => (fact.into(), advice.into()),
        None => (message.into(), String::new()),
    }
}

/// The advice for what only the endpoint knows.
const LOG: &str = "see the log of the endpoint";
