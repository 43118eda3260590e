//! One operation of a `once` handler: its id, and one attempt at it.

use std::fmt;

use serde::{Serialize, Serializer};

/// Identifies an operation of a [`once`](crate::Flow::once) handler: 128 random bits.
///
/// Every delivery and every attempt of one submission has the same id, and another submission has
/// another, so it is the idempotency key to give to a payment provider or to write with a booking. It is
/// written as 32 hexadecimal digits.
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
    /// A new one.
    pub fn random() -> Self {
        let mut bits = [0; 16];
        aws_lc_rs::rand::fill(&mut bits).expect("the system gives random numbers");
        Self(bits)
    }

    /// The id with these bits.
    pub fn from_bytes(bits: [u8; 16]) -> Self {
        Self(bits)
    }

    /// Its bits.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl Attempt {
    /// The only attempt at something that may be repeated.
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
