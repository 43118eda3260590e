//! A clock that also counts the time in which the process is frozen.
//!
//! A monotonic clock may not advance while Lambda freezes the process, so ages are measured with the wall clock, which
//! may be set back.

use std::sync::{Mutex, PoisonError};

use crate::clock::epoch_seconds;

/// A counter of the seconds that pass on the wall clock. If the clock is set back, the count does not decrease, and the
/// step is recorded, because ages are then unknown.
pub(super) struct WallClock {
    /// Returns seconds since the Unix epoch.
    read: Box<dyn Fn() -> u64 + Send + Sync>,
    last: Mutex<LastReading>,
}

/// The last reading of the clock.
struct LastReading {
    /// Seconds since the Unix epoch.
    epoch_seconds: u64,
    moment: Moment,
}

/// A point in time, comparable with others of the same clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Seconds since the clock was created, without steps back.
    seconds: u64,
    /// The number of times that the clock was set back.
    steps_back: u64,
}

impl WallClock {
    /// Creates a clock from a function that returns seconds since the Unix epoch.
    pub fn new(read: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        let last =
            LastReading { epoch_seconds: read(), moment: Moment { seconds: 0, steps_back: 0 } };
        Self { read: Box::new(read), last: Mutex::new(last) }
    }

    /// Reads the clock.
    pub fn now(&self) -> Moment {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.read)();
        match now.checked_sub(last.epoch_seconds) {
            Some(passed) => last.moment.seconds += passed,
            None => last.moment.steps_back += 1,
        }
        last.epoch_seconds = now;
        last.moment
    }
}

impl Default for WallClock {
    fn default() -> Self {
        Self::new(epoch_seconds)
    }
}

impl Moment {
    /// Returns the seconds since `earlier`. If the clock was set back in between, more time may have passed.
    pub fn since(self, earlier: Self) -> u64 {
        self.seconds.saturating_sub(earlier.seconds)
    }

    /// Reports whether the clock was set back after `earlier`.
    pub fn set_back_since(self, earlier: Self) -> bool {
        self.steps_back != earlier.steps_back
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn clock_set_back_is_recorded_and_does_not_reduce_elapsed_time() {
        let shown = Arc::new(AtomicU64::new(1_000));
        let read = Arc::clone(&shown);
        let clock = WallClock::new(move || read.load(Ordering::Relaxed));
        let set = |seconds| shown.store(seconds, Ordering::Relaxed);
        let start = clock.now();
        set(1_290);
        let before = clock.now();
        assert_eq!((before.since(start), before.set_back_since(start)), (290, false));
        set(1_100);
        let back = clock.now();
        assert_eq!((back.since(start), back.set_back_since(start)), (290, true));
        set(1_110);
        let after = clock.now();
        assert_eq!((after.since(start), after.since(back)), (300, 10));
        assert!(!after.set_back_since(back));
    }
}
