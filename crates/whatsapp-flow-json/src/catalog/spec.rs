//! The types of the catalog, and the constants from which its tables are built.
#![allow(dead_code)] // without the linter, the reply check reads a part of it

/// The limits of a list: `limits!(1 "option", 200 "options")`.
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
    /// The containers in which the component is allowed.
    pub placement: Placement,
    pub properties: &'static [Property],
}

/// A property of a component.
#[derive(Debug)]
pub struct Property {
    pub name: &'static str,
    pub value_type: ValueType,
    pub since: Version,
    /// The version from which the property is required.
    pub required: Option<Version>,
    /// The maximum number of characters (CMP); 0 if there is no limit.
    pub max_chars: usize,
    /// The property is not allowed in a Form, which has `init-values` and `error-messages` for all
    /// its fields.
    pub outside_form: bool,
}

/// The type of a property's value. An expression is allowed instead of the value, except for
/// literals.
#[derive(Debug, Clone, Copy)]
pub enum ValueType {
    /// Text that must not be blank from 6.0 on.
    Text,
    /// Text that must not be blank.
    NonBlankText,
    /// The name of a component, a literal from 6.0 on.
    Name,
    /// Text, or an array of literal texts.
    Markdown,
    Boolean,
    /// A literal boolean.
    LiteralBoolean,
    /// A number with this minimum.
    Number(f64),
    Integer,
    /// A literal integer in this range.
    LiteralInteger(f64, f64),
    /// One of these values, as a literal.
    LiteralOneOf(&'static [&'static str]),
    /// One of these values.
    OneOf(&'static [&'static str]),
    /// A date: `YYYY-MM-DD` from 5.0 on, milliseconds as text before.
    Day,
    /// A color: `#` and six hexadecimal digits.
    Color,
    /// An array of texts.
    Texts,
    /// An array of dates.
    Days,
    /// An array of some of these values.
    Subset(&'static [&'static str]),
    /// A literal array of some of these values.
    LiteralSubset(&'static [&'static str]),
    /// An image in base64.
    Image,
    /// A text, or for a range an object `{"start-date", "end-date"}` of texts.
    DateTexts,
    /// A date, or for a range an object `{"start-date", "end-date"}` of dates.
    DateDays,
    /// A boolean, or for a range an object `{"start-date", "end-date"}` of booleans.
    DateBooleans,
    /// An object with any members.
    AnyObject,
    /// A text, or an object of texts by file id.
    FileMessages,
    /// An expression.
    Expression,
    /// The condition of an If.
    Condition,
    /// An array of objects with these properties, and its limits.
    Items(&'static [Property], Limits),
    /// An object with these properties.
    Object(&'static [Property]),
    /// An array of texts of at most this many characters, and its limits.
    Tags(usize, Limits),
    /// An action of one of these types.
    Action(&'static [AllowedAction]),
    /// An array of components.
    Components,
    /// An object of arrays of components.
    Cases,
}

/// The limits of a list (CMP), and the messages for lists that exceed them.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub min: usize,
    pub max: usize,
    /// A lower maximum for lists in which an item has an image.
    pub with_images: Option<(usize, &'static str)>,
    pub too_few: &'static str,
    pub too_many: &'static str,
}

/// An action that a component allows, and the version that introduced it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AllowedAction {
    pub name: &'static str,
    pub since: Version,
}

/// The containers in which a component is allowed, apart from the layout itself.
#[derive(Clone, Copy, PartialEq)]
pub struct Placement {
    pub form: bool,
    /// The version from which it is allowed in a branch of an If.
    pub branch: Option<Version>,
    /// The version from which it is allowed in a case of a Switch.
    pub case: Option<Version>,
}

pub const FIRST: Version = (2, 1);

pub const EVERYWHERE: Placement = Placement { form: true, branch: Some(FIRST), case: Some(FIRST) };

/// An optional property.
pub const fn optional(name: &'static str, value_type: ValueType) -> Property {
    Property { name, value_type, since: FIRST, required: None, max_chars: 0, outside_form: false }
}

/// A required property.
pub const fn required(name: &'static str, value_type: ValueType) -> Property {
    Property { required: Some(FIRST), ..optional(name, value_type) }
}

impl Property {
    /// Returns whether the property is required in this version.
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
