//! The components of a screen that are there now, with the values of their properties.

use serde_json::{Map, Value};

use super::expression::as_text;
use super::flow_json::{Component, Node, Screen, Test};
use super::kind::ComponentKind as Kind;
use super::path::Scope;
use super::template::{EvaluationError, Template, evaluate_again};
use crate::catalog::Version;

/// The maximum number of items of a NavigationList; more are not drawn (CMP).
const LIST_ITEMS: usize = 20;

/// A component outside inactive branches, with its properties evaluated.
#[derive(Debug)]
pub(crate) struct Resolved<'f> {
    /// The number of the component among those of its screen.
    pub id: usize,
    pub component: &'f Component,
    pub properties: Map<String, Value>,
    /// A text in the data looked like a binding and was evaluated (in a Form).
    pub evaluated_data: bool,
}

/// A component cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ComponentError {
    pub line: usize,
    pub reason: String,
}

/// Resolves a screen.
pub(crate) fn resolve<'f>(
    screen: &'f Screen,
    version: Version,
    scope: &(impl Scope + ?Sized),
) -> Result<Vec<Resolved<'f>>, ComponentError> {
    let mut resolver = Resolver { screen, version, scope, found: Vec::new() };
    resolver.nodes(&screen.nodes)?;
    Ok(resolver.found)
}

struct Resolver<'f, 's, S: Scope + ?Sized> {
    screen: &'f Screen,
    version: Version,
    scope: &'s S,
    found: Vec<Resolved<'f>>,
}

impl<'f, S: Scope + ?Sized> Resolver<'f, '_, S> {
    fn nodes(&mut self, nodes: &'f [Node]) -> Result<(), ComponentError> {
        for node in nodes {
            match node {
                Node::Component(id) => self.component(*id)?,
                Node::If { condition, then, otherwise } => {
                    let holds = match condition {
                        Test::Condition(condition) => {
                            condition.as_ref().is_some_and(|condition| condition.holds(self.scope))
                        }
                        Test::Template(template) => {
                            self.value(template)? == Some(Value::Bool(true))
                        }
                    };
                    self.nodes(if holds { then } else { otherwise })?;
                }
                Node::Switch { value, cases } => {
                    let value = self.value(value)?.map(|value| as_text(Some(&value)));
                    let named = |name: &str| cases.iter().find(|(case, _)| case == name);
                    let case = value.and_then(|value| named(&value)).or_else(|| named("default"));
                    if let Some((_, nodes)) = case {
                        self.nodes(nodes)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn component(&mut self, id: usize) -> Result<(), ComponentError> {
        let component = &self.screen.components[id];
        let at = |EvaluationError(reason)| ComponentError { line: component.line, reason };
        let mut properties = Map::new();
        let mut evaluated_data = false;
        for (name, template) in &component.properties {
            let Some(mut value) = template.evaluate(self.scope).map_err(at)? else { continue };
            if component.in_form && template.literal().is_none() {
                evaluated_data |=
                    evaluate_again(&mut value, self.version, self.scope).map_err(at)?;
            }
            properties.insert(name.clone(), value);
        }
        self.found.push(Resolved { id, component, properties, evaluated_data });
        Ok(())
    }

    fn value(&self, template: &Template) -> Result<Option<Value>, ComponentError> {
        let at = |EvaluationError(reason)| ComponentError { line: self.screen.line, reason };
        template.evaluate(self.scope).map_err(at)
    }
}

impl Resolved<'_> {
    /// A property.
    pub fn property(&self, name: &str) -> Option<&Value> {
        self.properties.get(name)
    }

    /// The text of a property. An array of texts is joined by line breaks; numbers are written as text.
    pub fn text(&self, name: &str) -> String {
        match self.property(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(lines)) => {
                let lines: Vec<_> = lines.iter().filter_map(Value::as_str).collect();
                lines.join("\n")
            }
            other => as_text(other),
        }
    }

    /// The value of a boolean property; `default` if it has none.
    pub fn flag(&self, name: &str, default: bool) -> bool {
        self.property(name).and_then(Value::as_bool).unwrap_or(default)
    }

    /// The value of a number.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.property(name)? {
            Value::String(text) => text.parse().ok(),
            value => value.as_f64(),
        }
    }

    pub fn is_visible(&self) -> bool {
        self.flag("visible", true)
    }

    pub fn is_enabled(&self) -> bool {
        self.flag("enabled", true)
    }

    /// Reports whether the field must have a value; of a range, whether either end must.
    pub fn is_required(&self) -> bool {
        match self.property("required") {
            Some(Value::Object(ends)) => ends.values().any(|end| end == true),
            value => value.and_then(Value::as_bool).unwrap_or(false),
        }
    }

    /// The options of a choice, or the items of a NavigationList that are drawn.
    pub fn options(&self) -> &[Value] {
        let list = |name| self.property(name).and_then(Value::as_array);
        match (list("data-source"), list("list-items")) {
            (Some(options), _) => options,
            (None, Some(items)) => &items[..items.len().min(LIST_ITEMS)],
            (None, None) => &[],
        }
    }

    /// The reason for which the values of the component do not fit together.
    pub fn conflict(&self) -> Option<&'static str> {
        let has = |name| !self.text(name).is_empty();
        let is_footer = self.component.kind == Kind::Footer;
        (is_footer && has("left-caption") != has("right-caption"))
            .then_some("a caption at one side of a Footer requires one at the other")
    }

    /// The ids of the options.
    pub fn option_ids(&self) -> impl Iterator<Item = &str> {
        self.options().iter().filter_map(|option| option["id"].as_str())
    }

    /// The option with this id.
    pub fn option(&self, id: &str) -> Option<&Value> {
        self.options().iter().find(|option| option["id"] == id)
    }

    /// The name that the user knows the component by. A range has a title, or only the labels of its ends.
    pub fn label(&self) -> String {
        let text = |name| match self.property(name) {
            Some(Value::Object(_)) => String::new(),
            _ => self.text(name),
        };
        let label = ["label", "text", "title"].map(text).into_iter().find(|text| !text.is_empty());
        label.unwrap_or_else(|| {
            let labels = self.property("label").and_then(Value::as_object);
            let ends = super::validate::ENDS.into_iter();
            let ends: Vec<_> = ends.filter_map(|end| labels?.get(end)?.as_str()).collect();
            ends.join(" – ")
        })
    }
}
