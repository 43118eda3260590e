//! The table of all cases: what each requires of an endpoint, and where Meta says so.
//!
//! EP, ERR, HLT, FJ, CHG and WH refer to Meta's pages *Implementing your Flow endpoint*, *Error codes*, *Health and
//! monitoring*, *Flow JSON*, *Changelog* and *Webhooks*. *Client* is what WhatsApp's own client does, *ours* is our
//! advice.

use super::report::Outcome;

/// A case of the probe.
#[derive(Debug, PartialEq, Eq)]
pub struct Case {
    pub check: Check,
    /// The stable id.
    pub id: &'static str,
    pub name: &'static str,
    /// The requirement, in one sentence.
    pub requires: &'static str,
    pub source: &'static str,
    /// The outcomes that an endpoint can have that does not meet the requirement.
    pub outcomes: &'static [Outcome],
}

/// The action of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    Reach,
    Signature,
    Open,
    Slashes,
    Ping,
    Encoding,
    Encryption,
    ContentType,
    Init,
    Back,
    Submit,
    Version,
    Notice,
    EmptyNotice,
    Unknown,
    Null,
    Large,
    WrongKey,
    Tampered,
    NotJson,
    WrongSignature,
    NoSignature,
    OddSignature,
    Repeat,
    Latency,
}

impl Check {
    /// Returns true if the case needs an answer of the flow, and not only of the health check.
    pub fn is_conversation(self) -> bool {
        match self {
            Self::Init | Self::Back | Self::Submit | Self::Version | Self::Notice => true,
            Self::EmptyNotice | Self::Null => true,
            Self::Reach | Self::Signature | Self::Open | Self::Slashes | Self::Ping => false,
            Self::Encoding | Self::Encryption | Self::ContentType | Self::Unknown => false,
            Self::Large | Self::WrongKey | Self::Tampered | Self::NotJson => false,
            Self::WrongSignature | Self::NoSignature | Self::OddSignature => false,
            Self::Repeat | Self::Latency => false,
        }
    }
}

const FAILED: &[Outcome] = &[Outcome::Failed];
const WARNING: &[Outcome] = &[Outcome::Warning];
const EITHER: &[Outcome] = &[Outcome::Failed, Outcome::Warning];

/// All cases, in the order in which they run.
pub static CASES: [Case; 25] = [
    Case {
        check: Check::Reach,
        id: "P01",
        name: "reachable",
        requires: "A POST to the URL gets a response of the endpoint itself, over HTTPS with a valid certificate, \
            without a redirect.",
        source: "EP, Set up an endpoint",
        outcomes: EITHER,
    },
    Case {
        check: Check::Signature,
        id: "P02",
        name: "signature",
        requires: "A request that is signed with the app secret is accepted; the signature covers the bytes of the \
            body as they arrive.",
        source: "EP, Request signature validation",
        outcomes: EITHER,
    },
    Case {
        check: Check::Open,
        id: "P03",
        name: "decryption",
        requires: "A request is decrypted: its AES key with RSA-OAEP, with SHA-256 for both hashes; its data with \
            AES-128-GCM, a vector of 16 bytes and the tag at the end.",
        source: "EP, Request decryption and encryption",
        outcomes: FAILED,
    },
    Case {
        check: Check::Slashes,
        id: "P04",
        name: "slashes",
        requires: "The slashes of base64 may be escaped in the JSON of the request, as `\\/`.",
        source: "EP, Implement encryption/decryption (sample request)",
        outcomes: FAILED,
    },
    Case {
        check: Check::Ping,
        id: "P05",
        name: "ping",
        requires: "A health check, which has a version and an action and no flow token, gets 200 and the status \
            `active`.",
        source: "EP, Health check request",
        outcomes: FAILED,
    },
    Case {
        check: Check::Encoding,
        id: "P06",
        name: "encoding",
        requires: "The body of a reply is base64 as plain text: no quotes, no JSON around it, no line breaks, no \
            compression.",
        source: "EP, Request decryption and encryption",
        outcomes: FAILED,
    },
    Case {
        check: Check::Encryption,
        id: "P07",
        name: "encryption",
        requires: "A reply is encrypted with AES-128-GCM under the key of the request and its vector with every bit \
            inverted, without additional data, with the tag of 16 bytes at the end.",
        source: "EP, Request decryption and encryption",
        outcomes: FAILED,
    },
    Case {
        check: Check::ContentType,
        id: "P08",
        name: "content type",
        requires: "The content type of a reply is text/plain.",
        source: "EP, Implement encryption/decryption (sample response); clients do not require it",
        outcomes: WARNING,
    },
    Case {
        check: Check::Init,
        id: "P09",
        name: "open",
        requires: "The request that opens a flow (INIT) gets a screen and its data.",
        source: "EP, Data exchange request",
        outcomes: FAILED,
    },
    Case {
        check: Check::Back,
        id: "P10",
        name: "back",
        requires: "The request for going back (BACK) gets a screen and its data, if a screen of the flow has \
            `refresh_on_back`.",
        source: "EP, Data exchange request",
        outcomes: FAILED,
    },
    Case {
        check: Check::Submit,
        id: "P11",
        name: "submit",
        requires: "A submitted screen (data_exchange) gets a screen and its data.",
        source: "EP, Data exchange request",
        outcomes: FAILED,
    },
    Case {
        check: Check::Version,
        id: "P12",
        name: "version 4.0",
        requires: "A request of data API 4.0, which has a `flow_token_signature`, is answered like one of 3.0.",
        source: "EP, Flow token signature; CHG",
        outcomes: FAILED,
    },
    Case {
        check: Check::Notice,
        id: "P13",
        name: "error notice",
        requires: "An error notification, which is recognized by `error` in its data, gets 200 and `acknowledged`: \
            true.",
        source: "EP, Error notification request",
        outcomes: EITHER,
    },
    Case {
        check: Check::EmptyNotice,
        id: "P14",
        name: "empty notice",
        requires: "An error notification is recognized by the presence of `error`, which may be empty; it has no \
            `flow_token_signature`.",
        source: "client",
        outcomes: WARNING,
    },
    Case {
        check: Check::Unknown,
        id: "P15",
        name: "new members",
        requires: "Unknown members of the body and of the request are ignored; Meta has added members before.",
        source: "CHG; ours",
        outcomes: FAILED,
    },
    Case {
        check: Check::Null,
        id: "P16",
        name: "null members",
        requires: "Members that may not be populated (screen, data) may be null as well.",
        source: "EP, Data exchange request; ours",
        outcomes: WARNING,
    },
    Case {
        check: Check::Large,
        id: "P17",
        name: "large body",
        requires: "A request with 256 KiB of data is answered.",
        source: "ours",
        outcomes: EITHER,
    },
    Case {
        check: Check::WrongKey,
        id: "P18",
        name: "other key",
        requires: "A request that is encrypted for another public key gets 421; clients then download the public \
            key again.",
        source: "ERR, Business endpoint error codes",
        outcomes: FAILED,
    },
    Case {
        check: Check::Tampered,
        id: "P19",
        name: "changed data",
        requires: "A request whose data does not match its tag gets 421.",
        source: "EP, Handling decryption errors; ERR",
        outcomes: FAILED,
    },
    Case {
        check: Check::NotJson,
        id: "P20",
        name: "not a request",
        requires: "A body that is not an encrypted request is refused, with 421 or another 4xx status.",
        source: "EP, Handling decryption errors; ours",
        outcomes: EITHER,
    },
    Case {
        check: Check::WrongSignature,
        id: "P21",
        name: "other secret",
        requires: "A request that is signed with another app secret gets 432.",
        source: "EP, Request signature validation; ERR",
        outcomes: EITHER,
    },
    Case {
        check: Check::NoSignature,
        id: "P22",
        name: "unsigned",
        requires: "A request without a signature gets 432.",
        source: "EP, Request signature validation; ERR",
        outcomes: EITHER,
    },
    Case {
        check: Check::OddSignature,
        id: "P23",
        name: "odd signature",
        requires: "A request whose signature is too short or not hexadecimal gets 432.",
        source: "EP, Request signature validation; ERR",
        outcomes: EITHER,
    },
    Case {
        check: Check::Repeat,
        id: "P24",
        name: "repeated",
        requires: "The same bytes sent again get the same reply or a refusal. Two replies under one key and vector \
            break AES-GCM.",
        source: "ours",
        outcomes: EITHER,
    },
    Case {
        check: Check::Latency,
        id: "P25",
        name: "latency",
        requires: "Nine of ten requests are answered within 1 s, and each within 10 s.",
        source: "HLT; WH, Endpoint latency; ERR",
        outcomes: EITHER,
    },
];
