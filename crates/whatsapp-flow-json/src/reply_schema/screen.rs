//! What a reply that shows a screen is held against.

use serde_json::{Map, Value};

use super::data_schema::{Members, Schema, members_fit};
use crate::binding::Bindings;
use crate::catalog::Shape;
use crate::node::Data;
use crate::value::{Fault, Misfit, accepts, counted, list_fits};

/// A screen, as far as replies are concerned.
#[derive(Debug, Clone)]
pub(crate) struct ScreenModel {
    /// `None` for a screen without data.
    data: Option<Members>,
    /// Members that must be there (JSON Schema's `required`, beside the members themselves).
    required: Vec<String>,
    /// What components show of the data, and have first.
    bindings: Bindings<()>,
    /// Of each member of the data, which of the bindings makes it a list of options or the like.
    lists: Vec<Option<usize>>,
    /// A NavigationList is on it: then a phone wants all of its data.
    complete: bool,
    pub exchanges: bool,
    /// What is on the screen may bring an action along in its data.
    pub may_exchange: bool,
    pub refresh_on_back: bool,
}

/// Members of a reply's data that phones take out before they look at the model.
const STRIPPED: [&str; 2] = ["error_message", "extension_message_response"];

impl ScreenModel {
    pub fn read(screen: &Value, mut bindings: Bindings<()>) -> Self {
        let members = screen["data"].as_object();
        let required = members.and_then(|members| members.get("required")?.as_array());
        let data = members.map(|members| {
            let mut data = Schema::read_all(members);
            data.retain(|(name, _)| required.is_none() || name != "required");
            data
        });
        // What the model does not have cannot be asked for.
        for bound in &mut bindings.bound {
            let declared = |(name, _): &(String, Schema)| *name == *bound.path[0];
            bound.needed &= data.as_ref().is_some_and(|data| data.iter().any(declared));
        }
        let lists = data.iter().flatten().map(|(name, _)| {
            bindings.bound.iter().position(|bound| {
                matches!((bound.path.as_slice(), bound.property.shape), ([only], Shape::Items(..))
                    if **only == **name)
            })
        });
        let lists = lists.collect();
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        let mut model = Self {
            data,
            required: required.map(str::to_owned).collect(),
            lists,
            bindings,
            complete: false,
            exchanges: false,
            may_exchange: false,
            refresh_on_back: screen["refresh_on_back"] == true,
        };
        model.walk(&screen["layout"], &screen["data"]);
        model
    }

    /// Whether the data is what Meta's pages say: of the model's types, with what it requires, and with as
    /// many options as there may be. Returns the bindings of which nothing is left to judge.
    pub fn takes(&self, data: &Map<String, Value>) -> Result<Vec<usize>, Misfit> {
        let right = self.types_fit(data)?;
        if let Some(member) = self.required.iter().find(|name| !data.contains_key(*name)) {
            let expected = "a member that is required";
            return Err(Misfit { member: member.clone(), expected });
        }
        self.counted(data)?;
        Ok(right)
    }

    /// Whether Meta's web client can show the screen with the data, be it new to the client or not.
    pub fn shows(
        &self,
        data: &Map<String, Value>,
        is_new: bool,
        right: &[usize],
    ) -> Result<(), Misfit> {
        let Some(model) = &self.data else {
            return match data.keys().all(|name| STRIPPED.contains(&name.as_str())) {
                true => self.accepts(data, is_new, right),
                false => {
                    let expected = "no data: the screen has no data model";
                    Err(Misfit { member: String::new(), expected })
                }
            };
        };
        let missing = model.iter().find(|(name, _)| !data.contains_key(name));
        if let (true, Some((member, _))) = (self.complete, missing) {
            let expected = "a member: a NavigationList is on the screen";
            return Err(Misfit { member: member.clone(), expected });
        }
        self.accepts(data, is_new, right)
    }

    /// Whether the data has the types of the model. Returns the bindings whose lists are right in every
    /// way: a long list is read from memory once, for its types and its component.
    fn types_fit(&self, data: &Map<String, Value>) -> Result<Vec<usize>, Misfit> {
        let mut right = Vec::new();
        let Some(model) = &self.data else { return Ok(right) };
        members_fit(model, data, |at, schema, value| match self.lists[at] {
            Some(number) if self.list_fits(number, schema, value, data) => {
                right.push(number);
                Ok(())
            }
            _ => schema.fits(value),
        })?;
        Ok(right)
    }

    fn list_fits(
        &self,
        number: usize,
        schema: &Schema,
        list: &Value,
        data: &Map<String, Value>,
    ) -> bool {
        let bound = &self.bindings.bound[number];
        let Shape::Items(members, _) = bound.property.shape else { return false };
        let names = members.iter().map(|member| member.name);
        let Some(types) = schema.items().and_then(|item| item.members(names)) else { return false };
        let fits = |at: usize, value| types[at].is_none_or(|schema| schema.fits(value).is_ok());
        list.is_array() && list_fits(bound.property, list, bound.setting(data), fits)
    }

    /// Whether lists have as many options as their components take (CMP).
    fn counted(&self, data: &Map<String, Value>) -> Result<(), Misfit> {
        for bound in &self.bindings.bound {
            // For pictures of a carousel, and for options with images, nothing is known to refuse them.
            let (Shape::Items(_, limits), "data-source" | "list-items") =
                (bound.property.shape, bound.property.name)
            else {
                continue;
            };
            if let Some(list) = data.find(&bound.path) {
                let counted = counted(limits, list, bound.always_shown());
                counted.map_err(|refused| refused.within(&bound.path).misfit)?;
            }
        }
        Ok(())
    }

    /// Whether the components take what they are bound to.
    fn accepts(
        &self,
        data: &Map<String, Value>,
        is_new: bool,
        right: &[usize],
    ) -> Result<(), Misfit> {
        // These are the protocol's (EP).
        let [message, completion] = STRIPPED;
        let wrong = |name, expected| Err(Misfit { member: String::from(name), expected });
        if data.get(message).is_some_and(|value| !value.is_string()) {
            return wrong(message, "a string");
        }
        if data.get(completion).is_some_and(|value| !value.is_object()) {
            return wrong(completion, "an object");
        }
        let bound = self.bindings.bound.iter().enumerate();
        for (_, bound) in bound.filter(|(number, _)| !right.contains(number)) {
            let setting = bound.setting(data);
            match data.find(&bound.path) {
                Some(value) => accepts(bound.property, value, setting)
                    .map_err(|refused| refused.within(&bound.path).misfit)?,
                None if is_new && bound.needed && setting.shown => {
                    let expected = Fault::Missing.expected();
                    return Err(Misfit { member: bound.member(), expected });
                }
                None => {}
            }
        }
        for first_value in &self.bindings.first_values {
            first_value.is_an_option(data).map_err(|refused| refused.misfit)?;
        }
        Ok(())
    }

    /// Every object of a layout, however deep in forms, conditions and actions.
    fn walk(&mut self, json: &Value, data: &Value) {
        match json {
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, data)),
            Value::Object(members) => {
                self.exchanges |= json["name"] == "data_exchange";
                if json["type"] == "NavigationList" {
                    self.complete = true;
                    self.items_act(json, data);
                }
                members.values().for_each(|member| self.walk(member, data));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// The items of a list may have actions of their own, and come from the data with them.
    fn items_act(&mut self, list: &Value, data: &Value) {
        let bound = list["list-items"]
            .as_str()
            .and_then(|source| source.strip_prefix("${data.")?.strip_suffix('}'));
        if let (Some(member), None) = (bound, list.get("on-click-action")) {
            self.may_exchange = true;
            let items = data[member]["__example__"].as_array().into_iter().flatten();
            let mut actions = items.map(|item| &item["on-click-action"]["name"]);
            self.exchanges |= actions.any(|name| name == "data_exchange");
        }
    }
}
