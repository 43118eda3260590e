//! The components of a screen's layout: which they are, and whether they are surely shown.

use std::borrow::Cow;

use super::reference::Reference;
use crate::catalog::{self, Component};
use crate::node::Node;
use crate::value::Mode;

/// A component of a layout.
pub(crate) struct Placed<N> {
    pub node: N,
    pub entry: Option<&'static Component>,
    /// It stands in a branch of an If or in a case of a Switch.
    branch: bool,
    /// The number of the Form that it stands in.
    pub form: Option<usize>,
}

/// Whether a component is on its screen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Shown {
    Always,
    /// When this member of the screen's data is true.
    When(Vec<Box<str>>),
    /// That is decided by the client.
    Perhaps,
}

/// The components of a layout in the order of the text.
pub(crate) fn components<'j, N: Node<'j>>(layout: N) -> Vec<Placed<N>> {
    let mut placed = Vec::new();
    let mut stack = Vec::new();
    within(layout, false, None, &mut stack);
    while let Some(component) = stack.pop() {
        let Placed { node, entry, branch, form } = component;
        let kind = entry.map_or("", |entry| entry.name);
        let form = if kind == "Form" { Some(placed.len()) } else { form };
        let branch = branch || matches!(kind, "If" | "Switch");
        placed.push(component);
        within(node, branch, form, &mut stack);
    }
    placed
}

/// The components directly within one, the last one first.
fn within<'j, N: Node<'j>>(
    holder: N,
    branch: bool,
    form: Option<usize>,
    stack: &mut Vec<Placed<N>>,
) {
    let lists = ["children", "then", "else"].into_iter().filter_map(|name| holder.member(name));
    let cases = holder.member("cases").and_then(Node::members);
    let cases = cases.into_iter().flatten().map(|(_, list)| list);
    let start = stack.len();
    for node in lists.chain(cases).filter_map(Node::items).flatten() {
        let kind = node.member("type").and_then(Node::text);
        let entry = kind.and_then(|kind| catalog::component(&kind));
        stack.push(Placed { node, entry, branch, form });
    }
    stack[start..].reverse();
}

impl<'j, N: Node<'j>> Placed<N> {
    pub fn name(&self) -> Option<Cow<'j, str>> {
        self.node.member("name")?.text()
    }

    pub fn shown(&self, screen: &str) -> Shown {
        let Some(visible) = self.node.member("visible").filter(|_| !self.branch) else {
            return if self.branch { Shown::Perhaps } else { Shown::Always };
        };
        if visible.boolean() == Some(true) {
            return Shown::Always;
        }
        match visible.text().as_deref().and_then(Reference::read) {
            Some(reference) if reference.screen.is_none_or(|named| named == screen) => {
                Shown::When(reference.path)
            }
            _ => Shown::Perhaps,
        }
    }

    pub fn mode(&self) -> Mode {
        if self.entry.is_none_or(|entry| entry.name != "CalendarPicker") {
            return Mode::Either;
        }
        match self.node.member("mode").map(Node::text) {
            None => Mode::Single,
            Some(Some(mode)) if mode == "single" => Mode::Single,
            Some(Some(mode)) if mode == "range" => Mode::Range,
            Some(_) => Mode::Either,
        }
    }
}
