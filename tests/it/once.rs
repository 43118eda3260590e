//! A thousand deliveries of one confirmation to eight programs: one booking, one reply.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::support::aws::tables;
use crate::support::program::{events_file, program, report_exit, scratch};
use crate::support::user::User;
use local_lambda::runtime_api::Lambda;
use tokio::task::JoinSet;
use tokio::time::sleep;

const PROGRAMS: usize = 8;
/// Bodies that are delivered three times.
const TRIPLED: usize = 100;
/// Bodies that are delivered once.
const SINGLE: usize = 700;
const RETRY: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn once_books_one_time_for_a_thousand_concurrent_deliveries() {
    let database = tables::in_memory();
    let dynamodb = database.clone().serve().await.unwrap();
    let secret = events_file("secret.json").display().to_string();
    let env = [("FLOWS_SECRET_FILE", secret.as_str())];
    let folder = scratch("once");
    let lambda = Lambda::start().await.unwrap();
    let programs: Vec<_> = (0..PROGRAMS)
        .map(|n| lambda.run(program(&folder.join(n.to_string()), &dynamodb, &env), report_exit))
        .collect();
    let user = User::open(&lambda, 0).await;
    user.submit_details("Ada").await;

    let request: Vec<_> = (0..TRIPLED + SINGLE).map(|_| user.confirmation()).collect();
    // The three deliveries of a body are far apart or close together.
    let order = (0..TRIPLED).chain(0..TRIPLED + SINGLE).chain((0..TRIPLED).rev());
    let started = Instant::now();
    let mut deliveries = JoinSet::new();
    for body in order {
        let (user, request) = (user.clone(), request[body].clone());
        deliveries.spawn(async move {
            // A few deliveries wait for the first; any other gets 500, and its user tries again.
            loop {
                match user.post(&request).await {
                    Ok(answer) if answer.status == 500 => sleep(RETRY).await,
                    answer => break (body, answer),
                }
            }
        });
    }
    let answers = deliveries.join_all().await;
    let took = started.elapsed();
    assert_eq!(answers.len(), 1_000);

    let mut bytes = HashMap::new();
    let (mut same, mut known) = (0, 0);
    for (body, answer) in answers {
        let answer = answer.unwrap();
        // Only the newest eight bodies get the reply again.
        if answer.status == 409 {
            assert!(body < TRIPLED && answer.raw.is_empty(), "{body}");
            known += 1;
            continue;
        }
        assert_eq!(answer.status, 200);
        assert!(user.is_booked(&answer), "{answer:?}");
        if let Some(before) = bytes.insert(body, answer.raw.clone()) {
            assert_eq!(before, answer.raw, "the same body gets the same reply");
            same += 1;
        }
    }
    assert_eq!((bytes.len(), same + known), (TRIPLED + SINGLE, 2 * TRIPLED));
    user.assert_one_booking(&database, "Ada");
    for program in programs {
        program.abort();
    }
    println!("1,000 deliveries of {} bodies in {took:.1?}: one booking", bytes.len());
}
