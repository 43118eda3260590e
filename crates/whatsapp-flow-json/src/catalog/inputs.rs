//! Fields for text, dates and files.

use super::spec::{
    ComponentSpec, EVERYWHERE, EXCHANGE, FIRST, Placement, Property, ValueType::*, optional,
    required,
};

const TYPE: Property = required("type", NonBlankText);
const NAME: Property = required("name", Name);
const REQUIRED: Property = optional("required", Boolean);
const ENABLED: Property = optional("enabled", Boolean);
const VISIBLE: Property = optional("visible", Boolean);
const LABEL_VARIANT: Property = optional("label-variant", LiteralOneOf(&["large"])).since(7, 0);
const INPUT_TYPES: &[&str] = &["text", "number", "email", "password", "passcode", "phone"];
const DAYS: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// The maximum number and size of files (MED).
const FILES: f64 = 30.0;
const KILOBYTES: f64 = 25_600.0;
const MEDIA: Placement = Placement { form: true, branch: Some((4, 0)), case: Some((4, 0)) };

pub static COMPONENTS: &[ComponentSpec] = &[
    ComponentSpec {
        name: "TextInput",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            required("label", NonBlankText).max_chars(20),
            optional("input-type", LiteralOneOf(INPUT_TYPES)),
            optional("helper-text", Text).max_chars(80),
            optional("pattern", Text).since(6, 2),
            optional("min-chars", Number(f64::MIN)),
            optional("max-chars", Number(f64::MIN)),
            REQUIRED,
            ENABLED,
            VISIBLE,
            LABEL_VARIANT,
            optional("init-value", Text).outside_form(),
            optional("error-message", Text).max_chars(30).outside_form(),
        ],
    },
    ComponentSpec {
        name: "TextArea",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            required("label", Text).max_chars(20),
            optional("helper-text", Text).max_chars(80),
            optional("max-length", Integer),
            REQUIRED,
            ENABLED,
            VISIBLE,
            LABEL_VARIANT,
            optional("init-value", Text).outside_form(),
            optional("error-message", Text).outside_form(),
        ],
    },
    ComponentSpec {
        name: "DatePicker",
        since: FIRST,
        placement: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            required("label", NonBlankText).max_chars(40),
            optional("helper-text", Text).max_chars(80),
            optional("min-date", Day),
            optional("max-date", Day),
            optional("unavailable-dates", Days),
            REQUIRED,
            ENABLED,
            VISIBLE,
            optional("on-select-action", EXCHANGE),
            optional("init-value", Day).outside_form(),
            optional("error-message", Text).max_chars(80).outside_form(),
        ],
    },
    ComponentSpec {
        name: "CalendarPicker",
        since: (6, 1),
        placement: Placement { form: true, branch: Some((6, 1)), case: Some((6, 1)) },
        properties: &[
            TYPE,
            NAME,
            required("label", DateTexts).max_chars(40),
            optional("title", Text).max_chars(80),
            optional("description", Text).max_chars(300),
            optional("helper-text", DateTexts).max_chars(80),
            optional("required", DateBooleans),
            ENABLED,
            VISIBLE,
            optional("mode", OneOf(&["single", "range"])),
            optional("min-date", Day),
            optional("max-date", Day),
            optional("unavailable-dates", Days),
            optional("include-days", Subset(DAYS)),
            optional("min-days", Integer),
            optional("max-days", Integer),
            optional("on-select-action", EXCHANGE),
            optional("init-value", DateDays).outside_form(),
            optional("error-message", DateTexts).max_chars(80).outside_form(),
        ],
    },
    ComponentSpec {
        name: "PhotoPicker",
        since: (4, 0),
        placement: MEDIA,
        properties: &[
            TYPE,
            NAME,
            required("label", NonBlankText).max_chars(80),
            optional("description", NonBlankText).max_chars(300),
            optional("photo-source", LiteralOneOf(&["camera_gallery", "camera", "gallery"])),
            optional("max-file-size-kb", LiteralInteger(1.0, KILOBYTES)),
            optional("min-uploaded-photos", LiteralInteger(0.0, FILES)),
            optional("max-uploaded-photos", LiteralInteger(1.0, FILES)),
            ENABLED,
            VISIBLE,
            optional("error-message", FileMessages).outside_form(),
        ],
    },
    ComponentSpec {
        name: "DocumentPicker",
        since: (4, 0),
        placement: MEDIA,
        properties: &[
            TYPE,
            NAME,
            required("label", NonBlankText).max_chars(80),
            optional("description", NonBlankText).max_chars(300),
            optional("max-file-size-kb", LiteralInteger(1.0, KILOBYTES)),
            optional("min-uploaded-documents", LiteralInteger(0.0, FILES)),
            optional("max-uploaded-documents", LiteralInteger(1.0, FILES)),
            optional("allowed-mime-types", LiteralSubset(DOCUMENTS)),
            ENABLED,
            VISIBLE,
            optional("error-message", FileMessages).outside_form(),
        ],
    },
];

/// The MIME types of documents that a DocumentPicker accepts (MED).
const DOCUMENTS: &[&str] = &[
    "application/gzip",
    "application/msword",
    "application/pdf",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/x-7z-compressed",
    "application/zip",
    "image/avif",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "text/plain",
    "video/mp4",
    "video/mpeg",
];
