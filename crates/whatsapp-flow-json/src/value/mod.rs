//! The rules for values, the same for replies, for examples, and for values that are written in a document.

mod error;
mod format;
mod id_hasher;
mod property;
mod rejection;
mod scalar;
mod state;
mod violation;

pub(crate) use error::Fault;
pub(crate) use format::is_blank;
#[cfg(feature = "lint")]
pub(crate) use format::{image, is_color, is_day};
pub(crate) use property::{accepts, has_rules, list_fits};
pub(crate) use rejection::Refused;
pub(crate) use scalar::counted;
pub(crate) use state::{Mode, Setting};
pub(crate) use violation::Misfit;
