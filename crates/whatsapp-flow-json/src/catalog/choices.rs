//! Fields with options, and fields for consent.

use super::spec::limits;
use super::spec::{
    ComponentSpec, EVERYWHERE, EXCHANGE_OR_UPDATE, FIRST, Limits, NAVIGATE_OR_OPEN_URL, Placement,
    Property, UPDATE, ValueType::*, optional, required,
};

const TYPE: Property = required("type", NonBlankText);
const NAME: Property = required("name", Name);
const REQUIRED: Property = optional("required", Boolean);
const ENABLED: Property = optional("enabled", Boolean);
const VISIBLE: Property = optional("visible", Boolean);
const DESCRIPTION: Property = optional("description", Text).max_chars(300).since(4, 0);
const MEDIA_SIZE: Property = optional("media-size", OneOf(&["regular", "large"])).since(5, 0);
const SELECT: Property = optional("on-select-action", EXCHANGE_OR_UPDATE);
const UNSELECT: Property = optional("on-unselect-action", UPDATE).since(6, 0);

pub static COMPONENTS: &[ComponentSpec] = &[
    ComponentSpec {
        name: "Dropdown",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            required("label", NonBlankText).max_chars(20),
            required("data-source", Items(OPTION, DROPDOWN)),
            REQUIRED,
            ENABLED,
            VISIBLE,
            SELECT,
            UNSELECT,
            optional("init-value", Text).outside_form(),
            optional("error-message", Text).outside_form(),
        ],
    },
    ComponentSpec {
        name: "RadioButtonsGroup",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            optional("label", NonBlankText).max_chars(30).required_since(4, 0),
            required("data-source", Items(OPTION, OPTIONS)),
            DESCRIPTION,
            MEDIA_SIZE,
            REQUIRED,
            ENABLED,
            VISIBLE,
            SELECT,
            UNSELECT,
            optional("init-value", Text).outside_form(),
            optional("error-message", Text).outside_form(),
        ],
    },
    ComponentSpec {
        name: "CheckboxGroup",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            optional("label", NonBlankText).max_chars(30).required_since(4, 0),
            required("data-source", Items(OPTION, OPTIONS)),
            DESCRIPTION,
            MEDIA_SIZE,
            optional("min-selected-items", Number(0.0)),
            optional("max-selected-items", Number(2.0)),
            REQUIRED,
            ENABLED,
            VISIBLE,
            SELECT,
            UNSELECT,
            optional("init-value", Texts).outside_form(),
            optional("error-message", Text).outside_form(),
        ],
    },
    ComponentSpec {
        name: "ChipsSelector",
        since: (6, 3),
        placement: Placement { form: true, branch: Some((7, 1)), case: Some((7, 1)) },
        properties: &[
            TYPE,
            NAME,
            required("label", Text).max_chars(80),
            required("data-source", Items(CHIP, CHIPS)),
            DESCRIPTION,
            optional("min-selected-items", Number(0.0)),
            optional("max-selected-items", Number(1.0)),
            REQUIRED,
            ENABLED,
            VISIBLE,
            optional("on-select-action", EXCHANGE_OR_UPDATE).since(7, 1),
            optional("on-unselect-action", UPDATE).since(7, 1),
            optional("init-value", Texts).outside_form(),
            optional("error-message", Text).outside_form(),
        ],
    },
    ComponentSpec {
        name: "OptIn",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            required("label", NonBlankText).max_chars(120),
            REQUIRED,
            VISIBLE,
            optional("on-click-action", NAVIGATE_OR_OPEN_URL),
            optional("on-select-action", UPDATE).since(6, 0),
            UNSELECT,
            optional("init-value", Boolean).outside_form(),
        ],
    },
];

/// The number of options that a component accepts (CMP). A Dropdown with images accepts fewer.
const DROPDOWN: Limits = Limits {
    with_images: Some((100, "at most 100 options: they have images")),
    ..limits!(1 "option", 200 "options")
};
const OPTIONS: Limits = limits!(1 "option", 20 "options");
const CHIPS: Limits = limits!(2 "options", 20 "options");

/// An option of a list.
const OPTION: &[Property] = &[
    required("id", Text),
    required("title", Text).max_chars(30),
    optional("description", Text).max_chars(300),
    optional("metadata", Text).max_chars(20),
    optional("enabled", Boolean),
    optional("image", Image).since(5, 0),
    optional("alt-text", NonBlankText).since(5, 0),
    optional("color", Color).since(5, 0),
    optional("on-select-action", UPDATE).since(6, 0),
    optional("on-unselect-action", UPDATE).since(6, 0),
];

/// A chip.
const CHIP: &[Property] = &[
    required("id", NonBlankText),
    required("title", NonBlankText),
    optional("enabled", Boolean),
    optional("on-select-action", UPDATE),
    optional("on-unselect-action", UPDATE),
];
