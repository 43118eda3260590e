//! The components of a screen's layout, and whether they are always displayed.

use std::borrow::Cow;

use super::reference::DataReference;
use crate::catalog::{self, ComponentSpec};
use crate::node::Node;
use crate::value::CalendarMode;

/// A component of a layout.
pub(crate) struct PlacedComponent<N> {
    pub node: N,
    pub spec: Option<&'static ComponentSpec>,
    /// The component is in a branch of an If, or in a case of a Switch.
    branch: bool,
    /// The number of the Form that contains the component.
    pub form: Option<usize>,
}

/// The conditions under which a component is displayed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Visibility {
    Always,
    /// Displayed if this member of the screen's data is true.
    When(Vec<Box<str>>),
    /// Decided by the client.
    Unknown,
}

/// The components of a layout, in document order.
pub(crate) fn layout_components<'j, N: Node<'j>>(layout: N) -> Vec<PlacedComponent<N>> {
    let mut found = Vec::new();
    let mut stack = Vec::new();
    push_children(layout, false, None, &mut stack);
    while let Some(component) = stack.pop() {
        let PlacedComponent { node, spec, branch, form } = component;
        let kind = spec.map_or("", |spec| spec.name);
        let form = if kind == "Form" { Some(found.len()) } else { form };
        let branch = branch || matches!(kind, "If" | "Switch");
        found.push(component);
        push_children(node, branch, form, &mut stack);
    }
    found
}

/// Pushes the children of a component, in reverse order.
fn push_children<'j, N: Node<'j>>(
    parent: N,
    branch: bool,
    form: Option<usize>,
    stack: &mut Vec<PlacedComponent<N>>,
) {
    let lists = ["children", "then", "else"].into_iter().filter_map(|name| parent.member(name));
    let cases = parent.member("cases").and_then(Node::members);
    let cases = cases.into_iter().flatten().map(|(_, list)| list);
    let start = stack.len();
    for node in lists.chain(cases).filter_map(Node::items).flatten() {
        let kind = node.member("type").and_then(Node::text);
        let spec = kind.and_then(|kind| catalog::component(&kind));
        stack.push(PlacedComponent { node, spec, branch, form });
    }
    stack[start..].reverse();
}

impl<'j, N: Node<'j>> PlacedComponent<N> {
    pub fn name(&self) -> Option<Cow<'j, str>> {
        self.node.member("name")?.text()
    }

    pub fn visibility(&self, screen: &str) -> Visibility {
        let Some(visible) = self.node.member("visible").filter(|_| !self.branch) else {
            return if self.branch { Visibility::Unknown } else { Visibility::Always };
        };
        if visible.boolean() == Some(true) {
            return Visibility::Always;
        }
        match visible.text().as_deref().and_then(DataReference::read) {
            Some(reference) if reference.screen.is_none_or(|named| named == screen) => {
                Visibility::When(reference.path)
            }
            _ => Visibility::Unknown,
        }
    }

    pub fn calendar_mode(&self) -> CalendarMode {
        if self.spec.is_none_or(|spec| spec.name != "CalendarPicker") {
            return CalendarMode::Either;
        }
        match self.node.member("mode").map(Node::text) {
            None => CalendarMode::Single,
            Some(Some(mode)) if mode == "single" => CalendarMode::Single,
            Some(Some(mode)) if mode == "range" => CalendarMode::Range,
            Some(_) => CalendarMode::Either,
        }
    }
}
