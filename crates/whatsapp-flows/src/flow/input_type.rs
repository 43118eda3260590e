//! The `Input` of a screen, compared with the payloads that the Flow JSON shows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use whatsapp_flow_json::internals::{ExamplePayload, WhenEmpty};

use super::field::asked::members_asked_for;
use super::input::read_input;
use super::screen::{Input, Screen};
use super::struct_members::struct_members;
use crate::session::Failure;

/// The `Input` of a screen.
pub(super) struct InputType {
    /// Reads a payload. The error is the name of the invalid member, if it is known.
    read: fn(Value) -> Result<(), String>,
    /// The members of a plain struct.
    members: fn() -> Option<&'static [&'static str]>,
}

impl InputType {
    pub fn of<S: Screen>() -> Self {
        let read = |payload| match read_input::<S>(payload) {
            Ok(_) => Ok(()),
            Err(Failure::InvalidPayload { member }) => Err(member),
            Err(_) => Err(String::new()),
        };
        Self { read, members: struct_members::<Input<S>> }
    }

    /// Returns how the type differs from the payloads of the screen, in words. If the names of members differ, there is
    /// nothing more to say.
    pub fn differences(&self, payloads: &[ExamplePayload]) -> Vec<String> {
        let rejected = || payloads.iter().flat_map(|sent| self.rejected(sent)).collect();
        let (rejected, asked): (Vec<_>, _) = members_asked_for(rejected);
        let names = match (self.members)() {
            Some(members) => {
                let own = members.iter().filter(|member| !self.is_alias(member, payloads));
                different_names(&own.map(|member| (*member).to_owned()).collect(), payloads)
            }
            // A type that reads a `Payload`, and has read all of it.
            None if rejected.is_empty() && !asked.is_empty() => different_names(&asked, payloads),
            None => Vec::new(),
        };
        if names.is_empty() { rejected } else { names }
    }

    /// Reads a payload with all members, and without each that may be empty.
    fn rejected(&self, sent: &ExamplePayload) -> Vec<String> {
        let all = object(sent);
        if let Err(member) = self.read(all.clone()) {
            let line = sent.line;
            return vec![match sent.members.iter().find(|sent| sent.name == member) {
                Some(sent) => format!(
                    "line {}: the Input does not accept {} as `{member}`",
                    sent.line, sent.value
                ),
                None if member.is_empty() => {
                    format!("line {line}: the Input does not accept {}", Value::Object(all))
                }
                None => format!("line {line}: the Input requires `{member}`, which is not sent"),
            }];
        }
        let without = sent.members.iter().filter_map(|member| {
            let mut without = all.clone();
            match member.when_empty {
                WhenEmpty::NeverEmpty => return None,
                WhenEmpty::LeftOut => without.remove(&member.name),
                WhenEmpty::EmptyText => without.insert(member.name.clone(), "".into()),
            };
            self.read(without).err().map(|_| {
                format!(
                    "line {}: the Input requires `{}`, which may be empty",
                    member.line, member.name
                )
            })
        });
        without.collect()
    }

    /// Returns whether a member is another name of one that is sent: both together are an error of the whole payload.
    fn is_alias(&self, name: &str, payloads: &[ExamplePayload]) -> bool {
        payloads.iter().any(|sent| {
            let all = object(sent);
            let with = |value: &Value| {
                let mut with = all.clone();
                with.insert(name.to_owned(), value.clone());
                self.read(with)
            };
            let is_sent = all.contains_key(name);
            !is_sent
                && self.read(all.clone()).is_ok()
                && all.values().any(|value| with(value) == Err(String::new()))
        })
    }

    fn read(&self, payload: Map<String, Value>) -> Result<(), String> {
        (self.read)(Value::Object(payload))
    }
}

fn object(sent: &ExamplePayload) -> Map<String, Value> {
    sent.members.iter().map(|member| (member.name.clone(), member.value.clone())).collect()
}

/// Returns the members of the type that are not sent, and those that are sent and not in the type.
fn different_names(own: &BTreeSet<String>, payloads: &[ExamplePayload]) -> Vec<String> {
    let members = payloads.iter().flat_map(|payload| &payload.members);
    let sent: BTreeMap<_, _> = members.rev().map(|member| (&member.name, member.line)).collect();
    let stale = own.iter().filter(|name| !sent.contains_key(name));
    let stale = stale.map(|name| format!("the Input reads `{name}`, which is not sent"));
    let unread = sent.iter().filter(|(name, _)| !own.contains(**name));
    let unread = unread.map(|(name, line)| {
        format!("line {line}: the screen sends `{name}`, which the Input does not read")
    });
    stale.chain(unread).collect()
}
