//! The error messages that an endpoint sends for fields.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{DatePart, Event, Frame, PickedFile, Problem};

use super::parts::{flow, input, link, options, part, with};
use super::play::{Play, document, screen, submit};

/// A TextInput, an OptIn and a Footer, whose messages are bound to the data; the first reply has none.
fn fields() -> Play {
    let message = json!({ "error-message": "${data.message}" });
    let opt_in = json!({ "type": "OptIn", "name": "opt_in", "label": "opt_in" });
    let children =
        json!([input("text", message), input("other", json!({})), opt_in, submit(json!({}))]);
    let mut play = Play::exchange(&document("7.3", json!({ "message": "m" }), children));
    play.reply("ONLY", json!({ "message": "" }));
    play
}

fn error(play: &Play, field: &str) -> Option<String> {
    play.component(field).error
}

#[test]
fn a_form_has_messages_by_name() {
    let form = json!({ "type": "Form", "name": "form", "error-messages": "${data.messages}",
        "children": [input("a", json!({})), input("b", json!({}))] });
    let data = json!({ "messages": { "a": null, "b": "Wrong" } });
    let play = Play::new(&document("7.3", data, json!([form])));
    assert_eq!((error(&play, "a"), error(&play, "b")), (None, Some("Wrong".into())));
}

#[test]
fn a_component_has_a_text() {
    let mut play = fields();
    play.tap("Send").reply("ONLY", json!({ "message": "Wrong" }));
    assert_eq!(error(&play, "text").as_deref(), Some("Wrong"));
    assert_eq!(error(&play, "other"), None);
}

/// The error of a component with this message.
fn error_of(component: Value, message: Value) -> Option<String> {
    let component = with(component, json!({ "name": "field", "error-message": "${data.message}" }));
    error(&Play::new(&document("7.3", json!({ "message": message }), json!([component]))), "field")
}

#[test]
fn a_picker_has_a_text_or_texts_by_file() {
    for kind in ["PhotoPicker", "DocumentPicker"] {
        let picker = json!({ "type": kind, "label": "Files" });
        let error = |message| error_of(picker.clone(), message);
        assert_eq!(error(json!("Wrong")).as_deref(), Some("Wrong"), "{kind}");
        let by_file = json!({ "file 1": "Blurred", "file 2": "Too dark" });
        assert_eq!(error(by_file).as_deref(), Some("Blurred"), "{kind}");
        assert_eq!(
            error(json!({ "file 1": "", "file 2": "Too dark" })).as_deref(),
            Some("Too dark")
        );
    }
}

#[test]
fn a_range_has_a_text_or_texts_by_end() {
    let labels = json!({ "start-date": "From", "end-date": "To" });
    let range = json!({ "type": "CalendarPicker", "mode": "range", "label": labels });
    let error = |message| error_of(range.clone(), message);
    assert_eq!(error(json!("Wrong")).as_deref(), Some("Wrong"));
    assert_eq!(error(json!({ "start-date": "Too early" })).as_deref(), Some("Too early"));
    assert_eq!(error(json!({ "end-date": "Too late" })).as_deref(), Some("Too late"));
    let only_start = json!({ "start-date": "Too early", "end-date": "" });
    assert_eq!(error(only_start).as_deref(), Some("Too early"));
}

#[test]
fn empty_messages_are_not_errors() {
    for message in
        [json!(""), json!(null), json!({}), json!({ "file": "" }), json!({ "file": null })]
    {
        let picker = json!({ "type": "PhotoPicker", "label": "Files", "name": "field",
            "error-message": "${data.message}" });
        let mut document =
            document("7.3", json!({ "message": "m" }), json!([picker, submit(json!({}))]));
        document["screens"][0]["data"] = json!({ "message": { "__example__": message } });
        let play = Play::new(&document);
        assert_eq!(play.view().frame, Frame::Ready, "{message}");
        assert_eq!((error(&play, "field"), play.component("field").problem), (None, None));
        assert!(play.component("Send").enabled, "{message}");
    }
}

#[test]
fn a_message_disables_the_footer() {
    let mut play = fields();
    play.tap("Send").reply("ONLY", json!({ "message": "Wrong" }));
    let problem = play.component("text").problem;
    assert_eq!(problem, Some(Problem::Message("Wrong".into())), "the field itself is fine");
    assert!(!play.component("Send").enabled);
    let refused = play.refused(|user| user.tap("Send"));
    assert!(refused.contains("`text` has the error message \"Wrong\""), "{refused}");
}

#[test]
fn editing_the_field_removes_its_message() {
    let mut play = fields();
    play.tap("Send").reply("ONLY", json!({ "message": "Wrong" }));
    play.fill("other", "x");
    assert_eq!(error(&play, "text").as_deref(), Some("Wrong"), "another field was edited");
    let component = play.component("text").id;
    play.user.client.handle(Event::Focus { component }).unwrap();
    assert_eq!(error(&play, "text").as_deref(), Some("Wrong"), "the cursor alone does nothing");
    let text = "x".into();
    play.user.client.handle(Event::Type { component, text }).unwrap();
    assert_eq!(error(&play, "text"), None);
    assert!(play.component("Send").enabled);
}

#[test]
fn leaving_the_field_removes_its_message() {
    let mut play = fields();
    play.tap("Send").reply("ONLY", json!({ "message": "Wrong" }));
    let component = play.component("text").id;
    for event in [Event::Focus { component }, Event::Blur] {
        play.user.client.handle(event).unwrap();
    }
    assert_eq!(error(&play, "text"), None);
    assert!(play.component("Send").enabled);
    play.tap("Send").reply("ONLY", json!({ "message": "Wrong" }));
    let other = play.component("other").id;
    for component in [component, other] {
        play.user.client.handle(Event::Focus { component }).unwrap();
    }
    assert_eq!(error(&play, "text"), None, "the cursor went to another field");
}

#[test]
fn every_kind_of_edit_removes_a_message() {
    let labels = json!({ "start-date": "From", "end-date": "To" });
    let list = |kind: &str| json!({ "type": kind, "data-source": options(["one", "two"]) });
    let day = Event::SetDate { component: 0, part: DatePart::Day, day: "2026-02-02".into() };
    let choice = Event::Choose { component: 0, option: "one".into() };
    let files = vec![PickedFile::uploaded("a.jpg", "image/jpeg", 1)];
    for (component, edit) in [
        (json!({ "type": "TextArea" }), Event::Type { component: 0, text: "x".into() }),
        (list("Dropdown"), choice.clone()),
        (list("RadioButtonsGroup"), choice.clone()),
        (list("CheckboxGroup"), choice.clone()),
        (list("ChipsSelector"), choice),
        (json!({ "type": "DatePicker" }), day.clone()),
        (json!({ "type": "CalendarPicker" }), day),
        (
            json!({ "type": "CalendarPicker", "mode": "range", "label": labels }),
            Event::SetDate { component: 0, part: DatePart::End, day: "2026-02-02".into() },
        ),
        (json!({ "type": "PhotoPicker" }), Event::Pick { component: 0, files: files.clone() }),
        (json!({ "type": "DocumentPicker" }), Event::Pick { component: 0, files }),
    ] {
        let message = json!({ "name": "field", "error-message": "Wrong" });
        let label = component.get("label").cloned().unwrap_or(json!("field"));
        let component = with(with(component, message), json!({ "label": label }));
        let mut play = Play::new(&screen("7.3", json!([component])));
        assert_eq!(error(&play, "field").as_deref(), Some("Wrong"), "{component}");
        play.user.client.handle(edit).unwrap();
        assert_eq!(error(&play, "field"), None, "{component}");
    }
}

#[test]
fn a_local_error_is_shown_instead_when_it_is_showable() {
    let ids = options(["one", "two"]);
    let dropdown = json!({ "type": "Dropdown", "name": "mute", "label": "mute", "data-source": ids,
        "init-value": "three", "error-message": "Wrong" });
    let message = json!({ "error-message": "Wrong" });
    let short = with(message.clone(), json!({ "min-chars": 3 }));
    let children = json!([
        input("shown", with(short.clone(), json!({ "init-value": "x" }))),
        input("untouched", with(message, json!({ "required": true }))),
        dropdown,
    ]);
    let play = Play::new(&screen("7.3", children));
    assert_eq!(error(&play, "shown").as_deref(), Some("shown must be longer than 2 characters."));
    assert_eq!(error(&play, "untouched").as_deref(), Some("Wrong"), "not changed yet");
    assert_eq!(error(&play, "mute").as_deref(), Some("Wrong"), "the rule has no text");
}

/// Screen A with a message for its field; B leads back, with a request if `refreshes`.
fn left_with_a_message(refreshes: bool) -> Play {
    let a = json!([
        input("text", json!({ "error-message": "${data.message}" })),
        link("To B", "B", json!({})),
    ]);
    let mut b = part("B", json!({}), json!([]));
    b["refresh_on_back"] = json!(refreshes);
    let screens = [part("A", json!({ "message": "Wrong" }), a), b];
    let mut play = Play::new(&flow(json!({ "A": ["B"] }), screens));
    assert_eq!(error(&play, "text").as_deref(), Some("Wrong"));
    play.tap("To B").back();
    play
}

#[test]
fn plain_back_does_not_apply_a_message_again() {
    let play = left_with_a_message(false);
    assert_eq!(play.user.client.data("A").unwrap()["message"], "Wrong");
    assert_eq!(error(&play, "text"), None);
}

#[test]
fn the_reply_to_back_applies_a_message() {
    for (data, message) in
        [(json!({ "message": "Still wrong" }), "Still wrong"), (json!({}), "Wrong")]
    {
        let mut play = left_with_a_message(true);
        play.reply("A", data);
        assert_eq!(error(&play, "text").as_deref(), Some(message));
    }
}

#[test]
fn a_message_is_shown_once() {
    let mut play = fields();
    play.tap("Send").reply("ONLY", json!({ "message": "Wrong" })).fill("text", "x");
    play.fill("other", "x").act(|user| user.tick("opt_in"));
    assert_eq!(play.user.client.data("ONLY").unwrap()["message"], "Wrong");
    assert_eq!(error(&play, "text"), None, "a change of the form does not bring it back");
}
