//! The envelope: only a body that was sealed for our key opens.

use base64::prelude::{BASE64_STANDARD, Engine};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use whatsapp_flows::protocol::envelope::Envelope;

use crate::generators::envelopes::{
    Fault, Hand, MEMBERS, json_of, sealed_members, sealed_members_once, shuffle,
};
use crate::generators::keys::{keys, sealing};
use crate::generators::{any_json, any_text_bytes};
use crate::support::properties;

properties! { 300:
    fn a_sealed_request_opens_and_its_reply_too(plaintext in vec(any::<u8>(), 0..3000), reply in any_json()) {
        let sealed = sealing().seal(&plaintext);
        let opened = Envelope::parse(sealed.body.as_bytes()).unwrap().open(keys()).unwrap();
        prop_assert_eq!(&*opened.plaintext, &plaintext);
        prop_assert_eq!(opened.opened_by, 0);
        let body = opened.reply_key.seal(reply.to_string().into_bytes());
        prop_assert_eq!(sealed.opener.open(body.as_bytes()), Ok(reply));
    }
}

properties! { 300:
    fn a_changed_byte_of_any_envelope_member_is_refused(
        plaintext in vec(any::<u8>(), 0..200),
        member in select(&MEMBERS[..]),
        at in any::<Index>(),
        change in 1..=255_u8,
    ) {
        let mut members = sealed_members(&plaintext);
        let text = members.iter_mut().find(|(name, _)| *name == member).map(|(_, text)| text);
        let text = text.unwrap();
        let mut bytes = BASE64_STANDARD.decode(&*text).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        *text = BASE64_STANDARD.encode(bytes);
        let body = json_of(&members).to_string();
        prop_assert!(Envelope::parse(body.as_bytes()).unwrap().open(keys()).is_err());
    }
}

properties! { 2000:
    fn arbitrary_bytes_are_not_an_envelope(body in any_text_bytes()) {
        prop_assert!(Envelope::parse(&body).is_err());
    }
}

properties! { 200:
    fn random_envelope_members_do_not_open(
        data in vec(any::<u8>(), 16..100),
        key in vec(any::<u8>(), 256),
        vector in vec(any::<u8>(), 16),
    ) {
        let members: Vec<_> =
            MEMBERS.into_iter().zip([data, key, vector].map(|b| BASE64_STANDARD.encode(b))).collect();
        let body = json_of(&members).to_string();
        prop_assert!(Envelope::parse(body.as_bytes()).unwrap().open(keys()).is_err());
    }
}

properties! { 200:
    fn the_spelling_of_the_envelope_json_does_not_matter(
        plaintext in vec(any::<u8>(), 0..200),
        unknown in vec(("[a-z]{1,8}", any_json()), 0..4),
        order in any::<u64>(),
        hand in any::<Hand>(),
    ) {
        let mut members: Vec<(String, String)> = sealed_members(&plaintext)
            .into_iter()
            .map(|(name, text)| (hand.string(name), hand.string(&text)))
            .chain(unknown.iter().map(|(name, value)| (hand.string(name), value.to_string())))
            .collect();
        shuffle(&mut members, order);
        let body = hand.object(&members);
        let opened = Envelope::parse(body.as_bytes()).unwrap().open(keys()).unwrap();
        prop_assert_eq!(&*opened.plaintext, &plaintext);
    }
}

properties! { 1000:
    fn a_duplicate_missing_or_mistyped_envelope_member_is_refused(
        member in select(&MEMBERS[..]),
        fault in any::<Fault>(),
        other in any_json().prop_filter("not a string", |value| !value.is_string()),
        order in any::<u64>(),
        hand in any::<Hand>(),
    ) {
        let mut members: Vec<(String, String)> = Vec::new();
        for (name, text) in sealed_members_once() {
            let text = (hand.string(name), hand.string(text));
            let faulty = name == &member;
            match fault {
                Fault::Doubled if faulty => members.extend([text.clone(), text]),
                Fault::Missing if faulty => {}
                Fault::OtherType if faulty => members.push((text.0, other.to_string())),
                Fault::OtherLength if faulty => {
                    let at = if *name == MEMBERS[0] { 20 } else { text.1.len() - 1 };
                    members.push((text.0, format!("\"{}", &text.1[at..])));
                }
                _ => members.push(text),
            }
        }
        shuffle(&mut members, order);
        let envelope = Envelope::parse(hand.object(&members).as_bytes());
        prop_assert!(envelope.and_then(|envelope| envelope.open(keys())).is_err());
    }
}
