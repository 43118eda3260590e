//! Misbehaviour: what a client, a proxy or somebody else may do to an endpoint.
//!
//! With an exchange, its request is sent again in that way, and the phone stays as it is. Without one, a misbehaviour of a
//! request happens to the next request of the phone, which then shows what the client makes of the answer.

use whatsapp_flows::testing::client::{Client, Effect};

use super::Player;
use super::exchange::Kind;
use super::send::Sending;
use super::stage::Stage;
use super::talk::settings;
use crate::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misbehaviour {
    /// The same bytes again.
    SameBytes,
    /// The same data again, under fresh encryption.
    SameData,
    /// The data twice at once.
    TapTwice,
    /// Encrypted for another public key.
    WrongKey,
    /// A bit is flipped on the way.
    Tampered,
    /// Signed with another app secret.
    WrongSignature,
    /// The answer takes 11 seconds.
    Wait,
    /// The session expires.
    ExpireSession,
    /// The endpoint serves the request, and the answer is lost.
    AnswerLost,
    /// The same message is opened on a second device.
    SecondDevice,
}

const NAMES: [(&str, Misbehaviour); 10] = [
    ("same_bytes", Misbehaviour::SameBytes),
    ("same_data", Misbehaviour::SameData),
    ("tap_twice", Misbehaviour::TapTwice),
    ("wrong_key", Misbehaviour::WrongKey),
    ("tampered", Misbehaviour::Tampered),
    ("wrong_signature", Misbehaviour::WrongSignature),
    ("wait", Misbehaviour::Wait),
    ("expire_session", Misbehaviour::ExpireSession),
    ("answer_lost", Misbehaviour::AnswerLost),
    ("second_device", Misbehaviour::SecondDevice),
];

impl Misbehaviour {
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

impl Player {
    /// Misbehaves: now, with this exchange or the last one, or with the next request.
    pub fn misbehave(&self, kind: Misbehaviour, exchange: Option<u64>) -> Result<(), Error> {
        self.change(|stage| match kind {
            Misbehaviour::SameBytes | Misbehaviour::SameData => {
                let id = match exchange {
                    Some(id) => id,
                    None => stage.last_answered().ok_or("no request was sent yet")?,
                };
                let is_last = stage.last_answered() == Some(id);
                self.send_again(stage, id, kind)?;
                if is_last {
                    stage.steps.sent_again(kind == Misbehaviour::SameBytes);
                }
                Ok(())
            }
            Misbehaviour::ExpireSession => {
                let sessions = self.0.sessions.as_ref().ok_or(
                    "the sessions of this endpoint are not here; only those of `flowctl dev` can expire",
                )?;
                let token = match exchange.and_then(|id| stage.exchange(id)) {
                    Some(exchange) => {
                        exchange.plaintext["flow_token"].as_str().unwrap_or_default().to_owned()
                    }
                    None => stage.token.clone(),
                };
                stage.steps.note("the session expired here");
                sessions.expire(&token)
            }
            Misbehaviour::SecondDevice => self.open_on_second_device(stage),
            kind => match exchange {
                Some(id) => {
                    let is_last = stage.last_answered() == Some(id);
                    self.send_again(stage, id, kind)?;
                    if kind == Misbehaviour::TapTwice {
                        self.send_again(stage, id, kind)?;
                        if is_last {
                            stage.steps.sent_again(false);
                            stage.steps.sent_again(false);
                        }
                    }
                    Ok(())
                }
                // A second press of the same button takes it back.
                None if stage.armed == Some(kind) => {
                    stage.armed = None;
                    Ok(())
                }
                None => {
                    stage.armed = Some(kind);
                    Ok(())
                }
            },
        })
    }

    /// Sends the request of an exchange again. The phone does not wait for the answer.
    fn send_again(&self, stage: &mut Stage, id: u64, kind: Misbehaviour) -> Result<(), Error> {
        let exchange = stage.exchange(id).ok_or("there is no such exchange")?;
        let plaintext = exchange.plaintext.clone();
        let sealed = exchange.outcome.as_ref().map(|outcome| outcome.sealed.clone());
        let (sealed, shown) = match kind {
            Misbehaviour::SameBytes => {
                (Some(sealed.ok_or("the request is still under way")?), Kind::Resend)
            }
            Misbehaviour::SameData => (None, Kind::Repeat),
            _ => (None, Kind::Misbehaviour),
        };
        // The endpoint is the one that got the request then.
        let of_exchange = exchange.flow;
        let flow = std::mem::replace(&mut stage.flow, of_exchange);
        let misbehaviour = Some(kind);
        self.send(stage, Sending { plaintext, sealed, kind: shown, misbehaviour, opening: None });
        stage.flow = flow;
        Ok(())
    }

    /// Opens the message on a second device: another client, with the same token. The phone stays as it is.
    fn open_on_second_device(&self, stage: &mut Stage) -> Result<(), Error> {
        let talk = stage.talk.as_ref().ok_or("open the flow on the first device first")?;
        let flow = stage.flows[stage.flow].flow.as_ref().map_err(|mistake| mistake.text.clone())?;
        let (opening, offset) = (talk.opened_by.clone(), talk.client.settings().utc_offset);
        let token = stage.token.clone();
        let (_, effects) = Client::open(flow.clone(), opening, token, settings(offset));
        let mut sent = false;
        for effect in effects {
            if let Effect::Send(request) = effect {
                sent = true;
                let plaintext = stage.plaintext(&request);
                let misbehaviour = Some(Misbehaviour::SecondDevice);
                let kind = Kind::Misbehaviour;
                self.send(
                    stage,
                    Sending { plaintext, sealed: None, kind, misbehaviour, opening: None },
                );
            }
        }
        match sent {
            true => {
                stage.steps.second_device();
                Ok(())
            }
            false => Err("this message opens its flow without a request, so the endpoint does not learn of a second device".into()),
        }
    }
}

impl Stage {
    /// The last exchange of the phone that has an outcome.
    fn last_answered(&self) -> Option<u64> {
        let is_of_the_phone = |kind| matches!(kind, Kind::Normal | Kind::Misbehaviour);
        let mut exchanges = self.exchanges.iter().rev();
        let last = exchanges
            .find(|exchange| exchange.outcome.is_some() && is_of_the_phone(exchange.kind))?;
        Some(last.id)
    }
}
