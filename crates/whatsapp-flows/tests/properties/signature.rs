//! The signature header.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use whatsapp_flows::protocol::signature::{AppSecret, SignatureError, verify};

use crate::generators::{any_header_value, app_secrets};
use crate::support::properties;

properties! { 1000:
    fn a_signature_is_accepted_in_lower_and_upper_case(
        secrets in app_secrets(),
        signer in any::<Index>(),
        body in vec(any::<u8>(), 0..500),
        upper in any::<u64>(),
    ) {
        let signer = signer.index(secrets.len());
        let value: String = secrets[signer]
            .sign(&body)
            .char_indices()
            .map(|(at, c)| if at > 6 && upper >> (at % 64) & 1 == 1 { c.to_ascii_uppercase() } else { c })
            .collect();
        prop_assert_eq!(verify([value.as_bytes()], &body, &secrets), Ok(signer));
        let twice = [value.as_bytes(), value.as_bytes()];
        prop_assert_eq!(verify(twice, &body, &secrets), Err(SignatureError::Repeated));
        let joined = format!("{value},{value}");
        prop_assert_eq!(verify([joined.as_bytes()], &body, &secrets), Err(SignatureError::Repeated));
    }
}

properties! { 1000:
    fn a_changed_signature_body_or_app_secret_is_refused(
        secrets in app_secrets(),
        body in vec(any::<u8>(), 1..100),
        (at, change) in (any::<Index>(), 1..=255_u8),
        (digit, other) in (7..71_usize, "[0-9a-f]"),
    ) {
        let value = secrets[0].sign(&body);
        let mut changed = value.clone();
        changed.replace_range(digit..=digit, &other);
        let expected = if changed == value { Ok(0) } else { Err(SignatureError::Wrong) };
        prop_assert_eq!(verify([changed.as_bytes()], &body, &secrets), expected);
        let mut bytes = value.clone().into_bytes();
        bytes[at.index(value.len())] ^= change;
        let same = bytes[..7] == value.as_bytes()[..7] && bytes.eq_ignore_ascii_case(value.as_bytes());
        prop_assert_eq!(verify([&bytes[..]], &body, &secrets).is_ok(), same);
        let mut other = body.clone();
        other[at.index(body.len())] ^= change;
        prop_assert_eq!(verify([value.as_bytes()], &other, &secrets), Err(SignatureError::Wrong));
        prop_assert_eq!(
            verify([value.as_bytes()], &body, &secrets[1..]),
            Err(SignatureError::Wrong)
        );
    }
}

properties! { 3000:
    fn any_other_header_value_is_refused_with_its_cause(
        values in vec(any_header_value(), 0..3),
        body in vec(any::<u8>(), 0..50),
    ) {
        let formed = |value: &[u8]| {
            value.strip_prefix(b"sha256=")
                .is_some_and(|hex| hex.len() == 64 && hex.iter().all(u8::is_ascii_hexdigit))
        };
        let expected = match &values[..] {
            [] => SignatureError::Absent,
            [value] if formed(value) => SignatureError::Wrong,
            // Two values, as API Gateway joins them.
            [value] if value.contains(&b',') => SignatureError::Repeated,
            [_] => SignatureError::Malformed,
            _ => SignatureError::Repeated,
        };
        let secrets = [AppSecret::new("secret").unwrap()];
        let values = values.iter().map(Vec::as_slice);
        prop_assert_eq!(verify(values, &body, &secrets), Err(expected));
    }
}
