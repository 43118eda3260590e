//! `flowctl call`: sends a request to an endpoint as a client does.

use clap::Args;

use super::http_client::{Response, post};
use super::peer::Peer;
use super::request_args::{Action, RequestArgs};
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
        print_reply(&response);
        match client_check::rejection(&response, self.request.action) {
            None => Ok(()),
            Some(cause) => Err(cause.into()),
        }
    }
}

/// Prints the reply, also one that can be read only in spite of its mistakes.
fn print_reply(response: &Response) {
    let in_spite = response.diagnosis.as_ref().and_then(|diagnosis| diagnosis.reply.as_ref());
    match (&response.reply, in_spite) {
        (Ok(reply), _) => println!("{reply:#}"),
        (Err(_), Some(reply)) => println!("a client cannot read this reply:\n{reply:#}"),
        (Err(_), None) if response.bytes.is_empty() => println!("(empty body)"),
        (Err(error), None) => match str::from_utf8(&response.bytes) {
            Ok(text) => println!("{error}:\n{}", printable(text)),
            Err(_) => println!("{error}: {} bytes that are not text", response.bytes.len()),
        },
    }
}

/// The text without the characters that control a terminal.
fn printable(text: &str) -> String {
    let visible = |c: char| c == '\n' || c == '\t' || !c.is_control();
    text.chars().map(|c| if visible(c) { c } else { ' ' }).collect()
}
