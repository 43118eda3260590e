//! Whether a reply agrees with the Flow JSON: what a phone would refuse is found before it leaves.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::options::Options;
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
    /// Members that must be there (JSON Schema's `required`, beside the members themselves).
    required: Vec<String>,
    /// Members that components take their options from.
    options: Vec<Options>,
    /// A NavigationList is on it: then a phone wants all of its data.
    complete: bool,
    exchanges: bool,
    /// What is on the screen may bring an action along in its data.
    may_exchange: bool,
    refresh_on_back: bool,
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
        if let Some(member) = screen.required.iter().find(|name| !data.contains_key(*name)) {
            let expected = "a member that is required";
            return Err(documented(Misfit { member: member.clone(), expected }));
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

    /// Whether one may come with the screen's data.
    pub(crate) fn may_exchange(&self, screen: &str) -> bool {
        self.screens.get(screen).is_some_and(|screen| screen.may_exchange)
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
        let members = screen["data"].as_object();
        let required = members.and_then(|members| members.get("required")?.as_array());
        let data = members.map(|members| {
            let mut data = Schema::read_all(members);
            data.retain(|name, _| required.is_none() || name != "required");
            data
        });
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        let mut model = Self {
            data,
            required: required.map(str::to_owned).collect(),
            options: Vec::new(),
            complete: false,
            exchanges: false,
            may_exchange: false,
            refresh_on_back: screen["refresh_on_back"] == true,
        };
        model.walk(&screen["layout"], &screen["data"], false);
        model
    }

    /// Every object of a layout, however deep in forms, conditions and actions.
    fn walk(&mut self, json: &Value, data: &Value, conditional: bool) {
        match json {
            Value::Array(items) => {
                items.iter().for_each(|item| self.walk(item, data, conditional));
            }
            Value::Object(members) => {
                self.exchanges |= json["name"] == "data_exchange";
                if json["type"] == "NavigationList" {
                    self.complete = true;
                    self.items_act(json, data);
                }
                let hidden = json.get("visible").is_some_and(|visible| visible != true);
                let conditional =
                    conditional || hidden || matches!(json["type"].as_str(), Some("If" | "Switch"));
                if let Some(options) = Options::of(json, conditional)
                    && !self.options.contains(&options)
                {
                    self.options.push(options);
                }
                members.values().for_each(|member| self.walk(member, data, conditional));
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
