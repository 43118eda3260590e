//! The texts of a message, with their lengths.

use clap::Args;

use crate::Error;

/// The texts of a message.
#[derive(Args)]
pub struct TextArgs {
    /// Text of the button
    #[arg(long, value_name = "TEXT", default_value = "Open")]
    pub cta: String,
    /// Text of the message
    #[arg(long, value_name = "TEXT", default_value = "A flow to try")]
    pub body: String,
    /// Text above the body
    #[arg(long, value_name = "TEXT")]
    pub header: Option<String>,
    /// Text below the body
    #[arg(long, value_name = "TEXT")]
    pub footer: Option<String>,
}

impl TextArgs {
    /// Refuses what Meta refuses, and warns of what some clients cut off.
    pub fn check(&self) -> Result<(), Error> {
        let limits = [
            ("--cta", Some(&self.cta), CTA),
            ("--body", Some(&self.body), BODY),
            ("--header", self.header.as_ref(), HEADER),
            ("--footer", self.footer.as_ref(), FOOTER),
        ];
        for (argument, text, limit) in limits {
            let Some(text) = text else { continue };
            let length = text.chars().count();
            if text.trim().is_empty() {
                return Err(format!("`{argument}` is empty").into());
            }
            if length > limit {
                return Err(
                    format!("`{argument}` has {length} characters; {limit} are allowed").into()
                );
            }
        }
        let length = self.cta.chars().count();
        if length > USUAL_CTA {
            eprintln!("warning: `--cta` has {length} characters; older clients show {USUAL_CTA}");
        }
        Ok(())
    }
}

/// The limits in characters, of Meta's API description.
const CTA: usize = 30;
const BODY: usize = 1024;
const HEADER: usize = 60;
const FOOTER: usize = 60;
/// The limit of the button in Meta's older pages.
const USUAL_CTA: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_limits() {
        let texts = |cta: usize, body: usize| TextArgs {
            cta: "é".repeat(cta),
            body: "b".repeat(body),
            header: None,
            footer: None,
        };
        assert!(texts(30, 1024).check().is_ok());
        for wrong in [texts(31, 1), texts(1, 1025), texts(0, 1), texts(1, 0)] {
            assert!(wrong.check().is_err());
        }
        let header = Some("h".repeat(61));
        let error = TextArgs { header, ..texts(1, 1) }.check().unwrap_err().to_string();
        assert_eq!(error, "`--header` has 61 characters; 60 are allowed");
    }
}
