//! What a person sees when DynamoDB is slow or away: each operation of a booking, broken in each way,
//! once and until the answer, under the real program. docs/faults.md has the expected outcomes.
//!
//! `make faults` plays all of it (`FAULTS=all`); otherwise what happens once to a write of a confirmation
//! and is not seen by anybody.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::aws::tables;
use crate::support::booker::{Booker, Posted};
use crate::support::faults::{Fault, Proxy};
use crate::support::program::{Running, events_file};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use whatsapp_flows::testing::Response;

/// Meta gives up after 10 s; we promise 8, and measure from outside.
const LIMIT: Duration = Duration::from_millis(8_500);
/// A claim without an owner stands for 10 s, and so does a reply that keeps the person. Whoever comes
/// then waits for at most one more look.
const AGAIN_WITHIN: Duration = Duration::from_millis(12_000);
/// How many programs run at a time.
const LANES: usize = 12;

/// What a booking asks of DynamoDB: the column, the call, how many of them come before, and the
/// request in which it comes.
const OPERATIONS: [(&str, &str, usize, Asked); 6] = [
    ("claim", "UpdateItem", 0, Asked::Confirm),
    ("booking", "PutItem", 0, Asked::Confirm),
    ("reply", "UpdateItem", 1, Asked::Confirm),
    ("read", "GetItem", 0, Asked::Confirm),
    ("choices", "BatchGetItem", 0, Asked::Rechoose),
    ("session", "UpdateItem", 0, Asked::Describe),
];

/// The first of them are the writes when somebody confirms.
const CONFIRMING: usize = 3;

/// The rows.
const FAULTS: [(&str, Fault); 13] = [
    ("request 100 ms late", Fault::LateRequest(Duration::from_millis(100))),
    ("request 400 ms late", Fault::LateRequest(Duration::from_millis(400))),
    ("answer 400 ms late", Fault::LateAnswer(Duration::from_millis(400))),
    ("silence", Fault::Silence),
    ("reset before it acted", Fault::ResetBefore),
    ("reset after it acted", Fault::ResetAfter),
    ("no JSON after it acted", Fault::Garbage),
    ("half an answer after it acted", Fault::CutBody),
    ("500", Fault::Status500),
    ("`ThrottlingException`", Fault::Error("ThrottlingException")),
    (
        "`ProvisionedThroughputExceededException`",
        Fault::Error("ProvisionedThroughputExceededException"),
    ),
    ("`TransactionConflictException`", Fault::Error("TransactionConflictException")),
    ("`ConditionalCheckFailedException`, no item", Fault::Error(CONDITION)),
];
const CONDITION: &str = "ConditionalCheckFailedException";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Rechoose,
    Describe,
    Confirm,
}

/// What the person gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// What they would have got without the fault.
    Done,
    /// The screen they were on, with words.
    Words,
    /// Nothing but a status.
    Status(u16),
}

/// One fault on one operation.
#[derive(Clone, Copy)]
struct Cell {
    fault: usize,
    operation: usize,
    /// Until the answer, or once.
    persists: bool,
}

struct Played {
    cell: Cell,
    shown: Shown,
    took: Duration,
    /// From the answer until the same thing, asked again, was done.
    done_after: Duration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_dynamodb_does_a_booking_is_answered_and_made_once() {
    let expected = expected();
    let all = std::env::var("FAULTS").is_ok_and(|value| value == "all");
    let expects = |cell: &Cell| &expected[cell.fault][cell.operation][cell.persists as usize];
    let quick =
        |cell: &Cell| !cell.persists && cell.operation < CONFIRMING && expects(cell) == "done";
    let cells: Vec<_> = cells().filter(|cell| all || quick(cell)).collect();
    assert!(if all { cells.len() == 146 } else { cells.len() > 30 }, "{}", cells.len());
    let lanes = Arc::new(Semaphore::new(LANES));
    let started = Instant::now();
    let mut playing = JoinSet::new();
    for cell in cells.iter().copied() {
        let lanes = Arc::clone(&lanes);
        playing.spawn(async move {
            let _lane = lanes.acquire().await.unwrap();
            play(cell).await
        });
    }
    let played = playing.join_all().await;
    print(&played, all);
    println!("{} cells in {:.0?}", played.len(), started.elapsed());
    let mut wrong = 0;
    for Played { cell, shown, .. } in &played {
        if *expects(cell) != shown.to_string() {
            println!("{cell}: {shown}, and docs/faults.md says {}", expects(cell));
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "other than docs/faults.md says");
}

/// A booking up to the fault, and on to its end.
async fn play(cell: Cell) -> Played {
    let (_, name, skip, asked) = OPERATIONS[cell.operation];
    let database = tables::in_memory();
    let proxy = Proxy::before(&database.clone().serve().await.unwrap()).await;
    let scratch = format!("faults/{}-{}-{}", cell.fault, cell.operation, cell.persists);
    let secret = events_file("secret.json").display().to_string();
    let env = [("FLOWS_SECRET_FILE", secret.as_str())];
    let running = Running::on(&scratch, &proxy.url, &env).await;
    let booker = Booker::opens(&running.lambda, 0).await;
    booker.describes("Ada").await;

    let count = if cell.persists { usize::MAX } else { 1 };
    let posted = asked.of(&booker);
    proxy.strike(name, skip, count, FAULTS[cell.fault].1);
    let started = Instant::now();
    let answer = booker.posts(&posted).await.unwrap_or_else(|none| panic!("{cell}: {none:?}"));
    let took = started.elapsed();
    assert!(took < LIMIT, "{cell}: {took:?}");
    assert!(proxy.heal() >= 1, "{cell}: the fault did not come to pass");
    let shown = asked.shown(&booker, &answer);

    let answered = Instant::now();
    if answer.status == 200 {
        let again = booker.posts(&posted).await.unwrap();
        assert_eq!(again.raw, answer.raw, "{cell}: the same body, the same bytes");
    }
    let done = loop {
        let again = booker.posts(&asked.of(&booker)).await.unwrap();
        if asked.shown(&booker, &again) == Shown::Done {
            break again;
        }
        let waited = answered.elapsed();
        assert!(waited < AGAIN_WITHIN, "{cell}: after {waited:?} still {again:?}");
        tokio::time::sleep(Duration::from_millis(250)).await;
    };
    let done_after = answered.elapsed();
    assert!(shown != Shown::Done || done.body == answer.body, "{cell}: what was said still holds");
    let end = booker.posts(&booker.confirmation()).await.unwrap();
    assert!(booker.has_it(&end), "{cell}: {end:?}");
    booker.has_one_booking(&database, if asked == Asked::Describe { "Ada II" } else { "Ada" });
    Played { cell, shown, took, done_after }
}

impl Asked {
    fn of(self, booker: &Booker) -> Posted {
        match self {
            Self::Rechoose => booker.seals("BACK", "DETAILS", json!({})),
            Self::Describe => booker.seals("data_exchange", "DETAILS", booker.details("Ada II")),
            Self::Confirm => booker.confirmation(),
        }
    }

    fn shown(self, booker: &Booker, answer: &Response) -> Shown {
        let (next, same) = match self {
            Self::Rechoose => ("APPOINTMENT", "DETAILS"),
            Self::Describe => ("SUMMARY", "DETAILS"),
            Self::Confirm => ("SUCCESS", "SUMMARY"),
        };
        match (answer.status, answer.screen(), answer.message().is_empty()) {
            (200, screen, true) if screen == next => {
                assert!(self != Self::Confirm || booker.has_it(answer));
                Shown::Done
            }
            (200, screen, false) if screen == same => Shown::Words,
            (status, "", _) if status != 200 => Shown::Status(status),
            other => panic!("{other:?}"),
        }
    }
}

/// Every fault that the operation can have.
fn cells() -> impl Iterator<Item = Cell> {
    let possible = |fault: usize, operation: usize| match FAULTS[fault].1 {
        Fault::Error("TransactionConflictException") => !OPERATIONS[operation].1.contains("Get"),
        Fault::Error(CONDITION) => OPERATIONS[operation].1 == "UpdateItem",
        _ => true,
    };
    (0..FAULTS.len()).flat_map(move |fault| {
        let operations = (0..OPERATIONS.len()).filter(move |o| possible(fault, *o));
        operations.flat_map(move |operation| {
            [false, true].map(|persists| Cell { fault, operation, persists })
        })
    })
}

/// The table of docs/faults.md: for each fault and operation, what is shown after one and after many.
fn expected() -> Vec<Vec<[String; 2]>> {
    let page = include_str!("../../docs/faults.md");
    let (_, section) = page.split_once("## Outcomes").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|')).map(|line| {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    });
    let rows: Vec<_> = rows.collect();
    assert_eq!(rows[0][1..], OPERATIONS.map(|(title, ..)| title.to_owned()));
    assert_eq!(rows.len(), FAULTS.len() + 2);
    let cell = |text: &String| {
        let (once, persisting) = text.split_once(" / ").unwrap_or((text, text));
        [once.to_owned(), persisting.to_owned()]
    };
    let rows = rows[2..].iter().zip(FAULTS).map(|(row, (title, _))| {
        assert_eq!(row[0], title);
        assert_eq!(row.len(), OPERATIONS.len() + 1, "{title}");
        row[1..].iter().map(cell).collect()
    });
    rows.collect()
}

/// Operation by fault: what is shown after one and after many, and in how many ms.
fn print(played: &[Played], all: bool) {
    let find = |fault, operation, persists| {
        played.iter().find(|Played { cell, .. }| {
            (cell.fault, cell.operation, cell.persists) == (fault, operation, persists)
        })
    };
    println!("| what DynamoDB does | {} |", OPERATIONS.map(|(title, ..)| title).join(" | "));
    for (fault, (title, _)) in FAULTS.iter().enumerate() {
        let row = (0..OPERATIONS.len()).map(|operation| {
            let texts = [false, true].map(|persists| match find(fault, operation, persists) {
                Some(Played { shown, took, done_after, .. }) => format!(
                    "{shown} {} ms{}",
                    took.as_millis(),
                    match shown {
                        Shown::Done => String::new(),
                        _ => format!(" ({:.1} s)", done_after.as_secs_f32()),
                    }
                ),
                None => "-".into(),
            });
            texts[..if all { 2 } else { 1 }].join(" / ")
        });
        println!("| {title} | {} |", row.collect::<Vec<_>>().join(" | "));
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Words => f.write_str("words"),
            Self::Status(status) => write!(f, "{status}"),
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.persists { "until the answer" } else { "once" };
        write!(f, "{} on {}, {how}", FAULTS[self.fault].0, OPERATIONS[self.operation].0)
    }
}
