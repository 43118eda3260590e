//! Fields in which a person chooses: options, chips, a consent.

use super::spec::limits;
use super::spec::{
    ASKS_OR_UPDATES, Component, EVERYWHERE, GOES_OR_OPENS, Limits, OLD, Places, Property, Shape::*,
    UPDATES, may, must,
};

const TYPE: Property = must("type", FilledText);
const NAME: Property = must("name", Name);
const REQUIRED: Property = may("required", Boolean);
const ENABLED: Property = may("enabled", Boolean);
const VISIBLE: Property = may("visible", Boolean);
const DESCRIPTION: Property = may("description", Text).most(300).since(4, 0);
const MEDIA_SIZE: Property = may("media-size", AnyOf(&["regular", "large"])).since(5, 0);
const SELECT: Property = may("on-select-action", ASKS_OR_UPDATES);
const UNSELECT: Property = may("on-unselect-action", UPDATES).since(6, 0);

pub static COMPONENTS: &[Component] = &[
    Component {
        name: "Dropdown",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            must("label", FilledText).most(20),
            must("data-source", Items(OPTION, DROPDOWN)),
            REQUIRED,
            ENABLED,
            VISIBLE,
            SELECT,
            UNSELECT,
            may("init-value", Text).outside_form(),
            may("error-message", Text).outside_form(),
        ],
    },
    Component {
        name: "RadioButtonsGroup",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            may("label", FilledText).most(30).needed_since(4, 0),
            must("data-source", Items(OPTION, GROUP)),
            DESCRIPTION,
            MEDIA_SIZE,
            REQUIRED,
            ENABLED,
            VISIBLE,
            SELECT,
            UNSELECT,
            may("init-value", Text).outside_form(),
            may("error-message", Text).outside_form(),
        ],
    },
    Component {
        name: "CheckboxGroup",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            may("label", FilledText).most(30).needed_since(4, 0),
            must("data-source", Items(OPTION, GROUP)),
            DESCRIPTION,
            MEDIA_SIZE,
            may("min-selected-items", Number(0.0)),
            may("max-selected-items", Number(2.0)),
            REQUIRED,
            ENABLED,
            VISIBLE,
            SELECT,
            UNSELECT,
            may("init-value", Texts).outside_form(),
            may("error-message", Text).outside_form(),
        ],
    },
    Component {
        name: "ChipsSelector",
        since: (6, 3),
        places: Places { form: true, branch: Some((7, 1)), case: Some((7, 1)) },
        properties: &[
            TYPE,
            NAME,
            must("label", Text).most(80),
            must("data-source", Items(CHIP, CHIPS)),
            DESCRIPTION,
            may("min-selected-items", Number(0.0)),
            may("max-selected-items", Number(1.0)),
            REQUIRED,
            ENABLED,
            VISIBLE,
            may("on-select-action", ASKS_OR_UPDATES).since(7, 1),
            may("on-unselect-action", UPDATES).since(7, 1),
            may("init-value", Texts).outside_form(),
            may("error-message", Text).outside_form(),
        ],
    },
    Component {
        name: "OptIn",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            must("label", FilledText).most(120),
            REQUIRED,
            VISIBLE,
            may("on-click-action", GOES_OR_OPENS),
            may("on-select-action", UPDATES).since(6, 0),
            UNSELECT,
            may("init-value", Boolean).outside_form(),
        ],
    },
];

/// Options: how many a component accepts (CMP). A Dropdown whose options have images accepts fewer.
const DROPDOWN: Limits = Limits {
    with_images: Some((100, "at most 100 options: they have images")),
    ..limits!(1 "option", 200 "options")
};
const GROUP: Limits = limits!(1 "option", 20 "options");
const CHIPS: Limits = limits!(2 "options", 20 "options");

/// An option of a list.
const OPTION: &[Property] = &[
    must("id", Text),
    must("title", Text).most(30),
    may("description", Text).most(300),
    may("metadata", Text).most(20),
    may("enabled", Boolean),
    may("image", Image).since(5, 0),
    may("alt-text", FilledText).since(5, 0),
    may("color", Color).since(5, 0),
    may("on-select-action", UPDATES).since(6, 0),
    may("on-unselect-action", UPDATES).since(6, 0),
];

/// A chip.
const CHIP: &[Property] = &[
    must("id", FilledText),
    must("title", FilledText),
    may("enabled", Boolean),
    may("on-select-action", UPDATES),
    may("on-unselect-action", UPDATES),
];
