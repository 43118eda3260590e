//! The guard of the player: only its own page may drive it.
//!
//! Any page in the browser can send requests to this machine. A name of another site that resolves to 127.0.0.1 has a
//! foreign `Host`, and a request of another site has a foreign `Origin`. The token of this start is in our page only,
//! which other sites cannot read.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Player;

/// The header with the token of the page.
const TOKEN: &str = "x-player-token";

/// Headers of every answer.
const HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
         font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// Refuses the requests of others.
pub async fn guard(State(player): State<Player>, request: Request, next: Next) -> Response {
    let mut response = match player.refusal(request.uri().path(), request.headers()) {
        Some(reason) => (StatusCode::FORBIDDEN, reason).into_response(),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

impl Player {
    fn refusal(&self, path: &str, headers: &HeaderMap) -> Option<&'static str> {
        let only = |name| {
            let mut values = headers.get_all(name).iter();
            let first = values.next().map(|value| value.to_str().unwrap_or_default());
            (first, values.next().is_some())
        };
        let hosts =
            ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("{host}:{}", self.0.port));
        match only(header::HOST) {
            (Some(host), false) if hosts.iter().any(|own| own == host) => {}
            _ => return Some("the player is at http://127.0.0.1 with its port only"),
        }
        match only(header::ORIGIN) {
            (None, _) => {}
            (Some(origin), false)
                if origin
                    .strip_prefix("http://")
                    .is_some_and(|host| hosts.iter().any(|own| own == host)) => {}
            _ => return Some("another page may not use the player"),
        }
        if path.starts_with("/_player/api/") {
            let token = headers.get(TOKEN).map(HeaderValue::as_bytes).unwrap_or_default();
            if !is_equal(token, self.0.page_token.as_bytes()) {
                return Some("the page is of an earlier start; reload it");
            }
        }
        None
    }
}

/// Compares in a time that depends on the lengths only.
fn is_equal(given: &[u8], expected: &[u8]) -> bool {
    let differences = given.iter().zip(expected).fold(0, |found, (a, b)| found | (a ^ b));
    std::hint::black_box(differences) == 0 && given.len() == expected.len()
}
