//! The run of a probe: the cases in order, and what they share.

use std::time::Duration;

use serde_json::Value;
use whatsapp_flows::protocol::token::FlowToken;
use zeroize::Zeroizing;

use super::cases::*;
use super::report::{CaseResult, Latency, Report, Verdict};
use super::requests;
use super::target::{Signature, Target};
use crate::client_check::{describe_rejection, invalid_reply};
use crate::diagnosis::Mistake;
use crate::gateway_error;
use crate::http_client::{PostError, Response, TIME_LIMIT};
use crate::request_args::Action;

/// What came back for a request.
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
        for case in CASES {
            let blocked = start.blocked_by.filter(|by| case.id > *by);
            let verdict = match blocked {
                Some(by) => Verdict::skipped(format!("not tried until {by} is fixed")),
                None if self.plan.skipped.contains(&case) => Verdict::skipped("left out by --skip"),
                None if self.silent >= MAX_SILENT => {
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

    fn verdict(&mut self, case: &'static Case, start: &super::start::Start) -> Verdict {
        match case.id {
            "P01" => start.reach.clone(),
            "P02" => start.signature.clone(),
            "P03" => start.open.clone(),
            "P04" => start.slashes.clone(),
            "P05" => self.ping_verdict(&start.ping),
            "P06" => self.encoding(&start.ping),
            "P07" => self.encryption(&start.ping),
            "P08" => self.content_type(&start.ping),
            "P09" => self.init(),
            "P10" => self.back(),
            "P11" => self.submit(),
            "P12" => self.version_4(),
            "P13" => self.notice(),
            "P14" => self.empty_notice(),
            "P15" => self.unknown_members(),
            "P16" => self.null_members(),
            "P17" => self.large_body(),
            "P18" => self.wrong_key(),
            "P19" => self.tampered(),
            "P20" => self.not_a_request(),
            "P21" => self.wrong_signature(),
            "P22" => self.no_signature(),
            "P23" => self.odd_signature(),
            "P24" => self.repeat(),
            _ => self.measure(),
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

    /// Reads a reply as a client does. Mistakes that were reported already do not count again.
    pub fn read(&self, answer: &Answer, action: Action) -> Result<Value, Verdict> {
        let response = match answer {
            Ok(response) => response,
            Err(error) => return Err(self.unanswered(error)),
        };
        if response.status == 427 && self.plan.token.is_none() && action != Action::Ping {
            return Err(self.unknown_token(response));
        }
        if response.status != 200 || response.bytes.is_empty() || response.elapsed >= TIME_LIMIT {
            return Err(refused(response));
        }
        let reply = match (&response.reply, &response.diagnosis) {
            (Ok(reply), _) => reply.clone(),
            (Err(error), None) => return Err(Verdict::failed(error.to_string(), "")),
            (Err(_), Some(diagnosis)) => {
                let new = |mistake: &&Mistake| !self.known.contains(mistake);
                let new: Vec<_> = diagnosis.mistakes.iter().filter(new).copied().collect();
                if !new.is_empty() {
                    return Err(super::reply::mistakes(&new));
                }
                match &diagnosis.reply {
                    Some(reply) => reply.clone(),
                    None => {
                        return Err(Verdict::skipped("its reply cannot be read; see P06 and P07"));
                    }
                }
            }
        };
        match invalid_reply(&reply, action) {
            Some(fault) => {
                let (seen, advice) = shorten(fault);
                Err(Verdict::failed(seen, advice))
            }
            None => Ok(reply),
        }
    }

    /// 427 for a token that no message has.
    fn unknown_token(&self, response: &Response) -> Verdict {
        let is_readable = response.reply.is_ok()
            || response.bytes.is_empty()
            || response.diagnosis.as_ref().is_some_and(|diagnosis| {
                diagnosis.mistakes.iter().all(|mistake| self.known.contains(mistake))
            });
        match is_readable {
            true => Verdict::skipped(
                "427: the endpoint does not know this random flow token; pass a valid one with --token",
            ),
            false => Verdict::failed(
                "427, but the body is not encrypted, so the user does not see its message",
                "encrypt {\"error_msg\": …} like a reply",
            ),
        }
    }

    /// The verdict for a request without a response.
    pub fn unanswered(&self, error: &PostError) -> Verdict {
        let advice = match error {
            PostError::Timeout(_) => "answer within 10 s",
            PostError::Closed(_) => {
                "catch every exception, and answer with a status; see the log of the endpoint"
            }
            PostError::TooLarge(_) => "send one reply of at most 1 MB",
            PostError::Unreachable(_) | PostError::Tls(_) | PostError::Other(_) => LOG,
        };
        Verdict::failed(self.error_text(error), advice)
    }

    /// The text of an error, without the URL.
    pub fn error_text(&self, error: &PostError) -> String {
        match error {
            PostError::Timeout(_) => "no response within 11 s; WhatsApp waits 10 s".into(),
            PostError::Closed(_) => "the connection was closed without a whole response".into(),
            PostError::TooLarge(_) => "the body of the response does not end after 4 MiB".into(),
            PostError::Unreachable(text) => shorten(&text.replace(&self.target.url, "the URL")).0,
            PostError::Tls(text) => text.replace(&format!("{}: ", self.target.url), "TLS fails: "),
            PostError::Other(text) => {
                text.replace(&format!("{}: ", self.target.url), "the response is not HTTP: ")
            }
        }
    }

    fn result(&self, case: &'static Case, verdict: Verdict) -> CaseResult {
        let clean = |text: &str| clean(text, &self.plan.secrets, &self.token);
        let (seen, advice) = (clean(&verdict.seen), clean(&verdict.advice));
        let mut mistakes = verdict.mistakes;
        mistakes.dedup();
        CaseResult { case, outcome: verdict.outcome, seen, advice, mistakes }
    }
}

/// The verdict for a response that no client accepts, whatever the request was.
fn refused(response: &Response) -> Verdict {
    let is_own = gateway_error::explain(response).is_none() && response.elapsed < TIME_LIMIT;
    let (seen, advice) = match response.status {
        200 if response.bytes.is_empty() => {
            ("200 with an empty body".into(), "encrypt a reply".into())
        }
        200 => shorten(&describe_rejection(response).unwrap_or_default()),
        421 if is_own => ("421: it does not decrypt this request".into(), LOG.into()),
        427 if is_own => ("427: it does not accept the flow token".into(), LOG.into()),
        432 if is_own => ("432: it does not accept the signature".into(), LOG.into()),
        status @ 201..=299 => (format!("{status}: a client accepts only 200"), "answer 200".into()),
        status if is_own => (format!("{status} instead of 200"), LOG.into()),
        _ => shorten(&describe_rejection(response).unwrap_or_default()),
    };
    Verdict::failed(seen, advice)
}

/// Splits a message into the fact and what to do.
pub fn shorten(message: &str) -> (String, String) {
    match message.split_once("; ") {
        Some((fact, advice)) => (fact.into(), advice.into()),
        None => (message.into(), String::new()),
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

const LOG: &str = "see the log of the endpoint";

/// A silent endpoint would otherwise take 11 s for each of the cases.
const MAX_SILENT: u32 = 3;

/// Characters of one text in the output.
const MAX_TEXT: usize = 400;
