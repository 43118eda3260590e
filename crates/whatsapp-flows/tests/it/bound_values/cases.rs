//! Components, each with values that it accepts and values that it rejects.

use super::*;

pub const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

pub const GIF: &str = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

/// A component, with a value that it accepts and values that it does not.
pub struct Case {
    /// The component, with `HERE` in place of the value.
    pub component: Value,
    /// The schema of the value.
    pub schema: Value,
    pub accepted: Value,
    pub rejected: Vec<(Value, &'static str, &'static str)>,
}

const NOT_BLANK: &str = "text that is not blank";

const DAY: &str = "a date as YYYY-MM-DD";

pub fn options(count: usize, more: &Value) -> Value {
    let option = |at: usize| {
        let mut option = json!({ "id": at.to_string(), "title": "Title" });
        option.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        option
    };
    (0..count).map(option).collect()
}

pub fn cases() -> Vec<Case> {
    let text = || json!({ "type": "string" });
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let list = || {
        let text = json!({ "type": "string" });
        json!({ "type": "array", "items": { "type": "object", "properties": {
            "id": text, "title": text, "image": text, "color": text, "alt-text": text } } })
    };
    let blank = || vec![(json!(""), "", NOT_BLANK), (json!(" \n"), "", NOT_BLANK)];
    let mut cases = Vec::new();
    for kind in ["TextHeading", "TextSubheading", "TextBody", "TextCaption"] {
        cases.push(Case {
            component: json!({ "type": kind, "text": "HERE" }),
            schema: text(),
            accepted: "Words".into(),
            rejected: blank(),
        });
    }
    for (kind, label) in [("TextInput", "label"), ("DatePicker", "label"), ("OptIn", "label")] {
        cases.push(Case {
            component: json!({ "type": kind, "name": "field", label: "HERE" }),
            schema: text(),
            accepted: "Words".into(),
            rejected: blank(),
        });
    }
    cases.push(Case {
        component: json!({ "type": "Image", "src": "HERE" }),
        schema: text(),
        accepted: PNG.into(),
        rejected: vec![
            ("https://example.com/a.png".into(), "", "an image in base64, not its address"),
            (
                format!("data:image/png;base64,{PNG}").into(),
                "",
                "an image in base64, without `data:image/…;base64,`",
            ),
            ("a picture!".into(), "", "an image in base64"),
            (GIF.into(), "", "a JPEG or PNG in base64"),
            ("aGVsbG8=".into(), "", "a JPEG or PNG in base64"),
            ("".into(), "", NOT_BLANK),
        ],
    });
    cases.push(Case {
        component: json!({ "type": "ImageCarousel", "images": "HERE" }),
        schema: json!({ "type": "array", "items": { "type": "object", "properties": {
            "src": { "type": "string" }, "alt-text": { "type": "string" } } } }),
        accepted: json!([{ "src": PNG, "alt-text": "A dot" }]),
        rejected: vec![
            (json!([{ "src": GIF, "alt-text": "A dot" }]), "[0].src", "a JPEG or PNG in base64"),
            (json!([{ "src": PNG, "alt-text": "" }]), "[0].alt-text", NOT_BLANK),
            (json!([{ "src": PNG }]), "[0].alt-text", "a member that the component requires"),
            (
                json!([{ "src": PNG, "alt-text": "1" }, { "src": PNG, "alt-text": "2" },
                { "src": PNG, "alt-text": "3" }, { "src": PNG, "alt-text": "4" }]),
                "",
                "at most 3 images",
            ),
        ],
    });
    let dates = |property: &str, kind: &str| json!({ "type": kind, "name": "day", "label": "Day", property: "HERE" });
    for (property, kind) in [
        ("min-date", "DatePicker"),
        ("max-date", "CalendarPicker"),
        ("init-value", "DatePicker"),
        ("init-value", "CalendarPicker"),
    ] {
        cases.push(Case {
            component: dates(property, kind),
            schema: text(),
            accepted: "2028-02-29".into(),
            rejected: vec![
                ("1795737600000".into(), "", DAY),
                ("2026-02-29".into(), "", DAY),
                ("30/11/2026".into(), "", DAY),
                ("2026-11-30T10:00:00Z".into(), "", DAY),
            ],
        });
    }
    cases.push(Case {
        component: dates("unavailable-dates", "DatePicker"),
        schema: texts(),
        accepted: json!(["2026-11-30"]),
        rejected: vec![(json!(["2026-11-30", "tomorrow"]), "[1]", DAY)],
    });
    cases.push(Case {
        component: dates("include-days", "CalendarPicker"),
        schema: texts(),
        accepted: json!(["Mon", "Fri"]),
        rejected: vec![(
            json!(["Mon", "Friday"]),
            "[1]",
            "one of the values that the property accepts",
        )],
    });
    cases.push(Case {
        component: json!({ "type": "CalendarPicker", "name": "stay", "mode": "range",
            "label": { "start-date": "From", "end-date": "To" }, "init-value": "HERE" }),
        schema: json!({ "type": "object", "properties": {
            "start-date": { "type": "string" }, "end-date": { "type": "string" } } }),
        accepted: json!({ "start-date": "2026-11-30", "end-date": "2026-12-02" }),
        rejected: vec![(json!({ "start-date": "2026-11-31" }), "start-date", DAY)],
    });
    cases.push(Case {
        component: json!({ "type": "TextBody", "text": "Words", "font-weight": "HERE" }),
        schema: text(),
        accepted: "bold".into(),
        rejected: vec![("heavy".into(), "", "one of the values that the property accepts")],
    });
    cases.push(Case {
        component: json!({ "type": "Image", "src": PNG, "height": "HERE" }),
        schema: json!({ "type": "number" }),
        accepted: 100.into(),
        rejected: vec![((-1).into(), "", "a number that is not below the property's minimum")],
    });
    cases.push(Case {
        component: json!({ "type": "TextArea", "name": "text", "label": "Text", "max-length": "HERE" }),
        schema: json!({ "type": "number" }),
        accepted: 100.into(),
        rejected: vec![(1.5.into(), "", "an integer")],
    });
    let image = json!({ "image": PNG, "alt-text": "A dot" });
    for (kind, most) in [("Dropdown", 200), ("RadioButtonsGroup", 20), ("CheckboxGroup", 20)] {
        let mut rejected = vec![
            (json!([{ "id": "1", "title": " " }]), "[0].title", NOT_BLANK),
            (json!([{ "id": "1" }]), "[0].title", "a member that the component requires"),
            (json!([{ "id": "", "title": "a" }]), "[0].id", "an id that is not empty"),
            (
                json!([{ "id": "1", "title": "a" }, { "id": "1", "title": "b" }]),
                "[1].id",
                "an id that no other option has",
            ),
            (
                json!([{ "id": "1", "title": "a", "image": GIF }]),
                "[0].image",
                "a JPEG or PNG in base64",
            ),
            (
                json!([{ "id": "1", "title": "a", "color": "red" }]),
                "[0].color",
                "a color as `#` and six digits from 0 to F",
            ),
            (
                json!([{ "id": "1", "title": "a", "image": PNG }, { "id": "2", "title": "b", "color": "#FF0000" }]),
                "",
                "options with images or with colors, not with both",
            ),
        ];
        if kind == "Dropdown" {
            rejected.push((options(101, &image), "", "at most 100 options: they have images"));
        }
        let accepted = [options(most, &json!({})), options(most.min(100), &image)];
        for accepted in accepted {
            cases.push(Case {
                component: json!({ "type": kind, "name": "choice", "label": "Choice", "data-source": "HERE" }),
                schema: list(),
                accepted,
                rejected: rejected.clone(),
            });
        }
    }
    cases.push(Case {
        component: json!({ "type": "PhotoPicker", "name": "photo", "label": "Photo", "error-message": "HERE" }),
        schema: json!({ "type": "object" }),
        accepted: json!({ "media-id": "Too dark" }),
        rejected: vec![(json!({ "media-id": 7 }), "media-id", "a string")],
    });
    cases
}

pub fn replace(component: &Value, with: &Value) -> Value {
    match component {
        Value::String(text) if text == "HERE" => with.clone(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), replace(value, with))).collect()
        }
        other => other.clone(),
    }
}
