//! The part of a screen that replies must match.

use serde_json::{Map, Value};

use super::data_schema::{DataSchema, MemberSchemas, check_members};
use crate::binding::Bindings;
use crate::catalog::ValueType;
use crate::node::ScreenData;
use crate::value::{ValueError, Violation, check_count, check_value, list_matches};

/// A screen, as far as it concerns replies.
#[derive(Debug, Clone)]
pub(crate) struct ScreenSchema {
    /// `None` for a screen without data.
    data: Option<MemberSchemas>,
    /// Required members (JSON Schema's `required`, beside the members themselves).
    required: Vec<String>,
    /// The properties and initial values that are bound to the data.
    pub(super) bindings: Bindings<()>,
    /// For each member of the data: the binding that makes it a list of options or similar items.
    list_bindings: Vec<Option<usize>>,
    /// The screen has a NavigationList: then the client requires all of its data.
    requires_all_data: bool,
    pub has_data_exchange: bool,
    /// Components may contain actions in their data.
    pub may_have_data_exchange: bool,
    pub refresh_on_back: bool,
}

/// Members of a reply's data that the client removes before it reads the data.
const PROTOCOL_MEMBERS: [&str; 2] = ["error_message", "extension_message_response"];

impl ScreenSchema {
    pub fn read(screen: &Value, mut bindings: Bindings<()>) -> Self {
        let members = screen["data"].as_object();
        let required = members.and_then(|members| members.get("required")?.as_array());
        let data = members.map(|members| {
            let mut data = DataSchema::read_all(members);
            data.retain(|(name, _)| required.is_none() || name != "required");
            data
        });
        // Members that the model does not declare are not required.
        for bound in &mut bindings.bound {
            let declared = |(name, _): &(String, DataSchema)| *name == *bound.path[0];
            bound.required &= data.as_ref().is_some_and(|data| data.iter().any(declared));
        }
        let list_bindings = data.iter().flatten().map(|(name, _)| {
            bindings.bound.iter().position(|bound| {
                matches!((bound.path.as_slice(), bound.property.value_type), ([only], ValueType::Items(..))
                    if **only == **name)
            })
        });
        let list_bindings = list_bindings.collect();
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        let mut model = Self {
            data,
            required: required.map(str::to_owned).collect(),
            list_bindings,
            bindings,
            requires_all_data: false,
            has_data_exchange: false,
            may_have_data_exchange: false,
            refresh_on_back: screen["refresh_on_back"] == true,
        };
        model.read_actions(&screen["layout"], &screen["data"]);
        model
    }

    /// Checks the data against Meta's pages: the types of the model, required members, and the
    /// number of options. Returns the bindings that need no further checks.
    pub fn check_types(&self, data: &Map<String, Value>) -> Result<Vec<usize>, Violation> {
        let checked = self.check_model(data)?;
        self.check_count(data)?;
        Ok(checked)
    }

    /// Checks the types of the model and required members.
    pub fn check_model(&self, data: &Map<String, Value>) -> Result<Vec<usize>, Violation> {
        let checked = self.check_member_types(data)?;
        if let Some(member) = self.required.iter().find(|name| !data.contains_key(*name)) {
            let expected = "a required member";
            return Err(Violation { member: member.clone(), expected });
        }
        Ok(checked)
    }

    /// Checks that Meta's web client can display the screen with the data. `is_new` is whether the
    /// client has no data of the screen yet.
    pub fn check_display(
        &self,
        data: &Map<String, Value>,
        is_new: bool,
        checked: &[usize],
    ) -> Result<(), Violation> {
        self.check_presence(data)?;
        self.check_value(data, is_new, checked)?;
        self.check_initial_values(data)
    }

    /// Checks that a screen without a data model gets no data, and one with a NavigationList all of them.
    pub(super) fn check_presence(&self, data: &Map<String, Value>) -> Result<(), Violation> {
        self.check_undeclared(data)?;
        self.check_complete(data)
    }

    /// Checks that a screen with a NavigationList gets all of its data.
    pub fn check_complete(&self, data: &Map<String, Value>) -> Result<(), Violation> {
        let mut model = self.data.iter().flatten().filter(|_| self.requires_all_data);
        let Some((missing, _)) = model.find(|(name, _)| !data.contains_key(name)) else {
            return Ok(());
        };
        let expected = "a member: the screen has a NavigationList";
        Err(Violation { member: missing.clone(), expected })
    }

    /// Checks that a screen without a data model gets no data.
    pub fn check_undeclared(&self, data: &Map<String, Value>) -> Result<(), Violation> {
        let is_protocol = |name: &String| PROTOCOL_MEMBERS.contains(&name.as_str());
        if self.data.is_some() || data.keys().all(is_protocol) {
            return Ok(());
        }
        let expected = "no data: the screen has no data model";
        Err(Violation { member: String::new(), expected })
    }

    /// Checks the data against the types of the model. Returns the bindings whose lists are valid
    /// in every respect: a long list is read from memory once, for its types and for its component.
    fn check_member_types(&self, data: &Map<String, Value>) -> Result<Vec<usize>, Violation> {
        let mut checked = Vec::new();
        let Some(model) = &self.data else { return Ok(checked) };
        check_members(model, data, |at, schema, value| match self.list_bindings[at] {
            Some(number) if self.list_matches(number, schema, value, data) => {
                checked.push(number);
                Ok(())
            }
            _ => schema.check(value),
        })?;
        Ok(checked)
    }

    fn list_matches(
        &self,
        number: usize,
        schema: &DataSchema,
        list: &Value,
        data: &Map<String, Value>,
    ) -> bool {
        let bound = &self.bindings.bound[number];
        let ValueType::Items(members, _) = bound.property.value_type else { return false };
        let names = members.iter().map(|member| member.name);
        let Some(types) = schema.items().and_then(|item| item.members(names)) else { return false };
        let matches = |at: usize, value| types[at].is_none_or(|schema| schema.check(value).is_ok());
        list.is_array() && list_matches(bound.property, list, bound.state(data), matches)
    }

    /// Checks that lists have as many options as their components accept (CMP).
    fn check_count(&self, data: &Map<String, Value>) -> Result<(), Violation> {
        for bound in &self.bindings.bound {
            // Nothing is known to reject too many carousel images, or too many options with images.
            let (ValueType::Items(_, limits), "data-source" | "list-items") =
                (bound.property.value_type, bound.property.name)
            else {
                continue;
            };
            if let Some(list) = data.find(&bound.path) {
                let check_count = check_count(limits, list, bound.is_always_shown());
                check_count.map_err(|rejection| rejection.in_path(&bound.path).violation)?;
            }
        }
        Ok(())
    }

    /// Checks that the components accept the values to which they are bound.
    pub(super) fn check_value(
        &self,
        data: &Map<String, Value>,
        is_new: bool,
        checked: &[usize],
    ) -> Result<(), Violation> {
        // These two belong to the protocol (EP).
        let [message, completion] = PROTOCOL_MEMBERS;
        let wrong = |name, expected| Err(Violation { member: String::from(name), expected });
        if data.get(message).is_some_and(|value| !value.is_string()) {
            return wrong(message, "a string");
        }
        if data.get(completion).is_some_and(|value| !value.is_object()) {
            return wrong(completion, "an object");
        }
        let bound = self.bindings.bound.iter().enumerate();
        for (_, bound) in bound.filter(|(number, _)| !checked.contains(number)) {
            let state = bound.state(data);
            match data.find(&bound.path) {
                Some(value) => check_value(bound.property, value, state)
                    .map_err(|rejection| rejection.in_path(&bound.path).violation)?,
                None if is_new && bound.required && state.shown => {
                    let expected = ValueError::Missing.expected();
                    return Err(Violation { member: bound.member(), expected });
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Checks that initial values are among the options of their components.
    fn check_initial_values(&self, data: &Map<String, Value>) -> Result<(), Violation> {
        for initial_value in &self.bindings.initial_values {
            initial_value.check(data).map_err(|rejection| rejection.violation)?;
        }
        Ok(())
    }

    /// Finds the actions of a layout, at any depth in forms, conditions and actions.
    fn read_actions(&mut self, json: &Value, data: &Value) {
        match json {
            Value::Array(items) => items.iter().for_each(|item| self.read_actions(item, data)),
            Value::Object(members) => {
                self.has_data_exchange |= json["name"] == "data_exchange";
                if json["type"] == "NavigationList" {
                    self.requires_all_data = true;
                    self.read_item_actions(json, data);
                }
                members.values().for_each(|member| self.read_actions(member, data));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// The items of a list may have their own actions, which are part of the data.
    fn read_item_actions(&mut self, list: &Value, data: &Value) {
        let bound = list["list-items"]
            .as_str()
            .and_then(|source| source.strip_prefix("${data.")?.strip_suffix('}'));
        if let (Some(member), None) = (bound, list.get("on-click-action")) {
            self.may_have_data_exchange = true;
            let items = data[member]["__example__"].as_array().into_iter().flatten();
            let mut actions = items.map(|item| &item["on-click-action"]["name"]);
            self.has_data_exchange |= actions.any(|name| name == "data_exchange");
        }
    }
}
