//! Whether a reply agrees with the Flow JSON: what a phone would refuse is found before it leaves.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::bindings;
use super::catalog::Version;
use super::schema::Misfit;
use super::screen_model::ScreenModel;

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
        let mut bindings = bindings::read(&json, version(&json));
        let screens = screens
            .iter()
            .map(|screen| {
                let id = screen["id"].as_str()?;
                let bindings = bindings.remove(id).unwrap_or_default().without_places();
                Some((id.to_owned(), ScreenModel::read(screen, bindings)))
            })
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
        let right = screen.takes(data).map_err(documented)?;
        if from.is_none() && !self.is_entry(to) {
            return Err(observed(whole("a screen that no other one leads to")));
        }
        screen.shows(data, self.is_new(from, to), &right).map_err(observed)
    }

    /// Whether the client has nothing of the screen's data yet: it merges a reply into what it has of the
    /// screen that it is on, and of those that it can go back to.
    fn is_new(&self, from: Option<&str>, to: &str) -> bool {
        from.is_none_or(|from| from != to && (self.edge(from, to) || !self.edge(to, from)))
    }

    /// Forward, directly back, or nowhere else. Unknown screens and documents without a routing model
    /// are not judged.
    fn leads(&self, from: &str, to: &str) -> bool {
        let known = self.routes.contains_key(from);
        from == to || !known || self.edge(from, to) || self.edge(to, from)
    }

    fn edge(&self, from: &str, to: &str) -> bool {
        self.routes.get(from).is_some_and(|ways| ways.iter().any(|way| way == to))
    }

    fn is_entry(&self, screen: &str) -> bool {
        !self.routes.values().flatten().any(|to| to == screen)
    }

    /// The ids of the screens.
    pub fn screens(&self) -> impl Iterator<Item = &str> {
        self.screens.keys().map(String::as_str)
    }

    /// Whether a `data_exchange` action is on the screen.
    pub fn exchanges(&self, screen: &str) -> bool {
        self.screens.get(screen).is_some_and(|screen| screen.exchanges)
    }

    /// Whether one may come with the screen's data.
    pub fn may_exchange(&self, screen: &str) -> bool {
        self.screens.get(screen).is_some_and(|screen| screen.may_exchange)
    }

    /// Whether leaving the screen asks the endpoint.
    pub fn refreshes_on_back(&self, screen: &str) -> bool {
        self.screens.get(screen).is_some_and(|screen| screen.refresh_on_back)
    }
}

/// The document's version. One that cannot be read has the newest rules.
fn version(document: &Value) -> Version {
    let version = document["version"].as_str().and_then(|text| text.split_once('.'));
    let numbers =
        version.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    numbers.unwrap_or((u16::MAX, u16::MAX))
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
