//! Does what the engine says: reads and writes the session, runs the handler, waits.

use std::time::Duration;

use crate::admitted::Admitted;
use crate::engine::{Arrival, At, End, Exchange, Limits, Step};
use crate::flow::{Answered, Owner, Sessions};
use crate::log_line::LogLine;
use crate::protocol::request::Request;
use crate::protocol::submission;
use crate::protocol::token::FlowToken;
use crate::status::Failure;
use crate::within::within;

/// One request of one token, and how much time it has.
pub(crate) struct Conversation<'a> {
    pub admitted: &'a Admitted<'a>,
    pub request: &'a Request,
    pub token: &'a FlowToken,
    pub limits: Limits,
}

impl Conversation<'_> {
    /// The reply's plaintext, without any session: the token identifies nobody.
    pub async fn answer(self, line: &mut LogLine) -> Result<Vec<u8>, Failure> {
        let handler = self.admitted.handler(self.request, self.token, None, 1);
        let answered = self.until(self.limits.handle, handler).await?;
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
        let Self { admitted, request, token, limits } = self;
        let arrival = Arrival {
            path: admitted.path,
            body: admitted.body,
            submission: submission::digest(request),
            manner: admitted.flow.manner(request),
        };
        let mut exchange = Exchange::new(arrival, owner(), limits);
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
        let End { reply, shown, repeat, covered, disagreement } = exchange.end();
        line.shown = shown;
        line.repeat = repeat.then_some(true);
        if let Some(disagreement) = disagreement {
            line.disagrees(&disagreement);
        }
        if let Some(failure) = covered {
            line.covered(&failure);
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

/// Names one attempt at something that is done once.
fn owner() -> Owner {
    let mut owner = Owner::default();
    aws_lc_rs::rand::fill(&mut owner).expect("the system gives random numbers");
    owner
}
