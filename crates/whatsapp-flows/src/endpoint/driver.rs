//! Drives the state machine of an exchange: reads and writes the session, runs the handler, waits.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::log::RequestLog;
use crate::deadline::with_deadline;
use crate::flow::{CheckedReply, DynFlow, Invocation};
use crate::protocol::request::{Action, Request};
use crate::protocol::token::FlowToken;
use crate::protocol::{random, response, submission};
use crate::session::{
    Attempt, BodyDigest, End, Exchange, Failure, Incoming, Limits, MAX_WAITING, Now, OperationId,
    RenderedReply, ReplyMismatch, Seed, SessionStore, Step, StoredReplyKeys, TokenFault,
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
    /// The keys that encrypt the reply in the session.
    pub reply_keys: StoredReplyKeys<'a>,
    pub request_id: Option<&'a Arc<str>>,
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
    let Delivery { flow, request, token, limits, .. } = delivery;
    let mut exchange = Exchange::new(incoming(delivery), Seed(random::bytes()), *limits);
    let now = || Now { seconds: clock(), elapsed: delivery.started.elapsed() };
    // Of the last handler that has run.
    let (mut mismatch, mut is_rebuilt) = (None, false);
    let mut step = Step::Load;
    loop {
        step = match step {
            Step::Load => {
                let loaded = timed(&mut log.parts.session, store.load(token)).await;
                exchange.loaded(loaded, now())
            }
            Step::Store => {
                let Some((next, base)) = exchange.writing() else { break };
                let stored = store.write(token, next, base, clock());
                let stored = timed(&mut log.parts.session, stored).await;
                exchange.stored(stored, now())
            }
            Step::Handle { state, attempt } => {
                let invocation = delivery.invocation(limits.handle);
                let handler =
                    flow.answer((*request).clone(), token, state.as_deref(), attempt, invocation);
                let handler = delivery.until(limits.handle, handler);
                let (reply, found) = timed(&mut log.parts.handler, handler).await;
                (mismatch, is_rebuilt) = (found, false);
                exchange.handled(reply, now())
            }
            Step::Rebuild { state } => {
                let invocation = delivery.invocation(limits.patience);
                let handler = flow.rebuild(request, token, state.as_deref(), invocation);
                let handler = delivery.until(limits.patience, handler);
                let (reply, found) = timed(&mut log.parts.handler, handler).await;
                (mismatch, is_rebuilt) = (found, true);
                exchange.handled(reply, now())
            }
            Step::Admit(owner) => {
                let admitted = store.admit_waiting(token, owner, MAX_WAITING);
                exchange.admitted(timed(&mut log.parts.session, admitted).await)
            }
            Step::Wait(pause) => {
                tokio::time::sleep(pause).await;
                Step::Load
            }
            Step::End => break,
        }
    }
    let End { reply, shown, repeat, recovered, first, state_reset, conflict } = exchange.end();
    log.shown = shown;
    log.repeat = repeat.then_some(true);
    log.conflict = conflict.then_some(true);
    // After any other failure, the reply that is sent is not the handler's.
    if shown.is_some() && (recovered.is_none() || is_rebuilt) {
        log.mismatch(mismatch);
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
        return Ok(response::acknowledged());
    }
    let Delivery { flow, request, token, limits, .. } = delivery;
    let attempt = Attempt::only(OperationId::random());
    let policy = flow.policy(request);
    let invocation = delivery.invocation(limits.handle);
    let handler = flow.answer((*request).clone(), token, None, attempt, invocation);
    let handler = delivery.until(limits.handle, handler);
    let (reply, mismatch) = timed(&mut log.parts.handler, handler).await;
    let reply = match (reply, policy.screen) {
        (Err(failure), Some(screen)) if failure.is_recoverable() => {
            log.recovered(&failure);
            let plaintext = response::message_only(screen, policy.failure_message);
            RenderedReply::of(screen, plaintext)
        }
        (reply, _) => reply?,
    };
    log.shown = Some(reply.screen);
    log.mismatch(mismatch);
    Ok(reply.plaintext)
}

impl Delivery<'_> {
    /// The invocation of a handler that is stopped at this time after the request's arrival.
    fn invocation(&self, end: Duration) -> Invocation {
        Invocation { request_id: self.request_id.cloned(), until: self.started + end }
    }

    /// Runs a handler until this time after the request's arrival: its reply, and the mismatch of the reply if it may
    /// be sent all the same.
    async fn until(
        &self,
        end: Duration,
        handler: impl Future<Output = Result<CheckedReply, Failure>>,
    ) -> (Result<RenderedReply, Failure>, Option<ReplyMismatch>) {
        let left = end.saturating_sub(self.started.elapsed());
        match with_deadline(left, handler).await {
            Ok(Ok(CheckedReply { reply, mismatch })) => (Ok(reply), mismatch),
            Ok(Err(failure)) => (Err(failure), None),
            Err(stopped) => (Err(stopped.into()), None),
        }
    }
}

/// Runs work, and adds the time that it took to `total`, even if it is stopped or panics.
pub(super) async fn timed<T>(total: &mut Duration, work: impl Future<Output = T>) -> T {
    let _timer = Timer { total, began: Instant::now() };
    work.await
}

/// Adds its lifetime to a total.
struct Timer<'a> {
    total: &'a mut Duration,
    began: Instant,
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        *self.total += self.began.elapsed();
    }
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
