//! The model of a Flow JSON: screens, data, components, actions and the routing model.
//!
//! The model does not report mistakes. A value of the wrong type counts as absent, every part keeps
//! its [`Value`] with its position, and unknown members can be reached through it. The rules are in
//! [`lint`](crate::lint).

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

/// An entry of the routing model: a screen, and the screens to which it leads.
pub struct Route<'j> {
    /// The screen at which the routes start, as the routing model names it.
    pub from: Name<'j>,
    /// The value of the entry: an array of screen ids, if the document is valid.
    pub value: Value<'j>,
    /// The target screens, as far as they are strings.
    pub to: Vec<(Cow<'j, str>, Value<'j>)>,
}

/// The meaning of a value in a payload.
pub enum Meaning<'d, 'j> {
    /// The value itself.
    Constant(Value<'j>),
    /// The value of a field: `${form.x}` or `${screen.S.form.x}`.
    Field(&'d Component<'j>),
    /// A member of a screen's data, or of an object in it: `${data.x}` or `${screen.S.data.x.y}`.
    Data(Schema<'j>),
    /// An object or array that contains references.
    Nested(Value<'j>),
    /// An expression in backticks: text that is joined from several parts, or a comparison.
    Expression(Value<'j>),
    /// A reference to something that does not exist.
    Unknown(Reference<'j>),
}

impl<'j> Document<'j> {
    /// Reads a document, including invalid ones.
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

    /// The version of Flow JSON, as `(7, 3)`; `None` if it is absent or malformed.
    pub fn version(&self) -> Option<(u16, u16)> {
        parse_version(&self.root.member("version")?.as_str()?)
    }

    /// The version of the data API, as `(4, 0)`; `None` for a document without an endpoint.
    pub fn data_api_version(&self) -> Option<(u16, u16)> {
        parse_version(&self.root.member("data_api_version")?.as_str()?)
    }

    /// The routing model in document order; `None` if there is none.
    pub fn routing_model(&self) -> Option<Vec<Route<'j>>> {
        let model = self.root.member("routing_model")?;
        let route = |(from, value): (Name<'j>, Value<'j>)| {
            let to = value.items().filter_map(|item| Some((item.as_str()?, item))).collect();
            Route { from, value, to }
        };
        Some(model.members().map(route).collect())
    }

    /// The screens in document order.
    pub fn screens(&self) -> &[Screen<'j>] {
        &self.screens
    }

    /// The screen with this id; of duplicates, the first one.
    pub fn screen(&self, id: &str) -> Option<&Screen<'j>> {
        self.by_id.get(id).map(|index| &self.screens[*index])
    }

    /// The ids of the screens, in document order.
    pub fn ids(&self) -> &[Cow<'j, str>] {
        &self.ids
    }

    /// Returns whether every screen has an id. Otherwise an unknown id may refer to a screen
    /// without one.
    pub fn all_have_ids(&self) -> bool {
        self.ids.len() == self.screens.len()
    }

    /// Returns whether a screen is terminal.
    pub fn has_terminal_screen(&self) -> bool {
        self.has_terminal_screen
    }

    /// The screen that a reference on `screen` refers to: the screen itself, or the named one.
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

    /// The meaning of a value on a screen, such as a member of an action's payload.
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

/// Parses `"7.3"` as two numbers.
fn parse_version(text: &str) -> Option<(u16, u16)> {
    let (major, minor) = text.split_once('.')?;
    let number = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    };
    Some((number(major)?, number(minor)?))
}
