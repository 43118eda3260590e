//! The errors of fields: what makes the form invalid, and what the user sees of it.

use serde_json::Value;

use super::machine::Client;
use super::problem::Problem;
use super::resolve::Resolved;
use super::validate::{self, ENDS};

impl Client {
    /// The reason for which a field is invalid: a rule of its component, or a message of the endpoint.
    pub(super) fn problem(&self, field: &Resolved<'_>) -> Option<Problem> {
        if !field.is_visible() {
            return None;
        }
        match validate::check(field, self.value(field), self.calendar()) {
            Ok(()) => Some(Problem::Message(self.message(field)?)),
            Err(problem) => Some(problem),
        }
    }

    /// The fields that make the form invalid, with the reasons, for a developer.
    pub(super) fn invalid_fields(&self, resolved: &[Resolved<'_>]) -> Vec<String> {
        let problems = resolved
            .iter()
            .filter_map(|field| Some(format!("`{}` {}", field.label(), self.problem(field)?)));
        problems.collect()
    }

    /// The text under a field: that of a rule if the user has seen to the field, else the endpoint's message.
    pub(super) fn shown_error(&self, field: &Resolved<'_>) -> Option<String> {
        let text = self.shown_problem(field).and_then(|problem| problem.text());
        text.or_else(|| self.message(field))
    }

    /// The rule that the user is told of. A field that has the cursor, or that was not changed since the screen was
    /// entered and had no initial value, is left alone; so is each end of a range.
    fn shown_problem(&self, field: &Resolved<'_>) -> Option<Problem> {
        let name = field.component.name.as_ref()?;
        let state = self.state()?;
        if self.focus == Some(field.id) {
            return None;
        }
        let (value, calendar) = (self.value(field), self.calendar());
        if field.component.is_range() {
            let was_set = |end: &&str| state.ends.iter().any(|(n, e)| n == name && e == end);
            let ends: Vec<_> = ENDS.into_iter().filter(was_set).collect();
            return validate::check_ends(field, value, calendar, &ends).err();
        }
        let was_set = state.changed.contains(name) || state.initial.contains(name);
        validate::check(field, value, calendar).err().filter(|_| was_set)
    }

    /// The endpoint's message for a field. Of the texts for several files or ends, the first one counts.
    fn message(&self, field: &Resolved<'_>) -> Option<String> {
        let message = self.state()?.errors.get(field.component.name.as_ref()?)?;
        let text =
            |value: &Value| value.as_str().map(str::to_owned).filter(|text| !text.is_empty());
        match message {
            Value::Object(messages) => messages.values().find_map(text),
            message => text(message),
        }
    }
}
