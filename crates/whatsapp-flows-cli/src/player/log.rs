//! The lines that the program of the endpoint prints, with their times.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// The lines that are kept; older ones are dropped.
const MAX_LINES: usize = 5_000;

/// A line of an exchange may arrive so long after its reply.
const LATE: Duration = Duration::from_millis(300);

/// The output of a program. Clones share it.
#[derive(Clone, Default)]
pub struct ProgramLog(Arc<Mutex<VecDeque<(Instant, String)>>>);

impl ProgramLog {
    /// A channel whose lines are kept here.
    pub fn collect(&self) -> UnboundedSender<String> {
        let (sender, mut lines) = unbounded_channel();
        let log = self.clone();
        tokio::spawn(async move {
            while let Some(line) = lines.recv().await {
                log.add(line);
            }
        });
        sender
    }

    fn add(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == MAX_LINES {
            lines.pop_front();
        }
        lines.push_back((Instant::now(), line));
    }

    /// The lines of an exchange: from its start until shortly after its end, but not after the start of the `next`, and
    /// not those of another request.
    pub fn between(
        &self,
        start: Instant,
        end: Instant,
        next: Option<Instant>,
        request_id: Option<&str>,
    ) -> Vec<String> {
        let late = end + LATE;
        let until = next.filter(|next| *next > end).map_or(late, |next| next.min(late));
        let is_other = |line: &str| {
            let named = members(line)["requestId"].as_str().map(str::to_owned);
            named.zip(request_id).is_some_and(|(named, own)| named != own)
        };
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = lines.iter().filter(|(at, _)| (start..until).contains(at));
        lines.map(|(_, line)| line.clone()).filter(|line| !is_other(line)).collect()
    }

    /// Reports whether the log line of a request, which is waited for, says that a stored reply was sent again.
    pub fn is_repeated(&self, request_id: &str) -> bool {
        const INTERVAL: Duration = Duration::from_millis(10);
        let line = || {
            let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let mut newest = lines.iter().rev().map(|(_, line)| members(line));
            newest.find(|line| line["requestId"] == request_id && line["status"].is_u64())
        };
        let until = Instant::now() + LATE;
        loop {
            match line() {
                Some(line) => return line["repeat"] == true,
                None if Instant::now() < until => std::thread::sleep(INTERVAL),
                None => return false,
            }
        }
    }
}

/// The members of a line that is JSON.
fn members(line: &str) -> Value {
    match line.starts_with('{') {
        true => serde_json::from_str(line).unwrap_or_default(),
        false => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_other_requests_are_left_out() {
        let log = ProgramLog::default();
        let start = Instant::now();
        let [own, other] =
            ["1", "2"].map(|id| format!("{{\"requestId\":\"{id}\",\"status\":200}}"));
        let repeated = "{\"requestId\":\"3\",\"status\":200,\"repeat\":true}";
        for line in ["words", &own, &other, repeated] {
            log.add(line.into());
        }
        let end = Instant::now();
        assert_eq!(log.between(start, end, None, Some("1")), ["words", &own]);
        assert_eq!(log.between(start, end, None, None).len(), 4);
        assert!(log.is_repeated("3") && !log.is_repeated("2") && !log.is_repeated("4"));
    }

    #[test]
    fn lines_belong_to_the_exchange_before_them() {
        let log = ProgramLog::default();
        let start = Instant::now();
        log.add("first".into());
        let end = Instant::now();
        log.add("late".into());
        std::thread::sleep(Duration::from_millis(2));
        let next = Instant::now();
        log.add("second".into());
        assert_eq!(log.between(start, end, Some(next), None), ["first", "late"]);
        assert_eq!(log.between(start, end, None, None).len(), 3);
        assert!(log.between(next + LATE, next + LATE * 2, None, None).is_empty());
    }
}
