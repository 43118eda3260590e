//! Time that passes whether or not this process runs: a frozen process's monotonic clock may stand
//! still, so ages are counted by the wall clock, which may be set back.

use std::sync::{Mutex, PoisonError};

use crate::clock::epoch_seconds;

/// Counts the seconds that pass by the wall clock. A step back does not undo what has passed, and is
/// counted itself: how long ago something was is then unknown.
pub(super) struct WallClock {
    /// Seconds since the epoch.
    read: Box<dyn Fn() -> u64 + Send + Sync>,
    last: Mutex<Last>,
}

/// The last look at the clock.
struct Last {
    /// What it showed.
    shown: u64,
    moment: Moment,
}

/// A point in time, for comparison with another one of the same clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Seconds that have passed since the clock was made; steps back add nothing.
    seconds: u64,
    steps_back: u64,
}

impl WallClock {
    /// `read` returns seconds since the epoch.
    pub fn new(read: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        let last = Last { shown: read(), moment: Moment { seconds: 0, steps_back: 0 } };
        Self { read: Box::new(read), last: Mutex::new(last) }
    }

    pub fn now(&self) -> Moment {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = (self.read)();
        match shown.checked_sub(last.shown) {
            Some(passed) => last.moment.seconds += passed,
            None => last.moment.steps_back += 1,
        }
        last.shown = shown;
        last.moment
    }
}

impl Default for WallClock {
    fn default() -> Self {
        Self::new(epoch_seconds)
    }
}

impl Moment {
    /// Seconds since `earlier`, at least: without what a clock that was set back does not show.
    pub fn since(self, earlier: Self) -> u64 {
        self.seconds.saturating_sub(earlier.seconds)
    }

    /// Whether the clock was set back after `earlier`.
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
    fn a_step_back_is_noticed_and_does_not_undo_what_has_passed() {
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
