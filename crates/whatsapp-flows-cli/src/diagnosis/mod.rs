//! The mistakes for which a client cannot read a reply, found by trial: bytes in, findings out.
//!
//! A reply is text around a message: the [`encoding`] is undone first, then the [`encryption`]. Each is tried as Meta
//! specifies it, and then with the usual mistakes, until the message is JSON.

mod cipher;
mod encoding;
mod encryption;
mod mistake;
pub mod request;

use std::fmt;

use serde_json::Value;
use whatsapp_flows::testing::ReplyOpener;

pub use mistake::{Layer, Mistake};

/// The mistakes of one reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// The mistakes, from the outside in.
    pub mistakes: Vec<Mistake>,
    /// The reply, if it could be read in spite of them.
    pub reply: Option<Value>,
}

/// The facts as one sentence about the reply, with the cures.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts: Vec<_> = self.mistakes.iter().map(|mistake| mistake.fact()).collect();
        let cures: Vec<_> = self.mistakes.iter().map(|mistake| mistake.cure()).collect();
        write!(f, "{}; {}", facts.join(", and "), cures.join("; "))
    }
}

/// The AES key and the initialization vector of the request.
pub struct RequestKey {
    key: [u8; 16],
    iv: [u8; 16],
}

/// Finds the mistakes of a body that does not open.
pub fn diagnose(body: &[u8], opener: &ReplyOpener) -> Diagnosis {
    let (key, iv) = opener.clone().into_parts();
    diagnose_with(body, &RequestKey { key: *key, iv })
}

fn diagnose_with(body: &[u8], key: &RequestKey) -> Diagnosis {
    if body.len() > MAX_BODY {
        return Diagnosis { mistakes: vec![Mistake::TooLarge], reply: None };
    }
    let readings = encoding::readings(body);
    for reading in &readings {
        let encoding::Content::Encrypted(bytes) = &reading.content else { continue };
        let Some(message) = encryption::decrypt(bytes, key) else { continue };
        let mut mistakes = [&reading.mistakes[..], &message.mistakes[..]].concat();
        let reply = match serde_json::from_slice(&message.plaintext) {
            Ok(reply) => Some(reply),
            Err(_) => {
                mistakes.push(Mistake::PlaintextNotJson);
                None
            }
        };
        return Diagnosis { mistakes, reply };
    }
    unreadable(readings)
}

/// The diagnosis of a body that no trial decrypts: the most plausible reading of its encoding.
fn unreadable(readings: Vec<encoding::Reading>) -> Diagnosis {
    let clear = readings.iter().find_map(|reading| match &reading.content {
        encoding::Content::Clear(reply) => Some((reading.mistakes.clone(), reply.clone())),
        _ => None,
    });
    if let Some((mistakes, reply)) = clear {
        return Diagnosis { mistakes, reply: Some(reply) };
    }
    let not_base64 = Diagnosis { mistakes: vec![Mistake::NotBase64], reply: None };
    let Some(first) = readings.into_iter().next() else { return not_base64 };
    let mut mistakes = first.mistakes;
    match first.content {
        // Any bytes could be ciphertext, so nothing is known of them.
        _ if mistakes == [Mistake::Base64Undone] => return not_base64,
        encoding::Content::Encrypted(bytes) if bytes.len() < 16 => mistakes.push(Mistake::TooShort),
        encoding::Content::Encrypted(_) => mistakes.push(Mistake::OtherKey),
        encoding::Content::Clear(_) | encoding::Content::Opaque => {}
    }
    Diagnosis { mistakes, reply: None }
}

/// Meta's limit is 1 MB (CMP, *Image*). Trials with more would take long.
const MAX_BODY: usize = 1 << 20;

#[cfg(test)]
mod tests;
