//! `flowctl call`: sends a request to an endpoint as a client does.

use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use http::HeaderMap;
use serde_json::{Value, json};
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::testing::{ReplyOpenError, Sealed};

use super::peer::Peer;
use super::{Error, client_check};

/// Send a request to an endpoint as WhatsApp does, and print the decrypted reply
#[derive(Args)]
#[command(
    after_help = "The exit code is 0 if a WhatsApp client would accept the reply, and 1 otherwise.\n\nExamples:\n  \
    flowctl call http://127.0.0.1:3000/basic ping\n  \
    flowctl call http://127.0.0.1:3000/appointment INIT --token me\n  \
    flowctl call http://127.0.0.1:3000/basic data_exchange MY_SCREEN '{\"name\":\"Ada\"}'\n  \
    flowctl call https://example.com/basic ping --public-key public.pem --app-secret-file app_secret"
)]
pub struct Call {
    /// URL of the flow's endpoint
    url: String,
    #[command(flatten)]
    request: RequestArgs,
    #[command(flatten)]
    peer: Peer,
}

/// The content of a request.
#[derive(Args)]
pub struct RequestArgs {
    /// Action of the request
    #[arg(value_enum)]
    action: Action,
    /// Id of the screen that is submitted or left, for example APPOINTMENT
    screen: Option<String>,
    /// Payload, a JSON object
    data: Option<String>,
    /// Flow token [default: a random one]
    #[arg(long)]
    token: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Action {
    /// Meta's health check
    #[value(name = "ping")]
    Ping,
    /// Open the flow
    #[value(name = "INIT")]
    Init,
    /// Go back from a screen
    #[value(name = "BACK")]
    Back,
    /// Submit a screen
    #[value(name = "data_exchange")]
    DataExchange,
    /// Report that the client could not use the last reply
    #[value(name = "notice")]
    Notice,
}

impl Call {
    pub fn run(self) -> Result<(), Error> {
        let (sealer, app_secret) = self.peer.resolve()?;
        let (plaintext, token) = self.request.plaintext()?;
        if self.request.action != Action::Ping {
            eprintln!("token  {token}");
        }
        let sealed = sealer.seal(plaintext.to_string().as_bytes());
        let response = post(&self.url, &sealed, app_secret.as_ref())?;
        println!("{} in {:.1} ms", response.status, response.elapsed.as_secs_f64() * 1e3);
        match (&response.reply, response.body.is_empty()) {
            (Ok(reply), _) => println!("{reply:#}"),
            (Err(_), true) => println!("(empty body)"),
            (Err(error), false) => println!("{error}:\n{}", response.body),
        }
        match client_check::rejection(&response, self.request.action) {
            None => Ok(()),
            Some(cause) => Err(cause.into()),
        }
    }
}

impl RequestArgs {
    /// Returns the request before encryption, and its flow token.
    pub fn plaintext(&self) -> Result<(Value, String), Error> {
        let token = self.token.clone().unwrap_or_else(|| FlowToken::random().as_str().into());
        let data: Value = match &self.data {
            None => json!({}),
            Some(text) => serde_json::from_str(text).map_err(|error| {
                format!(
                    "the payload is not JSON: {error}; quote it for your shell, for example \
                         '{{\"name\":\"Ada\"}}'"
                )
            })?,
        };
        let action = match self.action {
            Action::Ping => return Ok((json!({ "version": "3.0", "action": "ping" }), token)),
            Action::Init => "INIT",
            Action::Back => "BACK",
            Action::DataExchange | Action::Notice => "data_exchange",
        };
        let data = match self.action {
            Action::Notice if self.data.is_none() => {
                json!({ "error": "payload-schema-error", "error_message": "sent by flowctl" })
            }
            _ => data,
        };
        let screen = self.screen.clone().unwrap_or_default();
        let plaintext = json!({
            "data": data, "flow_token": token, "screen": screen, "action": action, "version": "4.0",
        });
        Ok((plaintext, token))
    }
}

/// An HTTP response, and the reply in it.
pub struct Response {
    pub status: u16,
    pub elapsed: Duration,
    pub headers: HeaderMap,
    pub body: String,
    pub reply: Result<Value, ReplyOpenError>,
}

/// Posts an encrypted body, signed if there is an app secret. Redirects are not followed, because no client follows
/// them.
pub fn post(url: &str, sealed: &Sealed, app_secret: Option<&AppSecret>) -> Result<Response, Error> {
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
        ureq::Error::Timeout(_) => format!(
            "no response from {url} within {} s; WhatsApp waits {} s",
            TIMEOUT.as_secs(),
            client_check::TIME_LIMIT.as_secs()
        ),
        ureq::Error::Io(error) => {
            format!("cannot connect to {url}: {error}; is the endpoint running?")
        }
        error => format!("{url}: {error}"),
    };
    let mut response = request.send(&sealed.body).map_err(describe)?;
    let body = response.body_mut().read_to_string().map_err(describe)?;
    let elapsed = started.elapsed();
    let reply = sealed.opener.open(body.as_bytes());
    let headers = response.headers().clone();
    Ok(Response { status: response.status().as_u16(), elapsed, headers, body, reply })
}

/// Longer than any client waits, to distinguish a slow response from none.
const TIMEOUT: Duration = Duration::from_secs(15);
