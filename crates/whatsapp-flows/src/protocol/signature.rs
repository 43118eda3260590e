//! The signature header `X-Hub-Signature-256`: an HMAC-SHA256 over the raw body under the app secret (EP, *Request
//! signature validation*).

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{app_secret, hex};

/// The name of the signature header.
pub const HEADER: &str = "x-hub-signature-256";

const PREFIX: &[u8] = b"sha256=";
/// Length in bytes of an HMAC-SHA256.
const TAG_BYTES: usize = 32;

/// The secret of a Meta app, which signs requests and flow tokens.
///
/// It is zeroized when dropped, and `Debug` does not show it.
#[derive(Clone)]
pub struct AppSecret(Zeroizing<Vec<u8>>);

/// An error for an empty app secret, with which anybody could sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptySecret;

/// An error for a signature that is not valid. The status is 432.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureError {
    /// The header is absent.
    Absent,
    /// The header has more than one value; none of them is preferred.
    Repeated,
    /// The value is not `sha256=` and 64 hexadecimal digits.
    Malformed,
    /// The signature was made with another app secret, or over other bytes.
    Wrong,
}

/// The value of a signature header: a well-formed HMAC-SHA256, which may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; TAG_BYTES]);

impl Signature {
    /// Parses the values of the signature header. Hexadecimal digits are accepted in either case.
    ///
    /// # Errors
    ///
    /// If there is not exactly one well-formed value.
    pub fn parse<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, SignatureError> {
        let mut values = values.into_iter();
        let value = values.next().ok_or(SignatureError::Absent)?;
        // API Gateway's payload 2.0 and some proxies join the values of a repeated header with a comma.
        if values.next().is_some() || value.contains(&b',') {
            return Err(SignatureError::Repeated);
        }
        let digits = value.strip_prefix(PREFIX).ok_or(SignatureError::Malformed)?;
        let tag = hex::decode(digits).ok_or(SignatureError::Malformed)?;
        tag.try_into().map(Self).map_err(|_| SignatureError::Malformed)
    }

    /// Returns the position of the app secret that has signed the raw body. The 32 bytes are compared in constant time.
    ///
    /// # Errors
    ///
    /// If no app secret matches.
    pub fn verify(&self, body: &[u8], secrets: &[AppSecret]) -> Result<usize, SignatureError> {
        let matches = |secret: &AppSecret| secret.verify_mac(&self.0, body);
        secrets.iter().position(matches).ok_or(SignatureError::Wrong)
    }
}

/// Verifies the values of the signature header against the raw body, and returns the position of the app secret that
/// matches.
///
/// # Errors
///
/// If there is not exactly one well-formed value, or if no app secret matches.
pub fn verify<'a>(
    values: impl IntoIterator<Item = &'a [u8]>,
    body: &[u8],
    secrets: &[AppSecret],
) -> Result<usize, SignatureError> {
    Signature::parse(values)?.verify(body, secrets)
}

impl AppSecret {
    /// Creates an app secret from its text on the Meta app's *Basic settings* page. The bytes of the text are the HMAC
    /// key. Quotes, white space and `NAME=` around 32 hexadecimal digits are removed.
    ///
    /// # Errors
    ///
    /// If the text is empty.
    pub fn new(secret: impl Into<String>) -> Result<Self, EmptySecret> {
        let secret = Zeroizing::new(secret.into());
        let secret = app_secret::parse(&secret).unwrap_or(secret.trim());
        Self::from_bytes(secret.as_bytes())
    }

    /// Reports whether the secret has the format of Meta's app secrets, 32 hexadecimal digits. Other secrets can sign
    /// as well, but do not come from Meta.
    pub fn has_meta_format(&self) -> bool {
        app_secret::has_meta_format(&self.0)
    }

    /// Creates an app secret from the bytes of its HMAC key, without removing anything. Meta's secrets are text; the
    /// keys of test vectors are not.
    ///
    /// # Errors
    ///
    /// If the slice is empty.
    pub fn from_bytes(key: &[u8]) -> Result<Self, EmptySecret> {
        match key {
            [] => Err(EmptySecret),
            bytes => Ok(Self(Zeroizing::new(bytes.to_vec()))),
        }
    }

    /// Signs a body and returns the header's value, as Meta's servers send it.
    pub fn sign(&self, body: &[u8]) -> String {
        let tag = self.mac(body).finalize().into_bytes();
        let digits: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256={digits}")
    }

    /// Reports whether `tag` is the HMAC-SHA256 of `message` under this secret. Compares in constant time.
    pub fn verify_mac(&self, tag: &[u8], message: &[u8]) -> bool {
        self.mac(message).verify_slice(tag).is_ok()
    }

    /// Returns the bytes of the secret, as input for key derivation.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn mac(&self, message: &[u8]) -> Hmac<Sha256> {
        let mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC accepts a key of any length");
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
    fn verify_returns_the_position_of_the_matching_secret() {
        assert_eq!(secrets()[0].sign(BODY), SIGNED);
        assert_eq!(verify([SIGNED.as_bytes()], BODY, &secrets()), Ok(0));
        let by_new = secrets()[1].sign(BODY);
        assert_eq!(verify([by_new.as_bytes()], BODY, &secrets()), Ok(1));
        let upper = format!("sha256={}", SIGNED[7..].to_uppercase());
        assert_eq!(verify([upper.as_bytes()], BODY, &secrets()), Ok(0));
    }

    #[test]
    fn invalid_signatures_are_rejected_with_their_cause() {
        let cause = |value: &[u8]| verify([value], BODY, &secrets()).unwrap_err();
        assert_eq!(verify([], BODY, &secrets()), Err(SignatureError::Absent));
        assert_eq!(
            verify([SIGNED.as_bytes(), SIGNED.as_bytes()], BODY, &secrets()),
            Err(SignatureError::Repeated)
        );
        let joined = format!("{SIGNED},{SIGNED}");
        assert_eq!(cause(joined.as_bytes()), SignatureError::Repeated);
        for malformed in [
            &b""[..],
            b"sha256=",
            b"sha1=f7bc83f430538424b13298e6aa6fb143ef4d59a1",
            &SIGNED.as_bytes()[..SIGNED.len() - 1],
            format!("{SIGNED}0").as_bytes(),
            SIGNED.replace('f', "g").as_bytes(),
            SIGNED.replace("7b", "\u{e9}").as_bytes(),
        ] {
            assert_eq!(cause(malformed), SignatureError::Malformed);
        }
        assert_eq!(verify([SIGNED.as_bytes()], b"other", &secrets()), Err(SignatureError::Wrong));
        assert_eq!(verify([SIGNED.as_bytes()], BODY, &[]), Err(SignatureError::Wrong));
    }

    #[test]
    fn app_secret_is_not_empty_and_debug_redacts_it() {
        assert_eq!(AppSecret::new(" \n").unwrap_err(), EmptySecret);
        assert_eq!(AppSecret::from_bytes(b"").unwrap_err(), EmptySecret);
        assert_eq!(format!("{:?}", secrets()[0]), "AppSecret([redacted])");
    }
}
