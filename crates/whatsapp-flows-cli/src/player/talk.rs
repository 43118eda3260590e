//! The conversation: the user opens the flow, and acts.

use std::time::{SystemTime, UNIX_EPOCH};

use whatsapp_flows::testing::client::{Client, Effect, Event, Opening, Settings, View};

use super::Player;
use super::misbehave::Misbehaviour;
use super::stage::Stage;
use crate::Error;

/// An opened flow.
pub struct Talk {
    pub client: Client,
    /// The number of this opening: a reply to a request of an earlier one is not shown.
    pub opening: u64,
    pub opened_by: Opening,
}

impl Player {
    /// Opens the flow, also again.
    pub fn open(&self, opening: Opening, utc_offset: i32) -> Result<(), Error> {
        self.change(|stage| {
            stage.refused = None;
            let file = &stage.flows[stage.flow];
            let flow = file.flow.as_ref().map_err(|mistake| mistake.text.clone())?.clone();
            let settings = settings(utc_offset);
            let (client, effects) =
                Client::open(flow, opening.clone(), stage.token.clone(), settings);
            stage.openings += 1;
            stage.steps.opened(&opening);
            let talk = Talk { client, opening: stage.openings, opened_by: opening };
            stage.talk = Some(talk);
            let armed = stage.armed;
            let sends = self.perform(stage, effects);
            if sends && armed == Some(Misbehaviour::TapTwice) {
                stage.steps.double_last();
            }
            if !sends {
                stage.steps.arrived(&stage.view().expect("it is open"), None);
            }
            Ok(())
        })
    }

    /// Does what the user does. A request on its way is a Loading view.
    pub fn act(&self, event: Event) {
        self.change(|stage| {
            stage.refused = None;
            let Some(talk) = &mut stage.talk else {
                stage.refused = Some("the flow is not open".into());
                return;
            };
            let before = talk.client.view();
            match talk.client.handle(event.clone()) {
                Err(refused) => {
                    stage.refused = Some(name_in(&before, &event) + &refused.to_string())
                }
                Ok(effects) => {
                    let closes = effects.iter().any(|one| matches!(one, Effect::Close { .. }));
                    let moves = closes || talk.client.screen() != before.screen;
                    let armed = stage.armed;
                    let file = &stage.flows[stage.flow];
                    stage.steps.acted(&before, &event, |text| file.has_text(text));
                    let sends = self.perform(stage, effects);
                    match armed.filter(|_| sends) {
                        Some(Misbehaviour::AnswerLost | Misbehaviour::Wait) => {
                            stage.steps.lose_last()
                        }
                        Some(Misbehaviour::TapTwice) => stage.steps.double_last(),
                        Some(Misbehaviour::WrongSignature) => stage.steps.leave_out_last(),
                        _ => {}
                    }
                    if moves
                        && !sends
                        && let Some(after) = stage.view()
                    {
                        stage.steps.arrived(&after, None);
                    }
                }
            }
        });
    }
}

impl Stage {
    /// The view of the user; `None` for the chat.
    pub fn view(&self) -> Option<View> {
        Some(self.talk.as_ref()?.client.view())
    }
}

pub fn settings(utc_offset: i32) -> Settings {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    Settings { now: now.map_or(0, |now| now.as_secs()), utc_offset, ..Settings::default() }
}

/// The label of the component that an event is about, for the start of a sentence.
fn name_in(view: &View, event: &Event) -> String {
    let component = match event {
        Event::Focus { component }
        | Event::Type { component, .. }
        | Event::Choose { component, .. }
        | Event::Tick { component }
        | Event::SetDate { component, .. }
        | Event::Clear { component, .. }
        | Event::Pick { component, .. }
        | Event::RemoveFile { component, .. }
        | Event::RetryUpload { component, .. }
        | Event::Tap { component }
        | Event::TapItem { component, .. } => *component,
        _ => return "this ".into(),
    };
    match view.component(component) {
        Some(found) => format!("`{}` ", found.label),
        None => "this ".into(),
    }
}
