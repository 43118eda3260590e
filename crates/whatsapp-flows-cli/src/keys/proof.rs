//! The proof that every running function has read the secret: the time since it was written, and pings.
//!
//! One good ping proves one process. A process that was frozen before the secret was written reads it inside its first
//! request after five minutes, so that time is waited for, and the pings show that the function reads this secret at
//! all.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::signature::AppSecret;

use crate::Error;
use crate::report::progress;
use crate::sealed_ping::{self, Outcome, Pong};

/// The age at which a running function reads its secret again.
pub const STALENESS: Duration = Duration::from_secs(300);
/// A read that fails is repeated after 30 s; the rest is for clocks.
pub const MARGIN: Duration = Duration::from_secs(40);
/// The difference of clocks from which on the date of the secret is not used.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(20);
const INTERVAL: Duration = Duration::from_secs(10);
/// The good pings in a row after the wait.
const GOOD: u32 = 3;
/// The time in which they must come.
const PATIENCE: Duration = Duration::from_secs(120);

/// The keys and app secrets that every running function must be able to read.
pub struct Proof<'a> {
    pub url: &'a str,
    /// The keys under which pings are sent: the new one first, and then those that clients still use.
    pub keys: Vec<&'a PrivateKey>,
    /// The app secrets that sign pings, likewise.
    pub app_secrets: Vec<&'a AppSecret>,
    /// The time to wait after the secret was written.
    pub wait: Duration,
}

/// When the secret was written.
#[derive(Clone, Copy)]
pub enum Written {
    /// By this process.
    Now(Instant),
    /// At this time, by the clock of its store.
    At(Timestamp),
}

/// The cost of the proof.
pub struct Proven {
    pub waited: Duration,
    pub pings: u32,
}

impl Proof<'_> {
    /// Waits, and returns when every running function can read the new key.
    pub fn run(&self, written: Written) -> Result<Proven, Error> {
        let started = Instant::now();
        let mut pings = 0;
        let first = self.ping(0, &mut pings);
        let due = due(written, first.date.as_deref(), self.wait);
        loop {
            self.check_old(&mut pings)?;
            let now = Instant::now();
            let left = due.saturating_duration_since(now);
            if left.is_zero() {
                break;
            }
            progress(format_args!(
                "waiting {} s more, until every running function has read the secret",
                left.as_secs_f64().ceil()
            ));
            std::thread::sleep(left.min(INTERVAL));
            // A function that does not know the key reads the secret again, at most every 30 s.
            self.ping(0, &mut pings);
        }
        let until = Instant::now() + PATIENCE.min(self.wait.max(Duration::from_secs(5)));
        let mut good = 0;
        while good < GOOD {
            let pong = self.ping(0, &mut pings);
            match pong.outcome {
                Outcome::Opened => good += 1,
                outcome if Instant::now() >= until => return Err(unproven(&outcome)),
                outcome => {
                    good = 0;
                    progress(format_args!(
                        "the ping under the new key is answered with {outcome}; trying again"
                    ));
                    std::thread::sleep(INTERVAL.min(self.wait / 4).max(Duration::from_millis(200)));
                }
            }
        }
        Ok(Proven { waited: started.elapsed(), pings })
    }

    /// Pings under what clients use now. It must stay readable.
    fn check_old(&self, pings: &mut u32) -> Result<(), Error> {
        for at in 1..self.keys.len().max(self.app_secrets.len()) {
            let refused =
                |outcome: &Outcome| matches!(outcome, Outcome::NotOpened | Outcome::NotSigned);
            let outcome = self.ping(at, pings).outcome;
            if refused(&outcome) {
                // A request that does not match makes the function read the secret again.
                std::thread::sleep(Duration::from_secs(1));
                let outcome = self.ping(at, pings).outcome;
                if refused(&outcome) {
                    return Err(format!(
                        "stopped before anything changes at Meta: what clients use now is answered with {outcome}; \
                         flowctl keys status shows which key is where"
                    )
                    .into());
                }
            }
        }
        Ok(())
    }

    fn ping(&self, at: usize, pings: &mut u32) -> Pong {
        *pings += 1;
        let key = self.keys.get(at).unwrap_or(&self.keys[0]);
        let app_secret = self.app_secrets.get(at).unwrap_or(&self.app_secrets[0]);
        sealed_ping::send(self.url, &key.public_pem(), Some(app_secret)).unwrap_or_else(|error| {
            Pong {
                outcome: Outcome::Unreachable(error.to_string()),
                elapsed: Duration::ZERO,
                date: None,
            }
        })
    }
}

/// The end of the wait. The time since another process wrote the secret counts only if this machine's clock agrees with
/// that of the endpoint.
fn due(written: Written, date: Option<&str>, wait: Duration) -> Instant {
    let now = Instant::now();
    let since = match written {
        Written::Now(at) => now.saturating_duration_since(at),
        Written::At(at) if clock_agrees(date) => {
            Timestamp::now().duration_since(at).try_into().unwrap_or(Duration::ZERO)
        }
        Written::At(_) => Duration::ZERO,
    };
    now + wait.saturating_sub(since)
}

fn clock_agrees(date: Option<&str>) -> bool {
    let Some(offset) = date.and_then(crate::clock::offset) else { return false };
    offset.unsigned_abs() <= CLOCK_TOLERANCE
}

fn unproven(outcome: &Outcome) -> Error {
    let advice = match outcome {
        Outcome::NotOpened => {
            "the function reads another secret than the one that was written, or another version of it: compare \
             FLOWS_SECRET_ID with --secret-id; a function that reads its secret only at its start must be started anew"
        }
        Outcome::NotSigned => {
            "the function does not accept the newest app secret: compare FLOWS_SECRET_ID with --secret-id"
        }
        Outcome::Opened | Outcome::Other(..) | Outcome::Unreachable(_) => {
            "flowctl doctor shows what is wrong"
        }
    };
    format!(
        "stopped before anything changes at Meta: the last ping under the new key was answered with {outcome}\n  \
         {advice}\n  run the command again when that is done: it goes on from here"
    )
    .into()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    /// The seconds that are left of 340, by a `Date` that is this far from this machine's clock.
    fn left(written: Written, clock: Option<SignedDuration>) -> u64 {
        let date = |off| Timestamp::now() - off;
        let date = clock.map(|off| date(off).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
        let due = due(written, date.as_deref(), STALENESS + MARGIN);
        due.saturating_duration_since(Instant::now()).as_secs_f64().round() as u64
    }

    #[test]
    fn the_time_since_the_secret_was_written_counts() {
        let ago = |seconds| Written::At(Timestamp::now() - SignedDuration::from_secs(seconds));
        let agrees = Some(SignedDuration::from_secs(2));
        assert_eq!(left(Written::Now(Instant::now()), agrees), 340);
        assert_eq!(left(ago(100), agrees), 240);
        assert_eq!(left(ago(1_000), agrees), 0);
        // A date in the future is no time that has passed.
        assert_eq!(left(ago(-100), agrees), 340);
    }

    #[test]
    fn the_time_counts_from_now_on_if_the_clock_is_wrong_or_unknown() {
        let written = Written::At(Timestamp::now() - SignedDuration::from_secs(1_000));
        assert_eq!(left(written, Some(SignedDuration::from_secs(600))), 340);
        assert_eq!(left(written, Some(SignedDuration::from_secs(-600))), 340);
        assert_eq!(left(written, None), 340);
    }
}
