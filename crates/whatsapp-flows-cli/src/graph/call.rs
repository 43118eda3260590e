//! One call to the Graph API, as data: method, path, query and body.

use std::time::Duration;

use http::Method;
use serde_json::Value;

use super::Repeat;
use super::mask::mask;

/// A call that is not sent yet.
pub struct Call {
    pub method: Method,
    /// The path after the version, without a slash at its start.
    pub path: String,
    pub query: Vec<(&'static str, String)>,
    pub body: Body,
    pub effect: Effect,
    pub timeout: Duration,
}

/// The body of a call.
pub enum Body {
    Empty,
    Form(Vec<(&'static str, String)>),
    Json(Value),
    /// Fields, and a file of type `application/json`.
    Multipart {
        fields: Vec<(&'static str, &'static str)>,
        file: Vec<u8>,
    },
}

/// The effect of the same call a second time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// None.
    Same,
    /// Something is made twice.
    Twice,
}

impl Call {
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: impl Into<String>) -> Self {
        let (query, body) = (Vec::new(), Body::Empty);
        Self { method, path: path.into(), query, body, effect: Effect::Same, timeout: TIMEOUT }
    }

    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Marks a call that makes something each time.
    pub fn twice(mut self) -> Self {
        self.effect = Effect::Twice;
        self
    }

    /// Allows for work of the control plane before it answers.
    pub fn slow(mut self) -> Self {
        self.timeout = SLOW_TIMEOUT;
        self
    }

    /// The call may be repeated after it was answered in a way that says nothing.
    pub fn repeat(&self) -> Repeat {
        match self.effect {
            Effect::Same => Repeat::Safe,
            Effect::Twice => Repeat::MayHaveHappened,
        }
    }

    /// `POST /…0002/publish`: without the query, which may hold a token.
    pub fn summary(&self) -> String {
        format!("{} /{}", self.method, mask(&self.path))
    }

    /// The path with its query, percent-encoded.
    pub fn target(&self) -> String {
        let separator = if self.query.is_empty() { "" } else { "?" };
        format!("{}{separator}{}", self.path, form(&self.query))
    }
}

impl Body {
    /// The content type and the bytes; `None` without a body.
    pub fn encode(&self) -> Option<(String, Vec<u8>)> {
        match self {
            Self::Empty => None,
            Self::Form(fields) => {
                Some(("application/x-www-form-urlencoded".into(), form(fields).into_bytes()))
            }
            Self::Json(value) => Some(("application/json".into(), value.to_string().into_bytes())),
            Self::Multipart { fields, file } => {
                let mut bytes = Vec::with_capacity(file.len() + 1024);
                let boundary = boundary(file);
                for (name, value) in fields {
                    bytes.extend_from_slice(
                        format!(
                            "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                        )
                        .as_bytes(),
                    );
                }
                bytes.extend_from_slice(
                    format!(
                        "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"flow.json\"\r\n\
                         content-type: application/json\r\n\r\n"
                    )
                    .as_bytes(),
                );
                bytes.extend_from_slice(file);
                bytes.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
                Some((format!("multipart/form-data; boundary={boundary}"), bytes))
            }
        }
    }
}

/// Encodes pairs for a query or a form.
fn form<N: AsRef<str>>(pairs: &[(N, String)]) -> String {
    let pair = |(name, value): &(N, String)| format!("{}={}", name.as_ref(), encode(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// Percent-encodes everything except the unreserved characters (RFC 3986, 2.3).
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// A boundary that does not occur in a file.
fn boundary(file: &[u8]) -> String {
    let candidates = (0_u64..).map(|number| format!("flowctl-{number:016x}"));
    let occurs = |text: &String| file.windows(text.len()).any(|part| part == text.as_bytes());
    candidates.into_iter().find(|text| !occurs(text)).unwrap_or_default()
}

/// The time for one attempt.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The time for an attempt during which Meta reads a Flow JSON or pings the endpoint.
const SLOW_TIMEOUT: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_encoded_and_not_summarized() {
        let call = Call::get("debug_token").query("input_token", "a|b c&é");
        assert_eq!(call.target(), "debug_token?input_token=a%7Cb%20c%26%C3%A9");
        assert_eq!(call.summary(), "GET /debug_token");
        assert_eq!(Call::post("200000000000002/publish").summary(), "POST /…0002/publish");
    }

    #[test]
    fn boundary_is_not_part_of_the_file() {
        let file = b"x flowctl-0000000000000000 y".to_vec();
        let body = Body::Multipart { fields: vec![("name", "flow.json")], file };
        let (kind, bytes) = body.encode().unwrap();
        assert_eq!(kind, "multipart/form-data; boundary=flowctl-0000000000000001");
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.matches("--flowctl-0000000000000001").count(), 3, "{text}");
    }
}
