//! The mistakes of replies: a code, the fact, and the cure of each.

/// A mistake of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    // The text of the body.
    Gzip,
    ByteOrderMark,
    LineBreakAtEnd,
    LineBreaks,
    Quoted,
    InJson,
    ProxyResponse,
    NotEncrypted,
    Base64Undone,
    Base64Url,
    NoPadding,
    Hex,
    Base64Twice,
    TagEncodedApart,
    CiphertextEncodedApart,
    PercentEncoded,
    OtherText,
    NotBase64,
    TooShort,
    TooLarge,
    // The encryption.
    Aes192,
    Aes256,
    IvNotInverted,
    IvPrefixed,
    IvAppended,
    IvTwelveBytes,
    IvTwelveBytesNotInverted,
    IvZero,
    TagMissing,
    TagFirst,
    TagShort,
    TagWrong,
    Cbc,
    Ecb,
    OtherKey,
    // The plaintext.
    PlaintextNotJson,
}

/// The part of a reply that a mistake is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    Encoding,
    Encryption,
    Plaintext,
}

impl Mistake {
    /// All mistakes, from the outside in.
    pub const ALL: [Self; 36] = [
        Self::Gzip,
        Self::ByteOrderMark,
        Self::LineBreakAtEnd,
        Self::LineBreaks,
        Self::Quoted,
        Self::InJson,
        Self::ProxyResponse,
        Self::NotEncrypted,
        Self::Base64Undone,
        Self::Base64Url,
        Self::NoPadding,
        Self::Hex,
        Self::Base64Twice,
        Self::TagEncodedApart,
        Self::CiphertextEncodedApart,
        Self::PercentEncoded,
        Self::OtherText,
        Self::NotBase64,
        Self::TooShort,
        Self::TooLarge,
        Self::Aes192,
        Self::Aes256,
        Self::IvNotInverted,
        Self::IvPrefixed,
        Self::IvAppended,
        Self::IvTwelveBytes,
        Self::IvTwelveBytesNotInverted,
        Self::IvZero,
        Self::TagMissing,
        Self::TagFirst,
        Self::TagShort,
        Self::TagWrong,
        Self::Cbc,
        Self::Ecb,
        Self::OtherKey,
        Self::PlaintextNotJson,
    ];

    /// The stable name for programs.
    pub fn code(self) -> &'static str {
        self.entry().1
    }

    /// The part of the reply.
    pub fn layer(self) -> Layer {
        self.entry().0
    }

    /// The fact, a sentence about the reply.
    pub fn fact(self) -> &'static str {
        self.entry().2
    }

    /// The cure, as a sentence in the imperative.
    pub fn cure(self) -> &'static str {
        self.entry().3
    }

    #[rustfmt::skip]
    fn entry(self) -> (Layer, &'static str, &'static str, &'static str) {
        use Layer::{Encoding, Encryption, Plaintext};
        match self {
            Self::Gzip => (Encoding, "gzip",
                "the reply is compressed",
                "turn off compression for this path, in the program and in the proxy in front of it"),
            Self::ByteOrderMark => (Encoding, "byte-order-mark",
                "the reply starts with a byte order mark",
                "write the text as UTF-8 without a byte order mark"),
            Self::LineBreakAtEnd => (Encoding, "line-break-at-end",
                "the reply starts or ends with a line break or a space",
                "remove everything around the base64 text; print and println add a line break, and PHP sends those \
                 outside <?php and ?>"),
            Self::LineBreaks => (Encoding, "line-breaks",
                "the base64 of the reply contains line breaks or spaces",
                "use an encoder that does not wrap lines (MIME encoders do)"),
            Self::Quoted => (Encoding, "quoted",
                "the reply is in quotes",
                "send it as plain text, not as JSON: a JSON encoder puts quotes around a string (Python: decode the \
                 bytes, whose str() is b'…')"),
            Self::InJson => (Encoding, "in-json",
                "the reply is JSON that contains the encrypted text",
                "send only the encrypted text as the body"),
            Self::ProxyResponse => (Encoding, "proxy-response",
                "the reply is the JSON of a Lambda proxy response, with `statusCode` and `body`",
                "use a Lambda proxy integration in the gateway; outside Lambda send only the encrypted text"),
            Self::NotEncrypted => (Encoding, "not-encrypted",
                "the reply is JSON that is not encrypted",
                "encrypt the JSON text, and send the base64 of ciphertext and tag"),
            Self::Base64Undone => (Encoding, "base64-undone",
                "the reply is the bytes of ciphertext and tag, not their base64",
                "return isBase64Encoded: false to the gateway, which otherwise decodes the body; or encode the bytes"),
            Self::Base64Url => (Encoding, "base64-url",
                "the base64 of the reply has the alphabet for URLs (`-` and `_`)",
                "use the standard alphabet (`+` and `/`)"),
            Self::NoPadding => (Encoding, "no-padding",
                "the base64 of the reply has no padding (`=`)",
                "keep the `=` at the end"),
            Self::Hex => (Encoding, "hex",
                "the reply is hexadecimal",
                "encode the bytes with base64"),
            Self::Base64Twice => (Encoding, "base64-twice",
                "the reply is encoded with base64 twice",
                "encode once; many libraries return base64 already"),
            Self::TagEncodedApart => (Encoding, "tag-encoded-apart",
                "the ciphertext and the tag of the reply are encoded with base64 one by one",
                "append the tag to the ciphertext first, and encode the result"),
            Self::CiphertextEncodedApart => (Encoding, "ciphertext-encoded-apart",
                "the ciphertext of the reply is encoded with base64 before the tag is appended, and again afterwards",
                "append the tag to the bytes of the ciphertext (in PHP pass OPENSSL_RAW_DATA), and encode once"),
            Self::PercentEncoded => (Encoding, "percent-encoded",
                "the base64 of the reply is percent-encoded, as in a URL",
                "send the base64 text unchanged"),
            Self::OtherText => (Encoding, "other-text",
                "the reply has other text beside its base64",
                "send nothing else; in PHP set display_errors to 0, so that warnings are only logged"),
            Self::NotBase64 => (Encoding, "not-base64",
                "the reply is not bare base64",
                "send the base64 of ciphertext and tag as plain text, and nothing else"),
            Self::TooShort => (Encoding, "too-short",
                "the reply is shorter than the tag, which has 16 bytes",
                "send the base64 of ciphertext and tag"),
            Self::TooLarge => (Encoding, "too-large",
                "the reply is larger than 1 MiB and does not open",
                "send at most 1 MB, as the base64 of ciphertext and tag"),
            Self::Aes192 => (Encryption, "aes-192",
                "the reply was encrypted with AES-192",
                "use AES-128 with the 16 bytes of the key of the request"),
            Self::Aes256 => (Encryption, "aes-256",
                "the reply was encrypted with AES-256, whose key was made from the 16 bytes of the request",
                "use AES-128 with the 16 bytes of the key of the request"),
            Self::IvNotInverted => (Encryption, "iv-not-inverted",
                "the reply was encrypted under the initialization vector of the request, which is not inverted",
                "invert every bit of the vector (XOR each byte with 0xFF) before you encrypt the reply"),
            Self::IvPrefixed => (Encryption, "iv-prefixed",
                "the reply starts with an initialization vector",
                "send only ciphertext and tag; the vector is the one of the request with every bit inverted"),
            Self::IvAppended => (Encryption, "iv-appended",
                "the reply ends with an initialization vector",
                "send only ciphertext and tag; the vector is the one of the request with every bit inverted"),
            Self::IvTwelveBytes => (Encryption, "iv-12-bytes",
                "the reply was encrypted under 12 bytes of the inverted initialization vector",
                "use all 16 bytes of the vector"),
            Self::IvTwelveBytesNotInverted => (Encryption, "iv-12-bytes-not-inverted",
                "the reply was encrypted under 12 bytes of the initialization vector of the request, not inverted",
                "use all 16 bytes of the vector, with every bit inverted"),
            Self::IvZero => (Encryption, "iv-zero",
                "the reply was encrypted under an initialization vector of zeros",
                "use the vector of the request with every bit inverted"),
            Self::TagMissing => (Encryption, "tag-missing",
                "the authentication tag of the reply is missing",
                "append the 16 bytes of the tag to the ciphertext (Node: getAuthTag, Python: encryptor.tag, PHP: the \
                 argument $tag of openssl_encrypt)"),
            Self::TagFirst => (Encryption, "tag-first",
                "the authentication tag of the reply is before the ciphertext",
                "append the 16 bytes of the tag to the ciphertext"),
            Self::TagShort => (Encryption, "tag-short",
                "the authentication tag of the reply is shorter than 16 bytes",
                "set the length of the tag to 16 bytes (128 bits)"),
            Self::TagWrong => (Encryption, "tag-wrong",
                "the authentication tag of the reply is wrong, although the ciphertext is right",
                "encrypt without additional authenticated data (AAD), and take the tag after the last byte"),
            Self::Cbc => (Encryption, "cbc",
                "the reply was encrypted with AES in CBC mode",
                "use GCM (AES-128-GCM)"),
            Self::Ecb => (Encryption, "ecb",
                "the reply was encrypted with AES in ECB mode",
                "use GCM (AES-128-GCM)"),
            Self::OtherKey => (Encryption, "other-key",
                "the reply was encrypted with another key or initialization vector, or changed afterwards",
                "encrypt with the AES key of this request, under its vector with every bit inverted"),
            Self::PlaintextNotJson => (Plaintext, "plaintext-not-json",
                "the decrypted reply is not JSON",
                "encrypt the UTF-8 text of a JSON object"),
        }
    }
}
