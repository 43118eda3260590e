//! Does what the engine says: reads and writes the session, runs the handler, waits.

use std::time::Duration;

use crate::admitted::Admitted;
use crate::engine::{Arrival, At, End, Exchange, Limits, Seed, Step};
use crate::flow::{Answered, Attempt, OperationId, Sessions};
use crate::log_line::LogLine;
use crate::protocol::request::{Action, Request};
use crate::protocol::token::FlowToken;
use crate::protocol::{response, submission};
use crate::status::{Failure, TokenFault};
use crate::within::within;

/// One request of one token, and how much time it has.
pub(crate) struct Conversation<'a> {
    pub admitted: &'a Admitted<'a>,
    pub request: &'a Request,
    pub token: &'a FlowToken,
    /// The rule that the token breaks, as far as that is known without its session.
    pub token_fault: Option<TokenFault>,
    /// It is an error notification that no handler takes.
    pub is_notice: bool,
    pub limits: Limits,
}

impl Conversation<'_> {
    /// The reply's plaintext, without any session: the token identifies nobody.
    pub async fn answer(self, line: &mut LogLine) -> Result<Vec<u8>, Failure> {
        if self.is_notice {
            return Ok(response::acknowledged().to_string().into_bytes());
        }
        let attempt = Attempt::only(OperationId::random());
        let handler = self.admitted.handler(self.request, self.token, None, attempt);
        let manner = self.admitted.flow.manner(self.request);
        let answered = match (self.until(self.limits.handle, handler).await, manner.screen) {
            (Err(failure), Some(screen)) if failure.is_recoverable() => {
                line.covered(&failure);
                Answered::of(screen, response::message_alone(screen, manner.words_on_failure))
            }
            (outcome, _) => outcome?,
        };
        line.shown = Some(answered.screen);
        if let Some(disagreement) = answered.disagreement {
            line.disagrees(&disagreement);
        }
        Ok(answered.plaintext)
    }

    /// The reply's plaintext, after state and reply are stored.
    pub async fn remembered(
        self,
        sessions: &dyn Sessions,
        clock: &(dyn Fn() -> u64 + Send + Sync),
        line: &mut LogLine,
    ) -> Result<Vec<u8>, Failure> {
        let Self { admitted, request, token, token_fault, is_notice, limits } = self;
        let reply_keys = admitted.reply_keys(token);
        let arrival = Arrival {
            path: admitted.path,
            body: admitted.body,
            submission: submission::digest(request),
            manner: admitted.flow.manner(request),
            starts_anew: request.action == Action::Init
                && (!admitted.flow.manner(request).resumes || token.is_from_builder()),
            token_fault,
            one_of_several: admitted.one_of_several,
            is_notice,
            reply_keys: &reply_keys,
        };
        let mut exchange = Exchange::new(arrival, seed(), limits);
        let at = || At { now: clock(), elapsed: admitted.started.elapsed() };
        let mut step = Step::Load;
        loop {
            step = match step {
                Step::Load => exchange.loaded(sessions.load(token).await, at()),
                Step::Store => {
                    let Some((next, base)) = exchange.writing() else { break };
                    let stored = sessions.store(token, next, base, clock()).await;
                    exchange.stored(stored, at())
                }
                Step::Handle { state, attempt } => {
                    let handler = admitted.handler(request, token, state.as_deref(), attempt);
                    exchange.handled(self.until(limits.handle, handler).await, at())
                }
                Step::Rebuild { state } => {
                    let handler = admitted.rebuild(request, token, state.as_deref());
                    exchange.handled(self.until(limits.patience, handler).await, at())
                }
                Step::Wait(pause) => {
                    tokio::time::sleep(pause).await;
                    Step::Load
                }
                Step::End => break,
            }
        }
        let End { reply, shown, repeat, covered, first, disagreement, state_reset } =
            exchange.end();
        line.shown = shown;
        line.repeat = repeat.then_some(true);
        if let Some(disagreement) = disagreement {
            line.disagrees(&disagreement);
        }
        line.state_reset = state_reset.then_some(true);
        if let Some(failure) = covered {
            line.covered(&failure);
        }
        if let Some(failure) = first {
            line.first(&failure);
        }
        reply
    }

    /// Runs a handler up to this time after the request's arrival.
    async fn until(
        &self,
        end: Duration,
        handler: impl Future<Output = Result<Answered, Failure>>,
    ) -> Result<Answered, Failure> {
        let left = end.saturating_sub(self.admitted.started.elapsed());
        within(left, handler).await.unwrap_or_else(|stopped| Err(stopped.into()))
    }
}

fn seed() -> Seed {
    let mut bits = [0; 32];
    aws_lc_rs::rand::fill(&mut bits).expect("the system gives random numbers");
    Seed(bits)
}
