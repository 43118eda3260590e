//! Fields into which a person types, or gives a day or a file.

use super::spec::{ASKS, Component, EVERYWHERE, OLD, Places, Property, Shape::*, may, must};

const TYPE: Property = must("type", FilledText);
const NAME: Property = must("name", Name);
const REQUIRED: Property = may("required", Boolean);
const ENABLED: Property = may("enabled", Boolean);
const VISIBLE: Property = may("visible", Boolean);
const VARIANT: Property = may("label-variant", OneOf(&["large"])).since(7, 0);
const KINDS: &[&str] = &["text", "number", "email", "password", "passcode", "phone"];
const DAYS: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Files: at most 30, of at most 25 MB each (MED).
const FILES: f64 = 30.0;
const KILOBYTES: f64 = 25_600.0;
const MEDIA: Places = Places { form: true, branch: Some((4, 0)), case: Some((4, 0)) };

pub static COMPONENTS: &[Component] = &[
    Component {
        name: "TextInput",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            must("label", FilledText).most(20),
            may("input-type", OneOf(KINDS)),
            may("helper-text", Text).most(80),
            may("pattern", Text).since(6, 2),
            may("min-chars", Number(f64::MIN)),
            may("max-chars", Number(f64::MIN)),
            REQUIRED,
            ENABLED,
            VISIBLE,
            VARIANT,
            may("init-value", Text).outside_form(),
            may("error-message", Text).most(30).outside_form(),
        ],
    },
    Component {
        name: "TextArea",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            must("label", Text).most(20),
            may("helper-text", Text).most(80),
            may("max-length", Integer),
            REQUIRED,
            ENABLED,
            VISIBLE,
            VARIANT,
            may("init-value", Text).outside_form(),
            may("error-message", Text).outside_form(),
        ],
    },
    Component {
        name: "DatePicker",
        since: OLD,
        places: EVERYWHERE,
        properties: &[
            TYPE,
            NAME,
            must("label", FilledText).most(40),
            may("helper-text", Text).most(80),
            may("min-date", Day),
            may("max-date", Day),
            may("unavailable-dates", Days),
            REQUIRED,
            ENABLED,
            VISIBLE,
            may("on-select-action", ASKS),
            may("init-value", Day).outside_form(),
            may("error-message", Text).most(80).outside_form(),
        ],
    },
    Component {
        name: "CalendarPicker",
        since: (6, 1),
        places: Places { form: true, branch: Some((6, 1)), case: Some((6, 1)) },
        properties: &[
            TYPE,
            NAME,
            must("label", TextPerDate).most(40),
            may("title", Text).most(80),
            may("description", Text).most(300),
            may("helper-text", TextPerDate).most(80),
            may("required", BooleanPerDate),
            ENABLED,
            VISIBLE,
            may("mode", AnyOf(&["single", "range"])),
            may("min-date", Day),
            may("max-date", Day),
            may("unavailable-dates", Days),
            may("include-days", SomeOf(DAYS)),
            may("min-days", Integer),
            may("max-days", Integer),
            may("on-select-action", ASKS),
            may("init-value", DayPerDate).outside_form(),
            may("error-message", TextPerDate).most(80).outside_form(),
        ],
    },
    Component {
        name: "PhotoPicker",
        since: (4, 0),
        places: MEDIA,
        properties: &[
            TYPE,
            NAME,
            must("label", FilledText).most(80),
            may("description", FilledText).most(300),
            may("photo-source", OneOf(&["camera_gallery", "camera", "gallery"])),
            may("max-file-size-kb", PlainInteger(1.0, KILOBYTES)),
            may("min-uploaded-photos", PlainInteger(0.0, FILES)),
            may("max-uploaded-photos", PlainInteger(1.0, FILES)),
            ENABLED,
            VISIBLE,
            may("error-message", MediaMessage).outside_form(),
        ],
    },
    Component {
        name: "DocumentPicker",
        since: (4, 0),
        places: MEDIA,
        properties: &[
            TYPE,
            NAME,
            must("label", FilledText).most(80),
            may("description", FilledText).most(300),
            may("max-file-size-kb", PlainInteger(1.0, KILOBYTES)),
            may("min-uploaded-documents", PlainInteger(0.0, FILES)),
            may("max-uploaded-documents", PlainInteger(1.0, FILES)),
            may("allowed-mime-types", PlainSomeOf(DOCUMENTS)),
            ENABLED,
            VISIBLE,
            may("error-message", MediaMessage).outside_form(),
        ],
    },
];

/// The types of documents that may be asked for (MED).
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
