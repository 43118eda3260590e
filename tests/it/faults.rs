//! Faults of DynamoDB under the real program: each operation of a booking fails in each way, once and until the reply.
//! The expected results are those of docs/faults.md.
//!
//! `make faults` runs the whole table (`FAULTS=all`). Otherwise only those faults run that hit a write of a
//! confirmation once and that the user does not notice.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::aws::tables;
use crate::support::faults::{Fault, Proxy};
use crate::support::program::{LocalEndpoint, events_file};
use crate::support::user::{SealedRequest, User};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use whatsapp_flows::testing::Response;

/// Meta waits 10 s. The endpoint promises 8 s, measured here from outside.
const LIMIT: Duration = Duration::from_millis(8_500);
/// A claim without an owner expires after 10 s, and so does a reply that keeps the user on the screen. A later request
/// waits for at most one more poll.
const RECOVERY_LIMIT: Duration = Duration::from_millis(12_000);
/// The number of concurrent programs.
const MAX_PARALLEL: usize = 12;

/// The DynamoDB operations of a booking: the column of the table, the API call, the number of earlier calls of the same
/// kind, and the request that makes it.
const OPERATIONS: [(&str, &str, usize, Asked); 6] = [
    ("claim", "UpdateItem", 0, Asked::Confirm),
    ("booking", "PutItem", 0, Asked::Confirm),
    ("reply", "UpdateItem", 1, Asked::Confirm),
    ("read", "GetItem", 0, Asked::Confirm),
    ("choices", "Query", 0, Asked::Rechoose),
    ("session", "UpdateItem", 0, Asked::Describe),
];

/// The number of operations that are writes of a confirmation. They come first.
const CONFIRMING: usize = 3;

/// The rows of the table.
const FAULTS: [(&str, Fault); 13] = [
    ("request 100 ms late", Fault::LateRequest(Duration::from_millis(100))),
    ("request 400 ms late", Fault::LateRequest(Duration::from_millis(400))),
    ("answer 400 ms late", Fault::LateResponse(Duration::from_millis(400))),
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

/// The result for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UserSees {
    /// The same reply as without the fault.
    Done,
    /// The same screen with a message.
    Words,
    /// A status without a reply.
    Status(u16),
}

/// One cell of the table: a fault of an operation.
#[derive(Clone, Copy)]
struct Cell {
    fault: usize,
    operation: usize,
    /// The fault persists until the reply, or happens once.
    persists: bool,
}

struct CellResult {
    cell: Cell,
    user_sees: UserSees,
    took: Duration,
    /// The time from the reply until a repeated request succeeded.
    done_after: Duration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dynamodb_faults_never_lose_or_repeat_a_booking() {
    let expected = expected();
    let all = std::env::var("FAULTS").is_ok_and(|value| value == "all");
    let expects = |cell: &Cell| &expected[cell.fault][cell.operation][cell.persists as usize];
    let quick =
        |cell: &Cell| !cell.persists && cell.operation < CONFIRMING && expects(cell) == "done";
    let cells: Vec<_> = cells().filter(|cell| all || quick(cell)).collect();
    assert!(if all { cells.len() == 146 } else { cells.len() > 30 }, "{}", cells.len());
    let permits = Arc::new(Semaphore::new(MAX_PARALLEL));
    let started = Instant::now();
    let mut running = JoinSet::new();
    for cell in cells.iter().copied() {
        let permits = Arc::clone(&permits);
        running.spawn(async move {
            let _permit = permits.acquire().await.unwrap();
            run_cell(cell).await
        });
    }
    let results = running.join_all().await;
    print(&results, all);
    println!("{} cells in {:.0?}", results.len(), started.elapsed());
    let mut wrong = 0;
    for CellResult { cell, user_sees, .. } in &results {
        if *expects(cell) != user_sees.to_string() {
            println!("{cell}: got {user_sees}, expected {} (docs/faults.md)", expects(cell));
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "cells differ from docs/faults.md");
}

/// Books up to the fault, and then to the end.
async fn run_cell(cell: Cell) -> CellResult {
    let (_, name, skip, asked) = OPERATIONS[cell.operation];
    let database = tables::in_memory();
    let proxy = Proxy::to(&database.clone().serve().await.unwrap()).await;
    let scratch = format!("faults/{}-{}-{}", cell.fault, cell.operation, cell.persists);
    let secret = events_file("secret.json").display().to_string();
    let env = [("FLOWS_SECRET_FILE", secret.as_str())];
    let running = LocalEndpoint::with_tables(&scratch, &proxy.url, &env).await;
    let user = User::open(&running.lambda, 0).await;
    user.submit_details("Ada").await;

    let count = if cell.persists { usize::MAX } else { 1 };
    let request = asked.of(&user);
    proxy.inject(name, skip, count, FAULTS[cell.fault].1);
    let started = Instant::now();
    let answer = user.post(&request).await.unwrap_or_else(|none| panic!("{cell}: {none:?}"));
    let took = started.elapsed();
    assert!(took < LIMIT, "{cell}: {took:?}");
    assert!(proxy.clear() >= 1, "{cell}: the fault did not occur");
    let user_sees = asked.user_sees(&user, &answer);

    let answered = Instant::now();
    if answer.status == 200 {
        let again = user.post(&request).await.unwrap();
        assert_eq!(again.raw, answer.raw, "{cell}: the same body gets the same reply");
    }
    let done = loop {
        let again = user.post(&asked.of(&user)).await.unwrap();
        if asked.user_sees(&user, &again) == UserSees::Done {
            break again;
        }
        let waited = answered.elapsed();
        assert!(waited < RECOVERY_LIMIT, "{cell}: no recovery after {waited:?}: {again:?}");
        tokio::time::sleep(Duration::from_millis(250)).await;
    };
    let done_after = answered.elapsed();
    assert!(
        user_sees != UserSees::Done || done.body == answer.body,
        "{cell}: the earlier reply is still true"
    );
    let end = user.post(&user.confirmation()).await.unwrap();
    assert!(user.is_booked(&end), "{cell}: {end:?}");
    user.assert_one_booking(&database, if asked == Asked::Describe { "Ada II" } else { "Ada" });
    CellResult { cell, user_sees, took, done_after }
}

impl Asked {
    fn of(self, user: &User) -> SealedRequest {
        match self {
            Self::Rechoose => user.seal_request("BACK", "DETAILS", json!({})),
            Self::Describe => user.seal_request("data_exchange", "DETAILS", user.details("Ada II")),
            Self::Confirm => user.confirmation(),
        }
    }

    fn user_sees(self, user: &User, answer: &Response) -> UserSees {
        let (next, same) = match self {
            Self::Rechoose => ("APPOINTMENT", "DETAILS"),
            Self::Describe => ("SUMMARY", "DETAILS"),
            Self::Confirm => ("SUCCESS", "SUMMARY"),
        };
        match (answer.status, answer.screen(), answer.message().is_empty()) {
            (200, screen, true) if screen == next => {
                assert!(self != Self::Confirm || user.is_booked(answer));
                UserSees::Done
            }
            (200, screen, false) if screen == same => UserSees::Words,
            (status, "", _) if status != 200 => UserSees::Status(status),
            other => panic!("{other:?}"),
        }
    }
}

/// Returns all combinations of a fault and an operation that can occur.
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

/// Reads the table of docs/faults.md: the result for each fault and operation, after one fault and after many.
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

/// Prints the table with the measured times.
fn print(results: &[CellResult], all: bool) {
    let find = |fault, operation, persists| {
        results.iter().find(|CellResult { cell, .. }| {
            (cell.fault, cell.operation, cell.persists) == (fault, operation, persists)
        })
    };
    println!("| what DynamoDB does | {} |", OPERATIONS.map(|(title, ..)| title).join(" | "));
    for (fault, (title, _)) in FAULTS.iter().enumerate() {
        let row = (0..OPERATIONS.len()).map(|operation| {
            let texts = [false, true].map(|persists| match find(fault, operation, persists) {
                Some(CellResult { user_sees, took, done_after, .. }) => format!(
                    "{user_sees} {} ms{}",
                    took.as_millis(),
                    match user_sees {
                        UserSees::Done => String::new(),
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

impl fmt::Display for UserSees {
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
