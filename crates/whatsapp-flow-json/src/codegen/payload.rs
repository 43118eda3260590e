//! Merges and distinguishes the payloads of a screen: equal ones are merged, the others are
//! distinguished by a tag or by their members.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::ir::{Guard, Input, Variant};
use super::name::{self, Scope};
use super::types::{Field, Type};
use crate::json::Value;

/// One payload, or several merged ones.
#[derive(Clone)]
pub struct Payload<'j> {
    pub members: Vec<PayloadMember<'j>>,
    /// The sender, for the comment.
    pub sender: String,
    /// The name of the variant for this payload.
    pub variant_name: String,
    pub lines: Vec<usize>,
}

#[derive(Clone)]
pub struct PayloadMember<'j> {
    pub field: Field<'j>,
    /// The value in the document.
    pub value: Value<'j>,
    /// The constant value, as written in the document.
    pub constant: Option<Cow<'j, str>>,
    /// The member is always sent, possibly as `""`.
    pub certain: bool,
}

impl<'j> PayloadMember<'j> {
    pub fn new(field: Field<'j>, value: Value<'j>) -> Self {
        let certain = !field.absent && !field.may_be_empty();
        Self { field, value, constant: None, certain }
    }
}

/// The maximum number of payloads that are distinguished by their members: a larger enum is not
/// readable.
const MAX_VARIANTS: usize = 30;

/// Merges payloads with the same members, unless a constant distinguishes them.
pub fn merge_equal(payloads: Vec<Payload<'_>>) -> Vec<Payload<'_>> {
    let mut merged: Vec<Payload<'_>> = Vec::new();
    let mut known = HashMap::new();
    for payload in payloads {
        let mut key: Vec<_> = payload
            .members
            .iter()
            .map(|member| (member.field.wire.clone(), member.constant.clone()))
            .collect();
        key.sort();
        match known.get(&key) {
            Some(index) => merged[*index] = union(&merged[*index], [&payload]),
            None => {
                known.insert(key, merged.len());
                merged.push(payload);
            }
        }
    }
    merged
}

pub fn to_input<'j>(mut payloads: Vec<Payload<'j>>) -> Input<'j> {
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

/// The member whose text distinguishes most payloads: all of them have it as a constant.
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
        name: names.take(&name::type_name(&text, "Item")),
        wire: Some(text.into()),
        fields: fields(&payload.members),
        sender: payload.sender,
        lines: payload.lines,
        guard: Guard::All(Vec::new()),
    });
    Input::Enum { tag: Some(tag.to_owned()), variants: variants.collect() }
}

fn by_members<'j>(payloads: Vec<(&Payload<'j>, Guard)>) -> Input<'j> {
    let mut names = Scope::of_enum();
    let variants = payloads.into_iter().map(|(payload, guard)| Variant {
        name: names.take(&payload.variant_name),
        wire: None,
        fields: fields(&payload.members),
        sender: payload.sender.clone(),
        lines: payload.lines.clone(),
        guard,
    });
    Input::Enum { tag: None, variants: variants.collect() }
}

/// Orders the payloads such that the first one whose condition holds is the right one, if such an
/// order exists: each always has a member that the later ones never have. Only the presence of
/// members counts: a number that cannot be read does not select another payload.
fn most_specific_first<'a, 'j>(
    payloads: &'a [Payload<'j>],
) -> Option<Vec<(&'a Payload<'j>, Guard)>> {
    if payloads.len() > MAX_VARIANTS {
        return None;
    }
    let mut left: Vec<&Payload<'j>> = payloads.iter().collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let first = left.iter().position(|payload| {
            left.iter().all(|other| {
                std::ptr::eq(*other, *payload) || payload.is_distinguishable_from(other)
            })
        });
        let first = left.remove(first?);
        order.push((first, first.guard_among(&left)));
    }
    Some(order)
}

/// The maximum number of members in a condition.
const MAX_GUARD_MEMBERS: usize = 4;

impl<'j> Payload<'j> {
    /// Returns whether this payload always has a member that the other one never has.
    fn is_distinguishable_from(&self, other: &Self) -> bool {
        self.certain().any(|field| !other.has(&field.wire))
    }

    /// The condition that distinguishes this payload from all of these.
    fn guard_among(&self, others: &[&Self]) -> Guard {
        if others.is_empty() {
            return Guard::All(Vec::new());
        }
        let name = |field: &Field<'j>| field.wire.to_string();
        let own = |field: &&Field<'j>| others.iter().all(|other| !other.has(&field.wire));
        let certain: Vec<_> = self.certain().filter(own).map(name).collect();
        if certain.is_empty() {
            let distinguishing =
                |field: &&Field<'j>| others.iter().any(|other| !other.has(&field.wire));
            return Guard::All(self.certain().filter(distinguishing).map(name).collect());
        }
        Guard::Any(certain.into_iter().take(MAX_GUARD_MEMBERS).collect())
    }

    /// The members that are always sent.
    fn certain(&self) -> impl Iterator<Item = &Field<'j>> {
        self.members.iter().filter(|member| member.certain).map(|member| &member.field)
    }

    fn has(&self, name: &str) -> bool {
        self.members.iter().any(|member| member.field.wire == name)
    }
}

/// Merges payloads. Members that some of them lack may be absent.
pub fn union<'a, 'j: 'a>(
    first: &Payload<'j>,
    others: impl IntoIterator<Item = &'a Payload<'j>>,
) -> Payload<'j> {
    let mut all = first.clone();
    for payload in others {
        for member in &mut all.members {
            match payload.members.iter().find(|other| other.field.wire == member.field.wire) {
                Some(other) => {
                    member.certain &= other.certain;
                    member.field.absent |= other.field.absent;
                    member.field.shown |= other.field.shown;
                    if member.field.kind != other.field.kind {
                        member.field.kind = Type::Value;
                    }
                }
                None => {
                    member.field.absent = true;
                    member.certain = false;
                }
            }
        }
        for member in &payload.members {
            if !all.members.iter().any(|known| known.field.wire == member.field.wire) {
                let mut member = member.clone();
                member.field.absent = true;
                member.certain = false;
                all.members.push(member);
            }
        }
        all.lines.extend(&payload.lines);
    }
    all
}

fn fields<'j>(members: &[PayloadMember<'j>]) -> Vec<Field<'j>> {
    members.iter().map(|member| member.field.clone()).collect()
}
