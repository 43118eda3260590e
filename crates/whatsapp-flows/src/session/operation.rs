//! An operation of a `once` handler: its id, and one attempt at it.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::protocol::random;

/// Identifies an operation of a [`once`](crate::Flow::once) handler: 128 random bits.
///
/// All deliveries and attempts of one submission have the same id, and other submissions have other ids. Use it as the
/// idempotency key for a payment provider, or store it with a booking. It is displayed as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OperationId([u8; 16]);

/// One attempt at an operation, as its handler sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// 1, and more after an attempt whose outcome is unknown.
    pub number: u32,
    pub operation: OperationId,
    /// Earlier operations whose outcome is unknown, or whose users saw an error, oldest first.
    pub unresolved: Vec<OperationId>,
}

impl OperationId {
    /// Returns a new random id.
    pub fn random() -> Self {
        Self(random::bytes())
    }

    /// Makes an id from its bits.
    pub fn from_bytes(bits: [u8; 16]) -> Self {
        Self(bits)
    }

    /// Returns its bits.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl Attempt {
    /// The attempt of an ordinary handler, whose attempts are not counted.
    pub fn only(operation: OperationId) -> Self {
        Self { number: 1, operation, unresolved: Vec::new() }
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OperationId({self})")
    }
}

impl Serialize for OperationId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
