//! Whether a reply agrees with the Flow JSON: what a phone would refuse is found before it leaves.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value};

use super::schema::{Misfit, Schema, members_fit};

/// What replies are held against.
#[derive(Debug, Clone)]
pub struct Document {
    screens: HashMap<String, ScreenModel>,
    /// Which screens lead to which (FJ, `routing_model`).
    routes: HashMap<String, Vec<String>>,
}

/// Text that is no Flow JSON: `flowctl check` says where and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFlowJson(&'static str);

/// How a reply disagrees. It names what the document says, and nothing of the reply's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The screen that the reply shows.
    pub screen: &'static str,
    /// The member of its data, `time[3].id`; empty when the screen itself is wrong.
    pub member: String,
    /// What was expected there.
    pub expected: &'static str,
    /// How it is known that a phone refuses it.
    pub rule: Rule,
}

/// How a rule is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Meta's pages say it.
    Documented,
    /// Meta's web client does it. Others may not.
    Observed,
}

#[derive(Debug, Clone)]
struct ScreenModel {
    /// `None` for a screen without data.
    data: Option<BTreeMap<String, Schema>>,
    /// Members that components take their options from.
    options: Vec<Options>,
    /// A NavigationList is on it: then a phone wants all of its data.
    complete: bool,
    exchanges: bool,
    refresh_on_back: bool,
}

/// A member that holds options, and how many there may be.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Options {
    member: String,
    at_least: usize,
    at_most: usize,
    too_few: &'static str,
    too_many: &'static str,
}

impl Document {
    /// Reads a Flow JSON. Only what replies are held against is kept; whether the rest is right is for
    /// `flowctl check`.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or has no `screens`.
    pub fn parse(flow_json: &str) -> Result<Self, NotFlowJson> {
        let json: Value =
            serde_json::from_str(flow_json).map_err(|_| NotFlowJson("it is not JSON"))?;
        let screens = json["screens"].as_array().ok_or(NotFlowJson("it has no screens"))?;
        let screens = screens
            .iter()
            .map(|screen| Some((screen["id"].as_str()?.to_owned(), ScreenModel::read(screen))))
            .collect::<Option<HashMap<_, _>>>()
            .ok_or(NotFlowJson("a screen has no id"))?;
        let routes = json["routing_model"].as_object().into_iter().flatten();
        let routes = routes
            .map(|(from, to)| {
                let to = to.as_array().into_iter().flatten();
                (from.clone(), to.filter_map(|id| id.as_str().map(str::to_owned)).collect())
            })
            .collect();
        Ok(Self { screens, routes })
    }

    /// Holds a reply against the document: it answers screen `from` (`None` on INIT), shows screen `to`
    /// and carries `data`. What is documented comes before what is only observed.
    ///
    /// # Errors
    ///
    /// The first disagreement.
    pub fn agrees(
        &self,
        from: Option<&str>,
        to: &'static str,
        data: &Map<String, Value>,
    ) -> Result<(), Disagreement> {
        let disagrees = |rule, misfit: Misfit| Disagreement {
            screen: to,
            member: misfit.member,
            expected: misfit.expected,
            rule,
        };
        let whole = |expected| Misfit { member: String::new(), expected };
        let documented = |misfit| disagrees(Rule::Documented, misfit);
        let observed = |misfit| disagrees(Rule::Observed, misfit);
        let screen = self.screens.get(to);
        let screen = screen.ok_or_else(|| documented(whole("a screen of the document")))?;
        if let Some(from) = from
            && !self.leads(from, to)
        {
            return Err(documented(whole("a screen that the routing model leads to")));
        }
        if let Some(model) = &screen.data {
            members_fit(model, data).map_err(documented)?;
        }
        for options in &screen.options {
            options.counted(data).map_err(documented)?;
        }
        if from.is_none() && !self.is_entry(to) {
            return Err(observed(whole("a screen that no other one leads to")));
        }
        if screen.data.is_none() && data.keys().any(|name| !STRIPPED.contains(&name.as_str())) {
            return Err(observed(whole("no data: the screen has no data model")));
        }
        if let (true, Some(model)) = (screen.complete, &screen.data)
            && let Some(member) = model.keys().find(|name| !data.contains_key(*name))
        {
            let expected = "a member: a NavigationList is on the screen";
            return Err(observed(Misfit { member: member.clone(), expected }));
        }
        for options in &screen.options {
            options.told_apart(data).map_err(observed)?;
        }
        Ok(())
    }

    /// Forward, directly back, or nowhere else. Unknown screens and documents without a routing model
    /// are not judged.
    fn leads(&self, from: &str, to: &str) -> bool {
        let edge = |from: &str, to: &str| {
            self.routes.get(from).is_some_and(|ways| ways.iter().any(|way| way == to))
        };
        let known = self.routes.contains_key(from);
        from == to || !known || edge(from, to) || edge(to, from)
    }

    fn is_entry(&self, screen: &str) -> bool {
        !self.routes.values().flatten().any(|to| to == screen)
    }

    /// The ids of the screens.
    pub(crate) fn screens(&self) -> impl Iterator<Item = &str> {
        self.screens.keys().map(String::as_str)
    }

    /// Whether a `data_exchange` action is on the screen.
    pub(crate) fn exchanges(&self, screen: &str) -> bool {
        self.screens.get(screen).is_some_and(|screen| screen.exchanges)
    }

    /// Whether leaving the screen asks the endpoint.
    pub(crate) fn refreshes_on_back(&self, screen: &str) -> bool {
        self.screens.get(screen).is_some_and(|screen| screen.refresh_on_back)
    }
}

/// Members of a reply's data that phones take out before they look at the model.
const STRIPPED: [&str; 2] = ["error_message", "extension_message_response"];

impl ScreenModel {
    fn read(screen: &Value) -> Self {
        let mut model = Self {
            data: screen["data"].as_object().map(Schema::read_all),
            options: Vec::new(),
            complete: false,
            exchanges: false,
            refresh_on_back: screen["refresh_on_back"] == true,
        };
        model.walk(&screen["layout"]);
        model
    }

    /// Every object of a layout, however deep in forms, conditions and actions.
    fn walk(&mut self, json: &Value) {
        match json {
            Value::Array(items) => items.iter().for_each(|item| self.walk(item)),
            Value::Object(members) => {
                self.exchanges |= json["name"] == "data_exchange";
                self.complete |= json["type"] == "NavigationList";
                if let Some(options) = Options::of(json)
                    && !self.options.contains(&options)
                {
                    self.options.push(options);
                }
                members.values().for_each(|member| self.walk(member));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

impl Options {
    /// The member that a component's options come from, with its limits (CMP).
    fn of(component: &Value) -> Option<Self> {
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
        let plain = !member.contains(['.', '[', '$', '`']);
        plain.then(|| Self { member: member.to_owned(), at_least, at_most, too_few, too_many })
    }

    fn items<'a>(&self, data: &'a Map<String, Value>) -> Option<&'a Vec<Value>> {
        data.get(&self.member)?.as_array()
    }

    fn counted(&self, data: &Map<String, Value>) -> Result<(), Misfit> {
        let count = self.items(data).map_or(self.at_least, Vec::len);
        let expected = match count {
            _ if count < self.at_least => self.too_few,
            _ if count > self.at_most => self.too_many,
            _ => return Ok(()),
        };
        Err(Misfit { member: self.member.clone(), expected })
    }

    /// Options are told apart by their ids.
    fn told_apart(&self, data: &Map<String, Value>) -> Result<(), Misfit> {
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

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { screen, member, expected, .. } = self;
        match member.as_str() {
            "" => write!(f, "screen {screen}: expected {expected}"),
            member => write!(f, "screen {screen}, member {member}: expected {expected}"),
        }
    }
}

impl std::error::Error for Disagreement {}

impl std::fmt::Display for NotFlowJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "this is no Flow JSON: {}; flowctl check says more", self.0)
    }
}

impl std::error::Error for NotFlowJson {}
