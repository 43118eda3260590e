//! The results of a probe.

use std::time::Duration;

use super::cases::{CASES, Case};
use crate::diagnosis::Mistake;

/// The outcome of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    /// Unwise, but a client accepts it.
    Warning,
    /// A client refuses it, or it is unsafe.
    Failed,
    /// Not tried.
    Skipped,
}

/// The result of a case.
#[derive(Debug, Clone)]
pub struct CaseResult {
    pub case: &'static Case,
    pub outcome: Outcome,
    /// The observation.
    pub seen: String,
    /// The advice.
    pub advice: String,
    /// The stable names of the mistakes.
    pub mistakes: Vec<&'static str>,
}

/// The finding of a case, before it is attached to it.
#[derive(Debug, Clone)]
pub struct Verdict {
    pub outcome: Outcome,
    pub seen: String,
    pub advice: String,
    pub mistakes: Vec<&'static str>,
}

/// Times of the requests of the last case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latency {
    pub requests: usize,
    pub p50: Duration,
    pub p90: Duration,
    pub p99: Duration,
}

/// All results.
#[derive(Debug, Default)]
pub struct Report {
    /// The URL, without user information and query.
    pub url: String,
    pub results: Vec<CaseResult>,
    pub latency: Option<Latency>,
    /// False if no connection could be made.
    pub is_reachable: bool,
}

impl Verdict {
    pub fn ok(seen: impl Into<String>) -> Self {
        Self::new(Outcome::Ok, seen, "")
    }

    pub fn warning(seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Outcome::Warning, seen, advice)
    }

    pub fn failed(seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(Outcome::Failed, seen, advice)
    }

    pub fn skipped(seen: impl Into<String>) -> Self {
        Self::new(Outcome::Skipped, seen, "")
    }

    /// Returns true for a failure that is neither due to a mistake that every reply has, nor to time.
    pub fn is_own_failure(&self) -> bool {
        self.outcome == Outcome::Failed && !self.has_reply_mistake() && self.mistakes != [TIMEOUT]
    }

    /// Makes a warning of a failure, unless it is due to a mistake that every reply has.
    pub fn downgraded(mut self) -> Self {
        if self.outcome == Outcome::Failed && !self.has_reply_mistake() {
            self.outcome = Outcome::Warning;
        }
        self
    }

    fn has_reply_mistake(&self) -> bool {
        Mistake::ALL.iter().any(|mistake| self.mistakes.contains(&mistake.code()))
    }

    /// Adds the stable name of a mistake.
    pub fn with_mistake(mut self, code: &'static str) -> Self {
        self.mistakes.push(code);
        self
    }

    fn new(outcome: Outcome, seen: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { outcome, seen: seen.into(), advice: advice.into(), mistakes: Vec::new() }
    }
}

impl Outcome {
    /// The stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl Report {
    /// The number of cases with this outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.results.iter().filter(|result| result.outcome == outcome).count()
    }

    /// The exit code: 2 if nothing could be tried, 1 with a failed case, and else 0.
    pub fn exit_code(&self) -> u8 {
        match (self.is_reachable, self.count(Outcome::Failed)) {
            (false, _) => 2,
            (true, 0) => 0,
            (true, _) => 1,
        }
    }
}

/// Returns the case with this id or name.
pub fn find_case(text: &str) -> Option<&'static Case> {
    CASES.iter().find(|case| case.id.eq_ignore_ascii_case(text) || case.name == text)
}

/// The stable name of a response that does not come in time.
pub const TIMEOUT: &str = "timeout";
