//! A value that a component does not accept, and its place.

use super::error::Fault;
use super::violation::Misfit;

/// A value that is not accepted.
#[derive(Debug)]
pub(crate) struct Refused<N> {
    pub misfit: Misfit,
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub fault: Fault,
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub at: N,
}

pub(crate) type Accepted<N> = Result<(), Refused<N>>;

pub fn ensure<N>(accepted: bool, at: N, fault: Fault) -> Accepted<N> {
    if accepted { Ok(()) } else { refuse(at, fault) }
}

pub fn judge<N>(at: N, judged: Result<(), Fault>) -> Accepted<N> {
    judged.map_err(|fault| Refused::new(at, fault))
}

pub fn refuse<N>(at: N, fault: Fault) -> Accepted<N> {
    Err(Refused::new(at, fault))
}

impl<N> Refused<N> {
    pub fn new(at: N, fault: Fault) -> Self {
        let misfit = Misfit { member: String::new(), expected: fault.expected() };
        Self { misfit, fault, at }
    }

    /// The same, seen from the object that has it as the member `name`.
    pub fn under(self, name: &str) -> Self {
        Self { misfit: self.misfit.under(name), ..self }
    }

    /// The same, seen from the value that it is within.
    pub fn within(self, path: &[Box<str>]) -> Self {
        path.iter().rev().fold(self, |refused, name| refused.under(name))
    }

    /// The same, seen from the array that has it as this item.
    pub fn item(self, place: usize) -> Self {
        Self { misfit: self.misfit.at(place), ..self }
    }
}
