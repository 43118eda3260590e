//! Images in the data that are not ones: placeholders, which no version rejects.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Frame, Mode, Settings};

use super::parts::{action, choice, options};
use super::play::{Play, document};

/// Components with an image in the data.
fn components() -> [(&'static str, Value); 4] {
    let item = json!({
        "id": "one", "main-content": { "title": "one" }, "start": { "image": "${data.image}" },
        "on-click-action": action("data_exchange", json!({})),
    });
    let mut list = options(["one"]);
    list[0]["image"] = json!("${data.image}");
    [
        ("Image", json!({ "type": "Image", "src": "${data.image}" })),
        (
            "ImageCarousel",
            json!({ "type": "ImageCarousel", "images": [{ "src": "${data.image}", "alt-text": "t" }] }),
        ),
        ("Dropdown", choice("Dropdown", "f", json!({ "data-source": list }))),
        ("NavigationList", json!({ "type": "NavigationList", "name": "l", "list-items": [item] })),
    ]
}

#[test]
fn a_placeholder_is_drawn_with_a_warning() {
    for image in ["https://example.org/a.png", "data:image/png;base64,iVBORw0KGgo=", "text", "Qk0="]
    {
        for (kind, component) in components() {
            let play = Play::new(&document("7.3", json!({ "image": image }), json!([component])));
            assert_eq!(play.view().frame, Frame::Ready, "{kind}, {image}");
            let warnings = play.view().warnings;
            assert!(
                warnings[0].contains("a placeholder is drawn"),
                "{kind}, {image}: {warnings:?}"
            );
        }
    }
}

#[test]
fn an_image_is_told_by_its_first_character() {
    for image in ["/9j/4AAQ", "iVBORw0KGgo=", "R0lGODlh", "UklGRg==", "PHN2Zz4="] {
        for (kind, component) in components() {
            let play = Play::new(&document("7.3", json!({ "image": image }), json!([component])));
            assert_eq!(play.view().warnings, [""; 0], "{kind}, {image}");
        }
    }
}

#[test]
fn an_image_of_a_wrong_type_is_rejected() {
    for (kind, component) in components() {
        let document = document("7.3", json!({ "image": 1 }), json!([component]));
        let play = Play::new(&document);
        assert_eq!(play.notified().as_deref(), Some("components-validation-error"), "{kind}");
        let play = Play::with(&document, Settings { mode: Mode::Draft, ..Settings::default() });
        assert!(play.view().components[0].banner.is_some(), "{kind}");
    }
}
