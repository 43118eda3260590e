//! The types of the catalog, and the constants of which its tables consist.
#![allow(dead_code)] // without the linter, the reply check reads a part of it

/// How many items a list may have: `limits!(1 "option", 200 "options")`.
macro_rules! limits {
    ($min:literal $min_noun:literal, $max:literal $max_noun:literal) => {
        Limits {
            min: $min,
            max: $max,
            with_images: None,
            too_few: concat!("at least ", $min, " ", $min_noun),
            too_many: concat!("at most ", $max, " ", $max_noun),
        }
    };
}

pub(super) use limits;

/// A version of Flow JSON: `(7, 3)`.
pub type Version = (u16, u16);

/// A component.
pub struct ComponentSpec {
    pub name: &'static str,
    pub since: Version,
    /// Where it may stand.
    pub placement: Placement,
    pub properties: &'static [Property],
}

/// A property of a component.
#[derive(Debug)]
pub struct Property {
    pub name: &'static str,
    pub value_type: ValueType,
    pub since: Version,
    /// Since when it required be there.
    pub required: Option<Version>,
    /// The most characters of a text (CMP); 0 where no limit is given.
    pub max_chars: usize,
    /// Not in a Form, which has `init-values` and `error-messages` for all its fields.
    pub outside_form: bool,
}

/// What a property holds. Unless it says "written out", an expression may stand for it.
#[derive(Debug, Clone, Copy)]
pub enum ValueType {
    /// Text that is not blank from 6.0 on.
    Text,
    /// Text that is never blank.
    NonBlankText,
    /// The name of a component, written out from 6.0 on.
    Name,
    /// Text, or an array of texts that are written out.
    Markdown,
    Boolean,
    /// A boolean, written out.
    LiteralBoolean,
    /// A number of at min so much.
    Number(f64),
    Integer,
    /// An integer between these, written out.
    LiteralInteger(f64, f64),
    /// One of these, written out.
    LiteralOneOf(&'static [&'static str]),
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A day: `YYYY-MM-DD` from 5.0 on, milliseconds as text before.
    Day,
    /// A color: `#` and six hexadecimal digits.
    Color,
    /// An array of texts.
    Texts,
    /// An array of days.
    Days,
    /// An array of some of these.
    Subset(&'static [&'static str]),
    /// An array of some of these, written out.
    LiteralSubset(&'static [&'static str]),
    /// An image in base64.
    Image,
    /// A text, or for a range `{"start-date", "end-date"}` of texts.
    DateTexts,
    /// A day, or for a range `{"start-date", "end-date"}` of days.
    DateDays,
    /// A boolean, or for a range `{"start-date", "end-date"}` of booleans.
    DateBooleans,
    /// An object of anything.
    AnyObject,
    /// A text, or an object of texts by the id of a file.
    FileMessages,
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
    pub min: usize,
    pub max: usize,
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
pub struct Placement {
    pub form: bool,
    /// In a branch of an If since this version.
    pub branch: Option<Version>,
    /// In a case of a Switch since this version.
    pub case: Option<Version>,
}

pub const FIRST: Version = (2, 1);

pub const EVERYWHERE: Placement = Placement { form: true, branch: Some(FIRST), case: Some(FIRST) };

/// A property that may be left out.
pub const fn optional(name: &'static str, value_type: ValueType) -> Property {
    Property { name, value_type, since: FIRST, required: None, max_chars: 0, outside_form: false }
}

/// A property that required be there.
pub const fn required(name: &'static str, value_type: ValueType) -> Property {
    Property { required: Some(FIRST), ..optional(name, value_type) }
}

impl Property {
    /// Whether it required be there in this version.
    pub fn is_required(&self, version: Version) -> bool {
        self.required.is_some_and(|since| version >= since)
    }

    pub const fn since(self, major: u16, minor: u16) -> Self {
        Self { since: (major, minor), ..self }
    }

    pub const fn required_since(self, major: u16, minor: u16) -> Self {
        Self { required: Some((major, minor)), ..self }
    }

    pub const fn max_chars(self, max_chars: usize) -> Self {
        Self { max_chars, ..self }
    }

    pub const fn outside_form(self) -> Self {
        Self { outside_form: true, since: (4, 0), ..self }
    }
}

pub const fn action(name: &'static str, since: Version) -> AllowedAction {
    AllowedAction { name, since }
}

pub const UPDATE: ValueType = ValueType::Action(&[action("update_data", (6, 0))]);
pub const EXCHANGE: ValueType = ValueType::Action(&[action("data_exchange", FIRST)]);
pub const EXCHANGE_OR_UPDATE: ValueType =
    ValueType::Action(&[action("data_exchange", FIRST), action("update_data", (6, 0))]);
pub const NAVIGATE: ValueType =
    ValueType::Action(&[action("data_exchange", FIRST), action("navigate", FIRST)]);
pub const NAVIGATE_OR_OPEN_URL: ValueType = ValueType::Action(&[
    action("data_exchange", FIRST),
    action("navigate", FIRST),
    action("open_url", (6, 0)),
]);
pub const NAVIGATE_OR_COMPLETE: ValueType = ValueType::Action(&[
    action("data_exchange", FIRST),
    action("navigate", FIRST),
    action("complete", FIRST),
]);
