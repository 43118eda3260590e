//! The first cases: the endpoint is reached, accepts the signature and opens the request. If it does not, the usual
//! mistakes are tried, and the one that helps is named.

use super::prober::{Answer, Prober};
use super::reading::shorten;
use super::report::Verdict;
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
        let ping = self.ping();
        if let Some(reach) = self.unreachable(&ping) {
            return Start::blocked_by_reach(reach, ping);
        }
        let mut start = self.first_verdicts(ping);
        if status(&start.ping) == Some(432) {
            match self.find_signing() {
                Some(answer) => {
                    let signing = self.target.signing;
                    start.signature = Verdict::failed(signing.fact(), signing.cure())
                        .with_mistake(signing.code());
                    start.ping = answer;
                }
                None => {
                    start.signature = self.refused_signature();
                    start.blocked_by = Some("P02");
                    return start;
                }
            }
        }
        if !is_understood(&start.ping) {
            self.find_cause(&mut start);
        }
        start
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
        if self.target.app_secret.is_some() {
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
    fn find_signing(&mut self) -> Option<Answer> {
        self.target.app_secret.as_ref()?;
        for signing in Signing::MISTAKES {
            self.target.signing = signing;
            let answer = self.ping();
            if !matches!(status(&answer), None | Some(432)) {
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
                "check that this is the app secret of the endpoint",
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
            return Verdict::failed(seen, advice);
        }
    };
    Verdict::failed(seen, advice)
}

fn status(answer: &Answer) -> Option<u16> {
    answer.as_ref().ok().map(|response| response.status)
}

/// Returns true for a status of an endpoint that has opened the request.
fn is_understood(answer: &Answer) -> bool {
    matches!(status(answer), Some(200 | 427)) && !is_plain_error(answer)
}

/// Returns true for JSON that is not encrypted and not a reply: a program that reports every error with 200.
fn is_plain_error(answer: &Answer) -> bool {
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
        300..=399 | 401 | 403 | 404 | 405 | 429 | 503 | 504 | 520..=530 => true,
        200 => gateway_error::explain(response).is_some(),
        _ => false,
    }
}
