//! The cost of a conversation with `appointment`, from the calls of the real program and the sizes of its items and log
//! lines. docs/scale.md has the table; prices are those of us-east-1 in dollars.

use serde_json::Value;

use crate::support::aws::tables;
use crate::support::faults::Proxy;
use crate::support::program::{LocalEndpoint, events_file};
use crate::support::user::User;

/// Per million: a strongly consistent read of up to 4 KB, of which an eventually consistent one costs half, and a write
/// of up to 1 KB.
const READ: f64 = 0.125;
const WRITE: f64 = 0.625;
/// Per million invocations.
const INVOCATIONS: f64 = 0.20;
/// Per GB and second on arm64.
const COMPUTE: f64 = 0.000_013_333_4;
/// Per million requests of an HTTP API.
const HTTP_API: f64 = 1.00;
/// Per GB of ingested log.
const LOG: f64 = 0.50;
/// The bytes that CloudWatch Logs adds to each line.
const LINE_OVERHEAD: usize = 26;
/// The bytes of a Lambda request id; the local one is shorter.
const REQUEST_ID: usize = 36;
/// The memory of the function in GB, and the estimated time of an exchange in seconds: docs/scale.md has the sum.
const MEMORY: f64 = 0.5;
const DURATION: f64 = 0.012;

#[tokio::test]
async fn conversation_with_appointment_costs_what_the_documentation_says() {
    let database = tables::in_memory();
    let proxy = Proxy::to(&database.clone().serve().await.unwrap()).await;
    let secret = events_file("secret.json").display().to_string();
    let env = [("FLOWS_SECRET_FILE", secret.as_str())];
    let running = LocalEndpoint::with_tables("cost", &proxy.url, &env).await;
    let mut steps = Vec::new();
    let _ = User::open(&running.lambda, 0).await;
    proxy.take_calls();
    let user = User::open(&running.lambda, 22).await;
    steps.push(("open", units(&proxy.take_calls())));
    let details = user.details("Ada Lovelace");
    for (step, members) in [
        ("choose a department", &["department"][..]),
        ("choose a location", &["department", "location"]),
        ("choose a date", &["department", "location", "date"]),
    ] {
        let chosen: Value =
            members.iter().map(|name| ((*name).to_owned(), details[*name].clone())).collect();
        let answer = user.send("data_exchange", "APPOINTMENT", chosen).await.unwrap();
        assert_eq!((answer.status, answer.screen()), (200, "APPOINTMENT"));
        steps.push((step, units(&proxy.take_calls())));
    }
    user.submit_details("Ada Lovelace").await;
    steps.push(("submit the details", units(&proxy.take_calls())));
    assert!(user.is_booked(&user.post(&user.confirmation()).await.unwrap()));
    steps.push(("confirm", units(&proxy.take_calls())));

    let lines = running.log_lines(2 + steps.len() - 1).await;
    let lines = &lines[lines.len() - steps.len()..];
    let (mut reads, mut writes, mut bytes) = (0.0, 0, 0);
    for ((step, (read, write)), line) in steps.iter().zip(lines) {
        let parsed: Value = serde_json::from_str(line).unwrap();
        let id = parsed["requestId"].as_str().unwrap().len();
        let line = line.len() + REQUEST_ID - id;
        println!("{step:22} {read} read units, {write} write units, {line} bytes of log");
        reads += read;
        writes += write;
        bytes += line + LINE_OVERHEAD;
    }
    let exchanges = steps.len() as f64;
    let tables = (reads * READ + f64::from(writes) * WRITE) / exchanges;
    let logs = bytes as f64 / exchanges * 1e6 / 1e9 * LOG;
    let compute = MEMORY * DURATION * 1e6 * COMPUTE;
    let url = tables + logs + compute + INVOCATIONS;
    println!(
        "a million exchanges: tables ${tables:.2}, log ${logs:.2}, compute ${compute:.2}, invocations \
         ${INVOCATIONS:.2}: ${url:.2} with a Function URL, ${:.2} with an HTTP API",
        url + HTTP_API
    );
    assert_eq!((reads, writes), (6.5, 8), "docs/scale.md has to follow");
}

/// The read and write units of calls whose items are within 4 KB and 1 KB.
fn units(calls: &[(String, String)]) -> (f64, u32) {
    let units = calls.iter().map(|(operation, _)| match operation.as_str() {
        "GetItem" => (1.0, 0),
        "UpdateItem" | "PutItem" | "DeleteItem" => (0.0, 1),
        // One page of at most 4 KB, eventually consistent.
        "Query" => (0.5, 0),
        other => panic!("unexpected call {other}"),
    });
    units.fold((0.0, 0), |(reads, writes), (read, write)| (reads + read, writes + write))
}
