//! The input of a screen: the payloads of its `data_exchange` actions as one type.

use super::data::{DataTypes, last_of_each_name};
use super::error::Error;
use super::expression;
use super::ir::Input;
use super::name;
use super::payload::{Payload, PayloadMember, merge_equal, to_input, union};
use super::presence::Presence;
use super::structs::Path;
use super::types::{Field, Type};
use crate::json::{Kind, Value};
use crate::model::expression::whole_reference;
use crate::model::{
    Action, ActionKind, Component, Document, FieldKind, Meaning, Namespace, Screen,
};

/// The payload of the actions in a list's items.
enum ItemPayload<'j> {
    Nothing,
    Payload(Payload<'j>),
    /// The items have actions, but the data has no example of them.
    Anything,
}

/// Reads the payloads of screens.
pub struct PayloadReader<'a, 'd, 'j> {
    pub document: &'d Document<'j>,
    pub presence: &'a Presence<'d, 'j>,
    pub data: &'a mut DataTypes<'j>,
}

/// The maximum depth: a deeper payload is not readable, and would need a deeper stack.
const MAX_DEPTH: usize = 16;

const ON_CLICK: &str = "on-click-action";

impl<'d, 'j> PayloadReader<'_, 'd, 'j> {
    /// Reads the input of a screen. `path` is the path of the screen.
    pub fn screen(&mut self, screen: &'d Screen<'j>, path: &Path) -> Result<Input<'j>, Error> {
        Ok(match self.payloads(screen, path)? {
            Some(payloads) => to_input(merge_equal(payloads)),
            None => Input::Members,
        })
    }

    /// Reads the payload of each action; `None` if the document does not show all of them.
    pub fn payloads(
        &mut self,
        screen: &'d Screen<'j>,
        path: &Path,
    ) -> Result<Option<Vec<Payload<'j>>>, Error> {
        let mut payloads = Vec::new();
        for action in screen.actions() {
            if action.kind() == Some(ActionKind::DataExchange) {
                payloads.push(self.payload(screen, action, path)?);
            }
        }
        for list in screen.components() {
            match self.item_payload(screen, list, path)? {
                ItemPayload::Nothing => {}
                ItemPayload::Anything => return Ok(None),
                ItemPayload::Payload(payload) => payloads.push(payload),
            }
        }
        Ok(Some(payloads))
    }

    /// Reads the payload of the items in a NavigationList's data, each of which has its own action.
    fn item_payload(
        &mut self,
        screen: &'d Screen<'j>,
        list: &Component<'j>,
        path: &Path,
    ) -> Result<ItemPayload<'j>, Error> {
        let has_own_action = list.kind() != "NavigationList" || list.property(ON_CLICK).is_some();
        let items =
            list.property("list-items").filter(|_| !has_own_action).and_then(whole_reference);
        let Some(items) = items.filter(|items| items.namespace == Namespace::Data) else {
            return Ok(ItemPayload::Nothing);
        };
        let example = self.document.referred_screen(screen, &items).and_then(|on| {
            let (first, within) = items.path.split_first()?;
            let whole = on.data_member(first)?.example();
            within.iter().try_fold(whole?, |value, name| value.member(name))
        });
        let actions = example.into_iter().flat_map(Value::items);
        let mut actions = actions.filter_map(|item| item.member(ON_CLICK)).peekable();
        if actions.peek().is_none() {
            return Ok(ItemPayload::Anything);
        }
        let exchange = |action: &Value<'j>| {
            let name = action.member("name").and_then(Value::as_str);
            name.and_then(|name| ActionKind::from_name(&name)) == Some(ActionKind::DataExchange)
        };
        let (sender_text, variant_name) = sender_names(list, None);
        let mut found = Vec::new();
        for action in actions.filter(exchange) {
            let mut members = Vec::new();
            let payload = action.member("payload");
            if let Some(value) = payload.filter(|value| value.kind() != Kind::Object) {
                return Err(Error::at(value, "the payload is not an object".into()));
            }
            let given = last_of_each_name(payload.into_iter().flat_map(Value::members));
            for (name, value) in given.into_iter().filter(|(_, v)| v.kind() != Kind::Null) {
                // The values are examples. Other items may have other texts, so they do not
                // distinguish payloads.
                let kind = self.data.of_value(value, &path.member(&name.text))?;
                let field = Field { wire: name.text, kind, absent: false, shown: true };
                members.push(PayloadMember::new(field, value));
            }
            let lines = vec![action.position().line];
            let (sender, variant_name) = (sender_text.clone(), variant_name.clone());
            found.push(Payload { members, sender, variant_name, lines });
        }
        let Some((first, others)) = found.split_first() else { return Ok(ItemPayload::Nothing) };
        let mut all = union(first, others);
        all.lines.dedup();
        Ok(ItemPayload::Payload(all))
    }

    fn payload(
        &mut self,
        screen: &'d Screen<'j>,
        action: &Action<'j>,
        path: &Path,
    ) -> Result<Payload<'j>, Error> {
        if let Some(value) = action.payload_value().filter(|value| value.kind() != Kind::Object) {
            return Err(Error::at(value, "the payload is not an object".into()));
        }
        let sender = screen.component_of(action);
        let item = action.value().parent().filter(|item| !item.is_same(sender.value()));
        let (sender_text, variant_name) = sender_names(sender, item);
        let mut members = Vec::new();
        for (name, value) in last_of_each_name(action.payload()) {
            let given = self.value_type(screen, action, value, &path.member(&name.text))?;
            if let Some((kind, absent)) = given {
                let constant = match self.document.meaning(screen, value) {
                    Meaning::Constant(value) => {
                        Some(value.as_str().unwrap_or(value.source().into()))
                    }
                    _ => None,
                };
                let shown = self.is_shown(screen, value);
                let field = Field { wire: name.text, kind, absent, shown };
                let member = PayloadMember::new(field, value);
                let certain = member.certain || self.presence.member(screen, action, value);
                members.push(PayloadMember { constant, certain, ..member });
            }
        }
        let lines = vec![action.value().position().line];
        Ok(Payload { members, sender: sender_text, variant_name, lines })
    }

    /// Returns whether a value in a payload is, or contains, data of the endpoint, rather than only
    /// the user's input.
    fn is_shown(&self, screen: &'d Screen<'j>, value: Value<'j>) -> bool {
        let meaning = self.document.meaning(screen, value);
        matches!(meaning, Meaning::Data(_) | Meaning::Expression(_))
    }

    /// The type of a value in a payload, and whether it may be absent; `None` for null.
    fn value_type(
        &mut self,
        screen: &'d Screen<'j>,
        action: &Action<'j>,
        value: Value<'j>,
        path: &Path,
    ) -> Result<Option<(Type, bool)>, Error> {
        if path.depth > MAX_DEPTH {
            return Err(Error::at(value, format!("the payload is deeper than {MAX_DEPTH} levels")));
        }
        Ok(Some(match self.document.meaning(screen, value) {
            Meaning::Constant(value) if value.kind() == Kind::Null => return Ok(None),
            Meaning::Constant(value) => (
                self.data.of_value(value, path)?,
                value.as_str().is_some_and(|text| text.is_empty()),
            ),
            Meaning::Field(field) => {
                let reference = whole_reference(value);
                let within = reference.is_some_and(|reference| reference.path.len() > 1);
                let kind = match field.field_kind() {
                    Some(FieldKind::DateRange) if within => Type::Text,
                    _ if within => Type::Value,
                    Some(FieldKind::Text | FieldKind::Choice | FieldKind::Date) => Type::Text,
                    Some(FieldKind::Number) => Type::Number,
                    Some(FieldKind::Choices) => Type::Choices,
                    Some(FieldKind::Agreement) => Type::Boolean,
                    Some(FieldKind::DateRange) => Type::DateRange,
                    Some(FieldKind::Media) => Type::List(Box::new(Type::Media)),
                    None => Type::Value,
                };
                (kind, !self.presence.field(screen, action, field, value))
            }
            Meaning::Data(schema) => {
                let kind = self.data.known(schema).map_or(Type::Value, |(kind, _)| kind.clone());
                (kind, !self.presence.data(screen, value, self.data))
            }
            Meaning::Expression(value) => {
                let (kind, certain) = expression::result_type(value.source());
                (kind, !certain)
            }
            Meaning::Nested(value) if value.kind() == Kind::Object => {
                let mut fields = Vec::new();
                for (name, value) in last_of_each_name(value.members()) {
                    let given = self.value_type(screen, action, value, &path.member(&name.text))?;
                    if let Some((kind, absent)) = given {
                        let shown = self.is_shown(screen, value);
                        fields.push(Field { wire: name.text, kind, absent, shown });
                    }
                }
                (Type::Struct(self.data.structs.add(fields, path)), false)
            }
            Meaning::Nested(value) => {
                let mut kinds = Vec::new();
                for item in value.items() {
                    kinds.extend(self.value_type(screen, action, item, &path.items())?);
                }
                let same = kinds.iter().all(|(kind, absent)| *kind == kinds[0].0 && !absent);
                let kind = kinds.into_iter().next().filter(|_| same);
                (Type::List(Box::new(kind.map_or(Type::Value, |(kind, _)| kind))), false)
            }
            Meaning::Unknown(reference) => {
                let on = self.document.referred_screen(screen, &reference);
                // A component that is newer than this program may have any value.
                let is_named = |on: &Screen<'j>| {
                    let names = on.components().iter().filter_map(|component| component.name());
                    names.into_iter().any(|name| reference.path.first() == Some(&&*name))
                };
                if !on.is_some_and(is_named) {
                    let source = reference.source(value);
                    let sender_text = format!("unknown reference {source}");
                    return Err(Error::at(value, sender_text));
                }
                (Type::Value, true)
            }
        }))
    }
}

/// The description of the sender of a payload, and the name of its variant.
fn sender_names(sender: &Component<'_>, item: Option<Value<'_>>) -> (String, String) {
    let kind = sender.kind();
    let own = item.and_then(|item| item.member("id")?.as_str()).or_else(|| sender.name());
    let (sender_text, variant_name) = match &own {
        Some(own) => (format!("{kind} `{own}`"), &**own),
        None => (kind.to_string(), &*kind),
    };
    (sender_text, name::type_name(variant_name, "Item"))
}
