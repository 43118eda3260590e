//! The lines that the program of the endpoint prints, with their times.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

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

    /// The lines of an exchange: from its start until shortly after its end, but not after the start of the `next`.
    pub fn between(&self, start: Instant, end: Instant, next: Option<Instant>) -> Vec<String> {
        let late = end + LATE;
        let until = next.filter(|next| *next > end).map_or(late, |next| next.min(late));
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = lines.iter().filter(|(at, _)| (start..until).contains(at));
        lines.map(|(_, line)| line.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(log.between(start, end, Some(next)), ["first", "late"]);
        assert_eq!(log.between(start, end, None).len(), 3);
        assert!(log.between(next + LATE, next + LATE * 2, None).is_empty());
    }
}
