//! How much time an event leaves its request.
//!
//! Meta waits 10 s, and counts from when it sent the request: a cold start is part of them. So the limit
//! of 8 s runs from the event's own time. Lambda stops the process at a deadline of its own.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::endpoint::{RemainingTime, TIME_LIMIT};

/// For the way back: Lambda must have the answer before its deadline.
const BEFORE_LAMBDA: Duration = Duration::from_millis(500);
/// What a late request still gets: enough for an answer, should Meta still wait for one.
const AT_LEAST: Duration = Duration::from_secs(1);
/// API Gateway gives up after 30 s, so no event is older: it was recorded, or one of the clocks is wrong.
const OLDEST: Duration = Duration::from_secs(30);

/// The time that is left, from the event's own time if it has one and from Lambda's deadline; both in
/// milliseconds since the epoch. It is [`TIME_LIMIT`] at most. A time that cannot be right is ignored: an
/// event older than 30 s, a deadline that has passed. An event from the future is a new one.
pub(super) fn remaining_time(event: Option<i64>, lambda: u64) -> RemainingTime {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    remaining(event, lambda, now.as_millis() as u64)
}

fn remaining(event: Option<i64>, lambda: u64, now: u64) -> RemainingTime {
    let age = event.and_then(|event| u64::try_from(event).ok());
    let age = age.map(|event| Duration::from_millis(now.saturating_sub(event)));
    let from_event = age
        .filter(|age| *age <= OLDEST)
        .map_or(TIME_LIMIT, |age| TIME_LIMIT.saturating_sub(age).max(AT_LEAST));
    let to_deadline = Duration::from_millis(lambda.saturating_sub(now));
    let from_lambda = match to_deadline {
        Duration::ZERO => TIME_LIMIT,
        // Of less than a second, half is for the way back.
        left => left.saturating_sub(BEFORE_LAMBDA).max(left / 2),
    };
    RemainingTime(from_event.min(from_lambda))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_492_771_000;

    fn left(event: Option<i64>, to_lambda: i64) -> u128 {
        let RemainingTime(left) = remaining(event, NOW.saturating_add_signed(to_lambda), NOW);
        left.as_millis()
    }

    fn aged(age: i64) -> u128 {
        left(Some(NOW as i64 - age), 10_000)
    }

    #[test]
    fn the_events_own_time_counts_up_to_30_seconds() {
        assert_eq!([0, 1, 2_500, 6_999].map(aged), [8_000, 7_999, 5_500, 1_001]);
        assert_eq!([7_000, 9_000, 30_000].map(aged), [1_000; 3], "late, and not given up");
        assert_eq!([30_001, 86_400_000, NOW as i64].map(aged), [8_000; 3], "not believed");
        assert_eq!([-1, -60_000].map(aged), [8_000; 2], "from the future");
        assert_eq!(left(Some(-5), 10_000), 8_000);
        assert_eq!(left(Some(i64::MIN), 10_000), 8_000);
        assert_eq!(left(Some(i64::MAX), 10_000), 8_000);
    }

    #[test]
    fn lambdas_deadline_counts_where_it_is_earlier() {
        assert_eq!([10_000, 8_500, 3_000].map(|to| left(None, to)), [8_000, 8_000, 2_500]);
        assert_eq!([1_000, 600, 2].map(|to| left(None, to)), [500, 300, 1]);
        assert_eq!([0, -1, -60_000].map(|to| left(None, to)), [8_000; 3], "not believed");
        assert_eq!(left(Some(NOW as i64 - 6_000), 3_000), 2_000, "the earlier of both");
        assert_eq!(left(Some(NOW as i64 - 1_000), 3_000), 2_500);
        assert_eq!(left(None, i64::MAX), 8_000);
    }
}
