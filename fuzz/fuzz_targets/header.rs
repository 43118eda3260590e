//! The first two bytes say which byte of a right signature changes, and how; the rest is the body, and a
//! header value of its own. Only the right 32 bytes are accepted, in either case of their digits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use whatsapp_flows::protocol::signature::verify;
use whatsapp_flows_fuzz::SECRET;

fuzz_target!(|data: &[u8]| {
    let Some((&[at, change], body)) = data.split_first_chunk() else { return };
    let secrets = SECRET.app_secrets();
    let right = secrets[0].sign(body).into_bytes();
    let is_right =
        |value: &[u8]| value.starts_with(b"sha256=") && value.eq_ignore_ascii_case(&right);
    let mut changed = right.clone();
    changed[usize::from(at) % right.len()] ^= change;
    for value in [&changed[..], body] {
        assert_eq!(verify([value], body, secrets).is_ok(), is_right(value));
        assert!(verify([value, value], body, secrets).is_err());
    }
});
