//! The decision whether a failed call is repeated, and after which time.

use std::time::Duration;

use http::HeaderMap;
use serde_json::Value;

use super::call::Effect;
use super::{ErrorKind, GraphError};

/// A limit of the app, the account, the throughput or the pair: the call was refused, and nothing happened.
const LIMITS: [i64; 4] = [4, 80007, 130429, 131056];
/// Faults that usually pass.
const PASSING: [i64; 6] = [1, 2, 131000, 131016, 131057, 133004];
/// On publishing, 131000 is the reason and does not pass.
const GENERIC: i64 = 131000;

/// The most attempts of one call.
const ATTEMPTS: u32 = 3;
/// A longer wait is left to the user.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The failure of one attempt.
pub struct Failure {
    pub error: Box<GraphError>,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The control plane calls the failure transient.
    pub transient: bool,
    /// The wait that the control plane asks for.
    pub wait: Option<Duration>,
}

impl Failure {
    /// Returns the wait before the next attempt; `None` if there is none. `attempt` counts from 1.
    pub fn wait(&self, effect: Effect, attempt: u32, base: Duration) -> Option<Duration> {
        let most = match self.error.code {
            Some(GENERIC) => 2,
            _ => ATTEMPTS,
        };
        if attempt >= most || !self.passes(effect) {
            return None;
        }
        let wait = self.wait.unwrap_or_else(|| jitter(base * 2_u32.pow(attempt - 1)));
        (wait <= LONGEST_WAIT).then_some(wait)
    }

    fn passes(&self, effect: Effect) -> bool {
        let is_limit = self.is_limit();
        match (self.error.kind, effect) {
            (ErrorKind::NotOffered, _) => false,
            (ErrorKind::Unreachable, _) => true,
            (ErrorKind::Refused, Effect::Twice) => is_limit,
            (ErrorKind::Refused, Effect::Same) => {
                is_limit
                    || self.transient
                    || self.is_server_fault()
                    || self.error.code.is_some_and(|code| PASSING.contains(&code))
            }
            (ErrorKind::NoAnswer, Effect::Same) => true,
            (ErrorKind::NotUnderstood, Effect::Same) => self.is_server_fault(),
            (ErrorKind::NoAnswer | ErrorKind::NotUnderstood, Effect::Twice) => false,
        }
    }

    /// Returns whether the call may have had its effect.
    pub fn may_have_happened(&self) -> bool {
        match self.error.kind {
            ErrorKind::NotOffered | ErrorKind::Unreachable => false,
            ErrorKind::NoAnswer => true,
            ErrorKind::Refused => self.is_server_fault() && !self.is_limit(),
            ErrorKind::NotUnderstood => {
                self.status.is_none_or(|status| !(300..500).contains(&status))
            }
        }
    }

    fn is_limit(&self) -> bool {
        self.error.code.is_some_and(|code| LIMITS.contains(&code))
    }

    fn is_server_fault(&self) -> bool {
        self.status.is_some_and(|status| status >= 500)
    }
}

/// Reads the wait that Meta asks for: `X-Business-Use-Case-Usage` says it in minutes, `Retry-After` in seconds.
pub fn requested_wait(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let usage = text("x-business-use-case-usage");
    let usage: Value = usage.and_then(|usage| serde_json::from_str(usage).ok()).unwrap_or_default();
    let accounts = usage.as_object().into_iter().flat_map(|usage| usage.values());
    let limits = accounts.flat_map(|account| account.as_array().into_iter().flatten());
    let minutes = limits.filter_map(|limit| limit["estimated_time_to_regain_access"].as_u64());
    let minutes = minutes.max().filter(|minutes| *minutes > 0);
    match minutes {
        Some(minutes) => Some(Duration::from_secs(minutes.saturating_mul(60))),
        None => text("retry-after")?.trim().parse().ok().map(Duration::from_secs),
    }
}

/// Between half of a wait and the whole, so that clients do not return together.
fn jitter(wait: Duration) -> Duration {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let random = now.map_or(0, |now| now.subsec_micros() % 1000);
    wait / 2 + wait * random / 2000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_read_from_the_headers() {
        let mut headers = HeaderMap::new();
        assert_eq!(requested_wait(&headers), None);
        headers.insert("retry-after", "3".parse().unwrap());
        assert_eq!(requested_wait(&headers), Some(Duration::from_secs(3)));
        let usage = r#"{"1":[{"estimated_time_to_regain_access":0},{"estimated_time_to_regain_access":7}]}"#;
        headers.insert("x-business-use-case-usage", usage.parse().unwrap());
        assert_eq!(requested_wait(&headers), Some(Duration::from_secs(420)));
    }

    #[test]
    fn calls_that_make_something_are_repeated_only_if_nothing_happened() {
        let failure = |kind, code, status| {
            let mut error = GraphError::not_offered("");
            (error.kind, error.code) = (kind, code);
            Failure { error: Box::new(error), status, transient: false, wait: None }
        };
        let cases = [
            (failure(ErrorKind::Refused, Some(4), Some(400)), true, true, false),
            (failure(ErrorKind::Refused, Some(130429), Some(429)), true, true, false),
            (failure(ErrorKind::Unreachable, None, None), true, true, false),
            (failure(ErrorKind::Refused, Some(2), Some(500)), true, false, true),
            (failure(ErrorKind::Refused, Some(131000), Some(500)), true, false, true),
            (failure(ErrorKind::Refused, Some(100), Some(400)), false, false, false),
            (failure(ErrorKind::Refused, Some(368), Some(400)), false, false, false),
            (failure(ErrorKind::NoAnswer, None, None), true, false, true),
            (failure(ErrorKind::NotUnderstood, None, Some(502)), true, false, true),
            (failure(ErrorKind::NotUnderstood, None, Some(403)), false, false, false),
            (failure(ErrorKind::NotUnderstood, None, Some(200)), false, false, true),
        ];
        for (failure, same, twice, happened) in cases {
            let repeated = |effect| failure.wait(effect, 1, Duration::ZERO).is_some();
            let case = (failure.error.kind, failure.error.code, failure.status);
            assert_eq!(
                (repeated(Effect::Same), repeated(Effect::Twice)),
                (same, twice),
                "{case:?}"
            );
            assert_eq!(failure.may_have_happened(), happened, "{case:?}");
            assert_eq!(failure.wait(Effect::Same, 3, Duration::ZERO), None);
        }
        let mut later = failure(ErrorKind::Refused, Some(80007), Some(400));
        later.wait = Some(Duration::from_secs(60));
        assert_eq!(later.wait(Effect::Same, 1, Duration::ZERO), None);
        let generic = failure(ErrorKind::Refused, Some(131000), Some(400));
        assert_eq!(generic.wait(Effect::Same, 2, Duration::ZERO), None);
    }
}
