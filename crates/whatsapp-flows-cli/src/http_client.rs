//! Posts encrypted requests over HTTP.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use http::HeaderMap;
use serde_json::Value;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::{ReplyOpenError, Sealed};

use super::diagnosis::{self, Diagnosis, Mistake};

/// Meta's time limit for a response (ERR, `timeout_error`).
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Asks `flowctl dev` on this machine not to sign a request that has no signature. No endpoint sees this header.
pub const UNSIGNED: &str = "x-flowctl-unsigned";

/// An HTTP response, and the reply in it.
pub struct Response {
    pub status: u16,
    pub elapsed: Duration,
    pub headers: HeaderMap,
    /// The body as it was received.
    pub bytes: Vec<u8>,
    /// The body as text, in which bytes that are not UTF-8 are replaced.
    pub body: String,
    pub reply: Result<Value, ReplyOpenError>,
    /// The mistakes of a reply that does not open; `None` if it opens, and for a status without a reply.
    pub diagnosis: Option<Diagnosis>,
}

impl Response {
    /// Returns true if the body has an encrypted reply, which is readable in spite of its mistakes.
    pub fn is_encrypted(&self) -> bool {
        self.diagnosis.as_ref().is_some_and(|found| {
            found.reply.is_some() && !found.mistakes.contains(&Mistake::NotEncrypted)
        })
    }
}

/// There is no response.
#[derive(Debug)]
pub enum PostError {
    /// None within the time limit.
    Timeout(String),
    /// No connection could be made.
    Unreachable(String),
    /// The server does not speak TLS, or its certificate is not valid.
    Tls(String),
    /// The connection was closed before the end of the response.
    Closed(String),
    /// The body is larger than any reply.
    TooLarge(String),
    /// The URL is invalid, or the response is not HTTP.
    Other(String),
}

/// Posts an encrypted body, signed if there is an app secret. Redirects are not followed, because no client follows
/// them.
pub fn post(
    url: &str,
    sealed: &Sealed,
    app_secret: Option<&AppSecret>,
) -> Result<Response, PostError> {
    let signature = app_secret.map(|secret| secret.sign(sealed.body.as_bytes()));
    let headers = signature.as_deref().map(|signature| (HEADER, signature));
    post_with(&agent(TIMEOUT), url, sealed, headers)
}

/// Creates a client with its own connections, which waits this long for a response.
pub fn agent(timeout: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(timeout))
        .build()
        .into()
}

/// Posts an encrypted body with this header in addition, usually the signature.
pub fn post_with(
    agent: &ureq::Agent,
    url: &str,
    sealed: &Sealed,
    header: Option<(&str, &str)>,
) -> Result<Response, PostError> {
    let mut request = agent.post(url).header("content-type", "application/json");
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let started = Instant::now();
    let seconds = agent.config().timeouts().global.unwrap_or_default().as_secs();
    let url = &shown_url(url);
    let response = request.send(&sealed.body).map_err(|error| describe(error, url, seconds))?;
    let (parts, body) = response.into_parts();
    let mut bytes = Vec::new();
    body.into_reader()
        .take(MAX_BODY + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| describe(error.into(), url, seconds))?;
    if bytes.len() as u64 > MAX_BODY {
        let text = format!("the response of {url} is larger than {} MiB", MAX_BODY >> 20);
        return Err(PostError::TooLarge(text));
    }
    let elapsed = started.elapsed();
    let status = parts.status.as_u16();
    let reply = sealed.opener.open(&bytes);
    let has_reply = matches!(status, 200 | 427) && !bytes.is_empty();
    let diagnosis = (reply.is_err() && has_reply).then(|| match is_compressed(&parts.headers) {
        true => Diagnosis { mistakes: vec![Mistake::Gzip], reply: None },
        false => diagnosis::diagnose(&bytes, &sealed.opener),
    });
    let body = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Response { status, elapsed, headers: parts.headers, bytes, body, reply, diagnosis })
}

/// Returns true for gzip, deflate, br and the like. Requests do not ask for any.
fn is_compressed(headers: &HeaderMap) -> bool {
    headers.get("content-encoding").is_some_and(|coding| coding != "identity")
}

/// The URL without user information and query, which may contain secrets.
pub fn shown_url(url: &str) -> String {
    let address = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

fn describe(error: ureq::Error, url: &str, seconds: u64) -> PostError {
    let is_https = url.starts_with("https:");
    match error {
        ureq::Error::Timeout(_) => PostError::Timeout(format!(
            "no response from {url} within {seconds} s; WhatsApp waits {} s",
            TIME_LIMIT.as_secs()
        )),
        ureq::Error::HostNotFound => PostError::Unreachable(format!(
            "cannot connect to {url}: its host name is unknown; check the URL"
        )),
        ureq::Error::Rustls(error) => PostError::Tls(format!("{url}: {error}")),
        ureq::Error::Tls(error) => PostError::Tls(format!("{url}: {error}")),
        ureq::Error::Io(error) => match error.kind() {
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe => PostError::Closed(format!(
                "{url} closed the connection before the end of the response: {error}{}",
                if is_https { "; does it speak TLS on this port?" } else { "" }
            )),
            ErrorKind::InvalidData if is_https => PostError::Tls(format!("{url}: {error}")),
            _ => PostError::Unreachable(format!(
                "cannot connect to {url}: {error}; is the endpoint running?"
            )),
        },
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            PostError::Other(format!("{url}: the URL is not valid; it starts with https://"))
        }
        error => PostError::Other(format!("{url}: {error}")),
    }
}

impl std::fmt::Display for PostError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Timeout(text)
            | Self::Unreachable(text)
            | Self::Tls(text)
            | Self::Closed(text)
            | Self::TooLarge(text)
            | Self::Other(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for PostError {}

/// Longer than any client waits, to distinguish a slow response from none.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Meta's limit is 1 MB (CMP, Image). More is read only to report what was received.
const MAX_BODY: u64 = 4 << 20;
