//! The run of a probe: the cases in order, and what they share.

use std::time::Duration;

use serde_json::Value;
use whatsapp_flows::protocol::token::FlowToken;
use zeroize::Zeroizing;

use super::cases::{CASES, Case, Check};
use super::report::{CaseResult, Latency, Report, Verdict};
use super::requests;
use super::target::{Signature, Target};
use crate::diagnosis::Mistake;
use crate::http_client::{PostError, Response};

/// The response to a request.
pub type Answer = Result<Response, PostError>;

/// The settings of a run.
pub struct Plan {
    /// `None`: a random one for each conversation.
    pub token: Option<String>,
    pub submission: Option<(String, Value)>,
    pub flow: Option<super::flow::Flow>,
    pub back_from: Option<String>,
    pub skipped: Vec<&'static Case>,
    pub requests: usize,
    pub interval: Duration,
    /// Texts that never reach the output.
    pub secrets: Vec<Zeroizing<String>>,
}

/// A running probe.
pub struct Prober<'a> {
    pub target: Target,
    pub plan: &'a Plan,
    /// The token of the conversation.
    pub token: String,
    /// The mistakes of replies that were reported already.
    pub known: Vec<Mistake>,
    /// Pings are not answered as they must be.
    pub is_ping_wrong: bool,
    /// Error notifications are not acknowledged.
    pub is_notice_wrong: bool,
    /// The endpoint answers what is not signed.
    pub is_unchecked: bool,
    /// The screen that INIT showed.
    pub first_screen: Option<String>,
    /// Requests in a row without a response in time.
    silent: u32,
    pub latency: Option<Latency>,
}

impl<'a> Prober<'a> {
    pub fn new(target: Target, plan: &'a Plan) -> Self {
        let token = plan.token.clone().unwrap_or_else(random_token);
        Self {
            target,
            plan,
            token,
            known: Vec::new(),
            is_ping_wrong: false,
            is_notice_wrong: false,
            is_unchecked: false,
            first_screen: None,
            silent: 0,
            latency: None,
        }
    }

    /// Runs all cases. Each result is passed on as soon as it is known.
    pub fn run(mut self, mut seen: impl FnMut(&CaseResult)) -> Report {
        let mut report = Report { url: self.target.shown_url(), ..Report::default() };
        let start = self.start();
        report.is_reachable = !matches!(start.ping, Err(PostError::Unreachable(_)));
        for case in &CASES {
            let blocked = start.blocked_by.filter(|by| case.id > *by);
            let verdict = match blocked {
                Some(by) => Verdict::skipped(format!("not tried until {by} is fixed")),
                None if self.plan.skipped.contains(&case) => Verdict::skipped("left out by --skip"),
                None if self.is_silent(case.check) => {
                    Verdict::skipped("not tried, because the last requests had no response in time")
                }
                None => self.verdict(case, &start),
            };
            let result = self.result(case, verdict);
            seen(&result);
            report.results.push(result);
        }
        report.latency = self.latency;
        report
    }

    /// Returns true if the case is not worth the wait. Pings may be answered where a conversation is not.
    fn is_silent(&self, check: Check) -> bool {
        let patience = if check.is_conversation() { MAX_SILENT } else { 2 * MAX_SILENT };
        self.silent >= patience
    }

    fn verdict(&mut self, case: &'static Case, start: &super::start::Start) -> Verdict {
        match case.check {
            Check::Reach => start.reach.clone(),
            Check::Signature => start.signature.clone(),
            Check::Open => start.open.clone(),
            Check::Slashes => start.slashes.clone(),
            Check::Ping => self.ping_verdict(&start.ping),
            Check::Encoding => self.encoding(&start.ping),
            Check::Encryption => self.encryption(&start.ping),
            Check::ContentType => self.content_type(&start.ping),
            Check::Init => self.init(),
            Check::Back => self.back(),
            Check::Submit => self.submit(),
            Check::Version => self.version_4(),
            Check::Notice => self.notice(),
            Check::EmptyNotice => self.empty_notice(),
            Check::Unknown => self.unknown_members(),
            Check::Null => self.null_members(),
            Check::Large => self.large_body(),
            Check::WrongKey => self.wrong_key(),
            Check::Tampered => self.tampered(),
            Check::NotJson => self.not_a_request(),
            Check::WrongSignature => self.wrong_signature(),
            Check::NoSignature => self.no_signature(),
            Check::OddSignature => self.odd_signature(),
            Check::Repeat => self.repeat(),
            Check::Latency => self.measure(),
        }
    }

    /// Seals and posts a request, with a genuine signature.
    pub fn send(&mut self, plaintext: &Value) -> Answer {
        let sealed = self.target.seal(plaintext);
        let answer = self.target.post(&sealed, Signature::Genuine);
        self.counted(answer)
    }

    /// Counts requests without a response.
    pub fn counted(&mut self, answer: Answer) -> Answer {
        self.silent = match answer {
            Err(PostError::Timeout(_) | PostError::TooLarge(_)) => self.silent + 1,
            _ => 0,
        };
        answer
    }

    /// The request that opens the flow.
    pub fn init_request(&self) -> Value {
        requests::exchange("INIT", "", Value::Null, &self.token, self.version())
    }

    /// The version of the data API that requests state.
    pub fn version(&self) -> &str {
        self.plan.flow.as_ref().and_then(|flow| flow.version()).unwrap_or("3.0")
    }

    /// Returns a token for a conversation of its own.
    pub fn another_token(&self) -> String {
        self.plan.token.clone().unwrap_or_else(random_token)
    }

    fn result(&self, case: &'static Case, verdict: Verdict) -> CaseResult {
        let clean = |text: &str| clean(text, &self.plan.secrets, &self.token);
        let (seen, advice) = (clean(&verdict.seen), clean(&verdict.advice));
        let mut mistakes = verdict.mistakes;
        mistakes.dedup();
        CaseResult { case, outcome: verdict.outcome, seen, advice, mistakes }
    }
}

/// Removes secrets and control characters, which an endpoint may put into its responses.
fn clean(text: &str, secrets: &[Zeroizing<String>], token: &str) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().map(|secret| secret.as_str()).chain([token]) {
        if secret.len() >= 4 {
            text = text.replace(secret, "[redacted]");
        }
    }
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    visible.take(MAX_TEXT).collect()
}

pub fn random_token() -> String {
    FlowToken::random().as_str().to_owned()
}

/// Requests in a row without a response, after which no conversation is tried. A silent endpoint would otherwise take
/// 11 s for each of the cases.
const MAX_SILENT: u32 = 3;

/// Characters of one text in the output.
const MAX_TEXT: usize = 400;
