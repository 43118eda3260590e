//! A request of the Graph API: the parts of its path, and its parameters from query, form, multipart or JSON.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Method, Uri};
use serde_json::Value;

pub struct Request {
    pub method: Method,
    /// The parts of the path after the version.
    pub parts: Vec<String>,
    pub bearer: Option<String>,
    pub parameters: BTreeMap<String, String>,
    /// The parsed body, if it is JSON.
    pub json: Value,
    pub file: Option<Vec<u8>>,
}

impl Request {
    /// `None` if the path has no version or another one.
    pub fn read(method: Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let mut parts = uri.path().trim_start_matches('/').split('/').map(str::to_owned);
        if parts.next()? != flowctl::graph::GRAPH_VERSION {
            return None;
        }
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let kind = header("content-type").unwrap_or_default();
        let mut parameters = pairs(uri.query().unwrap_or_default());
        let (mut json, mut file) = (Value::Null, None);
        if let Some((_, boundary)) = kind.split_once("boundary=") {
            file = multipart(body, boundary, &mut parameters);
        } else if kind == "application/json" {
            json = serde_json::from_slice(body).unwrap_or_default();
        } else if kind == "application/x-www-form-urlencoded" {
            parameters.extend(pairs(std::str::from_utf8(body).unwrap_or_default()));
        }
        let bearer = header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let bearer = bearer.map(str::to_owned);
        Some(Self { method, parts: parts.collect(), bearer, parameters, json, file })
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The names in `fields`, without their arguments.
    pub fn fields(&self) -> Option<Vec<&str>> {
        let fields = self.parameter("fields")?.split(',');
        Some(fields.map(|field| field.split('.').next().unwrap_or(field)).collect())
    }
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decode(name), decode(value))).collect()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits: Vec<_> = rest.by_ref().take(2).collect();
                let digits = String::from_utf8(digits).unwrap();
                bytes.push(u8::from_str_radix(&digits, 16).expect("two hexadecimal digits"));
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Adds the fields to the parameters, and returns the file.
fn multipart(
    body: &[u8],
    boundary: &str,
    parameters: &mut BTreeMap<String, String>,
) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(body).into_owned();
    let mut file = None;
    for part in text.split(&format!("--{boundary}")) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else { continue };
        let content = content.strip_suffix("\r\n").unwrap_or(content);
        let name = head.split("name=\"").nth(1).and_then(|rest| rest.split('"').next());
        match name {
            Some("file") if head.to_lowercase().contains("content-type: application/json") => {
                file = Some(content.as_bytes().to_vec());
            }
            Some(name) => _ = parameters.insert(name.to_owned(), content.to_owned()),
            None => {}
        }
    }
    file
}
