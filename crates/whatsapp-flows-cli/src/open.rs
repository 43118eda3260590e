//! `flowctl open`: decrypts the request in an event file, and the reply to it.

use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use clap::Args;
use http::Request;
use serde_json::Value;
use whatsapp_flows::aws::lambda::request_from_event;
use whatsapp_flows::protocol::envelope::Envelope;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{self, SignatureError};
use whatsapp_flows::testing::ReplyOpener;

use super::peer::Peer;
use super::{Error, files, open_error};

/// Decrypt the request in an event file, and optionally the reply to it
#[derive(Args)]
#[command(
    after_help = "The result of the signature check is printed on standard error. The exit code is 1 if the \
    signature is invalid or\nthe request cannot be decrypted.\n\nExample:\n  \
    cargo lambda invoke endpoint --data-file events/init.json > reply.json\n  \
    flowctl open events/init.json --reply reply.json --secret events/secret.json"
)]
pub struct Open {
    /// Event of flowctl seal, API Gateway, a Function URL or a load balancer, or a request body alone
    event: PathBuf,
    /// Response of the Lambda program: JSON with statusCode and body
    #[arg(long, value_name = "FILE")]
    reply: Option<PathBuf>,
    #[command(flatten)]
    peer: Peer,
}

impl Open {
    pub fn run(self) -> Result<(), Error> {
        let secret = self.peer.secret()?;
        let request = request(&self.event)?;
        let signature = SignatureCheck::new(&request, &secret);
        eprintln!("signature  {}", signature.describe());
        let error = || {
            let cause = open_error::explain(request.body(), &self.peer.private_keys());
            format!("{}: {cause} (421)", self.event.display())
        };
        let opened = Envelope::parse(request.body())
            .and_then(|envelope| envelope.open(secret.private_keys()))
            .map_err(|_| error())?;
        match serde_json::from_slice::<Value>(&opened.plaintext) {
            Ok(request) => println!("{request:#}"),
            Err(_) => println!("{}", String::from_utf8_lossy(&opened.plaintext)),
        }
        if let Some(path) = &self.reply {
            let reply = json(path)?;
            let Some(status) = reply["statusCode"].as_u64() else {
                return Err(format!(
                    "{} is not a response of the Lambda program: it has no `statusCode`",
                    path.display()
                )
                .into());
            };
            println!("status {status}");
            let body = body(&reply).unwrap_or_default();
            if body.is_empty() {
                println!("(empty body)");
            } else {
                let opener = ReplyOpener::from(opened.reply_key);
                let opened =
                    opener.open(&body).map_err(|error| format!("{}: {error}", path.display()))?;
                println!("{opened:#}");
            }
        }
        match signature {
            SignatureCheck::Valid { .. } | SignatureCheck::NoHeaders => Ok(()),
            SignatureCheck::Invalid { .. } => {
                Err(format!("{}: the signature is invalid (432)", self.event.display()).into())
            }
        }
    }
}

/// The result of checking the signature of a request.
enum SignatureCheck {
    /// Made with the app secret in this position.
    Valid { position: usize, of: usize },
    /// The file has no headers.
    NoHeaders,
    /// Invalid. `sha1`: the old header, with SHA-1, is present.
    Invalid { fault: SignatureError, sha1: bool, of: usize },
}

impl SignatureCheck {
    fn new(request: &Request<Bytes>, secret: &Keyring) -> Self {
        let of = secret.app_secrets().len();
        if request.headers().is_empty() {
            return Self::NoHeaders;
        }
        let values =
            request.headers().get_all(signature::HEADER).iter().map(|value| value.as_bytes());
        match signature::verify(values, request.body(), secret.app_secrets()) {
            Ok(position) => Self::Valid { position, of },
            Err(fault) => {
                let sha1 = request.headers().contains_key("x-hub-signature");
                Self::Invalid { fault, sha1, of }
            }
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Valid { of: 1, .. } => "valid for the app secret".into(),
            Self::Valid { position: 0, of } => {
                format!("valid for app secret 0, the newest of {of}")
            }
            Self::Valid { position, of } => {
                format!("valid for app secret {position} of {of} (0 is the newest)")
            }
            Self::NoHeaders => "not checked: the file has no headers".into(),
            Self::Invalid { fault, sha1, of } => match fault {
                SignatureError::Absent if *sha1 => {
                    "missing: there is only X-Hub-Signature, which is SHA-1; pass X-Hub-Signature-256 on as well"
                        .into()
                }
                SignatureError::Absent => {
                    "missing: there is no header X-Hub-Signature-256; record the event with all of its headers"
                        .into()
                }
                SignatureError::Repeated => {
                    "repeated: the header occurs more than once; find the proxy that adds one".into()
                }
                SignatureError::Malformed => {
                    "malformed: it is not sha256= and 64 hexadecimal digits; find what changes the header".into()
                }
                SignatureError::Wrong => format!(
                    "wrong for all app secrets ({of}): they belong to another Meta app, or the body was changed \
                     after it was signed (reformatted, escaped in another way, or a line break added)"
                ),
            },
        }
    }
}

/// Returns the request in an event of any source. A file that is not an event is the body of a request.
fn request(path: &Path) -> Result<Request<Bytes>, Error> {
    let text = files::read(path)?;
    let event: Value = serde_json::from_str(&text)
        .map_err(|error| format!("{} is not JSON: {error}", path.display()))?;
    if let Some(request) = request_from_event(text.as_bytes()) {
        return Ok(request);
    }
    if event["body"].is_object() {
        return Err(format!(
            "{}: `body` is a JSON object, but the signature covers the bytes of the body; use a Lambda proxy \
             integration instead of a mapping template",
            path.display()
        )
        .into());
    }
    if event.get("requestContext").is_some() || event.get("body").is_some_and(Value::is_string) {
        return Err(format!(
            "{} is not an event of a gateway: it has no HTTP method",
            path.display()
        )
        .into());
    }
    Ok(Request::new(text.into()))
}

fn json(path: &Path) -> Result<Value, Error> {
    serde_json::from_str(&files::read(path)?)
        .map_err(|error| format!("{} is not JSON: {error}", path.display()).into())
}

fn body(reply: &Value) -> Option<Vec<u8>> {
    let text = reply["body"].as_str()?;
    if reply["isBase64Encoded"] == true {
        return BASE64_STANDARD.decode(text).ok();
    }
    Some(text.into())
}
