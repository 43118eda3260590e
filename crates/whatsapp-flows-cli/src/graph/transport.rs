//! Sends calls to the Graph API, repeats them where that is safe, and makes an error of everything that is not success.

use std::time::{Duration, Instant};

use http::{Request, header};
use serde_json::Value;

use super::answer::{Response, failure, read, unanswered};
use super::call::{Call, Effect};
use super::mask::mask;
use super::retry::Failure;
use super::{AccessToken, ErrorKind, GRAPH_VERSION, GraphError, Repeat};
use crate::Error;

/// The connection to the Graph API.
pub struct Transport {
    agent: ureq::Agent,
    /// The address with the version, without a slash at its end.
    base: String,
    token: AccessToken,
    /// Calls are printed on stderr.
    verbose: bool,
    /// The wait before the second attempt.
    backoff: Duration,
}

impl Transport {
    pub fn new(url: &str, token: AccessToken) -> Result<Self, Error> {
        if !is_private(url) {
            return Err(format!(
                "{url} is not an https address; the access token would be readable on the way"
            )
            .into());
        }
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // A redirect would carry the token to another host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // On a connection that the other side has closed meanwhile, a call may or may not have been read.
            .max_idle_connections(0)
            .user_agent(concat!("flowctl/", env!("CARGO_PKG_VERSION")));
        let agent = config.build().into();
        let base = format!("{}/{GRAPH_VERSION}", url.trim_end_matches('/'));
        Ok(Self { agent, base, token, verbose: false, backoff: BACKOFF })
    }

    pub fn set_verbose(&mut self, verbose: bool) {
        self.verbose = verbose;
    }

    pub fn set_backoff(&mut self, backoff: Duration) {
        self.backoff = backoff;
    }

    /// The access token, for a query.
    pub fn token(&self) -> &AccessToken {
        &self.token
    }

    /// Calls with the access token, and returns the JSON object of the answer.
    pub fn send(&self, call: &Call) -> Result<Value, GraphError> {
        self.send_as(call, self.token.expose())
    }

    /// Calls with another token.
    pub fn send_as(&self, call: &Call, bearer: &str) -> Result<Value, GraphError> {
        let url = format!("{}/{}", self.base, call.target());
        let attempt = |number| self.exchange(call, &url, Some(bearer), number).and_then(read);
        self.repeat(call, bearer, attempt)
    }

    /// Downloads a file from an address that the Graph API gave, without the token. An address that does not fit the
    /// connection is refused.
    pub fn download(&self, url: &str, limit: usize) -> Result<Vec<u8>, GraphError> {
        let call = Call::get("flow.json");
        let attempt = |number| {
            if !is_private(url) || (url.starts_with("http:") && !self.base.starts_with("http:")) {
                return Err(failure(ErrorKind::NotUnderstood, "the address is not https"));
            }
            let response = self.exchange(&call, url, None, number)?;
            match response.status {
                200 if response.body.len() <= limit => Ok(response.body),
                200 => Err(failure(ErrorKind::NotUnderstood, "the file is too large")),
                status => {
                    let text = format!("status {status}; the address is valid for a short time");
                    Err(Failure { status: Some(status), ..failure(ErrorKind::NotUnderstood, text) })
                }
            }
        };
        self.repeat(&call, self.token.expose(), attempt)
    }

    /// Repeats a call until it succeeds, or until it is not repeated.
    fn repeat<T>(
        &self,
        call: &Call,
        bearer: &str,
        attempt: impl Fn(u32) -> Result<T, Failure>,
    ) -> Result<T, GraphError> {
        let mut happened = false;
        for number in 1.. {
            let failure = match attempt(number) {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            happened |= failure.may_have_happened();
            if let Some(wait) = failure.wait(call.effect, number, self.backoff) {
                if wait >= Duration::from_secs(1) {
                    eprintln!("{} failed; next attempt in {} s", call.summary(), wait.as_secs());
                }
                std::thread::sleep(wait);
                continue;
            }
            let mut error = *failure.error;
            let attempts =
                if number == 1 { "1 attempt".into() } else { format!("{number} attempts") };
            error.tried = format!("{}, {attempts}", call.summary());
            if let Some(wait) = failure.wait {
                error.tried += &format!("; Meta asks to wait {} min", wait.as_secs().div_ceil(60));
            }
            error.repeat = match call.effect {
                Effect::Twice if happened => Repeat::MayHaveHappened,
                Effect::Twice | Effect::Same => Repeat::Safe,
            };
            // The control plane may repeat what it was sent.
            for secret in [bearer, self.token.expose()] {
                error.message = error.message.replace(secret, "[redacted]");
                error.title = error.title.map(|title| title.replace(secret, "[redacted]"));
            }
            error.message = mask(&error.message);
            error.title = error.title.as_deref().map(mask);
            return Err(error);
        }
        unreachable!("the loop ends with a return")
    }

    /// Sends one request, and reads the whole response.
    fn exchange(
        &self,
        call: &Call,
        url: &str,
        bearer: Option<&str>,
        attempt: u32,
    ) -> Result<Response, Failure> {
        let started = Instant::now();
        let exchanged = self.request(call, url, bearer);
        if self.verbose {
            let ms = started.elapsed().as_millis();
            match &exchanged {
                Ok(response) => eprintln!(
                    "graph: {} {} in {ms} ms, attempt {attempt}",
                    call.summary(),
                    response.status
                ),
                Err(_) => {
                    eprintln!("graph: {} no answer in {ms} ms, attempt {attempt}", call.summary());
                }
            }
        }
        exchanged.map_err(|error| unanswered(&error, call.timeout))
    }

    fn request(
        &self,
        call: &Call,
        url: &str,
        bearer: Option<&str>,
    ) -> Result<Response, ureq::Error> {
        let mut request = Request::builder().method(&call.method).uri(url);
        if let Some(bearer) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        let mut response = match call.body.encode() {
            None => self.run(request.body(())?, call.timeout)?,
            Some((kind, bytes)) => {
                self.run(request.header(header::CONTENT_TYPE, kind).body(bytes)?, call.timeout)?
            }
        };
        let body = response.body_mut().with_config().limit(MAX_RESPONSE_BYTES).read_to_vec()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Response { status, headers, body })
    }

    fn run<B: ureq::AsSendBody>(
        &self,
        request: Request<B>,
        timeout: Duration,
    ) -> Result<http::Response<ureq::Body>, ureq::Error> {
        let request = self.agent.configure_request(request).timeout_global(Some(timeout)).build();
        self.agent.run(request)
    }
}

/// Returns whether nobody between reads a call: `https`, or this machine.
fn is_private(url: &str) -> bool {
    if url.starts_with("https://") {
        return true;
    }
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    !authority.contains('@') && matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

/// The wait before the second attempt; it doubles.
const BACKOFF: Duration = Duration::from_secs(2);
/// A Flow JSON has 10 MB at most; lists are far smaller.
const MAX_RESPONSE_BYTES: u64 = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_sent_over_https_or_to_this_machine() {
        for url in
            ["https://graph.example", "http://127.0.0.1:1/x", "http://localhost", "http://[::1]:3"]
        {
            assert!(is_private(url), "{url}");
        }
        for url in [
            "http://graph.example",
            "http://127.0.0.1.example",
            "ftp://x",
            "",
            "http://localhost:1@evil.example",
        ] {
            assert!(!is_private(url), "{url}");
        }
    }
}
