//! The reply schema: the part of a Flow JSON that replies must match.
//!
//! A reply that a client would reject is found before it is sent.

use std::collections::HashMap;

use serde_json::{Map, Value};

mod data_schema;
mod screen;

use crate::binding;
use crate::catalog::Version;
use crate::value::Violation;
use screen::ScreenSchema;

/// The screens, data models, bindings and routes of a Flow JSON, against which replies are checked.
#[derive(Debug, Clone)]
pub struct ReplySchema {
    screens: HashMap<String, ScreenSchema>,
    /// The screens that each screen leads to (FJ, `routing_model`).
    routes: HashMap<String, Vec<String>>,
}

/// The error of a text that is not a Flow JSON. `flowctl check` reports the details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError(&'static str);

/// A reply that does not match the Flow JSON. It contains names from the document, and none of the reply's values.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// The screen that the reply shows.
    pub screen: &'static str,
    /// The path of the member in the screen's data, such as `time[3].id`; empty if the screen itself is wrong.
    pub member: String,
    /// The value or screen that was expected.
    pub expected: &'static str,
    /// The evidence that a client rejects the reply.
    pub evidence: Evidence,
}

/// The evidence for a requirement on replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// Meta's pages state the requirement.
    Documented,
    /// Meta's web client enforces it. Other clients may not.
    Observed,
}

impl ReplySchema {
    /// Parses a Flow JSON. Only the parts that concern replies are read; `flowctl check` reports other mistakes.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not JSON, or has no `screens` with ids.
    pub fn parse(flow_json: &str) -> Result<Self, ParseError> {
        let json: Value =
            serde_json::from_str(flow_json).map_err(|_| ParseError("it is not JSON"))?;
        let screens = json["screens"].as_array().ok_or(ParseError("it has no screens"))?;
        let mut bindings = binding::read(&json, version(&json));
        let screens = screens
            .iter()
            .map(|screen| {
                let id = screen["id"].as_str()?;
                let bindings = bindings.remove(id).unwrap_or_default().without_positions();
                Some((id.to_owned(), ScreenSchema::read(screen, bindings)))
            })
            .collect::<Option<HashMap<_, _>>>()
            .ok_or(ParseError("a screen has no id"))?;
        let routes = json["routing_model"].as_object().into_iter().flatten();
        let routes = routes
            .map(|(from, to)| {
                let to = to.as_array().into_iter().flatten();
                (from.clone(), to.filter_map(|id| id.as_str().map(str::to_owned)).collect())
            })
            .collect();
        Ok(Self { screens, routes })
    }

    /// Checks a reply that answers screen `from` (`None` on INIT), shows screen `to` and carries
    /// `data`.
    ///
    /// # Errors
    ///
    /// Returns the first mismatch. Documented requirements are checked before observed ones.
    pub fn check(
        &self,
        from: Option<&str>,
        to: &'static str,
        data: &Map<String, Value>,
    ) -> Result<(), Mismatch> {
        let mismatch = |evidence, violation: Violation| Mismatch {
            screen: to,
            member: violation.member,
            expected: violation.expected,
            evidence,
        };
        let whole = |expected| Violation { member: String::new(), expected };
        let documented = |violation| mismatch(Evidence::Documented, violation);
        let observed = |violation| mismatch(Evidence::Observed, violation);
        let screen = self.screens.get(to);
        let screen = screen.ok_or_else(|| documented(whole("a screen of the document")))?;
        if let Some(from) = from
            && !self.allows_transition(from, to)
        {
            return Err(documented(whole("a screen to which the routing model leads")));
        }
        let checked = screen.check_types(data).map_err(documented)?;
        if from.is_none() && !self.is_entry(to) {
            return Err(observed(whole("a screen without incoming routes")));
        }
        screen.check_display(data, self.is_new(from, to), &checked).map_err(observed)
    }

    /// Returns whether the client has no data of the screen yet. It merges a reply into the data of the current
    /// screen, and of the screens to which the user can go back.
    fn is_new(&self, from: Option<&str>, to: &str) -> bool {
        from.is_none_or(|from| from != to && (self.edge(from, to) || !self.edge(to, from)))
    }

    /// Returns whether a reply may lead from one screen to the other: forward, or directly back. Always true for
    /// unknown screens and for documents without a routing model.
    pub(crate) fn allows_transition(&self, from: &str, to: &str) -> bool {
        let known = self.routes.contains_key(from);
        from == to || !known || self.edge(from, to) || self.edge(to, from)
    }

    fn edge(&self, from: &str, to: &str) -> bool {
        self.routes.get(from).is_some_and(|targets| targets.iter().any(|target| target == to))
    }

    pub(crate) fn is_entry(&self, screen: &str) -> bool {
        !self.routes.values().flatten().any(|to| to == screen)
    }

    /// Returns whether the routing model has the screen. Always true for documents without a routing model.
    #[cfg(feature = "client")]
    pub(crate) fn has_route(&self, screen: &str) -> bool {
        self.routes.is_empty() || self.routes.contains_key(screen)
    }

    /// Checks the types of a screen's data, and that required members are present.
    #[cfg(feature = "client")]
    pub(crate) fn check_types(
        &self,
        screen: &str,
        data: &Map<String, Value>,
    ) -> Result<(), Violation> {
        let Some(screen) = self.screens.get(screen) else { return Ok(()) };
        screen.check_model(data)?;
        screen.check_undeclared(data)?;
        screen.check_complete(data)
    }

    /// The mean number of screens between a screen and the ends of the flow. Ways that lead back count as ends.
    #[cfg(feature = "client")]
    pub(crate) fn mean_way_to_the_end(&self, screen: &str) -> f64 {
        // Depth first. The stack is our own, because a document may have a long chain of screens.
        let mut means: HashMap<&str, f64> = HashMap::new();
        let mut open = vec![screen];
        while let Some(&screen) = open.last() {
            let targets = self.routes.get(screen).into_iter().flatten().map(String::as_str);
            if means.contains_key(screen) {
                open.pop();
                let ways = targets.map(|target| 1.0 + means.get(target).unwrap_or(&0.0));
                let (count, sum) =
                    ways.fold((0.0, 0.0), |(count, sum), way| (count + 1.0, sum + way));
                means.insert(screen, if count == 0.0 { 0.0 } else { sum / count });
            } else {
                means.insert(screen, 0.0);
                open.extend(targets.filter(|target| !means.contains_key(target)));
            }
        }
        means.get(screen).copied().unwrap_or_default()
    }

    /// The ids of the screens.
    pub fn screens(&self) -> impl Iterator<Item = &str> {
        self.screens.keys().map(String::as_str)
    }

    /// Returns whether the screen has a `data_exchange` action.
    pub fn has_data_exchange(&self, screen: &str) -> bool {
        self.screens.get(screen).is_some_and(|screen| screen.has_data_exchange)
    }

    /// Returns whether the screen's data may bring a `data_exchange` action with it.
    pub fn may_have_data_exchange(&self, screen: &str) -> bool {
        self.screens.get(screen).is_some_and(|screen| screen.may_have_data_exchange)
    }

    /// Returns whether the client asks the endpoint when the user goes back from the screen.
    pub fn refreshes_on_back(&self, screen: &str) -> bool {
        self.screens.get(screen).is_some_and(|screen| screen.refresh_on_back)
    }
}

/// Returns the document's version. A version that cannot be read is treated as the newest one.
fn version(document: &Value) -> Version {
    let version = document["version"].as_str().and_then(|text| text.split_once('.'));
    let numbers =
        version.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    numbers.unwrap_or((u16::MAX, u16::MAX))
}

#[cfg(feature = "client")]
impl ParseError {
    pub(crate) fn not_json() -> Self {
        Self("it is not JSON")
    }
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { screen, member, expected, .. } = self;
        match member.as_str() {
            "" => write!(f, "screen {screen}: expected {expected}"),
            member => write!(f, "screen {screen}, member {member}: expected {expected}"),
        }
    }
}

impl std::error::Error for Mismatch {}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a Flow JSON: {}; run flowctl check for details", self.0)
    }
}

impl std::error::Error for ParseError {}
