//! Meta's health check, sealed under one public key and signed with one app secret: shows what a running function can
//! read.

use std::time::Duration;

use whatsapp_flows::protocol::public_key::{PublicKeyDer, PublicKeyError, parse_public_key};
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::testing::RequestSealer;

use super::http_client::{PostError, Response, post};
use super::request_args::{Action, ping};
use super::{client_check, http_client};

/// The answer to a ping.
#[derive(Debug)]
pub struct Pong {
    pub outcome: Outcome,
    /// The time of the answer; zero if there is none.
    pub elapsed: Duration,
    /// The header `Date` of the answer.
    pub date: Option<String>,
}

/// The meaning of the answer to a ping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// 200 and the right reply: the function has the private key and the app secret.
    Opened,
    /// 421: the function does not have the private key.
    NotOpened,
    /// 432: the function does not have the app secret.
    NotSigned,
    /// Another answer, with what it means.
    Other(u16, String),
    /// No answer.
    Unreachable(String),
}

/// Sends a ping that is sealed for the owner of a public key in PEM.
pub fn send(
    url: &str,
    public_pem: &str,
    app_secret: Option<&AppSecret>,
) -> Result<Pong, PublicKeyError> {
    send_for(url, &parse_public_key(public_pem)?, app_secret)
}

/// Sends a ping that is sealed for the owner of a public key.
pub fn send_for(
    url: &str,
    key: &PublicKeyDer,
    app_secret: Option<&AppSecret>,
) -> Result<Pong, PublicKeyError> {
    let sealed = RequestSealer::for_key(key)?.seal(ping().to_string().as_bytes());
    Ok(match post(url, &sealed, app_secret) {
        Ok(response) => Pong {
            outcome: outcome(&response),
            elapsed: response.elapsed,
            date: response
                .headers
                .get("date")
                .and_then(|date| Some(date.to_str().ok()?.to_owned())),
        },
        Err(error) => Pong {
            elapsed: match error {
                PostError::Timeout(_) => http_client::TIME_LIMIT,
                _ => Duration::ZERO,
            },
            outcome: Outcome::Unreachable(format!(
                "{error} (a ping changes nothing, so it is safe to repeat)"
            )),
            date: None,
        },
    })
}

fn outcome(response: &Response) -> Outcome {
    match (response.status, client_check::rejection(response, Action::Ping)) {
        (_, None) => Outcome::Opened,
        (421, _) if response.body.is_empty() => Outcome::NotOpened,
        (432, _) if response.body.is_empty() => Outcome::NotSigned,
        (status, Some(cause)) => Outcome::Other(status, cause),
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Opened => f.write_str("200"),
            Self::NotOpened => f.write_str("421: the function does not have the private key"),
            Self::NotSigned => f.write_str("432: the function does not accept the app secret"),
            Self::Other(_, cause) | Self::Unreachable(cause) => f.write_str(cause),
        }
    }
}

impl Outcome {
    /// A stable name for JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::NotOpened => "not opened",
            Self::NotSigned => "not signed",
            Self::Other(..) => "failed",
            Self::Unreachable(_) => "unreachable",
        }
    }
}
