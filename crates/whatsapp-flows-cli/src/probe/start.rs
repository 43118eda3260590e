//! The first cases: the endpoint is reached, accepts the signature and opens the request. If it does not, the usual
//! mistakes are tried, and the one that helps is named.

use super::prober::{Answer, Prober};
use super::reading::shorten;
use super::report::{Outcome, Verdict};
use super::requests;
use super::target::{Signature, Signing};
use crate::client_check::describe_rejection;
use crate::diagnosis::Mistake;
use crate::diagnosis::request::Variant;
use crate::gateway_error;
use crate::http_client::{PostError, Response};

/// The verdicts of the first cases, and the response to the ping.
pub struct Start {
    pub reach: Verdict,
    pub signature: Verdict,
    pub open: Verdict,
    pub slashes: Verdict,
    pub ping: Answer,
    /// The failed case for which the later ones make no sense.
    pub blocked_by: Option<&'static str>,
}

impl Prober<'_> {
    /// Sends a ping, and tries the usual mistakes if it is not understood.
    pub fn start(&mut self) -> Start {
        let mut ping = self.ping();
        let mut signature = None;
        if may_refuse_signature(&ping)
            && let Some(answer) = self.find_signing(&ping)
        {
            let signing = self.target.signing;
            let verdict = Verdict::failed(signing.fact(), signing.cure());
            signature = Some(verdict.with_mistake(signing.code()));
            ping = answer;
        }
        if let Some(reach) = self.unreachable(&ping) {
            return Start::blocked_by_reach(reach, ping);
        }
        let mut start = self.first_verdicts(ping);
        if let Some(signature) = signature {
            start.signature = signature;
        }
        if status(&start.ping) == Some(432) {
            start.signature = self.refused_signature();
            start.blocked_by = Some("P02");
            return start;
        }
        if !is_understood(&start.ping) {
            self.find_cause(&mut start);
        } else if start.signature.outcome == Outcome::Ok && self.is_body_rewritten() {
            start.signature = Verdict::warning(REWRITTEN, Signing::Rewritten.cure())
                .with_mistake(Signing::Rewritten.code());
        }
        start
    }

    /// Returns true if the endpoint refuses a signature over a body with a blank, which is lost when the body is parsed
    /// and written again. Without it PHP writes the text that Meta sends.
    fn is_body_rewritten(&mut self) -> bool {
        let mut sealed = self.target.seal(&requests::ping());
        sealed.body.insert(1, ' ');
        let answer = self.target.post(&sealed, Signature::Genuine);
        match status(&answer) {
            Some(432) => true,
            Some(status) => may_refuse_signature(&answer) && status != 421,
            None => false,
        }
    }

    /// The verdicts if nothing is wrong.
    fn first_verdicts(&self, ping: Answer) -> Start {
        let signature = match self.target.app_secret {
            Some(_) => Verdict::ok("accepted"),
            None => Verdict::skipped("no app secret is known, so the requests are not signed"),
        };
        let reach = match &ping {
            Ok(response) => self.reached(response),
            Err(error) => Verdict::ok(format!("the ping failed: {}", self.error_text(error))),
        };
        let (open, slashes) = (Verdict::ok("opened"), Verdict::ok("understood"));
        Start { reach, signature, open, slashes, ping, blocked_by: None }
    }

    /// Finds the mistake for which the endpoint does not understand the ping.
    fn find_cause(&mut self, start: &mut Start) {
        // Programs that do not catch an exception close the connection.
        let found = match start.ping {
            Ok(_) | Err(PostError::Closed(_)) => self.find_variant(),
            Err(_) => None,
        };
        if let Some((answer, variant)) = found {
            let verdict =
                Verdict::failed(variant.fact(), variant.cure()).with_mistake(variant.code());
            match variant {
                Variant::PlainSlashes => start.slashes = verdict,
                _ => start.open = verdict,
            }
            start.ping = answer;
            start.blocked_by = (!variant.has_reply()).then_some("P03");
            return;
        }
        let init = self.init_for_start();
        if is_understood(&init) {
            return;
        }
        let unreached = match (&start.ping, &init) {
            (Err(error), Err(_)) => Some(self.unanswered(error)),
            // A gateway says so of a program that ends, which may be due to a request that it cannot decrypt.
            (Ok(response), _) if response.status == 502 => Some(not_served(response)),
            _ => None,
        };
        if let Some(reach) = unreached {
            start.reach = reach;
            start.blocked_by = Some("P01");
            return;
        }
        if start.signature.outcome == Outcome::Ok {
            start.signature = Verdict::skipped("not known until P03 is fixed");
        }
        start.open = self.not_opened(&start.ping);
        start.blocked_by = Some("P03");
    }

    fn ping(&mut self) -> Answer {
        let sealed = self.target.seal(&requests::ping());
        self.target.post(&sealed, Signature::Genuine)
    }

    fn init_for_start(&mut self) -> Answer {
        let sealed = self.target.seal(&self.init_request());
        self.target.post(&sealed, Signature::Genuine)
    }

    /// The verdict for an endpoint that is not reached.
    fn unreachable(&self, ping: &Answer) -> Option<Verdict> {
        match ping {
            Err(error @ PostError::Unreachable(_)) => Some(Verdict::failed(
                self.error_text(error),
                "check the URL, and that the endpoint runs",
            )),
            Err(error @ PostError::Tls(_)) => Some(Verdict::failed(
                self.error_text(error),
                "check the port; install a certificate of a public authority for this host name, with its intermediate \
                 certificates",
            )),
            Ok(response) if is_from_gateway(response) => Some(not_served(response)),
            _ => None,
        }
    }

    fn reached(&self, response: &Response) -> Verdict {
        let ms = response.elapsed.as_secs_f64() * 1e3;
        let seen = format!("{} in {ms:.0} ms", response.status);
        match self.target.is_public_http() {
            true => {
                Verdict::warning(format!("{seen}, over HTTP"), "Meta calls only URLs with https")
            }
            false => Verdict::ok(seen),
        }
    }

    /// Finds the way of signing that the endpoint accepts.
    fn find_signing(&mut self, refused: &Answer) -> Option<Answer> {
        self.target.app_secret.as_ref()?;
        // Any other status means that the signature was accepted, except for those that may have another cause.
        let is_certain = matches!(status(refused), Some(401 | 403 | 432));
        for signing in Signing::MISTAKES {
            self.target.signing = signing;
            let answer = self.ping();
            let is_refused = matches!(status(&answer), None | Some(401 | 403 | 432));
            if is_understood(&answer) || is_certain && !is_refused && !is_busy(&answer) {
                return Some(answer);
            }
        }
        self.target.signing = Signing::Exact;
        None
    }

    fn refused_signature(&self) -> Verdict {
        match self.target.app_secret {
            Some(_) => Verdict::failed(
                "432: the endpoint refuses the signature, and no usual mistake explains it",
                "check that this is the app secret of the endpoint, and that it compares X-Hub-Signature-256 with \
                 `sha256=` and the HMAC-SHA256 of the body as hexadecimal digits in lower case",
            ),
            None => Verdict::failed(
                "432: the endpoint checks signatures, and no app secret is known",
                "pass the app secret of the endpoint with --app-secret-file",
            ),
        }
    }

    /// Finds the way of sealing that the endpoint understands.
    fn find_variant(&mut self) -> Option<(Answer, Variant)> {
        for variant in Variant::ALL {
            self.target.variants = vec![variant];
            let answer = self.ping();
            if is_understood(&answer) {
                return Some((answer, variant));
            }
        }
        self.target.variants.clear();
        None
    }

    fn not_opened(&self, ping: &Answer) -> Verdict {
        let response = match ping {
            Ok(response) => response,
            Err(error) => {
                return Verdict::failed(self.error_text(error), "see the log of the endpoint");
            }
        };
        match response.status {
            421 => Verdict::failed(
                "421: it cannot decrypt the request, and no usual mistake explains it",
                "check that this is the public key of the endpoint",
            ),
            200 if gateway_error::is_php_error(response) => {
                let (seen, advice) = shorten(&describe_rejection(response).unwrap_or_default());
                Verdict::failed(seen, advice)
            }
            200 => Verdict::failed(
                "200 with an error in plain JSON, for a ping and for INIT",
                "see the log of the endpoint; a request that cannot be decrypted gets 421",
            ),
            status => Verdict::failed(
                format!("{status} for a ping and for INIT"),
                "see the log of the endpoint; a request that cannot be decrypted gets 421",
            ),
        }
    }
}

impl Start {
    fn blocked_by_reach(reach: Verdict, ping: Answer) -> Self {
        let [signature, open, slashes] = [(); 3].map(|()| Verdict::skipped(""));
        Self { reach, signature, open, slashes, ping, blocked_by: Some("P01") }
    }
}

/// The verdict for a response that does not come from a handler of this URL.
fn not_served(response: &Response) -> Verdict {
    let is_explained = gateway_error::explain(response).is_some();
    let (seen, advice) = match response.status {
        401 => ("401: the URL requires credentials", "remove them for this path; Meta sends none"),
        404 if !is_explained => {
            ("404: nothing is served on this path", "check the path, and that it accepts POST")
        }
        405 if !is_explained => ("405: the path does not accept POST", "accept POST on this path"),
        _ => {
            let (seen, advice) = shorten(&describe_rejection(response).unwrap_or_default());
            return Verdict::failed(seen, or_signature(response, &advice));
        }
    };
    Verdict::failed(seen, or_signature(response, advice))
}

fn status(answer: &Answer) -> Option<u16> {
    answer.as_ref().ok().map(|response| response.status)
}

/// Returns true for a status of an endpoint that has opened the request.
fn is_understood(answer: &Answer) -> bool {
    matches!(status(answer), Some(200 | 427)) && !is_plain_error(answer)
}

/// The advice for a status with which some endpoints refuse a signature.
fn or_signature(response: &Response, advice: &str) -> String {
    match response.status {
        401 | 403 => format!("{advice}; {OWN_REFUSAL}"),
        _ => advice.into(),
    }
}

/// Returns true for an answer that may mean that the signature is refused, with the status of another protocol.
fn may_refuse_signature(answer: &Answer) -> bool {
    match answer {
        Ok(response) => match response.status {
            200 => is_plain_error(answer),
            status => matches!(status, 400 | 401 | 403 | 421 | 422 | 432 | 500),
        },
        Err(error) => matches!(error, PostError::Closed(_)),
    }
}

/// Returns true for an answer that has nothing to do with the request.
fn is_busy(answer: &Answer) -> bool {
    matches!(status(answer), Some(429 | 502..=504 | 520..=530))
}

/// Returns true for an error that is not encrypted and not a reply: a program that reports every error with 200, or one
/// in PHP that ends.
fn is_plain_error(answer: &Answer) -> bool {
    if answer.as_ref().is_ok_and(gateway_error::is_php_error) {
        return true;
    }
    let diagnosis = answer.as_ref().ok().and_then(|response| response.diagnosis.as_ref());
    diagnosis.is_some_and(|found| {
        let reply = found.reply.as_ref();
        found.mistakes == [Mistake::NotEncrypted]
            && reply.is_some_and(|reply| reply["data"].is_null() && reply["screen"].is_null())
    })
}

/// Returns true if the response does not come from a handler of this URL. Frameworks answer errors of a handler with
/// pages too.
fn is_from_gateway(response: &Response) -> bool {
    match response.status {
        300..=399 | 401 | 403 | 404 | 405 | 419 | 429 | 503 | 504 | 520..=530 => true,
        200 if gateway_error::is_php_error(response) => false,
        200 => gateway_error::explain(response).is_some(),
        _ => false,
    }
}

const REWRITTEN: &str = "the endpoint computes the signature over the body after it was parsed and written again, which \
    is the same text only as long as Meta writes it like that";

const OWN_REFUSAL: &str = "if it is the endpoint that refuses the signature, check that this is its app secret, and \
    answer 432";
