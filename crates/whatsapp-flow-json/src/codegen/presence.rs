//! The members of a payload that may be absent.
//!
//! A Footer validates its form: required fields have a value if they are displayed and enabled. Any
//! other action sends the form as it is, and only the field that triggers it has a value, unless it
//! was cleared. If a `navigate` omits a member of a screen's data, or fills it from a field that
//! may be empty, the member may also be absent from the input of that screen.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::data::DataTypes;
use crate::json::{Kind, Value};
use crate::model::expression::whole_reference;
use crate::model::{Action, ActionKind, Component, Document, Meaning, Namespace, Screen};

/// The values that may be absent, in the whole document.
pub struct Presence<'d, 'j> {
    document: &'d Document<'j>,
    /// Members of screens' data that a `navigate` may omit.
    omitted: HashSet<ScreenMember<'j>>,
    /// For each screen that other screens refer to: the screens that can be reached without
    /// visiting it.
    reachable_without: HashMap<Cow<'j, str>, HashSet<Cow<'j, str>>>,
}

/// A screen's id, and a member of its data.
type ScreenMember<'j> = (Cow<'j, str>, Cow<'j, str>);

impl<'d, 'j> Presence<'d, 'j> {
    /// Reads every `navigate`.
    pub fn of(document: &'d Document<'j>) -> Self {
        let reachable_without = reachable_without(document);
        let mut presence = Self { document, omitted: HashSet::new(), reachable_without };
        let mut dependents: HashMap<ScreenMember<'j>, Vec<ScreenMember<'j>>> = HashMap::new();
        let mut found = Vec::new();
        for screen in document.screens() {
            for action in screen.actions() {
                presence.read_navigate(screen, action, &mut found, &mut dependents);
            }
        }
        // A member that is filled from an omitted one is omitted as well.
        while let Some(member) = found.pop() {
            if presence.omitted.insert(member.clone()) {
                found.extend(dependents.remove(&member).into_iter().flatten());
            }
        }
        presence
    }

    fn read_navigate(
        &self,
        screen: &'d Screen<'j>,
        action: &Action<'j>,
        found: &mut Vec<ScreenMember<'j>>,
        dependents: &mut HashMap<ScreenMember<'j>, Vec<ScreenMember<'j>>>,
    ) {
        let Some((id, _)) = action.next().filter(|_| action.kind() == Some(ActionKind::Navigate))
        else {
            return;
        };
        let Some(next) = self.document.screen(&id) else { return };
        let payload: HashMap<_, _> =
            action.payload().map(|(name, value)| (name.text, value)).collect();
        for (name, _) in next.data() {
            let member = (id.clone(), name.text.clone());
            let Some(value) = payload.get(&name.text) else {
                found.push(member);
                continue;
            };
            match self.document.meaning(screen, *value) {
                Meaning::Field(field) if !self.field(screen, action, field, *value) => {
                    found.push(member);
                }
                Meaning::Data(_) => {
                    if let Some(source) = self.source(screen, *value) {
                        dependents.entry(source).or_default().push(member);
                    }
                }
                _ => {}
            }
        }
    }

    /// Returns whether a field always has a value when this action of `screen` is sent.
    pub fn field(
        &self,
        screen: &'d Screen<'j>,
        action: &Action<'j>,
        field: &Component<'j>,
        value: Value<'j>,
    ) -> bool {
        let named = whole_reference(value).and_then(|reference| reference.screen);
        let filled = is_always_filled(field);
        if let Some(id) = named.filter(|id| screen.id().as_deref() != Some(id)) {
            return filled && self.always_visited_before(id, screen);
        }
        let sender = screen.component_of(action);
        let chosen = is_triggered_by(sender, action, field) && !triggers_when_cleared(field);
        chosen || (filled && sender.kind() == "Footer")
    }

    /// Returns whether a member of this payload is always sent, possibly as the `""` of a cleared
    /// field.
    pub fn member(&self, screen: &'d Screen<'j>, action: &Action<'j>, value: Value<'j>) -> bool {
        let Meaning::Field(field) = self.document.meaning(screen, value) else { return false };
        // A field that is cleared by a second tap is not sent at all (CMP, RadioButtonsGroup).
        let stays = field.kind() != "RadioButtonsGroup" || !triggers_when_cleared(field);
        is_triggered_by(screen.component_of(action), action, field) && stays
    }

    /// Returns whether a member of a screen's data always has a value, however often it was passed
    /// on.
    pub fn data(&self, screen: &'d Screen<'j>, value: Value<'j>, data: &DataTypes<'j>) -> bool {
        let Meaning::Data(schema) = self.document.meaning(screen, value) else { return false };
        let known = data.known(schema).is_some_and(|(_, absent)| !absent);
        let Some((id, member)) = self.source(screen, value) else { return false };
        let here = screen.id().as_ref() == Some(&id);
        let visited = here || self.always_visited_before(&id, screen);
        known && visited && !self.omitted.contains(&(id, member))
    }

    /// The screen and the member of its data at the start of a reference.
    fn source(&self, screen: &'d Screen<'j>, value: Value<'j>) -> Option<ScreenMember<'j>> {
        let reference =
            whole_reference(value).filter(|whole| whole.namespace == Namespace::Data)?;
        let on = self.document.referred_screen(screen, &reference)?;
        Some((on.id()?, Cow::Borrowed(*reference.path.first()?)))
    }

    /// Returns whether every route to `screen` passes through the other screen.
    fn always_visited_before(&self, id: &str, screen: &Screen<'j>) -> bool {
        let reachable_without = self.reachable_without.get(id);
        screen.id().is_some_and(|here| {
            reachable_without.is_some_and(|reachable_without| !reachable_without.contains(&here))
        })
    }
}

/// Returns whether the action is triggered by a change of this field.
fn is_triggered_by(sender: &Component<'_>, action: &Action<'_>, field: &Component<'_>) -> bool {
    sender.value().is_same(field.value()) && action.trigger() == "on-select-action"
}

/// Returns whether clearing a field also triggers its `on-select-action`. It does not if there is
/// an `on-unselect-action`; an OptIn triggers it only when it is ticked, and a list of choices is
/// then sent as an empty list.
fn triggers_when_cleared(field: &Component<'_>) -> bool {
    match &*field.kind() {
        "OptIn" | "CheckboxGroup" | "ChipsSelector" => false,
        _ if field.property("on-unselect-action").is_some() => false,
        "RadioButtonsGroup" => field.required() != Some(true),
        _ => true,
    }
}

/// Returns whether the Footer requires a value for the field.
fn is_always_filled(field: &Component<'_>) -> bool {
    let is_on = |name: &str| field.property(name).is_none_or(|on| on.as_bool() == Some(true));
    let required = match field.property("required").filter(|both| both.kind() == Kind::Object) {
        // A range of days has a value for each end.
        Some(both) => both.members().all(|(_, end)| end.as_bool() == Some(true)),
        None => field.required() == Some(true),
    };
    required && is_on("visible") && is_on("enabled") && !field.conditional()
}

/// For each screen that a payload of another one refers to: the screens that can be reached without
/// it.
fn reachable_without<'j>(document: &Document<'j>) -> HashMap<Cow<'j, str>, HashSet<Cow<'j, str>>> {
    let routes = document.routing_model().unwrap_or_default();
    let has_incoming: HashSet<_> = routes
        .iter()
        .flat_map(|route| route.to.iter().filter(|(to, _)| *to != route.from.text))
        .map(|(to, _)| to.clone())
        .collect();
    let targets: HashMap<_, Vec<_>> = routes
        .iter()
        .map(|route| (&route.from.text, route.to.iter().map(|(to, _)| to).collect()))
        .collect();
    let ids = || document.screens().iter().filter_map(Screen::id);
    let reachable = |removed: &str| {
        let mut reached = HashSet::new();
        let mut next: Vec<_> = ids().filter(|id| !has_incoming.contains(id)).collect();
        while let Some(id) = next.pop() {
            if id != removed && reached.insert(id.clone()) {
                next.extend(targets.get(&id).into_iter().flatten().map(|id| (*id).clone()));
            }
        }
        reached
    };
    let referred = document.screens().iter().flat_map(|screen| {
        let values = screen.actions().iter().flat_map(|action| action.payload());
        values.filter_map(|(_, value)| whole_reference(value)?.screen)
    });
    let referred: HashSet<&str> = referred.collect();
    referred.into_iter().map(|id| (Cow::Borrowed(id), reachable(id))).collect()
}
