//! Events as JSON, as a page sends them.

use serde_json::{from_value, json};
use whatsapp_flow_json::client::{DatePart, Event, PickedFile, Upload};

#[test]
fn every_event_has_a_name() {
    let component = 3;
    let day = || "2026-01-05".to_owned();
    let text = |text: &str| text.to_owned();
    for (json, event) in [
        (json!({ "type": "focus", "component": 3 }), Event::Focus { component }),
        (json!({ "type": "blur" }), Event::Blur),
        (
            json!({ "type": "type", "component": 3, "text": "Ada" }),
            Event::Type { component, text: text("Ada") },
        ),
        (
            json!({ "type": "choose", "component": 3, "option": "a" }),
            Event::Choose { component, option: text("a") },
        ),
        (json!({ "type": "tick", "component": 3 }), Event::Tick { component }),
        (
            json!({ "type": "set_date", "component": 3, "day": day() }),
            Event::SetDate { component, part: DatePart::Day, day: day() },
        ),
        (
            json!({ "type": "set_date", "component": 3, "part": "start", "day": day() }),
            Event::SetDate { component, part: DatePart::Start, day: day() },
        ),
        (
            json!({ "type": "clear", "component": 3, "part": "end" }),
            Event::Clear { component, part: DatePart::End },
        ),
        (
            json!({ "type": "remove_file", "component": 3, "file_name": "a" }),
            Event::RemoveFile { component, file_name: text("a") },
        ),
        (
            json!({ "type": "retry_upload", "component": 3, "file_name": "a" }),
            Event::RetryUpload { component, file_name: text("a") },
        ),
        (json!({ "type": "tap", "component": 3 }), Event::Tap { component }),
        (
            json!({ "type": "tap_item", "component": 3, "item": "a" }),
            Event::TapItem { component, item: text("a") },
        ),
        (json!({ "type": "back" }), Event::Back),
        (json!({ "type": "close" }), Event::Close),
        (json!({ "type": "retry" }), Event::Retry),
        (json!({ "type": "dismiss_snackbar" }), Event::DismissSnackbar),
    ] {
        assert_eq!(from_value::<Event>(json.clone()).unwrap(), event, "{json}");
    }
}

#[test]
fn picked_files_are_uploaded() {
    let file = json!({ "name": "a.jpg", "mime_type": "image/jpeg", "bytes": 1000 });
    let event = json!({ "type": "pick", "component": 3, "files": [file] });
    let files = vec![PickedFile::uploaded("a.jpg", "image/jpeg", 1000)];
    assert!(matches!(files[0].upload, Upload::Done(_)));
    assert_eq!(from_value::<Event>(event).unwrap(), Event::Pick { component: 3, files });
}

#[test]
fn other_json_is_not_an_event() {
    for json in [
        json!({}),
        json!({ "type": "shake" }),
        json!({ "type": "tap" }),
        json!({ "type": "tap", "component": -1 }),
        json!({ "type": "set_date", "component": 3, "part": "middle", "day": "2026-01-05" }),
    ] {
        assert!(from_value::<Event>(json.clone()).is_err(), "{json}");
    }
}
