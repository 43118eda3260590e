//! The time that remains for a request, from its event and from Lambda's deadline.
//!
//! Meta waits 10 s from the moment it sends the request, which includes a cold start. The limit of 8 s is therefore
//! measured from the event's own time. Lambda also stops the process at its own deadline.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::endpoint::{RemainingTime, TIME_LIMIT};

/// The time reserved for returning the response to Lambda before its deadline.
const RESPONSE_MARGIN: Duration = Duration::from_millis(500);
/// The least time that a late request gets: enough for a reply, in case Meta still waits for one.
const MIN_REMAINING: Duration = Duration::from_secs(1);
/// The largest age of an event. API Gateway times out after 30 s, so an older event was recorded, or a clock is wrong.
const MAX_EVENT_AGE: Duration = Duration::from_secs(30);

/// Returns the remaining time, at most [`TIME_LIMIT`]. `event` is the event's own time and `lambda` is Lambda's
/// deadline, both in milliseconds since the Unix epoch. Implausible times are ignored: an event older than 30 s, or a
/// deadline in the past. An event from the future counts as new.
pub(super) fn remaining_time(event: Option<i64>, lambda: u64) -> RemainingTime {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    remaining(event, lambda, now.as_millis() as u64)
}

fn remaining(event: Option<i64>, lambda: u64, now: u64) -> RemainingTime {
    let age = event.and_then(|event| u64::try_from(event).ok());
    let age = age.map(|event| Duration::from_millis(now.saturating_sub(event)));
    let from_event = age
        .filter(|age| *age <= MAX_EVENT_AGE)
        .map_or(TIME_LIMIT, |age| TIME_LIMIT.saturating_sub(age).max(MIN_REMAINING));
    let to_deadline = Duration::from_millis(lambda.saturating_sub(now));
    let from_lambda = match to_deadline {
        Duration::ZERO => TIME_LIMIT,
        // Of less than a second, half is reserved for returning the response.
        left => left.saturating_sub(RESPONSE_MARGIN).max(left / 2),
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
    fn event_time_limits_the_remaining_time_up_to_30_seconds() {
        assert_eq!([0, 1, 2_500, 6_999].map(aged), [8_000, 7_999, 5_500, 1_001]);
        assert_eq!([7_000, 9_000, 30_000].map(aged), [1_000; 3], "late, but still answered");
        assert_eq!([30_001, 86_400_000, NOW as i64].map(aged), [8_000; 3], "implausible");
        assert_eq!([-1, -60_000].map(aged), [8_000; 2], "from the future");
        assert_eq!(left(Some(-5), 10_000), 8_000);
        assert_eq!(left(Some(i64::MIN), 10_000), 8_000);
        assert_eq!(left(Some(i64::MAX), 10_000), 8_000);
    }

    #[test]
    fn lambda_deadline_limits_the_remaining_time_if_it_is_earlier() {
        assert_eq!([10_000, 8_500, 3_000].map(|to| left(None, to)), [8_000, 8_000, 2_500]);
        assert_eq!([1_000, 600, 2].map(|to| left(None, to)), [500, 300, 1]);
        assert_eq!([0, -1, -60_000].map(|to| left(None, to)), [8_000; 3], "implausible");
        assert_eq!(left(Some(NOW as i64 - 6_000), 3_000), 2_000, "the earlier of the two");
        assert_eq!(left(Some(NOW as i64 - 1_000), 3_000), 2_500);
        assert_eq!(left(None, i64::MAX), 8_000);
    }
}
