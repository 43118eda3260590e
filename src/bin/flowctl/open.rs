//! `flowctl open`: what an event file holds, and what was answered to it.

use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine};
use clap::Args;
use serde_json::Value;
use whatsapp_flows::phone::Opener;
use whatsapp_flows::protocol::envelope::Envelope;

use super::party::Party;
use super::{Error, files};

/// Print the request in an event file, and the reply to it, opened with the endpoint's secret
#[derive(Args)]
#[command(after_help = "Example:\n  \
    cargo lambda invoke endpoint --data-file events/init.json > reply.json\n  \
    flowctl open events/init.json --reply reply.json --secret events/secret.json")]
pub struct Open {
    /// The event: JSON as flowctl seal and API Gateway make it
    event: PathBuf,
    /// What the Lambda program answered: JSON with statusCode and body
    #[arg(long, value_name = "FILE")]
    reply: Option<PathBuf>,
    #[command(flatten)]
    party: Party,
}

impl Open {
    pub fn run(self) -> Result<(), Error> {
        let secret = self.party.secret()?;
        let body = body(&json(&self.event)?)
            .ok_or_else(|| format!("{}: no member `body` with text", self.event.display()))?;
        let cannot =
            |_| format!("{}: none of the private keys opens it (421)", self.event.display());
        let opened =
            Envelope::parse(&body).and_then(|envelope| envelope.open(secret.private_keys()));
        let opened = opened.map_err(cannot)?;
        match serde_json::from_slice::<Value>(&opened.plaintext) {
            Ok(request) => println!("{request:#}"),
            Err(_) => println!("{}", String::from_utf8_lossy(&opened.plaintext)),
        }
        let Some(path) = &self.reply else { return Ok(()) };
        let reply = json(path)?;
        println!("status {}", reply["statusCode"]);
        let body = self::body(&reply).unwrap_or_default();
        if body.is_empty() {
            println!("(empty body)");
        } else {
            let opener = Opener::from(opened.reply_key);
            let opened = opener.open(&body).map_err(|why| format!("{}: {why}", path.display()))?;
            println!("{opened:#}");
        }
        Ok(())
    }
}

fn json(path: &Path) -> Result<Value, Error> {
    serde_json::from_str(&files::read(path)?)
        .map_err(|error| format!("{} is not JSON: {error}", path.display()).into())
}

fn body(event: &Value) -> Option<Vec<u8>> {
    let text = event["body"].as_str()?;
    if event["isBase64Encoded"] == true {
        return BASE64_STANDARD.decode(text).ok();
    }
    Some(text.into())
}
