//! Error messages of a screen and of its fields.

use super::*;

#[tokio::test]
async fn error_messages_have_the_shape_of_their_field() {
    let plain = document("7.3", &json!({}), &json!([]));
    let none = json!({});
    for (from, message, expected) in [
        ("START", json!("Taken"), ACCEPTED),
        ("SHOWN", json!("Taken"), ACCEPTED),
        ("SHOWN", json!(""), ACCEPTED),
        ("SHOWN", json!(7), OBSERVED),
        ("SHOWN", json!({ "field": "Wrong" }), OBSERVED),
        ("SHOWN", json!(["Wrong"]), OBSERVED),
    ] {
        let data = json!({ "error_message": message });
        assert_eq!(statuses(&plain, from, &data).await, expected, "{from} {data}");
    }
    let data = json!({ "error_message": ["secret"] });
    assert_eq!(
        mismatch(&plain, "SHOWN", &data),
        "screen SHOWN, member error_message: expected a string"
    );
    let data = json!({ "extension_message_response": "secret" });
    assert_eq!(
        mismatch(&plain, "SHOWN", &data),
        "screen SHOWN, member extension_message_response: expected an object"
    );
    assert_eq!(mismatch(&plain, "SHOWN", &none), "agrees");

    let form = json!([{ "type": "Form", "name": "form", "error-messages": "${data.errors}", "children": [
        { "type": "TextInput", "name": "text", "label": "Text" },
        { "type": "CalendarPicker", "name": "day", "label": "Day" },
        { "type": "CalendarPicker", "name": "stay", "mode": "range",
            "label": { "start-date": "From", "end-date": "To" } },
        { "type": "DocumentPicker", "name": "file", "label": "File" },
    ] }]);
    let document = document("7.3", &json!({ "errors": { "type": "object" } }), &form);
    for (errors, expected) in [
        (json!({}), "agrees"),
        (json!({ "text": "", "day": "Closed", "stay": "Too long", "file": "Too large" }), "agrees"),
        (json!({ "stay": { "end-date": "Too late" }, "file": { "id": "Too large" } }), "agrees"),
        (json!({ "other": 7 }), "agrees"),
        (json!({ "text": { "a": "secret" } }), "errors.text: expected a string"),
        (json!({ "text": false }), "errors.text: expected a string"),
        (
            json!({ "day": { "start-date": "secret" } }),
            "errors.day: expected one date: the calendar's mode is not `range`",
        ),
        (json!({ "stay": { "end-date": 7 } }), "errors.stay.end-date: expected a string"),
        (json!({ "file": { "id": ["secret"] } }), "errors.file.id: expected a string"),
    ] {
        let data = json!({ "errors": errors });
        let message = mismatch(&document, "START", &data);
        let expected_text = match expected {
            "agrees" => expected.to_owned(),
            expected => format!("screen SHOWN, member {expected}"),
        };
        assert_eq!(message, expected_text, "{data}");
        let status = if expected == "agrees" { ACCEPTED } else { OBSERVED };
        assert_eq!(statuses(&document, "START", &data).await, status, "{data}");
        let mut example = document.clone();
        example["screens"][1]["data"]["errors"]["__example__"] = data["errors"].clone();
        let warned = !diagnostics(&example).is_empty();
        assert_eq!(warned, expected != "agrees", "{data}");
    }
}
