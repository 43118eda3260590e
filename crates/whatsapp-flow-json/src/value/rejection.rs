//! A value that a component does not accept, and its position.

use super::error::ValueError;
use super::violation::Violation;

/// A value that is not accepted.
#[derive(Debug)]
pub(crate) struct Rejection<N> {
    pub violation: Violation,
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub error: ValueError,
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub at: N,
}

pub(crate) type AcceptResult<N> = Result<(), Rejection<N>>;

pub fn ensure<N>(accepted: bool, at: N, error: ValueError) -> AcceptResult<N> {
    if accepted { Ok(()) } else { reject(at, error) }
}

pub fn reject_at<N>(at: N, result: Result<(), ValueError>) -> AcceptResult<N> {
    result.map_err(|error| Rejection::new(at, error))
}

pub fn reject<N>(at: N, error: ValueError) -> AcceptResult<N> {
    Err(Rejection::new(at, error))
}

impl<N> Rejection<N> {
    pub fn new(at: N, error: ValueError) -> Self {
        let violation = Violation { member: String::new(), expected: error.expected() };
        Self { violation, error, at }
    }

    /// Prefixes the path with a member of the enclosing object.
    pub fn in_member(self, name: &str) -> Self {
        Self { violation: self.violation.in_member(name), ..self }
    }

    /// Prefixes the path with the path of the enclosing value.
    pub fn in_path(self, path: &[Box<str>]) -> Self {
        path.iter().rev().fold(self, |rejection, name| rejection.in_member(name))
    }

    /// Prefixes the path with an index of the enclosing array.
    pub fn in_item(self, place: usize) -> Self {
        Self { violation: self.violation.in_item(place), ..self }
    }
}
