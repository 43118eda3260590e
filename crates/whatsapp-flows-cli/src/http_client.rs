//! Posts encrypted requests over HTTP.

use std::time::{Duration, Instant};

use http::HeaderMap;
use serde_json::Value;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::{ReplyOpenError, Sealed};

/// Meta's time limit for a response (ERR, `timeout_error`).
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// An HTTP response, and the reply in it.
pub struct Response {
    pub status: u16,
    pub elapsed: Duration,
    pub headers: HeaderMap,
    pub body: String,
    pub reply: Result<Value, ReplyOpenError>,
}

/// There is no response.
#[derive(Debug)]
pub enum PostError {
    /// None within the time limit.
    Timeout(String),
    /// The endpoint cannot be reached, or the connection was closed.
    Other(String),
}

/// Posts an encrypted body, signed if there is an app secret. Redirects are not followed, because no client follows
/// them.
pub fn post(
    url: &str,
    sealed: &Sealed,
    app_secret: Option<&AppSecret>,
) -> Result<Response, PostError> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(TIMEOUT))
        .build()
        .into();
    let mut request = agent.post(url).header("content-type", "application/json");
    if let Some(app_secret) = app_secret {
        request = request.header(HEADER, app_secret.sign(sealed.body.as_bytes()));
    }
    let started = Instant::now();
    let describe = |error: ureq::Error| match error {
        ureq::Error::Timeout(_) => PostError::Timeout(format!(
            "no response from {url} within {} s; WhatsApp waits {} s",
            TIMEOUT.as_secs(),
            TIME_LIMIT.as_secs()
        )),
        ureq::Error::Io(error) => {
            PostError::Other(format!("cannot connect to {url}: {error}; is the endpoint running?"))
        }
        error => PostError::Other(format!("{url}: {error}")),
    };
    let mut response = request.send(&sealed.body).map_err(describe)?;
    let body = response.body_mut().read_to_string().map_err(describe)?;
    let elapsed = started.elapsed();
    let reply = sealed.opener.open(body.as_bytes());
    let headers = response.headers().clone();
    Ok(Response { status: response.status().as_u16(), elapsed, headers, body, reply })
}

impl std::fmt::Display for PostError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Timeout(text) | Self::Other(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for PostError {}

/// Longer than any client waits, to distinguish a slow response from none.
const TIMEOUT: Duration = Duration::from_secs(15);
