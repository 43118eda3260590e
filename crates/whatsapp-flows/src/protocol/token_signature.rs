//! The flow token signature (`flow_token_signature`): a JSON Web Token (RFC 7519) in which Meta signs the flow token
//! with the app secret (EP, *Flow token signature*). Sent from Flow JSON 7.3 and data API 4.0 on.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use serde::Deserialize;

use super::signature::AppSecret;
use super::token::FlowToken;

/// An error for a signature that is not valid for the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTokenSignature;

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    flow_token: String,
}

/// Verifies that the token was signed with one of the app secrets.
///
/// The algorithm must be HS256. Expiry is not checked: Meta documents none, and a message can be opened long after it
/// was sent. Unknown claims are ignored.
///
/// # Errors
///
/// If the JWT is malformed, has another algorithm, or was made for another token or with another secret.
pub fn verify(
    jwt: &str,
    token: &FlowToken,
    secrets: &[AppSecret],
) -> Result<(), InvalidTokenSignature> {
    let (signed, tag) = jwt.rsplit_once('.').ok_or(InvalidTokenSignature)?;
    let (header, claims) = signed.split_once('.').ok_or(InvalidTokenSignature)?;
    let tag = decode(tag)?;
    let verified = secrets.iter().any(|secret| secret.verify_mac(&tag, signed.as_bytes()));
    let header: Header = parse(header)?;
    let claims: Claims = parse(claims)?;
    if verified && header.alg == "HS256" && claims.flow_token == token.as_str() {
        Ok(())
    } else {
        Err(InvalidTokenSignature)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, InvalidTokenSignature> {
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| InvalidTokenSignature)
}

fn parse<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, InvalidTokenSignature> {
    serde_json::from_slice(&decode(part)?).map_err(|_| InvalidTokenSignature)
}

#[cfg(test)]
mod tests {
    use super::*;

    // In the form of RFC 7515, appendix A.1; made with Node's crypto: key "app-secret", claims {"flow_token":"T"}.
    const BY_NODE: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJmbG93X3Rva2VuIjoiVCJ9.\
                           ZR4ZZkn8wEgWWtQkfHhCbnoIbTJKyZQzTaPFrBdPi0o";

    fn check(jwt: &str, token: &str) -> Result<(), InvalidTokenSignature> {
        let secrets = ["new", "app-secret"].map(|secret| AppSecret::new(secret).unwrap());
        verify(jwt, &FlowToken::new(token).unwrap(), &secrets)
    }

    fn sign(header: &str, claims: &str) -> String {
        let encode = |part: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(part);
        let signed = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
        let hex = AppSecret::new("app-secret").unwrap().sign(signed.as_bytes());
        let tag: Vec<u8> = (7..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect();
        format!("{signed}.{}", encode(&tag))
    }

    #[test]
    fn jwt_from_another_implementation_is_accepted() {
        assert_eq!(check(BY_NODE, "T"), Ok(()));
    }

    #[test]
    fn jwt_requires_hs256_and_this_token_and_secret() {
        let good = sign(r#"{"alg":"HS256"}"#, r#"{"flow_token":"T","iat":1}"#);
        assert_eq!(check(&good, "T"), Ok(()));
        assert_eq!(check(&good, "U"), Err(InvalidTokenSignature));
        for bad in [
            sign(r#"{"alg":"none"}"#, r#"{"flow_token":"T"}"#),
            sign(r#"{"alg":"HS512"}"#, r#"{"flow_token":"T"}"#),
            sign(r#"{}"#, r#"{"flow_token":"T"}"#),
            sign(r#"{"alg":"HS256"}"#, r#"{"sub":"T"}"#),
            sign("no json", "no json"),
            format!("{good}A"),
            format!("{good}."),
            good.replace('.', ""),
            good.rsplit_once('.').unwrap().0.to_string() + ".",
            String::new(),
            "..".to_string(),
        ] {
            assert_eq!(check(&bad, "T"), Err(InvalidTokenSignature), "{bad}");
        }
    }
}
