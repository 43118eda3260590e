//! `flowctl seal`: makes an event to invoke the Lambda program with.

use clap::{Args, ValueEnum};
use local_lambda::event;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::{KeyPair, RequestSealer};

use super::Error;
use super::peer::Peer;
use super::request_args::RequestArgs;

/// Encrypt and sign a request, and print it as an API Gateway event
#[derive(Args)]
#[command(after_help = "Example:\n  \
    flowctl seal /appointment INIT --token me --secret events/secret.json > init.json\n  \
    cargo lambda invoke endpoint --data-file init.json")]
pub struct Seal {
    /// Path of the flow, for example /appointment
    path: String,
    #[command(flatten)]
    request: RequestArgs,
    #[command(flatten)]
    peer: Peer,
    /// Make the event invalid in one way
    #[arg(long, value_enum)]
    fault: Option<Fault>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Fault {
    /// Sign with another app secret: 432
    BadSignature,
    /// Encrypt for another public key: 421
    WrongKey,
    /// Flip one bit of the authentication tag, then sign: 421
    Tampered,
}

impl Seal {
    pub fn run(self) -> Result<(), Error> {
        let (sealer, app_secret) = self.peer.resolve()?;
        let sealer = match self.fault {
            Some(Fault::WrongKey) => RequestSealer::new(&KeyPair::generate().public_pem)?,
            _ => sealer,
        };
        let app_secret = match self.fault {
            Some(Fault::BadSignature) => AppSecret::new("another app's secret").ok(),
            _ => app_secret,
        };
        let app_secret = app_secret.ok_or(
            "--public-key has no app secret to sign the event; pass --app-secret-file as well",
        )?;
        let (plaintext, _) = self.request.plaintext()?;
        let mut sealed = sealer.seal(plaintext.to_string().as_bytes());
        if self.fault == Some(Fault::Tampered) {
            sealed = sealed.tampered();
        }
        let signature = app_secret.sign(sealed.body.as_bytes());
        let headers = [
            ("content-type", &b"application/json"[..]),
            ("host", b"localhost"),
            (HEADER, signature.as_bytes()),
        ];
        let event = event::http_api("POST", &self.path, headers, sealed.body.as_bytes());
        println!("{event:#}");
        Ok(())
    }
}
