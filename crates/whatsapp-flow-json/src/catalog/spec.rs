//! The types of the catalog, and the constants of which its tables consist.
#![allow(dead_code)] // without the linter, the reply check reads a part of it

/// How many items a list may have: `limits!(1 "option", 200 "options")`.
macro_rules! limits {
    ($least:literal $few:literal, $most:literal $many:literal) => {
        Limits {
            least: $least,
            most: $most,
            with_images: None,
            too_few: concat!("at least ", $least, " ", $few),
            too_many: concat!("at most ", $most, " ", $many),
        }
    };
}

pub(super) use limits;

/// A version of Flow JSON: `(7, 3)`.
pub type Version = (u16, u16);

/// A component.
pub struct Component {
    pub name: &'static str,
    pub since: Version,
    /// Where it may stand.
    pub places: Places,
    pub properties: &'static [Property],
}

/// A property of a component.
#[derive(Debug)]
pub struct Property {
    pub name: &'static str,
    pub shape: Shape,
    pub since: Version,
    /// Since when it must be there.
    pub required: Option<Version>,
    /// The most characters of a text (CMP); 0 where no limit is given.
    pub most: usize,
    /// Not in a Form, which has `init-values` and `error-messages` for all its fields.
    pub outside_form: bool,
}

/// What a property holds. Unless it says "written out", an expression may stand for it.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Text that is not blank from 6.0 on.
    Text,
    /// Text that is never blank.
    FilledText,
    /// The name of a component, written out from 6.0 on.
    Name,
    /// Text, or an array of texts that are written out.
    Markdown,
    Boolean,
    /// A boolean, written out.
    PlainBoolean,
    /// A number of at least so much.
    Number(f64),
    Integer,
    /// An integer between these, written out.
    PlainInteger(f64, f64),
    /// One of these, written out.
    OneOf(&'static [&'static str]),
    /// One of these.
    AnyOf(&'static [&'static str]),
    /// A day: `YYYY-MM-DD` from 5.0 on, milliseconds as text before.
    Day,
    /// A color: `#` and six hexadecimal digits.
    Color,
    /// An array of texts.
    Texts,
    /// An array of days.
    Days,
    /// An array of some of these.
    SomeOf(&'static [&'static str]),
    /// An array of some of these, written out.
    PlainSomeOf(&'static [&'static str]),
    /// An image in base64.
    Image,
    /// A text, or for a range `{"start-date", "end-date"}` of texts.
    TextPerDate,
    /// A day, or for a range `{"start-date", "end-date"}` of days.
    DayPerDate,
    /// A boolean, or for a range `{"start-date", "end-date"}` of booleans.
    BooleanPerDate,
    /// An object of anything.
    Values,
    /// A text, or an object of texts by the id of a file.
    MediaMessage,
    /// Nothing but an expression.
    Expression,
    /// The condition of an If.
    Condition,
    /// An array of objects with these members, and how many there may be.
    Items(&'static [Property], Limits),
    /// An object with these members.
    Object(&'static [Property]),
    /// An array of texts of at most so many characters, and how many there may be.
    Tags(usize, Limits),
    /// An action that may do these.
    Action(&'static [AllowedAction]),
    /// An array of components.
    Components,
    /// An object of arrays of components.
    Cases,
}

/// How many items a list may have (CMP), and the words for one that has too few or too many.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub least: usize,
    pub most: usize,
    /// The most if one of them has an image, where that is fewer.
    pub with_images: Option<(usize, &'static str)>,
    pub too_few: &'static str,
    pub too_many: &'static str,
}

/// What an action may do, and since when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AllowedAction {
    pub name: &'static str,
    pub since: Version,
}

/// Where a component may stand, apart from directly in the layout.
#[derive(Clone, Copy, PartialEq)]
pub struct Places {
    pub form: bool,
    /// In a branch of an If since this version.
    pub branch: Option<Version>,
    /// In a case of a Switch since this version.
    pub case: Option<Version>,
}

pub const OLD: Version = (2, 1);

pub const EVERYWHERE: Places = Places { form: true, branch: Some(OLD), case: Some(OLD) };

/// A property that may be left out.
pub const fn may(name: &'static str, shape: Shape) -> Property {
    Property { name, shape, since: OLD, required: None, most: 0, outside_form: false }
}

/// A property that must be there.
pub const fn must(name: &'static str, shape: Shape) -> Property {
    Property { required: Some(OLD), ..may(name, shape) }
}

impl Property {
    /// Whether it must be there in this version.
    pub fn needed(&self, version: Version) -> bool {
        self.required.is_some_and(|since| version >= since)
    }

    pub const fn since(self, major: u16, minor: u16) -> Self {
        Self { since: (major, minor), ..self }
    }

    pub const fn needed_since(self, major: u16, minor: u16) -> Self {
        Self { required: Some((major, minor)), ..self }
    }

    pub const fn most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    pub const fn outside_form(self) -> Self {
        Self { outside_form: true, since: (4, 0), ..self }
    }
}

pub const fn does(name: &'static str, since: Version) -> AllowedAction {
    AllowedAction { name, since }
}

pub const UPDATES: Shape = Shape::Action(&[does("update_data", (6, 0))]);
pub const ASKS: Shape = Shape::Action(&[does("data_exchange", OLD)]);
pub const ASKS_OR_UPDATES: Shape =
    Shape::Action(&[does("data_exchange", OLD), does("update_data", (6, 0))]);
pub const GOES: Shape = Shape::Action(&[does("data_exchange", OLD), does("navigate", OLD)]);
pub const GOES_OR_OPENS: Shape =
    Shape::Action(&[does("data_exchange", OLD), does("navigate", OLD), does("open_url", (6, 0))]);
pub const GOES_OR_ENDS: Shape =
    Shape::Action(&[does("data_exchange", OLD), does("navigate", OLD), does("complete", OLD)]);
