//! Components that display something, link to something, or contain other components.

use super::spec::limits;
use super::spec::{
    ComponentSpec, EVERYWHERE, FIRST, Limits, NAVIGATE, NAVIGATE_OR_COMPLETE, NAVIGATE_OR_OPEN_URL,
    Placement, Property, ValueType::*, optional, required,
};

const VISIBLE: Property = optional("visible", Boolean);
const TYPE: Property = required("type", NonBlankText);
const WEIGHTS: &[&str] = &["bold", "italic", "bold_italic", "normal"];
const SIZES: &[&str] = &["regular", "large"];
/// The client requires only `image` of the `start` of an item.
const ITEM_START: &[Property] = &[required("image", Image), optional("alt-text", NonBlankText)];

pub static COMPONENTS: &[ComponentSpec] = &[
    ComponentSpec {
        name: "TextHeading",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[TYPE, required("text", NonBlankText).max_chars(80), VISIBLE],
    },
    ComponentSpec {
        name: "TextSubheading",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[TYPE, required("text", NonBlankText).max_chars(80), VISIBLE],
    },
    ComponentSpec {
        name: "TextBody",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            required("text", Markdown).max_chars(4096),
            optional("font-weight", OneOf(WEIGHTS)),
            optional("strikethrough", Boolean),
            optional("markdown", LiteralBoolean).since(5, 1),
            VISIBLE,
        ],
    },
    ComponentSpec {
        name: "TextCaption",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            required("text", Markdown).max_chars(409),
            optional("font-weight", OneOf(WEIGHTS)),
            optional("strikethrough", Boolean),
            optional("markdown", LiteralBoolean).since(5, 1),
            VISIBLE,
        ],
    },
    ComponentSpec {
        name: "RichText",
        since: (5, 1),
        placement: Placement { form: false, branch: None, case: None },
        properties: &[TYPE, required("text", Markdown), VISIBLE],
    },
    ComponentSpec {
        name: "Image",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            required("src", Image),
            optional("width", Number(0.0)),
            optional("height", Number(0.0)),
            optional("aspect-ratio", Number(0.0)),
            optional("scale-type", LiteralOneOf(&["cover", "contain"])),
            optional("alt-text", Text),
            VISIBLE,
        ],
    },
    ComponentSpec {
        name: "ImageCarousel",
        since: (7, 1),
        placement: Placement { form: true, branch: None, case: None },
        properties: &[
            TYPE,
            required(
                "images",
                Items(&[required("src", Image), required("alt-text", Text)], IMAGES),
            ),
            optional("aspect-ratio", LiteralOneOf(&["4:3", "16:9"])),
            optional("scale-type", LiteralOneOf(&["contain", "cover"])),
            VISIBLE,
        ],
    },
    ComponentSpec {
        name: "EmbeddedLink",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            required("text", NonBlankText).max_chars(25),
            required("on-click-action", NAVIGATE_OR_OPEN_URL),
            VISIBLE,
        ],
    },
    ComponentSpec {
        name: "Footer",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            required("label", NonBlankText).max_chars(35),
            required("on-click-action", NAVIGATE_OR_COMPLETE),
            optional("left-caption", Text).max_chars(15),
            optional("center-caption", Text).max_chars(15),
            optional("right-caption", Text).max_chars(15),
            optional("enabled", Boolean),
        ],
    },
    ComponentSpec {
        name: "NavigationList",
        since: (6, 2),
        placement: Placement { form: true, branch: None, case: None },
        properties: &[
            TYPE,
            required("name", Name),
            required("list-items", Items(LIST_ITEM, LIST_ITEMS)),
            optional("label", Text).max_chars(80),
            optional("description", Text).max_chars(300),
            optional("media-size", OneOf(SIZES)),
            optional("on-click-action", NAVIGATE),
        ],
    },
    ComponentSpec {
        name: "Form",
        since: FIRST,
        placement: Placement { form: false, branch: None, case: None },
        properties: &[
            TYPE,
            required("name", NonBlankText),
            required("children", Components),
            optional("init-values", AnyObject),
            optional("error-messages", AnyObject),
        ],
    },
    ComponentSpec {
        name: "If",
        since: (4, 0),
        placement: Placement { form: true, branch: Some((4, 0)), case: None },
        properties: &[
            TYPE,
            required("condition", Condition),
            required("then", Components),
            optional("else", Components),
        ],
    },
    ComponentSpec {
        name: "Switch",
        since: (4, 0),
        placement: Placement { form: true, branch: Some((4, 0)), case: None },
        properties: &[TYPE, required("value", Expression), required("cases", Cases)],
    },
];

/// The number of items of a NavigationList, images of a carousel, and tags of an item (CMP).
const LIST_ITEMS: Limits = limits!(1 "item", 20 "items");
const IMAGES: Limits = limits!(1 "image", 3 "images");
const TAGS: Limits = limits!(1 "tag", 3 "tags");

/// An item of a NavigationList.
const LIST_ITEM: &[Property] = &[
    required("id", NonBlankText),
    required(
        "main-content",
        Object(&[
            required("title", NonBlankText).max_chars(30),
            optional("description", NonBlankText).max_chars(20),
            optional("metadata", NonBlankText).max_chars(80),
        ]),
    ),
    optional(
        "end",
        Object(&[
            optional("title", NonBlankText).max_chars(10),
            optional("description", NonBlankText).max_chars(10),
            optional("metadata", NonBlankText).max_chars(10),
        ]),
    ),
    optional("start", Object(ITEM_START)),
    optional("badge", NonBlankText).max_chars(15),
    optional("tags", Tags(15, TAGS)),
    optional("enabled", LiteralBoolean),
    optional("on-click-action", NAVIGATE),
];
