//! A value that a component does not accept, and its place.

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

    /// The same, seen from the object that has it as the member `name`.
    pub fn in_member(self, name: &str) -> Self {
        Self { violation: self.violation.in_member(name), ..self }
    }

    /// The same, seen from the value that it is within.
    pub fn in_path(self, path: &[Box<str>]) -> Self {
        path.iter().rev().fold(self, |rejection, name| rejection.in_member(name))
    }

    /// The same, seen from the array that has it as this item.
    pub fn in_item(self, place: usize) -> Self {
        Self { violation: self.violation.in_item(place), ..self }
    }
}
