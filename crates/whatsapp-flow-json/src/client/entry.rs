//! Entering a screen: the data are merged, initial values and error messages are set, and the history changes.

use serde_json::{Map, Value};

use super::choose::Change;
use super::failure::FailureCause;
use super::flow_json::FlowJson;
use super::machine::{Client, Phase};
use super::request::RequestAction;
use super::resolve::{ComponentError, Resolved};
use super::settings::Mode;
use super::state::Screens;
use super::template::Template;
use super::validate::ENDS;
use crate::catalog::Version;

/// The cause of a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryBy {
    Navigate,
    Reply,
}

/// The versions in which the actions of selected options also run when a screen is drawn (CHG).
const SELECT_WHEN_DRAWN: std::ops::Range<Version> = (6, 0)..(7, 0);

impl Client {
    /// Checks that the routing model allows the screen. Without a routing model, every screen of the document is
    /// allowed.
    pub(super) fn check_transition(&self, to: &str, line: usize) -> Result<(), super::Failure> {
        let compiled = self.flow.compiled();
        let from = self.history.last().map(String::as_str);
        let line = if line == 0 { compiled.routing_line } else { line };
        let failure = |text: String| Err(FailureCause::ScreenTransition.with(text).at_line(line));
        if !compiled.screens.contains_key(to) {
            let ids = compiled.ids.join(", ");
            return failure(format!("{to} is not a screen of the Flow JSON; it has {ids}"));
        }
        if !compiled.schema.has_route(to) {
            return failure(format!("{to} is not in the routing model"));
        }
        match from {
            None if !compiled.schema.is_entry(to) => {
                let text =
                    "cannot be the first screen: other screens lead to it in the routing model";
                failure(format!("{to} {text}"))
            }
            Some(from) if !compiled.schema.allows_transition(from, to) => {
                failure(format!("the routing model does not lead from {from} to {to}"))
            }
            _ => Ok(()),
        }
    }

    /// Enters a screen with data that arrived by a reply or a `navigate`.
    pub(super) fn enter(
        &mut self,
        to: &str,
        data: Map<String, Value>,
        by: EntryBy,
        action: RequestAction,
        line: usize,
    ) {
        if let Err(failure) = self.check_transition(to, line) {
            return self.fail(failure, action);
        }
        let flow = self.flow.clone();
        let compiled = flow.compiled();
        let screen = &compiled.screens[to];
        let is_new = self.screen() != to;
        if let Err(violation) = compiled.schema.check_types(to, &data) {
            let member = violation.member.split(['.', '[']).next().unwrap_or_default();
            let line = screen.data_lines.get(member).copied().unwrap_or(screen.line);
            let explanation = match violation.member.as_str() {
                "" => format!("the data of {to}: expected {}", violation.expected),
                member => format!("{member} of {to}: expected {}", violation.expected),
            };
            return self.fail(FailureCause::Data.with(explanation).at_line(line), action);
        }
        if is_new {
            let is_previous =
                self.history.iter().rev().nth(1).is_some_and(|previous| previous == to);
            match is_previous {
                true => drop(self.history.pop()),
                false => self.history.push(to.to_owned()),
            }
        }
        self.focus = None;
        self.phase = Phase::Ready;
        let state = self.state_mut();
        state.data.extend(data);
        state.changed.clear();
        state.initial.clear();
        state.ends.clear();
        state.errors.clear();
        if let Err(explanation) = self.set_initial_values(&flow, by) {
            return self
                .fail(FailureCause::Component.with(explanation).at_line(screen.line), action);
        }
        self.settle(action);
        if is_new {
            self.run_when_drawn(&flow);
        }
    }

    /// Goes back without a request. The screens keep their data and what the user entered.
    pub(super) fn go_back(&mut self) {
        self.history.pop();
        self.focus = None;
        self.snackbar = None;
        self.state_mut().errors.clear();
        self.settle(RequestAction::Back);
        let flow = self.flow.clone();
        self.run_when_drawn(&flow);
    }

    /// Checks after every step that the screen can be drawn, and adapts choices to options that changed.
    pub(super) fn settle(&mut self, action: RequestAction) {
        if !matches!(self.phase, Phase::Ready) {
            return;
        }
        let flow = self.flow.clone();
        // A choice that is removed may change a condition, which shows other options; this ends, because each round
        // removes a choice.
        let error = loop {
            match self.resolve(&flow) {
                Ok(resolved) if self.drop_lost_choices(&resolved) => {}
                Ok(resolved) => break self.first_rejection(&flow, &resolved),
                Err(error) => break Some(error),
            }
        };
        if let Some(error) = error {
            let failure = FailureCause::Component.with(error.reason).at_line(error.line);
            self.fail(failure, action);
        }
    }

    /// The first value that a component rejects; a draft has a banner instead.
    fn first_rejection(
        &self,
        flow: &FlowJson,
        resolved: &[Resolved<'_>],
    ) -> Option<ComponentError> {
        let screen = self.current(flow).filter(|_| self.settings.mode == Mode::Published)?;
        resolved.iter().find_map(|component| self.rejection(screen, component))
    }

    /// Removes choices that are not among the options any more, after the options have changed to others.
    fn drop_lost_choices(&mut self, resolved: &[Resolved<'_>]) -> bool {
        let state = self.state_mut();
        let mut dropped = false;
        for field in resolved.iter().filter(|field| field.component.kind.is_choice()) {
            let Some(name) = &field.component.name else { continue };
            let ids: Vec<String> = field.option_ids().map(str::to_owned).collect();
            let before = state.options.insert(name.clone(), ids.clone());
            if before.is_none_or(|before| before == ids) || ids.is_empty() {
                continue;
            }
            let offered = |value: &Value| {
                value.as_str().is_some_and(|id| ids.iter().any(|known| known == id))
            };
            let empty = match state.form.get(name) {
                Some(Value::String(id))
                    if !id.is_empty() && !offered(&Value::from(id.as_str())) =>
                {
                    Value::from("")
                }
                Some(Value::Array(chosen)) if !chosen.iter().all(offered) => {
                    Value::Array(Vec::new())
                }
                _ => continue,
            };
            state.form.insert(name.clone(), empty);
            dropped = true;
        }
        dropped
    }

    /// Sets the initial values and the error messages of the fields.
    fn set_initial_values(&mut self, flow: &FlowJson, by: EntryBy) -> Result<(), String> {
        let Some(screen) = self.current(flow) else { return Ok(()) };
        let mut values: Vec<(String, bool, Value)> = Vec::new();
        let mut errors = Map::new();
        let scope = Screens { states: &self.screens, current: self.screen() };
        let evaluate = |template: &Template| template.evaluate(&scope).map_err(|error| error.0);
        match &screen.form {
            // With a Form, only the Form's values count.
            Some(form) => {
                match &form.init_values {
                    Some(template @ Template::Path(_)) => {
                        if let Some(Value::Object(members)) = evaluate(template)? {
                            values.extend(
                                members.into_iter().map(|(name, value)| (name, true, value)),
                            );
                        }
                    }
                    Some(template) => {
                        for (name, member) in template.members() {
                            let is_dynamic = member.literal().is_none();
                            if let Some(value) = evaluate(&member)? {
                                values.push((name, is_dynamic, value));
                            }
                        }
                    }
                    None => {}
                }
                let messages = form.error_messages.as_ref().map(evaluate).transpose()?.flatten();
                if let Some(Value::Object(messages)) = messages {
                    errors = messages;
                }
            }
            None => {
                for component in &screen.components {
                    let Some(name) = &component.name else { continue };
                    if let Some(template) = component.properties.get("init-value")
                        && let Some(value) = evaluate(template)?
                    {
                        values.push((name.clone(), template.literal().is_none(), value));
                    }
                }
            }
        }
        for component in &screen.components {
            if let (Some(name), Some(template)) =
                (&component.name, component.properties.get("error-message"))
                && (screen.form.is_none() || component.kind.is_media())
                && let Some(message) = evaluate(template)?
            {
                errors.insert(name.clone(), message);
            }
        }
        errors.retain(|_, message| !message.is_null() && message != "");
        let state = self.state_mut();
        let is_first_visit = state.form.is_empty();
        state.errors = errors;
        for (name, is_dynamic, value) in values {
            if value.is_null() {
                continue;
            }
            let value = match value {
                Value::Number(number) => {
                    Value::String(super::expression::as_text(Some(&Value::Number(number))))
                }
                other => other,
            };
            let has_end = |end: &&str| value.get(end).is_some_and(|day| day != "");
            let ends = ENDS.into_iter().filter(has_end).map(|end| (name.clone(), end));
            state.ends.extend(ends);
            state.initial.insert(name.clone());
            let sets = match (is_dynamic, by) {
                (false, _) => is_first_visit,
                (true, EntryBy::Navigate) => !state.form.contains_key(&name),
                (true, EntryBy::Reply) => true,
            };
            if sets {
                state.form.insert(name, value);
            }
        }
        Ok(())
    }

    /// From 6.0 to 6.3, the actions of components with a value, and of their selected options, run when the screen is
    /// drawn.
    fn run_when_drawn(&mut self, flow: &FlowJson) {
        if !SELECT_WHEN_DRAWN.contains(&flow.compiled().version) {
            return;
        }
        let Ok(resolved) = self.resolve(flow) else { return };
        for field in resolved.iter().filter(|field| field.is_visible()) {
            let value = field.component.name.as_ref().and_then(|name| self.state()?.form.get(name));
            if super::state::is_empty(value) {
                continue;
            }
            if field.component.kind.is_choice() {
                let added = match value {
                    Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).collect(),
                    value => Vec::from_iter(value.and_then(Value::as_str)),
                };
                let added = added.into_iter().map(str::to_owned).collect();
                self.run_choice_actions(field, &Change { added, ..Change::default() });
            } else {
                self.run_all(field.component.on_select.clone());
            }
        }
    }
}
