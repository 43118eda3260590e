//! The events of the user: they change the form, and run actions.

use std::sync::Arc;

use serde_json::Value;

use super::event::{Event, Refused};
use super::flow_json::{Action, FlowJson};
use super::kind::ComponentKind as Kind;
use super::machine::{Client, Effect, Phase};
use super::request::{Request, RequestAction};
use super::resolve::Resolved;

impl Client {
    /// Does what a user does.
    ///
    /// # Errors
    ///
    /// Returns the reason if a user could not do this; the client is unchanged then.
    pub fn handle(&mut self, event: Event) -> Result<Vec<Effect>, Refused> {
        match event {
            Event::DismissSnackbar => self.snackbar = None,
            Event::Close => {
                match self.phase {
                    Phase::Closed { .. } => return Err(Refused::Closed),
                    _ => self.close(None),
                }
                return Ok(self.take_effects());
            }
            Event::Retry => self.retry()?,
            Event::Back => self.back()?,
            event => {
                self.check_ready()?;
                let flow = self.flow.clone();
                self.handle_component(event, &flow)?;
                self.settle(RequestAction::DataExchange);
            }
        }
        Ok(self.take_effects())
    }

    fn check_ready(&self) -> Result<(), Refused> {
        match self.phase {
            Phase::Ready => Ok(()),
            Phase::Waiting(_) => Err(Refused::Waiting),
            Phase::Failed { .. } => Err(Refused::ErrorScreen),
            Phase::Closed { .. } => Err(Refused::Closed),
        }
    }

    fn retry(&mut self) -> Result<(), Refused> {
        let Phase::Failed { retry: Some(request), .. } = &self.phase else {
            return Err(Refused::NothingToRetry);
        };
        let request = request.clone();
        self.send(request);
        Ok(())
    }

    fn back(&mut self) -> Result<(), Refused> {
        self.check_ready()?;
        if self.history.len() < 2 {
            return Err(Refused::FirstScreen);
        }
        let flow = self.flow.clone();
        match self.current(&flow).filter(|screen| screen.refresh_on_back) {
            Some(screen) => {
                let (action, screen) = (RequestAction::Back, screen.id.clone());
                self.send(Request { action, screen, data: Default::default(), line: 0 });
            }
            None => self.go_back(),
        }
        Ok(())
    }

    fn handle_component(&mut self, event: Event, flow: &FlowJson) -> Result<(), Refused> {
        let resolved = self.resolve(flow).map_err(|_| Refused::ErrorScreen)?;
        let find = |id: usize| {
            let found = resolved.iter().find(|component| component.id == id);
            found.filter(|component| component.is_visible()).ok_or(Refused::NoComponent)
        };
        let usable = |id: usize, is_kind: fn(Kind) -> bool| {
            let component = find(id)?;
            match (is_kind(component.component.kind), component.is_enabled()) {
                (false, _) => Err(Refused::WrongComponent),
                (_, false) => Err(Refused::Disabled),
                _ => Ok(component),
            }
        };
        let is_text = |kind| matches!(kind, Kind::TextInput | Kind::TextArea);
        let is_date = |kind| matches!(kind, Kind::DatePicker | Kind::CalendarPicker);
        match event {
            Event::Focus { component } => {
                let field = usable(component, is_text)?;
                self.leave_field(&resolved);
                self.focus = Some(field.id);
            }
            Event::Blur => self.leave_field(&resolved),
            Event::Type { component, text } => {
                let field = usable(component, is_text)?;
                self.set(field, accepted_text(field, text).into());
            }
            Event::Choose { component, option } => {
                self.choose(usable(component, Kind::is_choice)?, option)?;
            }
            Event::Tick { component } => {
                let field = usable(component, |kind| kind == Kind::OptIn)?;
                let ticks = self.value(field) != Some(&Value::Bool(true));
                self.set(field, if ticks { Value::Bool(true) } else { Value::Null });
                let on_select = field.component.on_select.as_ref();
                let action = if ticks { on_select } else { field.component.on_unselect.as_ref() };
                self.run_all(action.cloned());
            }
            Event::SetDate { component, part, day } => {
                self.set_date(usable(component, is_date)?, part, &day)?;
            }
            Event::Clear { component, part } => {
                let is_clearable = |kind| {
                    kind == Kind::Dropdown
                        || matches!(kind, Kind::TextInput | Kind::TextArea)
                        || matches!(kind, Kind::DatePicker | Kind::CalendarPicker)
                };
                self.clear(usable(component, is_clearable)?, part)?;
            }
            Event::Pick { component, files } => {
                self.add_files(usable(component, Kind::is_media)?, files)?;
            }
            Event::RemoveFile { component, file_name } => {
                self.remove_file(usable(component, Kind::is_media)?, &file_name)?;
            }
            Event::RetryUpload { component, file_name } => {
                self.retry_upload(usable(component, Kind::is_media)?, &file_name)?;
            }
            Event::Tap { component } => self.tap(find(component)?, &resolved)?,
            Event::TapItem { component, item } => self.tap_item(find(component)?, item)?,
            Event::Back | Event::Close | Event::Retry | Event::DismissSnackbar => {}
        }
        Ok(())
    }

    /// The field that had the cursor loses it, and the endpoint's message for it disappears.
    fn leave_field(&mut self, resolved: &[Resolved<'_>]) {
        let left = self.focus.take();
        let field = resolved.iter().find(|field| Some(field.id) == left);
        if let Some(name) = field.and_then(|field| field.component.name.as_ref()) {
            self.state_mut().errors.remove(name);
        }
    }

    pub(super) fn value(&self, field: &Resolved<'_>) -> Option<&Value> {
        self.state()?.form.get(field.component.name.as_ref()?)
    }

    /// Sets the value of a field; the endpoint's message for it disappears.
    pub(super) fn set(&mut self, field: &Resolved<'_>, value: Value) {
        let Some(name) = &field.component.name else { return };
        let state = self.state_mut();
        state.errors.remove(name);
        state.changed.insert(name.clone());
        state.form.insert(name.clone(), value);
    }

    pub(super) fn unset(&mut self, field: &Resolved<'_>) {
        let Some(name) = &field.component.name else { return };
        self.set(field, Value::Null);
        self.state_mut().form.remove(name);
    }

    /// Runs actions in order, as long as none of them leaves the screen.
    pub(super) fn run_all(&mut self, actions: impl IntoIterator<Item = Arc<Action>>) {
        for action in actions {
            let is_ready = matches!(self.phase, Phase::Ready);
            self.run(&action, is_ready);
        }
    }

    fn tap(&mut self, component: &Resolved<'_>, resolved: &[Resolved<'_>]) -> Result<(), Refused> {
        let action = component.component.on_click.clone();
        match component.component.kind {
            Kind::Footer => {
                if !component.is_enabled() {
                    return Err(Refused::Disabled);
                }
                // The tap takes the cursor out of the field, which removes its message. A refused tap does not.
                let before = (self.focus, self.state_mut().errors.clone());
                self.leave_field(resolved);
                let reasons = self.invalid_fields(resolved);
                if !reasons.is_empty() {
                    (self.focus, self.state_mut().errors) = before;
                    return Err(Refused::FormInvalid(reasons));
                }
            }
            Kind::EmbeddedLink | Kind::OptIn if action.is_some() => {}
            _ => return Err(Refused::WrongComponent),
        }
        self.run_all(action);
        Ok(())
    }
}

/// The default `max-length` of a TextArea (CMP).
const MAX_LENGTH: f64 = 600.0;

/// The text that a field accepts: a TextArea cuts it, and passwords and passcodes have no emoji.
fn accepted_text(field: &Resolved<'_>, text: String) -> String {
    if field.component.kind == Kind::TextArea {
        let max = field.number("max-length").unwrap_or(MAX_LENGTH).max(0.0) as usize;
        let mut length = 0;
        let fits = |c: &char| {
            length += c.len_utf16();
            length <= max
        };
        return text.chars().take_while(fits).collect();
    }
    match field.component.input_type() {
        "password" | "passcode" => text.chars().filter(|c| !is_emoji(*c)).collect(),
        _ => text,
    }
}

/// The blocks of pictographs.
fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0xFE0F | 0x200D)
}
