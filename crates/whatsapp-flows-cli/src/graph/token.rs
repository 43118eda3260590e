//! The access token and the app token, which are never printed.

use std::fmt;
use std::path::Path;

use whatsapp_flows::protocol::app_secret;
use zeroize::Zeroizing;

use super::AppId;
use crate::{Error, files};

/// The environment variable with the access token.
pub const TOKEN_VARIABLE: &str = "WHATSAPP_TOKEN";

/// An access token. `Debug` does not show it, and it is zeroized when dropped.
#[derive(Clone)]
pub struct AccessToken(Zeroizing<String>);

/// The token with which an app proves itself: its id and its secret. `Debug` does not show the secret.
#[derive(Clone)]
pub struct AppToken {
    app: AppId,
    secret: Zeroizing<String>,
}

impl AccessToken {
    /// Reads the token from a file, or else from the environment.
    ///
    /// # Errors
    ///
    /// If there is none, or if it has characters that no token has.
    pub fn read(file: Option<&Path>) -> Result<Self, Error> {
        let (text, source) = match file {
            Some(path) => (files::read_text(path)?, path.display().to_string()),
            None => {
                let text = std::env::var(TOKEN_VARIABLE).map_err(|_| {
                    format!(
                        "no access token; set {TOKEN_VARIABLE}, or name a file with --token-file"
                    )
                })?;
                (text, TOKEN_VARIABLE.to_owned())
            }
        };
        let text = Zeroizing::new(text);
        Self::new(text.as_str()).map_err(|error| format!("{source}: {error}").into())
    }

    /// Takes the text of a token. White space around it and the word `Bearer` are removed.
    ///
    /// # Errors
    ///
    /// If it is empty, or if it has characters that no token has.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
        if text.is_empty() {
            return Err("the access token is empty".into());
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("this is not an access token; it has spaces or line breaks".into());
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the header of a call.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl AppToken {
    /// Joins an app and its secret. Quotes, white space and `NAME=` around the secret are removed.
    ///
    /// # Errors
    ///
    /// If the secret is empty.
    pub fn new(app: AppId, secret: &str) -> Result<Self, Error> {
        let secret = app_secret::parse(secret).unwrap_or(secret.trim());
        if secret.is_empty() {
            return Err("the app secret is empty".into());
        }
        Ok(Self { app, secret: Zeroizing::new(secret.to_owned()) })
    }

    /// The app.
    pub fn app(&self) -> &AppId {
        &self.app
    }

    /// `APPID|SECRET`, for the header of a call.
    pub(super) fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}|{}", self.app, self.secret.as_str()))
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken([redacted])")
    }
}

impl fmt::Debug for AppToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AppToken({}, [redacted])", self.app.short())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_cleaned_and_never_shown() {
        let token = AccessToken::new(" Bearer EAAabc\n").unwrap();
        assert_eq!(
            (token.expose(), format!("{token:?}")),
            ("EAAabc", "AccessToken([redacted])".into())
        );
        assert!(AccessToken::new(" \n").is_err());
        let error = AccessToken::new("EAAabc EAAdef").unwrap_err();
        assert!(!error.contains("EAA"), "{error}");
        let app = AppToken::new(AppId::new("400000000000004").unwrap(), "s3cret\n").unwrap();
        assert_eq!(*app.expose(), "400000000000004|s3cret");
        assert_eq!(format!("{app:?}"), "AppToken(…0004, [redacted])");
    }
}
