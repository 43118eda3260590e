//! The actions: what each of them does.

use serde_json::{Map, Value};

use super::entry::EntryBy;
use super::failure::FailureCause;
use super::flow_json::Action;
use super::machine::{Client, Effect};
use super::media;
use super::number::{json_number, parse_number};
use super::path::Path;
use super::request::{Request, RequestAction};
use super::settings::Numbers;
use super::state::Screens;
use super::template::Template;
use crate::model::ActionKind;

impl Client {
    /// Runs an action. Does nothing if the client is busy, as after an earlier action of the same tap.
    pub(super) fn run(&mut self, action: &Action, is_ready: bool) {
        if !is_ready {
            return;
        }
        let target = action.next.as_deref().filter(|_| action.kind == Some(ActionKind::Navigate));
        let payload = match self.payload(action, target) {
            Ok(payload) => payload,
            Err(reason) => {
                let failure = FailureCause::Component.with(reason).at_line(action.line);
                return self.fail(failure, RequestAction::DataExchange);
            }
        };
        match action.kind {
            Some(ActionKind::Navigate) => {
                self.navigate(action.next.as_deref().unwrap_or_default(), payload, action.line);
            }
            Some(ActionKind::DataExchange) => {
                let mut data = payload;
                data.values_mut().for_each(media::for_endpoint);
                let screen = self.screen().to_owned();
                self.send(Request {
                    action: RequestAction::DataExchange,
                    screen,
                    data,
                    line: action.line,
                });
            }
            Some(ActionKind::Complete) => {
                let mut params = payload;
                params.values_mut().for_each(media::for_message);
                params.insert("flow_token".into(), self.token.clone().into());
                self.close(Some(params));
            }
            Some(ActionKind::UpdateData) => self.update_data(payload, action.line),
            Some(ActionKind::OpenUrl) => {
                let scope = Screens { states: &self.screens, current: self.screen() };
                let url = action.url.as_ref().and_then(|url| url.evaluate(&scope).ok().flatten());
                // An address that cannot be parsed does nothing.
                if let Some(url) = url.as_ref().and_then(Value::as_str).filter(|url| is_url(url)) {
                    self.effects.push(Effect::OpenUrl(url.to_owned()));
                }
            }
            None => {}
        }
    }

    /// Shows another screen, without a request.
    pub(super) fn navigate(&mut self, to: &str, payload: Map<String, Value>, line: usize) {
        self.snackbar = None;
        self.enter(to, payload, EntryBy::Navigate, RequestAction::Navigate, line);
    }

    /// Merges a payload into the data of the current screen. The data model must declare its members.
    fn update_data(&mut self, payload: Map<String, Value>, line: usize) {
        let flow = self.flow.clone();
        let Some(screen) = self.current(&flow) else { return };
        let undeclared = payload.keys().find(|name| !screen.data_lines.contains_key(*name));
        let violation = match undeclared {
            Some(name) => Some(format!("update_data: {name} is not in the data of {}", screen.id)),
            None => {
                flow.compiled().schema.check_types(&screen.id, &payload).err().map(|violation| {
                    format!("update_data: {}: expected {}", violation.member, violation.expected)
                })
            }
        };
        if let Some(explanation) = violation {
            let failure = FailureCause::Data.with(explanation).at_line(line);
            return self.fail(failure, RequestAction::DataExchange);
        }
        self.state_mut().data.extend(payload);
        self.settle(RequestAction::DataExchange);
    }

    /// Evaluates a payload. `target` is the screen of a `navigate`.
    fn payload(&self, action: &Action, target: Option<&str>) -> Result<Map<String, Value>, String> {
        let scope = Screens { states: &self.screens, current: self.screen() };
        let evaluated = action.payload.evaluate(&scope).map_err(|error| error.0)?;
        let Some(Value::Object(mut payload)) = evaluated else { return Ok(Map::new()) };
        for (name, template) in action.payload.members() {
            if let (Template::Path(path), Some(value)) = (&template, payload.get_mut(&name))
                && self.sends_number(path, &name, target)
                && let Some(number) = value.as_str().and_then(parse_number)
            {
                *value = json_number(number);
            }
        }
        Ok(payload)
    }

    /// Decides whether a payload has the value of a field as a number.
    fn sends_number(&self, path: &Path, member: &str, target: Option<&str>) -> bool {
        let screens = &self.flow.compiled().screens;
        let screen = path.screen.as_deref().unwrap_or(self.screen());
        let field = path.field().and_then(|name| screens.get(screen)?.named(name));
        let types =
            |wanted: &[&str]| field.is_some_and(|field| wanted.contains(&field.input_type()));
        match self.settings.numbers {
            Numbers::AsText => false,
            Numbers::AsNumber => types(&["number"]),
            Numbers::AsDeclared => {
                let declared = target.and_then(|target| screens.get(target));
                let is_number =
                    declared.is_some_and(|screen| screen.numbers.iter().any(|n| n == member));
                is_number && types(&["number", "passcode"])
            }
        }
    }
}

/// Reports whether a browser can open the address.
fn is_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once(':') else { return false };
    matches!(scheme.to_ascii_lowercase().as_str(), "https" | "http" | "mailto" | "tel")
        && !rest.trim_start_matches('/').is_empty()
        && !url.contains(char::is_whitespace)
}
