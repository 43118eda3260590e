//! Choices: the user taps an option or an item of a list.

use std::sync::Arc;

use serde_json::{Value, json};

use super::event::Refused;
use super::flow_json::Action;
use super::kind::ComponentKind as Kind;
use super::machine::Client;
use super::resolve::Resolved;
use super::validate;

/// The ids by which a choice changed.
#[derive(Default)]
pub(super) struct Change {
    pub removed: Vec<String>,
    pub added: Vec<String>,
}

impl Client {
    pub(super) fn choose(&mut self, field: &Resolved<'_>, id: String) -> Result<(), Refused> {
        let option = field
            .option(&id)
            .ok_or_else(|| Refused::NoOption(field.option_ids().map(str::to_owned).collect()))?;
        if option["enabled"] == false {
            return Err(Refused::OptionDisabled);
        }
        let mut change = Change::default();
        if field.component.kind.is_multiple() {
            let mut chosen: Vec<Value> =
                self.value(field).and_then(Value::as_array).cloned().unwrap_or_default();
            match chosen.iter().position(|chosen| *chosen == *id) {
                Some(at) => {
                    chosen.remove(at);
                    change.removed.push(id);
                }
                None => {
                    let max = validate::max_selected(field);
                    if chosen.len() >= max {
                        return Err(Refused::SelectionFull(max));
                    }
                    chosen.push(json!(id));
                    change.added.push(id);
                }
            }
            self.set(field, chosen.into());
        } else {
            let before = self.value(field).and_then(Value::as_str).unwrap_or_default().to_owned();
            if before == id {
                match field.component.kind {
                    // A second tap on the same row changes nothing in a Dropdown.
                    Kind::Dropdown => return Ok(()),
                    _ if field.is_required() => return Err(Refused::NotRemovable),
                    _ => self.unset(field),
                }
                change.removed.push(id);
            } else {
                self.set(field, json!(id));
                change.removed.extend(Some(before).filter(|before| !before.is_empty()));
                change.added.push(id);
            }
        }
        self.run_choice_actions(field, &change);
        Ok(())
    }

    /// Runs the actions of removed items, of added items, and of the component.
    pub(super) fn run_choice_actions(&mut self, field: &Resolved<'_>, change: &Change) {
        let removed = change.removed.iter();
        let removed = removed.filter_map(|id| self.item_action(field, id, "on-unselect-action"));
        let added = change.added.iter();
        let added = added.filter_map(|id| self.item_action(field, id, "on-select-action"));
        let mut actions: Vec<_> = removed.chain(added).collect();
        let on_select = field.component.on_select.as_ref();
        let on_unselect = field.component.on_unselect.as_ref();
        // Without an action for removals, that for selections runs for both.
        if !change.removed.is_empty() {
            let replaced = !change.added.is_empty();
            let action = if replaced { on_unselect } else { on_unselect.or(on_select) };
            actions.extend(action.cloned());
        }
        if !change.added.is_empty() {
            actions.extend(on_select.cloned());
        }
        self.run_all(actions);
    }

    /// The action of an item. Its payload is that of the state now, after the change that runs it.
    pub(super) fn item_action(
        &self,
        list: &Resolved<'_>,
        id: &str,
        trigger: &str,
    ) -> Option<Arc<Action>> {
        let flow = self.flow.clone();
        let now = self.resolve(&flow).ok()?;
        let now = now.iter().find(|component| component.id == list.id)?;
        let action = now.option(id)?.get(trigger)?;
        let version = flow.compiled().version;
        Some(Arc::new(Action::from_value(action, list.component.line, version)))
    }

    pub(super) fn tap_item(&mut self, list: &Resolved<'_>, id: String) -> Result<(), Refused> {
        if list.component.kind != Kind::NavigationList {
            return Err(Refused::WrongComponent);
        }
        let item = list
            .option(&id)
            .ok_or_else(|| Refused::NoOption(list.option_ids().map(str::to_owned).collect()))?;
        if item["enabled"] == false {
            return Err(Refused::OptionDisabled);
        }
        self.set(list, id.as_str().into());
        let own = || self.item_action(list, &id, "on-click-action");
        let action = list.component.on_click.clone().or_else(own);
        self.run_all(action);
        Ok(())
    }
}
