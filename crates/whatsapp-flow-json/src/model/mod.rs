//! A Flow JSON as what it means: screens, their data, components and actions, and the routing model.
//!
//! Nothing here judges. What is absent or of the wrong type reads as absent, every part keeps its
//! [`Value`] with its place, and members that nobody knows stay reachable through it. The rules are in
//! [`check`](crate::lint).

pub mod action;
pub mod component;
pub mod data;
pub mod expression;
pub mod screen;

use std::borrow::Cow;
use std::collections::HashMap;

pub use action::{Action, ActionKind};
pub use component::{Component, FieldKind};
pub use data::{DataType, Schema};
pub use expression::{Namespace, Reference};
pub use screen::Screen;

use crate::json::{Json, Name, Value};

/// A Flow JSON.
pub struct Document<'j> {
    root: Value<'j>,
    screens: Vec<Screen<'j>>,
    /// The first screen of each id.
    by_id: HashMap<Cow<'j, str>, usize>,
    ids: Vec<Cow<'j, str>>,
    has_terminal_screen: bool,
}

/// One line of the routing model: a screen, and where it leads.
pub struct Route<'j> {
    /// The screen that is left, as the routing model names it.
    pub from: Name<'j>,
    /// What stands beside it: an array of screen ids, if the document is right.
    pub value: Value<'j>,
    /// The screens that it leads to, those that are strings.
    pub to: Vec<(Cow<'j, str>, Value<'j>)>,
}

/// What a value in a payload stands for.
pub enum Meaning<'d, 'j> {
    /// The value itself.
    Constant(Value<'j>),
    /// What a component of a form holds: `${form.x}` or `${screen.S.form.x}`.
    Field(&'d Component<'j>),
    /// A member of a screen's data, or of an object in it: `${data.x}` or `${screen.S.data.x.y}`.
    Data(Schema<'j>),
    /// An object or array with references somewhere in it.
    Nested(Value<'j>),
    /// Text put together from several parts, or a comparison: an expression in backticks.
    Expression(Value<'j>),
    /// A reference to something that the document does not have.
    Unknown(Reference<'j>),
}

impl<'j> Document<'j> {
    /// Reads a document, whatever is wrong with it.
    pub fn read(json: &'j Json<'j>) -> Self {
        let root = json.root();
        let screens = root.member("screens");
        let screens: Vec<_> =
            screens.into_iter().flat_map(Value::items).map(Screen::read).collect();
        let mut by_id = HashMap::new();
        for (index, screen) in screens.iter().enumerate() {
            if let Some(id) = screen.id() {
                by_id.entry(id).or_insert(index);
            }
        }
        let ids = screens.iter().filter_map(Screen::id).collect();
        let has_terminal_screen = screens.iter().any(Screen::terminal);
        Self { root, screens, by_id, ids, has_terminal_screen }
    }

    /// The whole document.
    pub fn value(&self) -> Value<'j> {
        self.root
    }

    /// The version of Flow JSON, as `(7, 3)`; `None` if absent or not of that form.
    pub fn version(&self) -> Option<(u16, u16)> {
        parse_version(&self.root.member("version")?.as_str()?)
    }

    /// The version of the data API, as `(4, 0)`; `None` for a document without an endpoint.
    pub fn data_api_version(&self) -> Option<(u16, u16)> {
        parse_version(&self.root.member("data_api_version")?.as_str()?)
    }

    /// The routing model in the order of the text; `None` if the document has none.
    pub fn routing_model(&self) -> Option<Vec<Route<'j>>> {
        let model = self.root.member("routing_model")?;
        let route = |(from, value): (Name<'j>, Value<'j>)| {
            let to = value.items().filter_map(|item| Some((item.as_str()?, item))).collect();
            Route { from, value, to }
        };
        Some(model.members().map(route).collect())
    }

    /// The screens in the order of the text.
    pub fn screens(&self) -> &[Screen<'j>] {
        &self.screens
    }

    /// The screen with this id; the first one, if several have it.
    pub fn screen(&self, id: &str) -> Option<&Screen<'j>> {
        self.by_id.get(id).map(|index| &self.screens[*index])
    }

    /// The ids of the screens, in the order of the text.
    pub fn ids(&self) -> &[Cow<'j, str>] {
        &self.ids
    }

    /// Whether every screen has an id, so that an unknown id is not meant for one without.
    pub fn all_have_ids(&self) -> bool {
        self.ids.len() == self.screens.len()
    }

    /// Whether some screen is terminal.
    pub fn has_terminal_screen(&self) -> bool {
        self.has_terminal_screen
    }

    /// The screen that a reference on `screen` reaches into: itself, or the one that is named.
    pub fn referred_screen<'d>(
        &'d self,
        screen: &'d Screen<'j>,
        reference: &Reference<'j>,
    ) -> Option<&'d Screen<'j>> {
        match reference.screen {
            Some(id) => self.screen(id),
            None => Some(screen),
        }
    }

    /// What a value on a screen stands for, such as a member of an action's payload.
    pub fn meaning<'d>(&'d self, screen: &'d Screen<'j>, value: Value<'j>) -> Meaning<'d, 'j> {
        if value.as_str().is_none() {
            let nested = value.descendants().any(|inner| expression::is_dynamic(inner));
            return if nested { Meaning::Nested(value) } else { Meaning::Constant(value) };
        }
        if expression::is_nested(value) {
            return Meaning::Expression(value);
        }
        let Some(reference) = expression::whole_reference(value) else {
            return Meaning::Constant(value);
        };
        let found = self.referred_screen(screen, &reference).and_then(|on| on.find(&reference));
        match found {
            Some(screen::ReferenceTarget::Field(component)) => Meaning::Field(component),
            Some(screen::ReferenceTarget::Data(schema)) => Meaning::Data(schema),
            None => Meaning::Unknown(reference),
        }
    }
}

/// `"7.3"` as two numbers.
fn parse_version(text: &str) -> Option<(u16, u16)> {
    let (major, minor) = text.split_once('.')?;
    let number = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    };
    Some((number(major)?, number(minor)?))
}
