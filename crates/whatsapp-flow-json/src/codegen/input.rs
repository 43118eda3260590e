//! What a screen sends: the payloads of its `data_exchange` actions as one type.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::Error;
use super::data::{Data, last_of_each};
use super::expression;
use super::name::{self, Scope};
use super::presence::Presence;
use super::shape::{Field, Input, KnownBy, Type, Variant, Way};
use crate::json::{Kind, Value};
use crate::model::expression::whole_reference;
use crate::model::{Action, ActionKind, Component, Document, FieldKind, Meaning, Screen, Store};

/// One payload, or several that have become one.
#[derive(Clone)]
struct Payload<'j> {
    members: Vec<Member<'j>>,
    /// What sends it.
    sender: String,
    /// What a variant of this payload may be called.
    called: String,
    lines: Vec<usize>,
}

#[derive(Clone)]
struct Member<'j> {
    field: Field<'j>,
    /// What it always is: the value as the document writes it.
    constant: Option<Cow<'j, str>>,
    /// It is always sent, if only as `""`.
    sure: bool,
}

impl<'j> Member<'j> {
    fn new(field: Field<'j>) -> Self {
        let sure = !field.absent && !field.may_be_empty();
        Self { field, constant: None, sure }
    }
}

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

/// More payloads than this are not told apart by their members: nobody would read such an enum.
const MOST_VARIANTS: usize = 30;

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

/// Payloads with the same members are one, unless a constant tells them apart.
fn merge_equal(payloads: Vec<Payload<'_>>) -> Vec<Payload<'_>> {
    let mut merged: Vec<Payload<'_>> = Vec::new();
    let mut known = HashMap::new();
    for payload in payloads {
        let mut shape: Vec<_> = payload
            .members
            .iter()
            .map(|member| (member.field.wire.clone(), member.constant.clone()))
            .collect();
        shape.sort();
        match known.get(&shape) {
            Some(index) => merged[*index] = union(&merged[*index], [&payload]),
            None => {
                known.insert(shape, merged.len());
                merged.push(payload);
            }
        }
    }
    merged
}

fn input<'j>(mut payloads: Vec<Payload<'j>>) -> Input<'j> {
    if payloads.len() > 1 {
        if let Some(tag) = tag(&payloads) {
            return by_tag(&tag, &payloads);
        }
        match most_specific_first(&payloads) {
            Some(order) => return by_members(order),
            None => payloads = vec![union(&payloads[0], &payloads[1..])],
        }
    }
    match payloads.pop() {
        Some(Payload { members, lines, .. }) if !members.is_empty() => {
            Input::Struct { fields: fields(&members), lines }
        }
        _ => Input::Nothing,
    }
}

/// The member whose text tells most payloads apart: all have it, and each as a constant.
fn tag(payloads: &[Payload<'_>]) -> Option<String> {
    let mut best = (1, None);
    for member in &payloads[0].members {
        let name = &member.field.wire;
        let texts = payloads.iter().map(|payload| {
            let member = payload.members.iter().find(|member| member.field.wire == *name)?;
            let text = member.constant.clone().filter(|text| !text.is_empty());
            text.filter(|_| member.field.kind == Type::Text)
        });
        let texts: Option<HashSet<_>> = texts.collect();
        if let Some(texts) = texts.filter(|texts| texts.len() > best.0) {
            best = (texts.len(), Some(name.to_string()));
        }
    }
    best.1
}

fn by_tag<'j>(tag: &str, payloads: &[Payload<'j>]) -> Input<'j> {
    let mut variants: Vec<(Cow<'j, str>, Payload<'j>)> = Vec::new();
    for payload in payloads {
        let (tags, members): (Vec<_>, Vec<_>) =
            payload.members.iter().cloned().partition(|member| member.field.wire == tag);
        let text = tags.into_iter().find_map(|member| member.constant).unwrap_or_default();
        let payload = Payload { members, ..payload.clone() };
        match variants.iter_mut().find(|(known, _)| *known == text) {
            Some((_, known)) => *known = union(known, [&payload]),
            None => variants.push((text, payload)),
        }
    }
    let mut names = Scope::of_enum();
    let variants = variants.into_iter().map(|(text, payload)| Variant {
        name: names.take(&name::of_type(&text, "Item")),
        wire: Some(text.into()),
        fields: fields(&payload.members),
        sender: payload.sender,
        lines: payload.lines,
        known_by: KnownBy::All(Vec::new()),
    });
    Input::Enum { tag: Some(tag.to_owned()), variants: variants.collect() }
}

fn by_members<'j>(payloads: Vec<(&Payload<'j>, KnownBy)>) -> Input<'j> {
    let mut names = Scope::of_enum();
    let variants = payloads.into_iter().map(|(payload, known_by)| Variant {
        name: names.take(&payload.called),
        wire: None,
        fields: fields(&payload.members),
        sender: payload.sender.clone(),
        lines: payload.lines.clone(),
        known_by,
    });
    Input::Enum { tag: None, variants: variants.collect() }
}

/// An order in which the first payload that is known by its members is the right one, if there is one:
/// each surely has a member that the later ones do not have. What its members hold is not looked at: a
/// number that cannot be read does not turn a payload into another one.
fn most_specific_first<'a, 'j>(
    payloads: &'a [Payload<'j>],
) -> Option<Vec<(&'a Payload<'j>, KnownBy)>> {
    if payloads.len() > MOST_VARIANTS {
        return None;
    }
    let mut left: Vec<&Payload<'j>> = payloads.iter().collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let first = left.iter().position(|payload| {
            left.iter().all(|other| std::ptr::eq(*other, *payload) || payload.is_told_from(other))
        });
        let first = left.remove(first?);
        order.push((first, first.known_among(&left)));
    }
    Some(order)
}

/// A payload of many members is known by so many of them.
const MOST_KNOWN_BY: usize = 4;

impl<'j> Payload<'j> {
    /// Whether the other payload surely lacks something that this one surely has.
    fn is_told_from(&self, other: &Self) -> bool {
        self.sure().any(|field| !other.has(&field.wire))
    }

    /// How it is known among these, from all of which it is told.
    fn known_among(&self, others: &[&Self]) -> KnownBy {
        if others.is_empty() {
            return KnownBy::All(Vec::new());
        }
        let name = |field: &Field<'j>| field.wire.to_string();
        let own = |field: &&Field<'j>| others.iter().all(|other| !other.has(&field.wire));
        let sure: Vec<_> = self.sure().filter(own).map(name).collect();
        if sure.is_empty() {
            let telling = |field: &&Field<'j>| others.iter().any(|other| !other.has(&field.wire));
            return KnownBy::All(self.sure().filter(telling).map(name).collect());
        }
        KnownBy::Any(sure.into_iter().take(MOST_KNOWN_BY).collect())
    }

    /// The members that are there whenever it is sent.
    fn sure(&self) -> impl Iterator<Item = &Field<'j>> {
        self.members.iter().filter(|member| member.sure).map(|member| &member.field)
    }

    fn has(&self, name: &str) -> bool {
        self.members.iter().any(|member| member.field.wire == name)
    }
}

/// One payload for all of them: what some lack may be absent.
fn union<'a, 'j: 'a>(
    first: &Payload<'j>,
    others: impl IntoIterator<Item = &'a Payload<'j>>,
) -> Payload<'j> {
    let mut all = first.clone();
    for payload in others {
        for member in &mut all.members {
            match payload.members.iter().find(|other| other.field.wire == member.field.wire) {
                Some(other) => {
                    member.sure &= other.sure;
                    member.field.absent |= other.field.absent;
                    member.field.shown |= other.field.shown;
                    if member.field.kind != other.field.kind {
                        member.field.kind = Type::Value;
                    }
                }
                None => {
                    member.field.absent = true;
                    member.sure = false;
                }
            }
        }
        for member in &payload.members {
            if !all.members.iter().any(|known| known.field.wire == member.field.wire) {
                let mut member = member.clone();
                member.field.absent = true;
                member.sure = false;
                all.members.push(member);
            }
        }
        all.lines.extend(&payload.lines);
    }
    all
}

fn fields<'j>(members: &[Member<'j>]) -> Vec<Field<'j>> {
    members.iter().map(|member| member.field.clone()).collect()
}
