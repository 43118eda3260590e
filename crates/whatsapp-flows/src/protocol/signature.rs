//! `X-Hub-Signature-256`: who sent this body. An HMAC-SHA256 over the raw bytes, under the Meta
//! app's secret (EP, *Request signature validation*).

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{app_secret, hex};

/// The header that carries the signature.
pub const HEADER: &str = "x-hub-signature-256";

const PREFIX: &[u8] = b"sha256=";
/// Bytes of an HMAC-SHA256.
const TAG_BYTES: usize = 32;

/// A Meta app's secret: it signs requests and flow tokens.
///
/// Wiped when dropped; `Debug` does not show it.
#[derive(Clone)]
pub struct AppSecret(Zeroizing<Vec<u8>>);

/// An app secret that is empty would accept what anyone signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptySecret;

/// Why a signature was not accepted. All of them are answered 432.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureFault {
    /// No such header.
    Absent,
    /// More than one value: which one a proxy meant cannot be known.
    Repeated,
    /// Not `sha256=` and 64 hexadecimal digits.
    Malformed,
    /// Made with none of our app secrets, or over other bytes.
    Wrong,
}

/// Checks the signature header's values against the raw body.
///
/// Digits `A` to `F` are taken in either case: they stand for the same 32 bytes, and those are what
/// is compared, in constant time. Returns the position of the app secret that matched.
pub fn verify<'a>(
    values: impl IntoIterator<Item = &'a [u8]>,
    body: &[u8],
    secrets: &[AppSecret],
) -> Result<usize, SignatureFault> {
    let mut values = values.into_iter();
    let value = values.next().ok_or(SignatureFault::Absent)?;
    // API Gateway's payload 2.0 and some proxies join the values of a doubled header with a comma.
    if values.next().is_some() || value.contains(&b',') {
        return Err(SignatureFault::Repeated);
    }
    let digits = value.strip_prefix(PREFIX).ok_or(SignatureFault::Malformed)?;
    let tag = hex::decode(digits).ok_or(SignatureFault::Malformed)?;
    if tag.len() != TAG_BYTES {
        return Err(SignatureFault::Malformed);
    }
    secrets.iter().position(|secret| secret.made(&tag, body)).ok_or(SignatureFault::Wrong)
}

impl AppSecret {
    /// Takes the secret as the Meta app's *Basic settings* page shows it; its characters are the key. What
    /// editors and environments put around it is cut off, if the rest is as Meta makes it.
    pub fn new(secret: impl Into<String>) -> Result<Self, EmptySecret> {
        let secret = Zeroizing::new(secret.into());
        let secret = app_secret::metas_in(&secret).unwrap_or(secret.trim());
        Self::from_bytes(secret.as_bytes())
    }

    /// Whether it has the form of Meta's app secrets, 32 hexadecimal digits. Others sign as well, but Meta
    /// does not make them.
    pub fn has_metas_form(&self) -> bool {
        app_secret::has_metas_form(&self.0)
    }

    /// Takes the key as bytes, as they are. Meta's secrets are text; test vectors' keys are not.
    pub fn from_bytes(key: &[u8]) -> Result<Self, EmptySecret> {
        match key {
            [] => Err(EmptySecret),
            bytes => Ok(Self(Zeroizing::new(bytes.to_vec()))),
        }
    }

    /// The header value for a body: what Meta's servers send.
    pub fn sign(&self, body: &[u8]) -> String {
        let tag = self.mac(body).finalize().into_bytes();
        let digits: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256={digits}")
    }

    /// Whether this secret made `tag` over `message`, told in constant time.
    pub fn made(&self, tag: &[u8], message: &[u8]) -> bool {
        self.mac(message).verify_slice(tag).is_ok()
    }

    /// The key itself, to derive others from.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn mac(&self, message: &[u8]) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.chain_update(message)
    }
}

impl fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSecret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Vec<AppSecret> {
        ["key", "new"].map(|s| AppSecret::new(s).unwrap()).to_vec()
    }

    // RFC-style known answer: HMAC-SHA256("key", "The quick brown fox jumps over the lazy dog").
    const BODY: &[u8] = b"The quick brown fox jumps over the lazy dog";
    const SIGNED: &str = "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";

    #[test]
    fn any_secret_of_the_ring_is_accepted_and_named() {
        assert_eq!(secrets()[0].sign(BODY), SIGNED);
        assert_eq!(verify([SIGNED.as_bytes()], BODY, &secrets()), Ok(0));
        let by_new = secrets()[1].sign(BODY);
        assert_eq!(verify([by_new.as_bytes()], BODY, &secrets()), Ok(1));
        let upper = format!("sha256={}", SIGNED[7..].to_uppercase());
        assert_eq!(verify([upper.as_bytes()], BODY, &secrets()), Ok(0));
    }

    #[test]
    fn anything_else_is_refused_with_its_cause() {
        let cause = |value: &[u8]| verify([value], BODY, &secrets()).unwrap_err();
        assert_eq!(verify([], BODY, &secrets()), Err(SignatureFault::Absent));
        assert_eq!(
            verify([SIGNED.as_bytes(), SIGNED.as_bytes()], BODY, &secrets()),
            Err(SignatureFault::Repeated)
        );
        let joined = format!("{SIGNED},{SIGNED}");
        assert_eq!(cause(joined.as_bytes()), SignatureFault::Repeated);
        for malformed in [
            &b""[..],
            b"sha256=",
            b"sha1=f7bc83f430538424b13298e6aa6fb143ef4d59a1",
            &SIGNED.as_bytes()[..SIGNED.len() - 1],
            format!("{SIGNED}0").as_bytes(),
            SIGNED.replace('f', "g").as_bytes(),
            SIGNED.replace("7b", "\u{e9}").as_bytes(),
        ] {
            assert_eq!(cause(malformed), SignatureFault::Malformed);
        }
        assert_eq!(verify([SIGNED.as_bytes()], b"other", &secrets()), Err(SignatureFault::Wrong));
        assert_eq!(verify([SIGNED.as_bytes()], BODY, &[]), Err(SignatureFault::Wrong));
    }

    #[test]
    fn a_secret_is_never_empty_and_never_shown() {
        assert_eq!(AppSecret::new(" \n").unwrap_err(), EmptySecret);
        assert_eq!(AppSecret::from_bytes(b"").unwrap_err(), EmptySecret);
        assert_eq!(format!("{:?}", secrets()[0]), "AppSecret([redacted])");
    }
}
