//! An event of any front: the request has the body that the event names, and every value of the
//! signature header.
#![no_main]

use base64::prelude::{BASE64_STANDARD, Engine};
use http::HeaderValue;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use whatsapp_flows::aws::lambda::request_from_event;
use whatsapp_flows::protocol::signature::HEADER;

fuzz_target!(|data: &[u8]| {
    let _ = request_from_event(data);
    let Ok(event) = serde_json::from_slice::<Value>(data) else { return };
    // Written again, for doubled members of what came are read in more than one way.
    let Some(request) = request_from_event(event.to_string().as_bytes()) else { return };
    let body = event["body"].as_str().unwrap_or_default();
    let base64 = event["isBase64Encoded"] == true;
    let decoded = BASE64_STANDARD.decode(body).ok().filter(|_| base64);
    assert_eq!(request.body()[..], decoded.unwrap_or(body.into())[..]);

    let (Some(single), Some(multi)) =
        (named(&event["headers"]), named(&event["multiValueHeaders"]))
    else {
        return;
    };
    let sent = if multi.is_empty() { single } else { multi };
    let arrived: Vec<_> = request.headers().get_all(HEADER).iter().map(|value| value.as_bytes()).collect();
    assert_eq!(arrived.len(), sent.len());
    for (arrived, sent) in arrived.iter().zip(sent) {
        // What cannot be a header's value counts as one all the same.
        assert!(*arrived == sent.as_bytes() || *arrived == b"?" && HeaderValue::from_str(sent).is_err());
    }
});

/// The values of the signature header; `None` where its name stands twice, in two cases, or has values
/// of a kind that no gateway sends.
fn named(headers: &Value) -> Option<Vec<&str>> {
    let Some(headers) = headers.as_object() else { return Some(Vec::new()) };
    let mut found = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(HEADER));
    match (found.next(), found.next()) {
        (None, _) => Some(Vec::new()),
        (Some((_, Value::String(value))), None) => Some(vec![value]),
        (Some((_, Value::Array(values))), None) => values.iter().map(Value::as_str).collect(),
        _ => None,
    }
}
