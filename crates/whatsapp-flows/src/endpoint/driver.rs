//! Drives the state machine of an exchange: reads and writes the session, runs the handler, waits.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::log::RequestLog;
use crate::deadline::with_deadline;
use crate::flow::DynFlow;
use crate::protocol::request::{Action, Request};
use crate::protocol::token::FlowToken;
use crate::protocol::{response, submission};
use crate::session::{
    Attempt, BodyDigest, End, Exchange, Failure, Incoming, Limits, Now, OperationId, RenderedReply,
    ReplyMismatch, Seed, SessionStore, Step, StoredReplyKeys, TokenFault,
};

/// A request whose token was checked, as far as that is possible without its session.
pub(super) struct Delivery<'a> {
    pub path: &'a str,
    pub flow: &'a dyn DynFlow,
    /// The endpoint serves other flows as well.
    pub one_of_several: bool,
    pub request: &'a Request,
    pub body: BodyDigest,
    pub token: &'a FlowToken,
    /// The rule that the token breaks.
    pub token_fault: Option<TokenFault>,
    /// It is an error notification without a handler.
    pub is_error_notification: bool,
    /// Encrypt the reply that the session stores.
    pub reply_keys: StoredReplyKeys<'a>,
    /// When the request arrived.
    pub started: Instant,
    pub limits: Limits,
}

/// The plaintext of the reply, after state and reply are stored.
pub(super) async fn run(
    delivery: &Delivery<'_>,
    store: &dyn SessionStore,
    clock: &(dyn Fn() -> u64 + Send + Sync),
    log: &mut RequestLog,
) -> Result<Vec<u8>, Failure> {
    let Delivery { flow, request, token, .. } = delivery;
    let handlers = Handlers::of(delivery);
    let mut exchange = Exchange::new(incoming(delivery), seed(), delivery.limits);
    let now = || Now { seconds: clock(), elapsed: delivery.started.elapsed() };
    let mut step = Step::Load;
    loop {
        step = match step {
            Step::Load => exchange.loaded(store.load(token).await, now()),
            Step::Store => {
                let Some((next, base)) = exchange.writing() else { break };
                let stored = store.store(token, next, base, clock()).await;
                exchange.stored(stored, now())
            }
            Step::Handle { state, attempt } => {
                exchange.handled(handlers.answer(state.as_deref(), attempt).await, now())
            }
            Step::Rebuild { state } => {
                let report = |mismatch| handlers.report(mismatch);
                let rebuilt = flow.rebuild(request, token, state.as_deref(), &report);
                exchange.handled(handlers.until(delivery.limits.patience, rebuilt).await, now())
            }
            Step::Wait(pause) => {
                tokio::time::sleep(pause).await;
                Step::Load
            }
            Step::End => break,
        }
    }
    let End { reply, shown, repeat, recovered, first, state_reset } = exchange.end();
    log.shown = shown;
    log.repeat = repeat.then_some(true);
    if shown.is_some() {
        log.mismatch(handlers.mismatch());
    }
    log.state_reset = state_reset.then_some(true);
    if let Some(failure) = recovered {
        log.recovered(&failure);
    }
    if let Some(failure) = first {
        log.first(&failure);
    }
    reply
}

/// The plaintext of the reply for a token that is not a session id: nothing is stored.
pub(super) async fn run_without_session(
    delivery: &Delivery<'_>,
    log: &mut RequestLog,
) -> Result<Vec<u8>, Failure> {
    if delivery.is_error_notification {
        return Ok(response::acknowledged().to_string().into_bytes());
    }
    let handlers = Handlers::of(delivery);
    let attempt = Attempt::only(OperationId::random());
    let policy = delivery.flow.policy(delivery.request);
    let reply = match (handlers.answer(None, attempt).await, policy.screen) {
        (Err(failure), Some(screen)) if failure.is_recoverable() => {
            log.recovered(&failure);
            let plaintext = response::message_only(screen, policy.failure_message);
            RenderedReply::of(screen, plaintext)
        }
        (result, _) => result?,
    };
    log.shown = Some(reply.screen);
    log.mismatch(handlers.mismatch());
    Ok(reply.plaintext)
}

fn incoming<'a>(delivery: &'a Delivery<'a>) -> Incoming<'a> {
    let policy = delivery.flow.policy(delivery.request);
    Incoming {
        path: delivery.path,
        body: delivery.body,
        submission: submission::digest(delivery.request),
        starts_anew: delivery.request.action == Action::Init
            && (!policy.resumes || delivery.token.is_from_builder()),
        policy,
        token_fault: delivery.token_fault,
        one_of_several: delivery.one_of_several,
        is_error_notification: delivery.is_error_notification,
        reply_keys: &delivery.reply_keys,
    }
}

fn seed() -> Seed {
    let mut bits = [0; 32];
    aws_lc_rs::rand::fill(&mut bits).expect("the system gives random numbers");
    Seed(bits)
}

/// The handlers of one request, with a deadline.
struct Handlers<'a> {
    delivery: &'a Delivery<'a>,
    /// The mismatch of the last reply, if it may be sent all the same.
    mismatch: Mutex<Option<ReplyMismatch>>,
}

impl<'a> Handlers<'a> {
    fn of(delivery: &'a Delivery<'a>) -> Self {
        Self { delivery, mismatch: Mutex::default() }
    }

    async fn answer(
        &self,
        state: Option<&str>,
        attempt: Attempt,
    ) -> Result<RenderedReply, Failure> {
        let Delivery { flow, request, token, limits, .. } = self.delivery;
        let report = |mismatch| self.report(mismatch);
        let reply = flow.answer((*request).clone(), token, state, attempt, &report);
        self.until(limits.handle, reply).await
    }

    /// Runs a handler until this time after the request's arrival.
    async fn until<T>(
        &self,
        end: Duration,
        handler: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let left = end.saturating_sub(self.delivery.started.elapsed());
        with_deadline(left, handler).await.unwrap_or_else(|stopped| Err(stopped.into()))
    }

    fn report(&self, mismatch: ReplyMismatch) {
        *self.mismatch.lock().unwrap_or_else(PoisonError::into_inner) = Some(mismatch);
    }

    fn mismatch(&self) -> Option<ReplyMismatch> {
        self.mismatch.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
