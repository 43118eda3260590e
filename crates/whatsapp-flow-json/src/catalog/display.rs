//! Components that show something, lead somewhere, or hold others.

use super::spec::limits;
use super::spec::{
    Component, EVERYWHERE, GOES, GOES_OR_ENDS, GOES_OR_OPENS, Limits, OLD, Places, Property,
    Shape::*, may, must,
};

const VISIBLE: Property = may("visible", Boolean);
const TYPE: Property = must("type", FilledText);
const WEIGHTS: &[&str] = &["bold", "italic", "bold_italic", "normal"];
const SIZES: &[&str] = &["regular", "large"];
/// The client requires no more than `image` of what starts an item.
const START: &[Property] = &[must("image", Image), may("alt-text", FilledText)];

pub static COMPONENTS: &[Component] = &[
    Component {
        name: "TextHeading",
        since: OLD,
        places: EVERYWHERE,
        properties: &[TYPE, must("text", FilledText).most(80), VISIBLE],
    },
    Component {
        name: "TextSubheading",
        since: OLD,
        places: EVERYWHERE,
        properties: &[TYPE, must("text", FilledText).most(80), VISIBLE],
    },
    Component {
        name: "TextBody",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            must("text", Markdown).most(4096),
            may("font-weight", AnyOf(WEIGHTS)),
            may("strikethrough", Boolean),
            may("markdown", PlainBoolean).since(5, 1),
            VISIBLE,
        ],
    },
    Component {
        name: "TextCaption",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            must("text", Markdown).most(409),
            may("font-weight", AnyOf(WEIGHTS)),
            may("strikethrough", Boolean),
            may("markdown", PlainBoolean).since(5, 1),
            VISIBLE,
        ],
    },
    Component {
        name: "RichText",
        since: (5, 1),
        places: Places { form: false, branch: None, case: None },
        properties: &[TYPE, must("text", Markdown), VISIBLE],
    },
    Component {
        name: "Image",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            must("src", Image),
            may("width", Number(0.0)),
            may("height", Number(0.0)),
            may("aspect-ratio", Number(0.0)),
            may("scale-type", OneOf(&["cover", "contain"])),
            may("alt-text", Text),
            VISIBLE,
        ],
    },
    Component {
        name: "ImageCarousel",
        since: (7, 1),
        places: Places { form: true, branch: None, case: None },
        properties: &[
            TYPE,
            must("images", Items(&[must("src", Image), must("alt-text", Text)], IMAGES)),
            may("aspect-ratio", OneOf(&["4:3", "16:9"])),
            may("scale-type", OneOf(&["contain", "cover"])),
            VISIBLE,
        ],
    },
    Component {
        name: "EmbeddedLink",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            must("text", FilledText).most(25),
            must("on-click-action", GOES_OR_OPENS),
            VISIBLE,
        ],
    },
    Component {
        name: "Footer",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            must("label", FilledText).most(35),
            must("on-click-action", GOES_OR_ENDS),
            may("left-caption", Text).most(15),
            may("center-caption", Text).most(15),
            may("right-caption", Text).most(15),
            may("enabled", Boolean),
        ],
    },
    Component {
        name: "NavigationList",
        since: (6, 2),
        places: Places { form: true, branch: None, case: None },
        properties: &[
            TYPE,
            must("name", Name),
            must("list-items", Items(NAVIGATION, PAGES)),
            may("label", Text).most(80),
            may("description", Text).most(300),
            may("media-size", AnyOf(SIZES)),
            may("on-click-action", GOES),
        ],
    },
    Component {
        name: "Form",
        since: OLD,
        places: Places { form: false, branch: None, case: None },
        properties: &[
            TYPE,
            must("name", FilledText),
            must("children", Components),
            may("init-values", Values),
            may("error-messages", Values),
        ],
    },
    Component {
        name: "If",
        since: (4, 0),
        places: Places { form: true, branch: Some((4, 0)), case: None },
        properties: &[
            TYPE,
            must("condition", Condition),
            must("then", Components),
            may("else", Components),
        ],
    },
    Component {
        name: "Switch",
        since: (4, 0),
        places: Places { form: true, branch: Some((4, 0)), case: None },
        properties: &[TYPE, must("value", Expression), must("cases", Cases)],
    },
];

/// Items of a NavigationList, images of a carousel, and tags of an item (CMP).
const PAGES: Limits = limits!(1 "item", 20 "items");
const IMAGES: Limits = limits!(1 "image", 3 "images");
const TAGS: Limits = limits!(1 "tag", 3 "tags");

/// An item of a NavigationList.
const NAVIGATION: &[Property] = &[
    must("id", FilledText),
    must(
        "main-content",
        Object(&[
            must("title", FilledText).most(30),
            may("description", FilledText).most(20),
            may("metadata", FilledText).most(80),
        ]),
    ),
    may(
        "end",
        Object(&[
            may("title", FilledText).most(10),
            may("description", FilledText).most(10),
            may("metadata", FilledText).most(10),
        ]),
    ),
    may("start", Object(START)),
    may("badge", FilledText).most(15),
    may("tags", Tags(15, TAGS)),
    may("enabled", PlainBoolean),
    may("on-click-action", GOES),
];
