//! The order of the request path: route, verify, decrypt, parse; then the token, the session and the handler; then the
//! response and the log line.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::{Method, Request, Response};
use tokio::time::Instant;

use super::driver::{self, Delivery, timed};
use super::log::{RequestId, RequestLog, under_request_id};
use super::open::{self, Opened, open};
use super::routes::Route;
use super::status::{Refusal, respond};
use super::{Endpoint, MAX_BODY_BYTES, RemainingTime, hint, token_rules};
use crate::deadline::with_deadline;
use crate::flow::{DynFlow, ReplyCheck};
use crate::protocol::keyring::Keyring;
use crate::protocol::request::{Action, ErrorKey, Message};
use crate::protocol::response;
use crate::session::{Failure, Limits, StoredReplyKeys, conversation};

/// A request that was opened, and the flow on its path.
struct Accepted<'a> {
    path: &'a Arc<str>,
    flow: &'a dyn DynFlow,
    keyring: Arc<Keyring>,
    opened: Opened,
}

impl Endpoint {
    /// Answers a request. It never fails and never panics, and writes one log line.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let id = request.extensions().get().map(|RequestId(id)| Arc::from(&**id));
        under_request_id(id.clone(), self.handle_request(request, id)).await
    }

    async fn handle_request(
        &self,
        request: Request<Bytes>,
        id: Option<Arc<str>>,
    ) -> Response<Bytes> {
        let started = Instant::now();
        let remaining = request.extensions().get().map(|RemainingTime(remaining)| *remaining);
        let time = remaining.map_or(self.time_limit, |remaining| remaining.min(self.time_limit));
        let is_strict = self.reply_check == ReplyCheck::Strict;
        let mut log = RequestLog::new(id.clone(), is_strict);
        log.cold_start = (!self.has_served.swap(true, Ordering::Relaxed)).then_some(true);
        let accepted = with_deadline(time, self.accept(&request, &mut log)).await;
        let response = match accepted.unwrap_or_else(|stopped| Err(stopped.into())) {
            Err(refusal) => {
                log.refused(refusal, request.uri().path());
                log.hint = hint::of(refusal, &request, || self.paths());
                refusal.response()
            }
            Ok(accepted) => {
                let left = time.saturating_sub(started.elapsed());
                let answer =
                    self.answer(&accepted, id.as_ref(), started, Limits::of(time), &mut log);
                let answer = with_deadline(left, answer).await;
                let reply = answer.unwrap_or_else(|stopped| Err(stopped.into()));
                if let Err(failure) = &reply {
                    log.failed(failure);
                }
                respond(reply, accepted.opened.decrypted.reply_key)
            }
        };
        log.emit(response.status().as_u16(), started.elapsed());
        response
    }

    /// The part before the request's key is known: path, method, size, form of the signature, keyring, signature,
    /// decryption.
    async fn accept(
        &self,
        request: &Request<Bytes>,
        log: &mut RequestLog,
    ) -> Result<Accepted<'_>, Refusal> {
        let Some((path, Route { flow, keyring: own })) = self.routes.find(request.uri().path())
        else {
            log.signed = self.is_signed(request).await.then_some(true);
            return Err(Refusal::UnknownPath);
        };
        let provider = own.as_ref().unwrap_or(&self.keyring);
        log.path = Some(Arc::clone(path));
        if request.method() != Method::POST {
            return Err(Refusal::NotPost);
        }
        if request.body().len() > MAX_BODY_BYTES {
            return Err(Refusal::BodyTooLarge);
        }
        // Before the keyring, so that a scanner's request without a signature does not read the secret.
        let signature = open::signature(request).map_err(Refusal::Signature)?;
        let keyring = timed(&mut log.parts.secret, provider.keyring()).await;
        let mut keyring = keyring.map_err(|_| Refusal::KeyringUnavailable)?;
        let mut opened = open(request, signature, &keyring);
        // The business may have rotated its keys or app secrets since they were read.
        if opened.as_ref().is_err_and(|error| error.depends_on_keyring)
            && let Some(reloaded) =
                timed(&mut log.parts.secret, provider.reload_if_stale(&keyring)).await
        {
            opened = open(request, signature, &reloaded);
            keyring = reloaded;
        }
        let opened = opened.map_err(|error| error.refusal)?;
        log.app_secret = Some(opened.signed_by as u64);
        let key = keyring.private_keys().get(opened.decrypted.opened_by);
        log.key = key.map(|key| Arc::clone(key.id()));
        Ok(Accepted { path, flow: &**flow, keyring, opened })
    }

    /// Reports whether one of our app secrets has signed a request on an unknown path: then the path is mistyped at
    /// Meta, and the request does not come from a stranger.
    async fn is_signed(&self, request: &Request<Bytes>) -> bool {
        if request.method() != Method::POST || request.body().len() > MAX_BODY_BYTES {
            return false;
        }
        let Ok(signature) = open::signature(request) else { return false };
        let keyrings = self.keyrings().await;
        keyrings
            .iter()
            .flatten()
            .any(|keyring| signature.verify(request.body(), keyring.app_secrets()).is_ok())
    }

    /// The plaintext of the reply.
    async fn answer(
        &self,
        accepted: &Accepted<'_>,
        request_id: Option<&Arc<str>>,
        started: Instant,
        limits: Limits,
        log: &mut RequestLog,
    ) -> Result<Vec<u8>, Failure> {
        let Accepted { path, flow, keyring, opened } = accepted;
        let request = match &opened.message {
            Message::Unknown => return Err(Failure::UnknownAction),
            Message::Ping => {
                log.action = Some("ping");
                return Ok(response::active());
            }
            Message::ErrorNotification(key, token) => {
                log.error_notification(*key);
                let app_secret = &keyring.app_secrets()[opened.signed_by];
                let token = token.as_ref().filter(|token| token.is_session_id());
                log.conversation = token.map(|token| conversation(app_secret, token));
                return Ok(response::acknowledged());
            }
            Message::Request(request) => request,
        };
        log.action(request, flow.known_screen(&request.screen));
        let is_error_notification = request.may_be_error_notification()
            && (request.action != Action::DataExchange || !flow.handles(request));
        if is_error_notification {
            log.error_notification(ErrorKey::UNLISTED);
        }
        let checked = token_rules::parse(request, *flow).and_then(|token| {
            log.token = token_rules::peculiarity(&token);
            let fault = token_rules::check(request, &token, *flow, keyring)?;
            Ok((token, fault))
        });
        let (token, token_fault) = match checked {
            Err(_) if is_error_notification => return Ok(response::acknowledged()),
            checked => checked?,
        };
        let reply_keys = StoredReplyKeys::new(keyring.app_secrets(), opened.signed_by, &token);
        log.conversation = token.is_session_id().then(|| reply_keys.conversation());
        let delivery = Delivery {
            path,
            flow: *flow,
            one_of_several: self.routes.len() > 1,
            request,
            body: opened.decrypted.reply_key.body_digest(),
            token: &token,
            token_fault,
            is_error_notification,
            reply_keys,
            request_id,
            started,
            limits,
        };
        match token.is_session_id() {
            true => driver::run(&delivery, &*self.sessions, &*self.clock, log).await,
            false => driver::run_without_session(&delivery, log).await,
        }
    }
}
