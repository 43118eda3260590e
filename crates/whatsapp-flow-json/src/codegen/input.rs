//! What a screen sends: the payloads of its `data_exchange` actions as one type.

use super::data::{Data, last_of_each};
use super::error::Error;
use super::expression;
use super::ir::{Field, Input, Type, Way};
use super::name;
use super::payload::{Member, Payload, input, merge_equal, union};
use super::presence::Presence;
use crate::json::{Kind, Value};
use crate::model::expression::whole_reference;
use crate::model::{Action, ActionKind, Component, Document, FieldKind, Meaning, Screen, Store};

/// What the items of a list send.
enum InItems<'j> {
    Nothing,
    Payload(Payload<'j>),
    /// Their actions come with data of which there is no example.
    Anything,
}

/// Reads the payloads of screens.
pub struct Reader<'a, 'd, 'j> {
    pub document: &'d Document<'j>,
    pub presence: &'a Presence<'d, 'j>,
    pub data: &'a mut Data<'j>,
}

/// Nobody can read a deeper payload, and no stack need hold it.
const DEEPEST: usize = 16;

const ON_CLICK: &str = "on-click-action";

impl<'d, 'j> Reader<'_, 'd, 'j> {
    /// What a screen sends. `way` leads to it.
    pub fn screen(&mut self, screen: &'d Screen<'j>, way: &Way) -> Result<Input<'j>, Error> {
        let mut payloads = Vec::new();
        for action in screen.actions() {
            if action.kind() == Some(ActionKind::DataExchange) {
                payloads.push(self.payload(screen, action, way)?);
            }
        }
        for list in screen.components() {
            match self.in_items(screen, list, way)? {
                InItems::Nothing => {}
                InItems::Anything => return Ok(Input::Members),
                InItems::Payload(payload) => payloads.push(payload),
            }
        }
        Ok(input(merge_equal(payloads)))
    }

    /// What the items of a NavigationList send that come with the data, each with its own action.
    fn in_items(
        &mut self,
        screen: &'d Screen<'j>,
        list: &Component<'j>,
        way: &Way,
    ) -> Result<InItems<'j>, Error> {
        let of_its_own = list.kind() != "NavigationList" || list.property(ON_CLICK).is_some();
        let items = list.property("list-items").filter(|_| !of_its_own).and_then(whole_reference);
        let Some(items) = items.filter(|items| items.store == Store::Data) else {
            return Ok(InItems::Nothing);
        };
        let example = self.document.referred_screen(screen, &items).and_then(|on| {
            let (first, within) = items.path.split_first()?;
            let whole = on.data_member(first)?.example();
            within.iter().try_fold(whole?, |value, name| value.member(name))
        });
        let actions = example.into_iter().flat_map(Value::items);
        let mut actions = actions.filter_map(|item| item.member(ON_CLICK)).peekable();
        if actions.peek().is_none() {
            return Ok(InItems::Anything);
        }
        let exchange = |action: &Value<'j>| {
            let name = action.member("name").and_then(Value::as_str);
            name.and_then(|name| ActionKind::named(&name)) == Some(ActionKind::DataExchange)
        };
        let (words, called) = names_of(list, None);
        let mut found = Vec::new();
        for action in actions.filter(exchange) {
            let mut members = Vec::new();
            let payload = action.member("payload");
            if let Some(value) = payload.filter(|value| value.kind() != Kind::Object) {
                return Err(Error::at(value, "a payload that is not an object".into()));
            }
            let given = last_of_each(payload.into_iter().flat_map(Value::members));
            for (name, value) in given.into_iter().filter(|(_, v)| v.kind() != Kind::Null) {
                // Examples: the next item may have another text here, so they tell nothing apart.
                let kind = self.data.of_value(value, &way.member(&name.text))?;
                let field = Field { wire: name.text, kind, absent: false, shown: true };
                members.push(Member::new(field));
            }
            let lines = vec![action.position().line];
            let (sender, called) = (words.clone(), called.clone());
            found.push(Payload { members, sender, called, lines });
        }
        let Some((first, others)) = found.split_first() else { return Ok(InItems::Nothing) };
        let mut all = union(first, others);
        all.lines.dedup();
        Ok(InItems::Payload(all))
    }

    fn payload(
        &mut self,
        screen: &'d Screen<'j>,
        action: &Action<'j>,
        way: &Way,
    ) -> Result<Payload<'j>, Error> {
        if let Some(value) = action.payload_value().filter(|value| value.kind() != Kind::Object) {
            return Err(Error::at(value, "a payload that is not an object".into()));
        }
        let sender = screen.component_of(action);
        let item = action.value().parent().filter(|item| !item.is(sender.value()));
        let (words, called) = names_of(sender, item);
        let mut members = Vec::new();
        for (name, value) in last_of_each(action.payload()) {
            let given = self.given(screen, action, value, &way.member(&name.text))?;
            if let Some((kind, absent)) = given {
                let constant = match self.document.meaning(screen, value) {
                    Meaning::Constant(value) => {
                        Some(value.as_str().unwrap_or(value.source().into()))
                    }
                    _ => None,
                };
                let shown = self.is_shown(screen, value);
                let member = Member::new(Field { wire: name.text, kind, absent, shown });
                let sure = member.sure || self.presence.member(screen, action, value);
                members.push(Member { constant, sure, ..member });
            }
        }
        let lines = vec![action.value().position().line];
        Ok(Payload { members, sender: words, called, lines })
    }

    /// Whether a value in a payload comes from data, or is made of it, and not the person's own.
    fn is_shown(&self, screen: &'d Screen<'j>, value: Value<'j>) -> bool {
        let meaning = self.document.meaning(screen, value);
        matches!(meaning, Meaning::Data(_) | Meaning::Expression(_))
    }

    /// The type of a value in a payload, and whether it may be absent; nothing for null.
    fn given(
        &mut self,
        screen: &'d Screen<'j>,
        action: &Action<'j>,
        value: Value<'j>,
        way: &Way,
    ) -> Result<Option<(Type, bool)>, Error> {
        if way.depth > DEEPEST {
            return Err(Error::at(value, format!("a payload deeper than {DEEPEST} levels")));
        }
        Ok(Some(match self.document.meaning(screen, value) {
            Meaning::Constant(value) if value.kind() == Kind::Null => return Ok(None),
            Meaning::Constant(value) => (
                self.data.of_value(value, way)?,
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
                let (kind, surely) = expression::given(value.source());
                (kind, !surely)
            }
            Meaning::Nested(value) if value.kind() == Kind::Object => {
                let mut fields = Vec::new();
                for (name, value) in last_of_each(value.members()) {
                    let given = self.given(screen, action, value, &way.member(&name.text))?;
                    if let Some((kind, absent)) = given {
                        let shown = self.is_shown(screen, value);
                        fields.push(Field { wire: name.text, kind, absent, shown });
                    }
                }
                (Type::Struct(self.data.shapes.add(fields, way)), false)
            }
            Meaning::Nested(value) => {
                let mut kinds = Vec::new();
                for item in value.items() {
                    kinds.extend(self.given(screen, action, item, &way.items())?);
                }
                let same = kinds.iter().all(|(kind, absent)| *kind == kinds[0].0 && !absent);
                let kind = kinds.into_iter().next().filter(|_| same);
                (Type::List(Box::new(kind.map_or(Type::Value, |(kind, _)| kind))), false)
            }
            Meaning::Unknown(reference) => {
                let on = self.document.referred_screen(screen, &reference);
                // A component that is newer than this tool may hold anything.
                let is_named = |on: &Screen<'j>| {
                    let names = on.components().iter().filter_map(|component| component.name());
                    names.into_iter().any(|name| reference.path.first() == Some(&&*name))
                };
                if !on.is_some_and(is_named) {
                    let source = reference.source(value);
                    let words = format!("{source}, which is nowhere in the document");
                    return Err(Error::at(value, words));
                }
                (Type::Value, true)
            }
        }))
    }
}

/// The words for what sends a payload, and what a variant for it may be called.
fn names_of(sender: &Component<'_>, item: Option<Value<'_>>) -> (String, String) {
    let kind = sender.kind();
    let own = item.and_then(|item| item.member("id")?.as_str()).or_else(|| sender.name());
    let (words, called) = match &own {
        Some(own) => (format!("{kind} `{own}`"), &**own),
        None => (kind.to_string(), &*kind),
    };
    (words, name::of_type(called, "Item"))
}
