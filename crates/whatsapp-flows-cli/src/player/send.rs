//! Requests under way: each is encrypted and posted on a thread of its own, because posting blocks.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde_json::Value;
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::testing::client::{Effect, Reply};
use whatsapp_flows::testing::{KeyPair, RequestSealer, Sealed};

use super::Player;
use super::exchange::{Exchange, Kind, Outcome};
use super::misbehave::Misbehaviour;
use super::stage::Stage;
use crate::http_client::TIME_LIMIT;
use crate::play::exchange::{Endpoint, Exchange as Done, exchange};

/// A request to send.
pub struct Sending {
    pub plaintext: Value,
    /// The bytes of an earlier request, to send them again.
    pub sealed: Option<Sealed>,
    pub kind: Kind,
    pub misbehaviour: Option<Misbehaviour>,
    /// The opening whose client waits for the reply; `None` if nobody does.
    pub opening: Option<u64>,
}

/// An app secret that no endpoint has.
const WRONG_APP_SECRET: &str = "not the app secret of this endpoint";

impl Player {
    /// Does what the client asks for. Returns true if it waits for a reply then.
    pub fn perform(&self, stage: &mut Stage, effects: Vec<Effect>) -> bool {
        let opening = stage.talk.as_ref().map(|talk| talk.opening);
        let mut waits = false;
        for effect in effects {
            match effect {
                Effect::Send(request) => {
                    waits = true;
                    let plaintext = stage.plaintext(&request);
                    let misbehaviour = stage.armed.take();
                    if misbehaviour == Some(Misbehaviour::TapTwice) {
                        let kind = Kind::Misbehaviour;
                        let plaintext = plaintext.clone();
                        let second =
                            Sending { plaintext, sealed: None, kind, misbehaviour, opening: None };
                        self.send(stage, second);
                    }
                    let kind = match misbehaviour {
                        None => Kind::Normal,
                        Some(_) => Kind::Misbehaviour,
                    };
                    self.send(
                        stage,
                        Sending { plaintext, sealed: None, kind, misbehaviour, opening },
                    );
                }
                Effect::RefreshKeyAndSend(request) => {
                    waits = true;
                    let plaintext = stage.plaintext(&request);
                    let kind = Kind::Normal;
                    self.send(
                        stage,
                        Sending { plaintext, sealed: None, kind, misbehaviour: None, opening },
                    );
                }
                Effect::Notify(request) => {
                    let plaintext = stage.plaintext(&request);
                    let kind = Kind::Notification;
                    self.send(
                        stage,
                        Sending {
                            plaintext,
                            sealed: None,
                            kind,
                            misbehaviour: None,
                            opening: None,
                        },
                    );
                }
                Effect::OpenUrl(url) => stage.links.push(url),
                _ => {}
            }
        }
        waits
    }

    /// Sends a request. The exchange is on the list at once, and gets its outcome later.
    pub fn send(&self, stage: &mut Stage, sending: Sending) {
        let id = stage.next_id();
        let started = Instant::now();
        stage.add(Exchange {
            id,
            flow: stage.flow,
            plaintext: sending.plaintext.clone(),
            kind: sending.kind,
            misbehaviour: sending.misbehaviour,
            started,
            outcome: None,
        });
        let endpoint = stage.flows[stage.flow].endpoint.clone();
        let player = self.clone();
        tokio::task::spawn_blocking(move || player.exchange(id, started, endpoint, sending));
    }

    /// Posts a request, waits for the response, and gives it to the client.
    fn exchange(
        &self,
        id: u64,
        started: Instant,
        endpoint: Option<Arc<Endpoint>>,
        sending: Sending,
    ) {
        let token = sending.plaintext["flow_token"].as_str().unwrap_or_default().to_owned();
        let read = || self.0.sessions.as_ref().map(|sessions| sessions.read(&token));
        let before = read();
        let (opening, misbehaviour) = (sending.opening, sending.misbehaviour);
        let (done, mut reply) = post(endpoint.as_deref(), sending);
        let mut outcome = Outcome::from(done);
        outcome.session = before.zip(read()).map(|(before, after)| [before, after]);
        match misbehaviour.filter(|_| opening.is_some()) {
            Some(Misbehaviour::Wait) => {
                // The client gives up after its time limit, so there is nothing to wait for after that.
                std::thread::sleep(TIME_LIMIT.saturating_sub(started.elapsed()));
                outcome.problem = Some(format!(
                    "the answer was held back for 11 s; the client waits {} s",
                    TIME_LIMIT.as_secs()
                ));
                reply = Reply::Timeout;
            }
            Some(Misbehaviour::AnswerLost) => {
                outcome.problem = Some("the answer was lost on its way to the client".into());
                reply = Reply::Timeout;
            }
            _ => {}
        }
        let request_id = outcome.request_id.clone();
        self.change(|stage| self.receive(stage, id, opening, outcome, reply));
        if let Some(request_id) = request_id
            && self.0.log.is_repeated(&request_id)
        {
            self.change(|stage| {
                let exchange = stage.exchange_mut(id);
                if let Some(outcome) = exchange.and_then(|exchange| exchange.outcome.as_mut()) {
                    outcome.is_repeated = true;
                }
            });
        }
    }

    fn receive(
        &self,
        stage: &mut Stage,
        id: u64,
        opening: Option<u64>,
        mut outcome: Outcome,
        reply: Reply,
    ) {
        let exchange = stage.exchange(id);
        let misbehaviour = exchange.and_then(|exchange| exchange.misbehaviour);
        // The status of a reply that the client did not get is not one that it shows.
        let status = if reply == Reply::Timeout { 0 } else { outcome.status };
        let talk = stage.talk.as_mut().filter(|talk| Some(talk.opening) == opening);
        let effects = talk.map(|talk| talk.client.receive(reply));
        outcome.view = stage.view();
        outcome.ended = Instant::now();
        if let Some(exchange) = stage.exchange_mut(id) {
            exchange.outcome = Some(outcome);
        }
        let Some(effects) = effects else { return };
        if !self.perform(stage, effects)
            && misbehaviour != Some(Misbehaviour::WrongSignature)
            && let Some(view) = stage.view()
        {
            stage.steps.arrived(&view, Some(status));
        }
    }
}

impl Stage {
    /// The plaintext of a request of the client.
    pub fn plaintext(&self, request: &whatsapp_flows::testing::client::Request) -> Value {
        let flow = self.flows[self.flow].flow.as_ref().ok();
        let version = flow.and_then(|flow| flow.data_api_version()).unwrap_or("3.0");
        request.plaintext(&self.token, version)
    }
}

/// Posts a request in the way that the misbehaviour says.
fn post(endpoint: Option<&Endpoint>, sending: Sending) -> (Done, Reply) {
    let Sending { plaintext, sealed, misbehaviour, .. } = sending;
    let Some(endpoint) = endpoint else {
        let reason = "the flow has no endpoint: its Flow JSON has no `data_api_version`; add it, or remove the action";
        let sealed = stranger().seal(b"{}");
        return (Done::unanswered(plaintext, sealed, reason.into()), Reply::Timeout);
    };
    let sealed = match misbehaviour {
        Some(Misbehaviour::WrongKey) => stranger().seal(plaintext.to_string().as_bytes()),
        Some(Misbehaviour::Tampered) => {
            sealed.unwrap_or_else(|| endpoint.seal(&plaintext)).tampered()
        }
        _ => sealed.unwrap_or_else(|| endpoint.seal(&plaintext)),
    };
    let wrong = AppSecret::new(WRONG_APP_SECRET).expect("not empty");
    let app_secret = match misbehaviour {
        Some(Misbehaviour::WrongSignature) => Some(&wrong),
        _ => endpoint.app_secret.as_ref(),
    };
    match exchange(&endpoint.url, app_secret, plaintext.clone(), sealed.clone()) {
        Ok(done) => done,
        Err(error) => {
            let mut done = Done::unanswered(plaintext, sealed, error.to_string());
            done.elapsed = Duration::ZERO;
            (done, Reply::Timeout)
        }
    }
}

/// Encrypts for somebody else: a key pair that only this function has.
fn stranger() -> &'static RequestSealer {
    static STRANGER: OnceLock<RequestSealer> = OnceLock::new();
    STRANGER.get_or_init(|| {
        RequestSealer::new(&KeyPair::generate().public_pem).expect("a generated key")
    })
}
