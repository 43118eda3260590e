//! PEM text (RFC 7468, RFC 1421) as environments, stores and editors leave it: one block of it out.
//!
//! Repaired silently is what they do to a text of several lines: CRLF, literal `\n` (escaped once or more),
//! quotes, indentation, lines run together, UTF-16, base64 of the whole file, the base64 of the key alone.

use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, Engine};
use zeroize::Zeroizing;

use super::der::{Contents, Der};
use super::hex;
use super::key_error::{KeyError, Label};
use super::pem_encryption::DekInfo;
use super::text;

/// The padding is among what gets lost.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

const BEGIN: &str = "-----BEGIN ";

/// One key, certificate or other thing.
pub(super) struct Block {
    /// Of its BEGIN line; absent where base64 or DER stands alone.
    pub label: Option<String>,
    /// Cipher and IV, if the bytes are encrypted as RFC 1421 has it.
    pub dek_info: Option<DekInfo>,
    pub der: Der,
}

impl Block {
    /// The block in a file's bytes, which are PEM or DER.
    pub fn in_file(file: &[u8]) -> Result<Self, KeyError> {
        if Contents::of(file).is_some() {
            return Ok(Self::alone(Zeroizing::new(file.to_vec())));
        }
        Self::in_text(&text::decode(file).map_err(|_| KeyError::NotText)?)
    }

    /// The block in a text; of several, the first one whose label ends so, or else the first one. What
    /// people paste may hold a certificate, or the parameters of an EC key, before the key.
    pub fn in_text(text: &str) -> Result<Self, KeyError> {
        let text = repaired(text);
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        if text.contains(BEGIN) {
            return Self::chosen(&text);
        }
        let bytes = base64(&text).map_err(|_| KeyError::NotPem)?;
        if Contents::of(&bytes).is_some() {
            return Ok(Self::alone(bytes));
        }
        // A whole file as base64.
        let text = repaired(&text::decode(&bytes).map_err(|_| KeyError::NotPem)?);
        if !text.contains(BEGIN) {
            return Err(KeyError::NotPem);
        }
        Self::chosen(&text)
    }

    fn alone(der: Der) -> Self {
        Self { label: None, dek_info: None, der }
    }

    fn chosen(text: &str) -> Result<Self, KeyError> {
        let first = Lines::read(text)?;
        if first.label.ends_with("PRIVATE KEY") {
            return first.block();
        }
        let others = text.match_indices(BEGIN).skip(1);
        let mut others = others.filter_map(|(at, _)| Lines::read(&text[at..]).ok());
        others.find(|block| block.label.ends_with("PRIVATE KEY")).unwrap_or(first).block()
    }
}

/// A block's text between BEGIN and END.
struct Lines<'a> {
    label: &'a str,
    body: &'a str,
}

impl<'a> Lines<'a> {
    fn read(text: &'a str) -> Result<Self, KeyError> {
        let (_, rest) = text.split_once(BEGIN).ok_or(KeyError::NotPem)?;
        let (label, rest) = rest.split_once("-----").ok_or(KeyError::Damaged)?;
        let end = format!("-----END {label}-----");
        let (body, _) = rest.split_once(&end).ok_or_else(|| damaged(label))?;
        Ok(Self { label, body })
    }

    fn block(self) -> Result<Block, KeyError> {
        let label = Some(self.label.to_owned());
        // The bytes of another label's block are nobody's business.
        if !self.label.ends_with("PRIVATE KEY") && !self.label.ends_with("PUBLIC KEY") {
            return Ok(Block { label, ..Block::alone(Der::default()) });
        }
        if let Some((_, rest)) = self.body.split_once("DEK-Info:") {
            let (dek_info, rest) = DekInfo::read(rest)?;
            let der = base64(rest).map_err(|_| KeyError::Damaged)?;
            return Ok(Block { label, dek_info: Some(dek_info), der });
        }
        if self.body.contains("Proc-Type:") {
            return Err(KeyError::Encryption);
        }
        // Other headers say nothing about the key.
        let mut lines = Zeroizing::new(String::with_capacity(self.body.len()));
        lines.extend(self.body.lines().filter(|line| !line.contains(':')));
        let der = base64(&lines).map_err(|_| damaged(self.label))?;
        Ok(Block { label, dek_info: None, der })
    }
}

/// A block that is broken is still one of a public key, and not a broken private key.
fn damaged(label: &str) -> KeyError {
    match label.ends_with("PUBLIC KEY") {
        true => KeyError::Label(Label::PublicKey),
        false => KeyError::Damaged,
    }
}

impl DekInfo {
    /// Reads cipher and IV; the rest is the base64. Line ends may be lost, even to nothing, so the IV's
    /// length is the cipher's, and not that of the line.
    fn read(text: &str) -> Result<(Self, &str), KeyError> {
        let (cipher, rest) = text.split_once(',').ok_or(KeyError::Encryption)?;
        let cipher = cipher.trim();
        let digits = match cipher {
            "DES-EDE3-CBC" => 16,
            "AES-128-CBC" | "AES-192-CBC" | "AES-256-CBC" => 32,
            _ => return Err(KeyError::Encryption),
        };
        let (iv, rest) = rest.trim_start().split_at_checked(digits).ok_or(KeyError::Damaged)?;
        let iv = hex::decode(iv.as_bytes()).ok_or(KeyError::Damaged)?;
        Ok((Self { cipher: cipher.to_owned(), iv }, rest))
    }
}

fn base64(text: &str) -> Result<Der, base64::DecodeError> {
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    digits.extend(text.chars().filter(|c| !c.is_whitespace()));
    BASE64.decode(digits.as_bytes()).map(Zeroizing::new)
}

/// Undoes what environments do to a text of several lines. A backslash has no place in PEM, so one or
/// several stand for what was escaped, however often.
fn repaired(text: &str) -> Zeroizing<String> {
    let mut repaired = Zeroizing::new(String::with_capacity(text.len()));
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if char != '\\' {
            // Zeros are left of a UTF-16 that was read as something else.
            repaired.extend((char != '\0').then_some(char));
            continue;
        }
        while chars.next_if_eq(&'\\').is_some() {}
        match chars.next_if(|c| matches!(c, 'n' | 'r' | 't')) {
            Some('n') => repaired.push('\n'),
            Some(_) => repaired.push(' '),
            None => {}
        }
    }
    let around = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\u{feff}');
    Zeroizing::new(repaired.trim_matches(around).to_owned())
}
