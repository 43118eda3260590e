//! The table of all rules, with their severities by version.
//!
//! Sources: Meta's pages (FJ, CMP, ERR, MED, EP, CHG), Meta's validator, which rejects flows when
//! they are published (*validator*), Meta's web client, which rejects documents or displays them in
//! an unexpected way (*client*), and our own advice (*ours*). The validator does not enforce every
//! rule in every version: an error is a violation that it rejects in the document's version, or on
//! which a client fails. A documented rule that nothing is known to enforce is a warning.

use super::severity::Severity;
use crate::catalog::Version;

/// A rule, and the severity of breaking it.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The identifier of the rule.
    pub id: &'static str,
    /// Meta's name for the error (ERR, *Static validation errors*), if Meta has one.
    pub name: Option<&'static str>,
    /// The severities by version, in order. In other versions nothing is reported.
    pub when: &'static [When],
    /// The requirement, in one sentence.
    pub requires: &'static str,
    /// The source of the rule.
    pub source: &'static str,
}

/// The severity of breaking a rule in a range of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct When {
    /// The severity.
    pub severity: Severity,
    /// The first version.
    pub since: Version,
    /// The last version; `None` up to the newest.
    pub until: Option<Version>,
}

impl Rule {
    /// The name of the rule as it is printed: `navigate-payload`.
    pub fn title(&self) -> String {
        self.id.to_lowercase().replace('_', "-")
    }

    /// The severity of breaking the rule in a document of this version.
    pub fn severity(&self, version: Version) -> Option<Severity> {
        let holds =
            |when: &&When| version >= when.since && when.until.is_none_or(|until| version <= until);
        self.when.iter().find(holds).map(|when| when.severity)
    }
}

impl When {
    const fn until(self, major: u16, minor: u16) -> Self {
        Self { until: Some((major, minor)), ..self }
    }
}

const fn since(severity: Severity, major: u16, minor: u16) -> When {
    When { severity, since: (major, minor), until: None }
}

const fn error_since(major: u16, minor: u16) -> When {
    since(Severity::Error, major, minor)
}

const fn warning_since(major: u16, minor: u16) -> When {
    since(Severity::Warning, major, minor)
}

const ERROR: &[When] = &[error_since(2, 1)];
const WARNING: &[When] = &[warning_since(2, 1)];
const HINT: &[When] = &[since(Severity::Hint, 2, 1)];

/// Payloads of navigate: enforced in 5.1, and again from 7.3 on.
const PAYLOAD: &[When] = &[
    warning_since(2, 1).until(5, 0),
    error_since(5, 1).until(5, 1),
    warning_since(6, 0).until(7, 2),
    error_since(7, 3),
];

/// Targets of navigate and entry screens: enforced from 5.1 to 6.2, and again from 7.3 on.
const ROUTES: &[When] = &[
    warning_since(2, 1).until(5, 0),
    error_since(5, 1).until(6, 2),
    warning_since(6, 3).until(7, 2),
    error_since(7, 3),
];

macro_rules! meta {
    (_) => {
        None
    };
    ($name:literal) => {
        Some($name)
    };
}

macro_rules! rules {
    ($($id:ident $name:tt $when:expr, $source:literal, $requires:literal;)+) => {
        $(pub(super) static $id: Rule = Rule {
            id: stringify!($id),
            name: meta!($name),
            when: $when,
            requires: $requires,
            source: $source,
        };)+

        /// All rules: document, objects, data, screens, components, expressions, actions, and
        /// routing.
        pub static RULES: &[&Rule] = &[$(&$id),+];
    };
}

rules! {
    FLOW_JSON "INVALID_FLOW_JSON" ERROR, "ERR, Schema",
        "A Flow JSON is a JSON object in UTF-8, without a byte order mark, of at most 10 MB.";
    VERSION_MISSING "MISSING_FLOW_JSON_VERSION" ERROR, "ERR, Version",
        "A document has a `version`.";
    VERSION_UNKNOWN "INVALID_FLOW_JSON_VERSION" ERROR, "ERR, Version",
        "The `version` is one that Meta has released, as text.";
    VERSION_NEWER _ WARNING, "ours",
        "The `version` is not newer than this program. A newer version is checked by the \
            newest rules.";
    VERSION_FROZEN _ &[warning_since(2, 1).until(5, 0)], "CHG",
        "The `version` is one that can still be published.";
    TWICE _ WARNING, "client",
        "An object has each member once; of duplicates, the last one counts.";

    MEMBER_UNKNOWN "INVALID_PROPERTY_KEY" ERROR, "ERR, Schema; CMP",
        "An object has only members that its version of Flow JSON knows in that place.";
    MEMBER_MISSING "MISSING_REQUIRED_PROPERTY" ERROR, "ERR, Schema; CMP",
        "An object has the members that its version of Flow JSON requires.";
    TYPE_MISSING "MISSING_REQUIRED_TYPE_PROPERTY" ERROR, "ERR, Schema",
        "A component has a `type`.";
    TYPE "INVALID_PROPERTY_TYPE" ERROR, "ERR, Schema",
        "A member has the expected type.";
    VALUE "INVALID_PROPERTY_VALUE" ERROR, "ERR, Schema",
        "A member has a value that exists in this version: a component, a layout, a data API.";
    VALUE_FORMAT "INVALID_PROPERTY_VALUE_FORMAT" ERROR, "client",
        "The `url` of open_url is the address of a web page.";
    ENUM "INVALID_ENUM_VALUE" ERROR, "ERR, Schema",
        "An enumerated member has one of its values.";
    PATTERN "PATTERN_MISMATCH" ERROR, "ERR, Schema",
        "A displayed text is not blank, and a name has a valid form.";
    MINIMUM "MINIMUM_VALUE_REQUIRED" ERROR, "ERR, Min Max",
        "A number is not less than the minimum of its property.";
    MAXIMUM "MAXIMUM_VALUE_REQUIRED" ERROR, "ERR, Min Max",
        "A number is not more than the maximum of its property.";
    MINIMUM_OVER_MAXIMUM "MIN_VALUE_GREATER_THAN_MAX" ERROR, "ERR, Min Max",
        "A minimum is not more than its maximum.";
    ITEMS_MISSING "MIN_ITEMS_REQUIRED" ERROR, "ERR, Schema",
        "A list is not empty.";
    ITEMS_OVER "MAX_ITEMS_REQUIRED" ERROR, "client",
        "A list does not have more tags and badges than clients display.";
    EXCLUDED "NOT_KEYWORD_SCHEMA_VALIDATION_FAILED" ERROR, "ERR, Schema",
        "A member is not combined with one that excludes it.";
    DEPENDENCY "INVALID_DEPENDENCIES" ERROR, "ERR, Schema",
        "A member is combined with those on which it depends.";
    SHOWN_LENGTH _ WARNING, "CMP",
        "A text is not longer than clients display. Reported once per document.";

    DATA "INVALID_SCREEN_DATA" ERROR, "ERR, Screen Data Model",
        "A member of a data model has a known type, its items have a type, and the \
            example matches.";
    DATA_NAME _ WARNING, "client",
        "A member of a data model has a name that references can contain.";
    DATA_UNUSED _ HINT, "ours",
        "Every member of a data model is used. Reported once per screen.";

    SCREENS_OVER "MAX_SCREENS_NUMBER" ERROR, "client",
        "A flow has at most 100 screens.";
    ID_EMPTY "MIN_CHARS_REQUIRED" ERROR, "ERR, Schema",
        "A screen's id is not empty.";
    ID_RESERVED "SCREEN_ID_IS_RESERVED_KEYWORD" ERROR, "ERR, Naming",
        "No screen is called SUCCESS.";
    ID_TWICE "DUPLICATE_SCREEN_IDS" ERROR, "ERR, Naming",
        "Each screen has a unique id.";
    TERMINAL_MISSING "MISSING_TERMINAL_SCREEN" ERROR, "ERR, Terminal Screen",
        "At least one screen is terminal.";
    SUCCESS_NOWHERE "INVALID_PROPERTY_VALUE" ERROR, "ERR, Schema",
        "At least one terminal screen is a success.";
    TERMINAL_FOOTER "MISSING_FOOTER_ON_TERMINAL_SCREEN"
        &[warning_since(2, 1).until(7, 2), error_since(7, 3)], "ERR, Terminal Screen; validator",
        "A terminal screen has a Footer.";
    TERMINAL_FOOTER_LEADS_ON _
        &[warning_since(2, 1).until(7, 2), error_since(7, 3)], "FJ, navigate action; validator",
        "The Footer of a terminal screen completes the flow or asks the endpoint.";
    TERMINAL_LIST "INVALID_PROPERTY_KEY" ERROR, "CMP, Navigation List",
        "A screen with a NavigationList is not terminal.";
    SENSITIVE "INVALID_SENSITIVE_FIELD" ERROR, "FJ, sensitive",
        "`sensitive` names fields of its screen.";
    COMPONENTS_OVER "MAX_ALLOWED_COMPONENTS_PER_SCREEN" ERROR, "client",
        "A screen has at most 100 components.";
    COMPONENTS_MANY _ WARNING, "CMP",
        "A screen has at most 50 components.";
    KIND_OVER "COMPONENT_TYPE_MAX_NUMBER_PER_SCREEN" ERROR, "CMP",
        "A screen does not have more components of a type than can be displayed at once.";
    FORMS_OVER "COMPONENT_TYPE_MAX_NUMBER_PER_SCREEN" &[error_since(7, 0)], "client",
        "A screen has at most one Form.";
    CAROUSELS_OVER "INVALID_PROPERTY_VALUE" ERROR, "CMP, Image Carousel",
        "A flow has at most 3 carousels, each of at most 3 images.";

    PLACE "ONE_OF_SCHEMA_VALIDATION_FAILED" ERROR, "client",
        "A component is in a container that allows it.";
    ALONE "INVALID_COMPONENT_PLACEMENT" &[error_since(6, 0)], "CMP, Rich Text, Navigation List",
        "RichText and NavigationList are alone on their screen; from 6.3 on, a Footer may \
            follow a RichText.";
    ALONE_BEFORE_6 "INVALID_RICHTEXT_PLACEMENT" &[error_since(5, 1).until(5, 1)], "ERR",
        "RichText is alone on its screen.";
    NESTING "MAXIMUM_IF_NESTING" ERROR, "CMP, If",
        "Ifs are nested at most three deep.";
    BRANCH_EMPTY "INVALID_PROPERTY_VALUE" ERROR, "client",
        "`then` is not empty, and a Switch has cases.";
    FOOTER_IN_IF "MISSING_FOOTER_IN_IF_ELSE_BRANCHES" WARNING, "ERR, Footers; validator",
        "If one branch of an If has a Footer, each path through the other has one.";
    FOOTER_IN_SWITCH "MISSING_FOOTER_IN_SWITCH_BRANCHES" WARNING, "ERR, Footers; validator",
        "If one case of a Switch has a Footer, each path through the others has one.";
    OUTSIDE_FORM "COMPONENTS_OUTSIDE_FORM" &[error_since(4, 0)], "ERR, Optional Form",
        "If a screen has a Form, its fields are in it.";
    FORM_MISSING "KEYWORD_ONE_OF" &[error_since(2, 1).until(3, 1)], "ERR, Schema",
        "Fields are in a Form.";
    FIELD_TWICE "DUPLICATE_FORM_COMPONENT_NAMES" ERROR, "ERR, Naming",
        "Each component of a screen has a unique name.";
    FIRST_FILES "NATIVE_COMPONENT_IN_FORM_INIT_VALUES" ERROR, "ERR, Native Component",
        "`init-values` holds no files.";
    FIRST_VALUES "INVALID_PROPERTY_VALUE" &[error_since(7, 0)], "client",
        "`init-values` names fields of the screen, with values of their types.";
    MESSAGES "INVALID_PROPERTY_VALUE" ERROR, "client",
        "A message in `error-messages` has the type that its field requires.";
    REGULAR_EXPRESSION "INVALID_PROPERTY_VALUE" &[error_since(6, 2)], "CMP, Text Entry",
        "A `pattern` is a regular expression of ECMAScript.";
    CODE_IN_A_NUMBER _ HINT, "ours",
        "A code of fixed length uses `passcode`, because a number field may lose leading zeros.";
    IMAGE "INVALID_PROPERTY_VALUE" ERROR, "CMP, Image",
        "An image is base64.";
    IMAGE_ADDRESS _ WARNING, "CMP, Image",
        "An image is base64, not the address of a file or a data URL.";
    IMAGE_FORMAT _ WARNING, "CMP, Image",
        "An image is a JPEG or PNG.";
    EXAMPLE _ WARNING, "CMP; client",
        "The components that are bound to a member of the data accept its example.";
    FIRST_VALUE _ WARNING, "client",
        "The initial value of a component is the id of one of its options.";
    IMAGE_SIZE _ WARNING, "CMP; CHG",
        "The image of an option has at most 100 KB, or 300 KB before 6.0.";
    IMAGE_AND_COLOR "DATA_SOURCE_ITEMS_HAVE_BOTH_IMAGE_AND_COLOR" ERROR, "client",
        "The options of a list have images or colors, not both.";
    OPTIONS_COUNT _ ERROR, "CMP; client",
        "A list has as many options as its component accepts.";
    OPTION_ID_TWICE _ ERROR, "client",
        "Each option of a list has a unique id.";
    OPTION_ACTION_TWICE _ ERROR, "client",
        "Either the component or its options have an action, not both.";
    LIST_TWICE "DUPLICATE_PROPETY_FOR_CONDITION" ERROR, "client",
        "Either a NavigationList or its items have an action, and `end` has one or two texts.";
    LIST_SIZE "INVALID_PROPERTY_VALUE_FOR_CONDITION" ERROR, "client",
        "A NavigationList with large images has no `end`.";
    LIST_WITHOUT_ACTION _ WARNING, "CMP, Navigation List",
        "Tapping an item of a NavigationList has an effect.";
    DAYS "INVALID_DATE_RANGE" &[error_since(5, 0)], "client",
        "A date exists, and is between the first and the last day.";
    FIRST_DAY "INVALID_DATE_SINGLE_INIT_VALUE_FORMAT" ERROR, "client",
        "The initial value of a CalendarPicker is a date.";
    RANGE_ONLY "INVALID_PROPERTY_NAME_FOR_CONDITION" ERROR, "client",
        "A CalendarPicker of one day does not have properties of a range.";
    RANGE_LENGTH "INVALID_MIN_MAX_DAYS" ERROR, "client",
        "`min-days` of a CalendarPicker is not more than `max-days`.";
    RANGE_TYPE "INVALID_TYPE" ERROR, "client",
        "A CalendarPicker of a range has a value for each end.";
    RANGE_UNKNOWN "UNEXPECTED_CALENDAR_PICKER_RANGE_MODE_PROP" ERROR, "client",
        "A range has only the ends `start-date` and `end-date`.";
    RANGE_MISSING "MISSING_CALENDAR_PICKER_RANGE_MODE_PROP" ERROR, "client",
        "A range has both ends.";

    REFERENCE "INVALID_SCREEN_DYNAMIC_DATA" ERROR, "ERR, Screen Data Model",
        "A property refers to data and fields that exist, and that have its type.";
    REFERENCE_IN_PAYLOAD "INVALID_ON_CLICK_ACTION_PAYLOAD" ERROR, "ERR, On-click Action",
        "A payload refers to data and fields that exist.";
    REFERENCE_IN_EXPRESSION "INVALID_ACTION_PAYLOAD_PROPERTY" ERROR, "ERR, Action",
        "An expression in a payload refers to data and fields that exist.";
    REFERENCE_TOO_OLD _ &[error_since(2, 1).until(3, 1)], "CHG",
        "References to other screens require version 4.0.";
    LINE_BOUND "INVALID_TEXT_DYNAMIC_DATA" ERROR, "client",
        "A line in an array of texts is a literal, or an expression in backticks.";
    EXPRESSION_TOO_OLD _ &[warning_since(2, 1).until(5, 1)], "CHG",
        "Expressions in backticks are evaluated from 6.0 on.";
    NEAR_REFERENCE _ WARNING, "client",
        "A text that looks like a reference is a reference.";
    REFERENCE_IN_TEXT _ WARNING, "client",
        "A reference is the whole text, or part of an expression in backticks.";
    EXPRESSION "INVALID_PROPERTY_VALUE" ERROR, "ERR, If Component; FJ, Nested Expressions",
        "An expression has valid operands and operators in a valid order.";
    EXPRESSION_TYPES "INVALID_PROPERTY_VALUE" ERROR, "ERR, If Component; FJ, Nested Expressions",
        "An expression compares values of the same type, `&&`, `||` and `!` have boolean \
            operands, and the result has the type of the property.";
    EXPRESSION_NUMBERS _ WARNING, "FJ, Nested Expressions",
        "Arithmetic, `<` and `>` have numbers as operands.";
    CONDITION_CONSTANT "INVALID_PROPERTY_VALUE" ERROR, "ERR, If Component",
        "A condition depends on a field or on the screen's data.";

    NEXT "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME" ERROR, "ERR, Navigate Action",
        "navigate leads to another screen of the flow.";
    NEXT_TYPE _ WARNING, "FJ, navigate action",
        "The `type` of `next` is `screen`.";
    NAVIGATE_PAYLOAD "INVALID_NAVIGATE_ACTION_PAYLOAD" PAYLOAD, "ERR, Navigate Action; validator",
        "The payload of navigate contains exactly the data of the next screen, with its \
            types.";
    NAVIGATE_CONSTANT "INVALID_NAVIGATE_ACTION_STATIC_DATA" PAYLOAD, "ERR, Navigate Action; validator",
        "A constant in the payload of navigate has the type of the next screen's data.";
    NAVIGATE_WITHOUT_PAYLOAD "MISSING_NAVIGATION_ACTION_PAYLOAD" PAYLOAD, "ERR, Navigate Action; validator",
        "navigate has a payload if the next screen has data.";
    NUMBER_RELAYED _ WARNING, "client",
        "A number that a user typed is not passed on from one screen's data to the next.";
    UPDATE "INVALID_UPDATE_DATA_ACTION_PAYLOAD" ERROR, "ERR",
        "update_data changes data of its own screen, with the declared types, and not to \
            its own value.";
    COMPLETE "INVALID_COMPLETE_ACTION"
        &[warning_since(2, 1).until(5, 0), error_since(5, 1).until(7, 1)],
        "ERR, Complete Action; validator",
        "complete is used on a terminal screen.";
    FILES "INVALID_ON_CLICK_ACTION_PAYLOAD" ERROR, "MED; ERR, On-click Action",
        "Files are top-level members of a payload, not in a navigate, and within the \
            limits of number and size.";
    FIELDS_UNSENT _ WARNING, "ours",
        "Every required field is sent by an action. Reported once per screen.";
    LIKE_A_NOTIFICATION _ WARNING, "EP, Error notifications",
        "A payload does not have exactly the members `error` and `error_message`.";
    COULD_NAVIGATE _ HINT, "ours",
        "The endpoint is not asked where navigate is sufficient.";

    ENDPOINT_ON_BACK "INVALID_PROPERTY_VALUE" ERROR, "ERR, Refresh_on_back",
        "`refresh_on_back` is used in a flow with an endpoint.";
    ROUTE_LISTED "INVALID_ROUTING_MODEL" ERROR, "ERR, Routing Model",
        "The routing model lists the screens of the flow, and no others.";
    ROUTE_KEY _ WARNING, "client",
        "Every screen is a key of the routing model. Reported once per document.";
    ROUTE_FORWARD "INVALID_ROUTING_MODEL" ERROR, "ERR, Routing Model",
        "A screen does not lead to itself, or back to a screen that leads to it.";
    ROUTE_CIRCLE _ WARNING, "FJ, Routing Model",
        "The routing model does not contain cycles.";
    ROUTES_OVER "INVALID_ROUTING_MODEL" ERROR, "FJ, Routing Model",
        "A screen has routes to at most 10 screens.";
    ROUTE_ENTRY "INVALID_ROUTING_MODEL" ROUTES, "ERR, Routing Model; validator",
        "At least one screen has no incoming route: the flow starts there.";
    ROUTE_NAVIGATE "INVALID_ROUTING_MODEL" ROUTES, "ERR, Routing Model; validator",
        "navigate follows a route of the routing model, forward or back.";
    ROUTE_CONNECTED "INVALID_ROUTING_MODEL" ERROR, "ERR, Routing Model",
        "Routes connect every screen with the first one.";
    ROUTE_END _ WARNING, "FJ, Routing Model",
        "Every path passes a terminal screen.";
    ROUTE_UNUSED _ WARNING, "client",
        "A screen with outgoing routes has an action that uses them.";
}
