//! The options of a component that come from a screen's data: how many there may be, and how they are
//! told apart.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::schema::Misfit;

/// A member that holds options, and how many there may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Options {
    member: String,
    at_least: usize,
    at_most: usize,
    too_few: &'static str,
    too_many: &'static str,
}

impl Options {
    /// The member that a component's options come from, with its limits (CMP).
    ///
    /// One that is shown on a condition may have none while it is not.
    pub fn of(component: &Value, conditional: bool) -> Option<Self> {
        let (source, at_least, at_most, too_few, too_many) = match component["type"].as_str()? {
            "Dropdown" => ("data-source", 1, 200, "at least 1 option", "at most 200 options"),
            "RadioButtonsGroup" | "CheckboxGroup" => {
                ("data-source", 1, 20, "at least 1 option", "at most 20 options")
            }
            "ChipsSelector" => ("data-source", 2, 20, "at least 2 options", "at most 20 options"),
            "NavigationList" => ("list-items", 1, 20, "at least 1 item", "at most 20 items"),
            _ => return None,
        };
        let member = component[source].as_str()?.strip_prefix("${data.")?.strip_suffix('}')?;
        let at_least = if conditional { 0 } else { at_least };
        let plain = !member.contains(['.', '[', '$', '`']);
        plain.then(|| Self { member: member.to_owned(), at_least, at_most, too_few, too_many })
    }

    fn items<'a>(&self, data: &'a Map<String, Value>) -> Option<&'a Vec<Value>> {
        data.get(&self.member)?.as_array()
    }

    /// Whether there are as many as there may be.
    pub fn counted(&self, data: &Map<String, Value>) -> Result<(), Misfit> {
        let count = self.items(data).map_or(self.at_least, Vec::len);
        let expected = match count {
            _ if count < self.at_least => self.too_few,
            _ if count > self.at_most => self.too_many,
            _ => return Ok(()),
        };
        Err(Misfit { member: self.member.clone(), expected })
    }

    /// Options are told apart by their ids.
    pub fn told_apart(&self, data: &Map<String, Value>) -> Result<(), Misfit> {
        let items = self.items(data).map(Vec::as_slice).unwrap_or_default();
        let mut ids = HashSet::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let id = item["id"].as_str().unwrap_or_default();
            let expected = match id {
                "" => "an id that is not empty",
                id if !ids.insert(id) => "an id that no other option has",
                _ => continue,
            };
            return Err(Misfit { member: format!("{}[{at}].id", self.member), expected });
        }
        Ok(())
    }
}
