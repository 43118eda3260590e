//! Inputs: they deserialize what clients send.

use super::*;

#[test]
fn inputs_of_every_component_deserialize() {
    let payload = json!({
        "text": "t", "amount": "12.50", "age": 7, "long-text": "l", "dropdown": "1", "radio": "2",
        "checks": ["1"], "chips": ["1", "2"], "date": "2026-01-31", "day": "2026-01-31",
        "days": { "start-date": "2026-01-31", "end-date": "2026-02-01" }, "first_day": "2026-01-31",
        "agreed": true, "news": false, "then": "a", "else": "b", "case": "c", "is_open": true,
        "init": { "text": "t", "amount": "5" }, "init_text": "t",
        "options": [{ "id": "1", "title": "One", "alt-text": "1" }],
        "word": "constant", "count": 3, "flag": true, "list": ["a", "b"], "mixed": ["a", 1],
        "adult": false, "greeting": "Dear t", "both": "t l", "sum": 13.5, "same": 12.5,
        "place": { "text": "t", "day": "2026-01-31", "at": { "hour": 9, "named": "c" } },
        "pair": ["t", "1"],
    });
    let given = reads::<fields::Fields>(payload.clone());
    assert_eq!((given.amount.text(), given.amount.value()), ("12.50", 12.5));
    assert_eq!((given.age, given.init.amount), (Some(7.into()), 5.into()));
    assert_eq!((given.long_text.as_deref(), given.else_.as_deref()), (Some("l"), Some("b")));
    let days = DateRange { start_date: "2026-01-31".into(), end_date: "2026-02-01".into() };
    assert_eq!((given.days, given.agreed, given.news), (days, true, Some(false)));
    assert_eq!(given.place.at.named.as_deref(), Some("c"));

    let half = json!({ "start-date": "2026-01-31" });
    let half = reads::<fields::Fields>(with(&payload, "open_days", half)).open_days.unwrap();
    assert_eq!((half.start_date.as_str(), half.end_date.as_str()), ("2026-01-31", ""));

    let mut least = payload.clone();
    let optional = [
        "age",
        "open_days",
        "long-text",
        "radio",
        "chips",
        "news",
        "then",
        "else",
        "case",
        "both",
        "sum",
        "same",
    ];
    for member in optional {
        least.as_object_mut().unwrap().remove(member);
    }
    let given = reads::<fields::Fields>(least.clone());
    assert_eq!((given.age, given.radio, given.chips, given.same), (None, None, vec![], None));
    // Members that come from the endpoint's data may be `""`, which counts as absent.
    let shown = ["init_text", "greeting"];
    for member in least.as_object().unwrap().keys() {
        let mut without = least.clone();
        without.as_object_mut().unwrap().remove(member);
        if !shown.contains(&member.as_str()) {
            assert!(refuses::<fields::Fields>(without), "{member} must be there");
        }
    }
    for member in shown {
        least.as_object_mut().unwrap().remove(member);
    }
    least["init"] = json!({ "amount": 5 });
    least["options"] = json!([{ "title": "One" }]);
    let given = reads::<fields::Fields>(least.clone());
    assert_eq!((given.init_text.as_str(), given.init.text.as_str()), ("", ""));
    assert_eq!((given.options[0].id.as_str(), given.greeting.as_str()), ("", ""));
    least["place"] = json!({ "day": "2026-01-31", "at": { "hour": 9 } });
    assert!(refuses::<fields::Fields>(least), "a field in an object is required");

    let file = json!({
        "media_id": "790aba14", "cdn_url": "https://mmg.whatsapp.net/v/1", "file_name": "a.jpg",
        "encryption_metadata": { "encrypted_hash": "a", "iv": "b", "encryption_key": "c",
            "hmac_key": "d", "plaintext_hash": "e" },
    });
    let given = reads::<fields::Uploads>(json!({ "photos": [file], "text": "t", "is_open": true }));
    let [Media { media_id, encryption_metadata, .. }] = given.photos.as_slice() else { panic!() };
    assert_eq!((media_id.as_str(), encryption_metadata.iv.as_str()), ("790aba14", "b"));
    assert_eq!(reads::<fields::Done>(json!({})).documents, []);
}

#[test]
fn payloads_are_distinguished_by_their_trigger() {
    use payloads::{NamedTriggers, NamedTriggersInput, Triggers, TriggersInput};
    let read = reads::<Triggers>;
    let kind = || "select".to_owned();
    assert_eq!(
        read(json!({ "trigger": "place_selected", "kind": "select", "place": "1" })),
        TriggersInput::PlaceSelected { kind: kind(), place: Some("1".into()) }
    );
    assert_eq!(
        read(json!({ "trigger": "place_selected", "kind": "select", "place": "" })),
        TriggersInput::PlaceSelected { kind: kind(), place: None }
    );
    assert_eq!(
        read(json!({ "trigger": "toppings_selected", "kind": "select", "toppings": ["1"] })),
        TriggersInput::ToppingsSelected { kind: kind(), place: None, toppings: vec!["1".into()] }
    );
    assert_eq!(
        read(json!({ "trigger": "reset", "kind": "link", "place": "1" })),
        TriggersInput::Reset { kind: "link".into() }
    );
    assert_eq!(
        read(json!({ "trigger": "send", "kind": "button", "place": "1", "amount": "2.5" })),
        TriggersInput::Send {
            kind: "button".into(),
            place: "1".into(),
            toppings: vec![],
            amount: Some(number("2.5"))
        }
    );
    assert!(refuses::<Triggers>(json!({ "trigger": "another", "kind": "select" })));
    assert!(refuses::<Triggers>(json!({ "kind": "select", "place": "1" })));
    let read = |payload| reads::<NamedTriggers>(payload);
    assert_eq!(read(json!({ "do": "go back!" })), NamedTriggersInput::GoBack);
    assert_eq!(read(json!({ "do": "Go Back" })), NamedTriggersInput::GoBack2);
    assert_eq!(
        read(json!({ "do": "2", "more": 1 })),
        NamedTriggersInput::Item2 { more: Some(1.into()) }
    );
    assert_eq!(read(json!({ "do": "2" })), NamedTriggersInput::Item2 { more: None });
}

#[test]
fn payloads_without_a_trigger_are_distinguished_by_their_members() {
    use payloads::{Alike, Members, MembersInput};
    let (place, day) = (|| "1".to_owned(), || "2026-01-31".to_owned());
    for (payload, expected) in [
        (
            json!({ "place": "1", "day": "2026-01-31", "sure": true, "count": 1 }),
            MembersInput::Footer { place: place(), day: day(), sure: true, count: 1.into() },
        ),
        (
            json!({ "place": "1", "day": "2026-01-31" }),
            MembersInput::Day { place: Some(place()), day: Some(day()) },
        ),
        (json!({ "day": "2026-01-31" }), MembersInput::Day { place: None, day: Some(day()) }),
        (json!({ "place": "1" }), MembersInput::Place { place: Some(place()) }),
        // An emptied field is sent as `""`, and counts as sent when the action is determined.
        (json!({ "place": "1", "day": "" }), MembersInput::Day { place: Some(place()), day: None }),
        (json!({ "place": "" }), MembersInput::Place { place: None }),
        (json!({}), MembersInput::EmbeddedLink {}),
    ] {
        assert_eq!(reads::<Members>(payload.clone()), expected, "{payload}");
    }
    let alike = reads::<Alike>(json!({ "step": 1, "name": "Ada" }));
    assert_eq!((alike.step, alike.name.as_deref(), alike.mail), (1.into(), Some("Ada"), None));
}

/// As a client sends it: a test submits an input.
#[test]
fn absent_members_of_inputs_are_left_out() {
    use numbers::{Pay, PayInput};
    use payloads::{Alike, AlikeInput, Members, MembersInput, Triggers, TriggersInput};
    assert_eq!(sent::<Alike>(AlikeInput::default()), json!({ "step": 0 }));
    assert_eq!(sent::<Pay>(PayInput::How { how: None }), json!({}));
    let selected = TriggersInput::PlaceSelected { kind: "select".into(), place: None };
    assert_eq!(
        sent::<Triggers>(selected),
        json!({ "trigger": "place_selected", "kind": "select" })
    );
    // A payload that is told apart by a member has it, even if the field is empty.
    let day = MembersInput::Day { place: None, day: None };
    assert_eq!(sent::<Members>(day), json!({ "day": null }));
    assert_eq!(sent::<Members>(MembersInput::Place { place: None }), json!({ "place": null }));
    assert_eq!(sent::<Members>(MembersInput::EmbeddedLink {}), json!({}));
}

/// Returns the JSON of an input, which is read as the same input.
fn sent<S: Screen>(input: Input<S>) -> Value
where
    Input<S>: Serialize + PartialEq + std::fmt::Debug,
{
    let sent = serde_json::to_value(&input).unwrap();
    assert_eq!(reads::<S>(sent.clone()), input, "{sent}");
    sent
}

#[test]
fn rust_keywords_are_valid_names() {
    use own_words::{OtherItems, OtherItemsInput, SelfScreen, SelfScreenInput};
    assert_eq!(reads::<SelfScreen>(json!({ "trigger": "self" })), SelfScreenInput::Self2);
    let crate_ = SelfScreenInput::Crate { self_: "s".into(), crate_: None };
    assert_eq!(reads::<SelfScreen>(json!({ "trigger": "crate", "self": "s" })), crate_);
    assert_eq!(
        reads::<OtherItems>(json!({ "self": "1" })),
        OtherItemsInput::Self2 { self_: Some("1".into()) }
    );
}

#[test]
fn items_with_actions_have_the_input_of_their_example() {
    use own_words::{AnyItems, Items, ItemsInput, OtherItems, OtherItemsInput};
    let given = reads::<Items>(json!({ "sel": "c", "count": 3 }));
    assert_eq!(given, ItemsInput { sel: "c".into(), count: 3.into(), first: None });
    assert!(refuses::<Items>(json!({ "sel": "c" })), "count is in every example");
    let given: Map<String, Value> = reads::<AnyItems>(json!({ "whatever": [1] }));
    assert_eq!(given["whatever"], json!([1]));
    assert_eq!(
        reads::<OtherItems>(json!({ "count": 1 })),
        OtherItemsInput::List { count: 1.into() }
    );
}

#[test]
fn data_that_is_not_required_is_optional() {
    let least = own_words::SelfScreen {
        self_: "s".into(),
        self_2: own_words::SelfSelf { super_: "u".into() },
        crate_: None,
        extern_: None,
    };
    let written = json!({ "self": "s", "Self": { "super": "u" } });
    assert_eq!(serde_json::to_value(least).unwrap(), written);
    assert_eq!(serde_json::to_value(own_words::Items { items: None }).unwrap(), json!({}));
}

#[test]
fn data_left_out_by_a_navigate_action_is_optional() {
    let given =
        reads::<passed_on::Third>(json!({ "name": "A", "always": "yes", "first_name": "B" }));
    assert_eq!((given.note, given.person, given.code), (None, None, None));
    let given = reads::<passed_on::Third>(json!({ "first_name": "B" }));
    assert_eq!((given.name.as_str(), given.always.as_str()), ("", ""), "as the data may be");
    assert!(refuses::<passed_on::Third>(json!({ "name": "A", "always": "yes" })), "first_name");
}

fn with(payload: &Value, member: &str, value: Value) -> Value {
    let mut payload = payload.clone();
    payload[member] = value;
    payload
}

fn reads<S: Screen>(payload: Value) -> Input<S> {
    serde_json::from_value(payload.clone()).unwrap_or_else(|error| panic!("{payload}: {error}"))
}

fn number(text: &str) -> Number {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refuses<S: Screen>(payload: Value) -> bool {
    serde_json::from_value::<Input<S>>(payload).is_err()
}
