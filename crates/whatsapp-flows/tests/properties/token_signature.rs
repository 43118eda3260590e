//! The flow token's signature.

use proptest::prelude::*;
use proptest::sample::Index;
use whatsapp_flows::internals::token_signature;
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::protocol::token::FlowToken;

use crate::generators::envelopes::jwt;
use crate::generators::{an_object, app_secrets};
use crate::support::properties;

properties! { 5000:
    fn arbitrary_text_is_not_a_token_signature(
        jwt in prop_oneof![
            any::<String>(),
            "[a-zA-Z0-9_.-]{0,80}",
            "[^.]{0,9}\\.[^.]{0,9}\\.[^.]{0,9}",
        ],
        token in any::<String>(),
    ) {
        let token = FlowToken::new(token).unwrap();
        let secrets = [AppSecret::new("secret").unwrap()];
        prop_assert!(token_signature::verify(&jwt, &token, &secrets).is_err());
    }
}

properties! { 2000:
    fn only_a_signature_over_this_token_is_accepted(
        secrets in app_secrets(),
        known in any::<bool>(),
        algorithm in prop_oneof![4 => Just("HS256".to_owned()), 1 => "none|HS512|hs256|HS256 |"],
        token in any::<String>(),
        other in prop::option::weighted(0.3, any::<String>()),
        (more, claims) in (an_object(), an_object()),
        (at, with) in (any::<Index>(), "[ -~]"),
    ) {
        let (signer, ring) = match known {
            true => (&secrets[secrets.len() - 1], &secrets[..]),
            false => (&secrets[0], &secrets[1..]),
        };
        let signed_token = other.as_ref().unwrap_or(&token);
        let (mut header, mut claims) = (more, claims);
        header["alg"] = algorithm.as_str().into();
        claims["flow_token"] = signed_token.as_str().into();
        let jwt = jwt(signer, &header, &claims);
        let right = known && algorithm == "HS256" && *signed_token == token;
        let token = FlowToken::new(token).unwrap();
        prop_assert_eq!(token_signature::verify(&jwt, &token, ring).is_ok(), right);
        let mut changed = jwt.clone();
        let at = at.index(jwt.len());
        changed.replace_range(at..=at, &with);
        let same = right && changed == jwt;
        prop_assert_eq!(token_signature::verify(&changed, &token, ring).is_ok(), same);
    }
}
