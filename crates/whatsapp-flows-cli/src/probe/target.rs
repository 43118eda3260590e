//! The endpoint that is probed: how requests to it are sealed and signed.

use std::time::Duration;

use serde_json::Value;
use whatsapp_flows::protocol::public_key::PublicKeyDer;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::{RequestSealer, Sealed};

use crate::diagnosis::request::Variant;
use crate::http_client::{PostError, Response, UNSIGNED, agent, post_with, shown_url};

/// An endpoint, and the mistakes that requests must make to be understood by it.
pub struct Target {
    pub url: String,
    pub uri: http::Uri,
    pub public_key: PublicKeyDer,
    pub sealer: RequestSealer,
    pub app_secret: Option<AppSecret>,
    /// The app secret with a line break, as a program reads it from a file.
    pub app_secret_line: Option<AppSecret>,
    pub variants: Vec<Variant>,
    pub signing: Signing,
}

/// The coverage and the form of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// As Meta signs.
    Exact,
    /// Over the body as JavaScript and Python write it again, without escaped slashes.
    Rewritten,
    /// Over the body as Python's `json.dumps` writes it again, with spaces.
    RewrittenWithSpaces,
    /// With a line break after the app secret.
    SecretLine,
    /// Without `sha256=`.
    Bare,
    /// Over nothing.
    Empty,
}

impl Signing {
    /// The usual mistakes, in the order in which they are tried.
    pub const MISTAKES: [Self; 5] =
        [Self::Rewritten, Self::RewrittenWithSpaces, Self::SecretLine, Self::Bare, Self::Empty];

    /// The stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Rewritten | Self::RewrittenWithSpaces => "signature-over-rewritten-body",
            Self::SecretLine => "app-secret-line-break",
            Self::Bare => "signature-prefix",
            Self::Empty => "signature-over-nothing",
        }
    }

    /// The fact, a sentence about the endpoint.
    pub fn fact(self) -> &'static str {
        match self {
            Self::Exact => "the endpoint accepts the signature",
            Self::Rewritten | Self::RewrittenWithSpaces => {
                "the endpoint computes the signature over the body after it was parsed and written again"
            }
            Self::SecretLine => "the app secret of the endpoint ends with a line break",
            Self::Bare => "the endpoint compares the header without `sha256=`",
            Self::Empty => "the endpoint computes the signature over an empty body",
        }
    }

    /// The cure.
    pub fn cure(self) -> &'static str {
        match self {
            Self::Exact => "",
            Self::Rewritten | Self::RewrittenWithSpaces => {
                "compute the HMAC over the raw bytes of the body, before a JSON parser sees them"
            }
            Self::SecretLine => "trim the app secret when you read it from a file",
            Self::Bare => "remove `sha256=` from the value of the header before you compare it",
            Self::Empty => {
                "read the body once and keep it: a stream is empty when it is read again (PHP: getContents), and \
                 $_POST has no JSON"
            }
        }
    }
}

/// The signature of a request.
pub enum Signature<'a> {
    /// As this target expects it; none without an app secret.
    Genuine,
    /// This value.
    Value(&'a str),
    /// No header.
    None,
}

impl Target {
    /// Encrypts a request as this endpoint understands it.
    pub fn seal(&self, plaintext: &Value) -> Sealed {
        self.seal_for(&self.sealer, &self.public_key, plaintext)
    }

    /// Encrypts a request for the owner of another key.
    pub fn seal_for(
        &self,
        sealer: &RequestSealer,
        public_key: &PublicKeyDer,
        plaintext: &Value,
    ) -> Sealed {
        let text = plaintext.to_string();
        let sealed = sealer.seal(text.as_bytes());
        let reseal = |sealed, variant: &Variant| variant.seal(sealed, text.as_bytes(), public_key);
        self.variants.iter().fold(sealed, reseal)
    }

    /// Writes the slashes of a changed body as this endpoint understands them.
    pub fn written(&self, sealed: Sealed) -> Sealed {
        match self.variants.contains(&Variant::PlainSlashes) {
            true => Sealed { body: sealed.body.replace("\\/", "/"), ..sealed },
            false => sealed,
        }
    }

    /// Posts a request on a connection of its own.
    pub fn post(&self, sealed: &Sealed, signature: Signature) -> Result<Response, PostError> {
        self.post_on(&agent(TIMEOUT), sealed, signature)
    }

    /// Posts a request on the connections of a client.
    pub fn post_on(
        &self,
        agent: &ureq::Agent,
        sealed: &Sealed,
        signature: Signature,
    ) -> Result<Response, PostError> {
        let genuine = self.sign(&sealed.body);
        let header = match signature {
            Signature::Genuine => genuine.as_deref().map(|genuine| (HEADER, genuine)),
            Signature::Value(value) => Some((HEADER, value)),
            Signature::None => self.is_local().then_some((UNSIGNED, "1")),
        };
        post_with(agent, &self.url, sealed, header)
    }

    /// The URL without user information and query, which may contain secrets.
    pub fn shown_url(&self) -> String {
        shown_url(&self.url)
    }

    /// Returns true for a URL without TLS that is not on this machine.
    pub fn is_public_http(&self) -> bool {
        self.uri.scheme_str() == Some("http") && !self.is_local()
    }

    /// Returns true for a URL with TLS.
    pub fn is_https(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    fn is_local(&self) -> bool {
        matches!(self.host(), "localhost" | "[::1]") || self.host().starts_with("127.")
    }

    fn host(&self) -> &str {
        self.uri.host().unwrap_or_default()
    }

    /// Signs a body as this endpoint expects it.
    fn sign(&self, body: &str) -> Option<String> {
        let secret = self.app_secret.as_ref()?;
        Some(match self.signing {
            Signing::Exact => secret.sign(body.as_bytes()),
            Signing::Rewritten => secret.sign(body.replace("\\/", "/").as_bytes()),
            Signing::RewrittenWithSpaces => {
                let spaced = body.replace("\\/", "/").replace("\":\"", "\": \"");
                secret.sign(spaced.replace("\",\"", "\", \"").as_bytes())
            }
            Signing::SecretLine => self.app_secret_line.as_ref()?.sign(body.as_bytes()),
            Signing::Bare => secret.sign(body.as_bytes()).replace("sha256=", ""),
            Signing::Empty => secret.sign(b""),
        })
    }
}

/// Meta waits 10 s, and one more second shows that the response was only late.
const TIMEOUT: Duration = Duration::from_secs(11);
