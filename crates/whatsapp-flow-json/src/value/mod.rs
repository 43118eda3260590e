//! The rules for values, which are the same for replies, for examples, and for literals in a
//! document.

mod error;
mod format;
mod id_hasher;
mod property;
mod rejection;
mod restriction;
mod scalar;
mod state;
mod violation;

pub(crate) use error::ValueError;
pub(crate) use format::is_blank;
#[cfg(feature = "lint")]
pub(crate) use format::{check_image, is_color, is_day};
pub(crate) use property::{check_value, list_matches};
pub(crate) use rejection::Rejection;
pub(crate) use restriction::is_restricted;
pub(crate) use scalar::check_count;
pub(crate) use state::{CalendarMode, ComponentState};
pub(crate) use violation::Violation;
