//! The clock of this machine.

use std::time::{SystemTime, UNIX_EPOCH};

/// The current time, in seconds since the epoch.
pub(crate) fn epoch_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
