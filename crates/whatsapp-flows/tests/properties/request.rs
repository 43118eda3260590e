//! The plaintext of a request.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use whatsapp_flows::protocol::request::{Message, NotJson, Request};

use crate::generators::envelopes::{Hand, NAMES, is_error_notification, parse, shuffle};
use crate::generators::{
    a_request_like_object, an_action, an_object, any_json, any_text_bytes, utf16_units,
};
use crate::support::properties;

properties! { 5000:
    fn no_plaintext_panics_the_request_parser(plaintext in any_text_bytes()) {
        let _ = Message::parse(&plaintext);
    }
}

properties! { 5000:
    fn json_is_never_reported_as_not_json(json in any_json()) {
        let parsed = Message::parse(json.to_string().as_bytes());
        prop_assert_ne!(parsed, Err(NotJson));
    }
}

properties! { 2000:
    fn a_request_keeps_all_members(
        (action, word) in an_action(),
        screen in any::<String>(),
        data in an_object(),
        flow_token in any::<String>(),
        signature in any::<Option<String>>(),
        unknown in vec(("[a-z]{1,6}_", any_json()), 0..4),
        order in any::<u64>(),
        hand in any::<Hand>(),
    ) {
        let mut members = vec![
            (hand.string("action"), hand.string(word)),
            (hand.string("screen"), hand.string(&screen)),
            (hand.string("data"), data.to_string()),
            (hand.string("flow_token"), hand.string(&flow_token)),
            (hand.string("flow_token_signature"), json!(signature).to_string()),
        ];
        members.extend(unknown.iter().map(|(name, value)| (hand.string(name), value.to_string())));
        shuffle(&mut members, order);
        let parsed = Message::parse(hand.object(&members).as_bytes());
        let flow_token_signature = signature.filter(|signature| !signature.is_empty());
        let request = Request { action, screen, data, flow_token, flow_token_signature };
        prop_assert_eq!(parsed, Ok(Message::Request(request)));
    }
}

properties! { 2000:
    fn null_counts_as_absent(request in a_request_like_object(), nulls in vec(select(&NAMES[..]), 0..6)) {
        let (mut null, mut absent) = (request.clone(), request);
        for name in nulls {
            null.insert(name.into(), Value::Null);
            absent.remove(name);
        }
        prop_assert_eq!(parse(null), parse(absent));
    }
}

properties! { 2000:
    fn the_version_is_ignored(request in a_request_like_object(), version in any_json()) {
        let mut other = request.clone();
        other.insert("version".into(), version);
        prop_assert_eq!(parse(other), parse(request));
    }
}

properties! { 2000:
    fn a_ping_is_recognized_with_any_other_members(mut request in a_request_like_object()) {
        request.insert("action".into(), "ping".into());
        prop_assume!(!is_error_notification(&request));
        prop_assert_eq!(parse(request), Ok(Message::Ping));
    }
}

properties! { 2000:
    fn a_listed_error_key_is_a_notification_with_any_other_members(
        mut request in a_request_like_object(),
        name in select(&["error", "error_key"][..]),
        key in select(&["timeout_error", "payload-schema-error", "INVALID_SCREEN_TRANSITION"][..]),
        others in an_object(),
    ) {
        let mut data = others.as_object().cloned().unwrap_or_default();
        data.retain(|other, _| !other.starts_with("error"));
        data.insert(name.into(), key.into());
        request.insert("data".into(), data.into());
        let Ok(Message::ErrorNotification(notice, _)) = parse(request) else {
            return Err(TestCaseError::fail("it is a notification"));
        };
        let plain = |key: &str| key.to_ascii_lowercase().replace('_', "-");
        prop_assert_eq!(plain(notice.as_str()), plain(key));
    }
}

properties! { 2000:
    fn an_empty_error_key_is_a_notification_without_other_members(
        mut request in a_request_like_object(),
        name in select(&["error", "error_key", "error_message"][..]),
        message in any::<String>(),
    ) {
        let text = if name == "error_message" { message } else { String::new() };
        request.insert("data".into(), json!({ name: text }));
        prop_assert!(matches!(parse(request), Ok(Message::ErrorNotification(..))));
    }
}

properties! { 5000:
    fn lone_surrogates_become_replacement_characters(
        units in vec(utf16_units(), 0..12).prop_map(|units| units.concat()),
        hand in any::<Hand>(),
    ) {
        let text = hand.utf16(units.iter().copied());
        let json = format!(r#"{{"action":"INIT","flow_token":{text}}}"#);
        let Ok(Message::Request(request)) = Message::parse(json.as_bytes()) else {
            return Err(TestCaseError::fail(format!("it is a request: {json}")));
        };
        prop_assert_eq!(request.flow_token, String::from_utf16_lossy(&units));
    }
}
