//! The last case: how long pings take, at a bounded rate.

use std::time::{Duration, Instant};

use super::prober::Prober;
use super::report::{Latency, Verdict};
use super::requests;
use super::target::Signature;
use crate::http_client::{TIME_LIMIT, agent};

impl Prober<'_> {
    /// Sends pings one after the other on one connection, and not more often than the interval allows.
    pub fn measure(&mut self) -> Verdict {
        if self.plan.requests == 0 {
            return Verdict::skipped("left out by --requests 0");
        }
        let agent = agent(TIME_LIMIT + Duration::from_secs(1));
        let (mut times, mut refused) = (Vec::new(), 0);
        let started = Instant::now();
        for number in 0..self.plan.requests {
            let due = self.plan.interval * u32::try_from(number).unwrap_or(u32::MAX);
            std::thread::sleep(due.saturating_sub(started.elapsed()));
            if started.elapsed() > MAX_TIME {
                break;
            }
            let sealed = self.target.seal(&requests::ping());
            let before = Instant::now();
            let answer = self.target.post_on(&agent, &sealed, Signature::Genuine);
            times.push(before.elapsed());
            refused += usize::from(!answer.is_ok_and(|response| response.status == 200));
        }
        let Some(latency) = percentiles(times) else {
            return Verdict::skipped("no request was sent");
        };
        self.latency = Some(latency);
        match refused == latency.requests && self.is_ping_wrong {
            true => Verdict::skipped("pings fail; see P05"),
            false => judge(latency, refused),
        }
    }
}

fn judge(latency: Latency, refused: usize) -> Verdict {
    let seen = latency.to_string();
    match latency.p90 {
        _ if refused > 0 => Verdict::failed(
            format!("{refused} of {} requests were not answered with 200", latency.requests),
            "see the log of the endpoint, and the limits of the gateway in front of it",
        ),
        _ if latency.p99 >= TIME_LIMIT => {
            Verdict::failed(seen, "answer within 10 s; WhatsApp waits no longer")
        }
        p90 if p90 >= ALERT => Verdict::warning(
            seen,
            "Meta warns when p90 is over 1 s, 5 s and 7 s, and throttles flows whose endpoint stays slow",
        ),
        _ => Verdict::ok(seen),
    }
}

/// The percentiles by the nearest rank.
fn percentiles(mut times: Vec<Duration>) -> Option<Latency> {
    times.sort_unstable();
    let rank =
        |percent: usize| times.get((times.len() * percent).div_ceil(100).max(1) - 1).copied();
    Some(Latency { requests: times.len(), p50: rank(50)?, p90: rank(90)?, p99: rank(99)? })
}

impl std::fmt::Display for Latency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        write!(
            f,
            "p50 {:.0} ms, p90 {:.0} ms, p99 {:.0} ms of {} pings",
            ms(self.p50),
            ms(self.p90),
            ms(self.p99),
            self.requests
        )
    }
}

/// Meta's first alert (WH, *Endpoint latency*).
const ALERT: Duration = Duration::from_secs(1);

/// A slow endpoint is not measured for longer.
const MAX_TIME: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::super::report::Outcome;
    use super::*;

    fn ms(times: impl IntoIterator<Item = u64>) -> Latency {
        percentiles(times.into_iter().map(Duration::from_millis).collect()).unwrap()
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let found = ms((1..=100).rev());
        let all = [found.p50, found.p90, found.p99].map(|time| time.as_millis());
        assert_eq!((found.requests, all), (100, [50, 90, 99]));
        assert_eq!(ms([7]).p99.as_millis(), 7);
        assert_eq!(percentiles(vec![]), None);
    }

    #[test]
    fn a_slow_p90_is_a_warning_and_a_late_reply_a_failure() {
        let outcome = |times: [u64; 10], refused| judge(ms(times), refused).outcome;
        assert_eq!(outcome([1, 1, 1, 1, 1, 1, 1, 1, 1, 2_000], 0), Outcome::Ok);
        assert_eq!(outcome([1, 1, 1, 1, 1, 1, 1, 1, 1_000, 2_000], 0), Outcome::Warning);
        assert_eq!(outcome([1, 1, 1, 1, 1, 1, 1, 1, 1, 10_000], 0), Outcome::Failed);
        assert_eq!(outcome([1; 10], 1), Outcome::Failed);
    }
}
