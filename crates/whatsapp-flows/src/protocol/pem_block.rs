//! Parsing of one block from PEM text (RFC 7468, RFC 1421).
//!
//! Environment variables, secret stores and editors change text of several lines. The parser silently undoes CRLF,
//! literal `\n` (escaped once or more), quotes, indentation, joined lines, UTF-16, base64 of the whole file, and
//! accepts the base64 of the key without BEGIN and END lines.

use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, Engine};
use zeroize::Zeroizing;

use super::der::{Der, DerKind};
use super::hex;
use super::pem_encryption::DekInfo;
use super::private_key_error::{PemLabel, PrivateKeyError};
use super::text_encoding;

/// Standard base64 with optional padding, because padding is often lost.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

const BEGIN: &str = "-----BEGIN ";

/// One PEM block: a key, a certificate or something else.
pub(super) struct PemBlock {
    /// The label of the BEGIN line; absent for base64 or DER without one.
    pub label: Option<String>,
    /// The cipher and IV, if the bytes are encrypted as in RFC 1421.
    pub dek_info: Option<DekInfo>,
    pub der: Der,
}

impl PemBlock {
    /// Parses the bytes of a file, which are PEM or DER.
    pub fn from_bytes(file: &[u8]) -> Result<Self, PrivateKeyError> {
        if DerKind::detect(file).is_some() {
            return Ok(Self::unlabeled(Zeroizing::new(file.to_vec())));
        }
        Self::from_text(&text_encoding::decode(file).map_err(|_| PrivateKeyError::InvalidEncoding)?)
    }

    /// Parses a text. Of several blocks, returns the first private key, or the first block if there is none: pasted
    /// text may contain a certificate, or the parameters of an EC key, before the key.
    pub fn from_text(text: &str) -> Result<Self, PrivateKeyError> {
        let text = normalize(text);
        if text.is_empty() {
            return Err(PrivateKeyError::Empty);
        }
        if text.contains(BEGIN) {
            return Self::select(&text);
        }
        let bytes = base64(&text).map_err(|_| PrivateKeyError::NotPem)?;
        if DerKind::detect(&bytes).is_some() {
            return Ok(Self::unlabeled(bytes));
        }
        // Base64 of the whole file.
        let text = normalize(&text_encoding::decode(&bytes).map_err(|_| PrivateKeyError::NotPem)?);
        if !text.contains(BEGIN) {
            return Err(PrivateKeyError::NotPem);
        }
        Self::select(&text)
    }

    fn unlabeled(der: Der) -> Self {
        Self { label: None, dek_info: None, der }
    }

    fn select(text: &str) -> Result<Self, PrivateKeyError> {
        let first = RawBlock::parse(text)?;
        if first.label.ends_with("PRIVATE KEY") {
            return first.decode();
        }
        let others = text.match_indices(BEGIN).skip(1);
        let mut others = others.filter_map(|(at, _)| RawBlock::parse(&text[at..]).ok());
        others.find(|block| block.label.ends_with("PRIVATE KEY")).unwrap_or(first).decode()
    }
}

/// The label of a block, and the text between its BEGIN and END lines.
struct RawBlock<'a> {
    label: &'a str,
    body: &'a str,
}

impl<'a> RawBlock<'a> {
    fn parse(text: &'a str) -> Result<Self, PrivateKeyError> {
        let (_, rest) = text.split_once(BEGIN).ok_or(PrivateKeyError::NotPem)?;
        let (label, rest) = rest.split_once("-----").ok_or(PrivateKeyError::Damaged)?;
        let end = format!("-----END {label}-----");
        let (body, _) = rest.split_once(&end).ok_or_else(|| damaged_error(label))?;
        Ok(Self { label, body })
    }

    fn decode(self) -> Result<PemBlock, PrivateKeyError> {
        let label = Some(self.label.to_owned());
        // Blocks with other labels are not decoded.
        if !self.label.ends_with("PRIVATE KEY") && !self.label.ends_with("PUBLIC KEY") {
            return Ok(PemBlock { label, ..PemBlock::unlabeled(Der::default()) });
        }
        if let Some((_, rest)) = self.body.split_once("DEK-Info:") {
            let (dek_info, rest) = DekInfo::parse(rest)?;
            let der = base64(rest).map_err(|_| PrivateKeyError::Damaged)?;
            return Ok(PemBlock { label, dek_info: Some(dek_info), der });
        }
        if self.body.contains("Proc-Type:") {
            return Err(PrivateKeyError::UnsupportedEncryption);
        }
        // Other headers do not describe the key.
        let mut lines = Zeroizing::new(String::with_capacity(self.body.len()));
        lines.extend(self.body.lines().filter(|line| !line.contains(':')));
        let der = base64(&lines).map_err(|_| damaged_error(self.label))?;
        Ok(PemBlock { label, dek_info: None, der })
    }
}

/// Returns the error for a damaged block, which for a public key is its label.
fn damaged_error(label: &str) -> PrivateKeyError {
    match label.ends_with("PUBLIC KEY") {
        true => PrivateKeyError::UnexpectedLabel(PemLabel::PublicKey),
        false => PrivateKeyError::Damaged,
    }
}

impl DekInfo {
    /// Parses the cipher and the IV, and returns the base64 after them. Line breaks may be missing, so the length of
    /// the IV follows from the cipher, not from the line.
    fn parse(text: &str) -> Result<(Self, &str), PrivateKeyError> {
        let (cipher, rest) = text.split_once(',').ok_or(PrivateKeyError::UnsupportedEncryption)?;
        let cipher = cipher.trim();
        let digits = match cipher {
            "DES-EDE3-CBC" => 16,
            "AES-128-CBC" | "AES-192-CBC" | "AES-256-CBC" => 32,
            _ => return Err(PrivateKeyError::UnsupportedEncryption),
        };
        let (iv, rest) =
            rest.trim_start().split_at_checked(digits).ok_or(PrivateKeyError::Damaged)?;
        let iv = hex::decode(iv.as_bytes()).ok_or(PrivateKeyError::Damaged)?;
        Ok((Self { cipher: cipher.to_owned(), iv }, rest))
    }
}

fn base64(text: &str) -> Result<Der, base64::DecodeError> {
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    digits.extend(text.chars().filter(|c| !c.is_whitespace()));
    BASE64.decode(digits.as_bytes()).map(Zeroizing::new)
}

/// Undoes the changes that environments make to text of several lines. PEM contains no backslashes, so one or more
/// of them are an escape sequence, however often it was escaped.
fn normalize(text: &str) -> Zeroizing<String> {
    let mut normalized = Zeroizing::new(String::with_capacity(text.len()));
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if char != '\\' {
            // NUL characters come from UTF-16 that was decoded as another encoding.
            normalized.extend((char != '\0').then_some(char));
            continue;
        }
        while chars.next_if_eq(&'\\').is_some() {}
        match chars.next_if(|c| matches!(c, 'n' | 'r' | 't')) {
            Some('n') => normalized.push('\n'),
            Some(_) => normalized.push(' '),
            None => {}
        }
    }
    let is_wrapping = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\u{feff}');
    Zeroizing::new(normalized.trim_matches(is_wrapping).to_owned())
}
