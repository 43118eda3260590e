//! Kills the program during a confirmation, at a random time or between two of its steps, while the client retries. The
//! slot is booked once, and every reply has the same booking number.
//!
//! `make faults` kills it 200 times (`FAULTS=all`), and the normal run ten times.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::aws::tables;
use crate::support::faults::{Fault, Proxy};
use crate::support::program::{events_file, program, scratch};
use crate::support::user::User;
use fastrand::Rng;
use local_lambda::dynamodb::DynamoDb;
use local_lambda::runtime_api::Lambda;
use tokio::task::JoinSet;

/// A claim without an owner expires after 10 s. A request that polls at that time may have waited 7.5 s.
const ANSWERED_WITHIN: Duration = Duration::from_secs(20);

/// The writes of a confirmation. The program is killed before the write, or before it receives the response.
const STEPS: [(&str, usize); 3] = [("UpdateItem", 0), ("PutItem", 0), ("UpdateItem", 1)];
const UNTIL: [Fault; 2] = [Fault::Silence, Fault::LateResponse(Duration::from_secs(60))];

/// The results of the kills.
#[derive(Debug, Default)]
struct Kills {
    kills: usize,
    /// The reply came before the kill.
    answered_before: usize,
    /// Nothing had been written.
    before_the_claim: usize,
    /// The submission was claimed, and the slot was free.
    before_the_booking: usize,
    /// The slot was booked, and the reply was not stored.
    before_the_reply: usize,
    /// The reply was stored, but not sent.
    before_the_answer: usize,
    /// Requests of the client after the kill.
    retries: usize,
    longest: Duration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_program_books_once() {
    let all = std::env::var("FAULTS").is_ok_and(|value| value == "all");
    let (workers, rounds) = if all { (20, 10) } else { (10, 1) };
    let database = tables::in_memory();
    let dynamodb = database.clone().serve().await.unwrap();
    let folder = scratch("kill");
    let started = Instant::now();
    let mut killing = JoinSet::new();
    for worker in 0..workers {
        let (database, dynamodb) = (database.clone(), dynamodb.clone());
        let log = folder.join(worker.to_string());
        killing
            .spawn(async move { kill_and_retry(worker, rounds, &log, &database, &dynamodb).await });
    }
    let total = killing.join_all().await.into_iter().fold(Kills::default(), Kills::and);
    println!("{total:?} in {:.0?}", started.elapsed());
    assert_eq!(total.kills, workers * rounds);
    let in_time = [
        total.before_the_claim,
        total.before_the_booking,
        total.before_the_reply,
        total.before_the_answer,
    ];
    assert!(in_time.iter().sum::<usize>() > total.kills / 2, "too many kills came too late");
    assert!(!all || in_time.iter().all(|kills| *kills > 5), "a step was never hit");
}

/// Books one slot repeatedly, and kills the program in each round.
async fn kill_and_retry(
    worker: usize,
    rounds: usize,
    log: &Path,
    database: &DynamoDb,
    dynamodb: &str,
) -> Kills {
    let secret = events_file("secret.json").display().to_string();
    let proxy = Proxy::to(dynamodb).await;
    let program = program(log, &proxy.url, &[("FLOWS_SECRET_FILE", secret.as_str())]);
    let lambda = Lambda::start().await.unwrap();
    let mut random = Rng::with_seed(12 ^ worker as u64);
    let mut kills = Kills::default();
    let mut running = program.start(lambda.runtime_api()).unwrap();
    // The typical time of a confirmation, measured without a kill.
    let user = user_at_summary(&lambda, worker).await;
    let (request, started) = (user.confirmation(), Instant::now());
    assert!(user.is_booked(&user.post(&request).await.unwrap()));
    let typical = started.elapsed();
    user.cancel(database);

    for round in 0..rounds {
        let user = user_at_summary(&lambda, worker).await;
        let request = user.confirmation();
        let kill_midway = async {
            if (worker + round).is_multiple_of(2) {
                // The first confirmation of a program takes twice as long as later ones.
                tokio::time::sleep(typical.mul_f64(random.usize(..1_000) as f64 / 2_000.0)).await;
            } else {
                let (operation, skip) = STEPS[random.usize(..STEPS.len())];
                proxy.inject(operation, skip, 1, UNTIL[random.usize(..UNTIL.len())]);
                while proxy.injected() == 0 {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            running.kill().await.unwrap();
            lambda.fail_pending("the program was killed");
        };
        let (first, ()) = tokio::join!(user.post(&request), kill_midway);
        proxy.clear();
        kills.note(database, &user, first.is_ok());
        running = program.start(lambda.runtime_api()).unwrap();

        let killed = Instant::now();
        let mut answer = first.ok();
        while answer.as_ref().is_none_or(|answer| answer.status != 200) {
            assert!(killed.elapsed() < ANSWERED_WITHIN, "{answer:?}");
            kills.retries += 1;
            answer = Some(user.post(&user.confirmation()).await.unwrap());
        }
        kills.longest = kills.longest.max(killed.elapsed());
        let answer = answer.unwrap();
        assert!(user.is_booked(&answer), "{answer:?}");
        let again = user.post(&user.confirmation()).await.unwrap();
        assert_eq!(again.body, answer.body);
        user.assert_one_booking(database, "Ada");
        user.cancel(database);
    }
    kills
}

/// Returns a user who is on SUMMARY.
async fn user_at_summary(lambda: &Lambda, nth: usize) -> User {
    let user = User::open(lambda, nth).await;
    user.submit_details("Ada").await;
    user
}

impl Kills {
    /// Records the step at which the program was killed.
    fn note(&mut self, database: &DynamoDb, user: &User, answered: bool) {
        self.kills += 1;
        let session = user.session(database);
        let step = match (answered, session["claim"].is_null(), session["finished"].is_null()) {
            (true, ..) => &mut self.answered_before,
            (_, _, false) => &mut self.before_the_answer,
            (_, true, _) => &mut self.before_the_claim,
            _ if !user.bookings(database).is_empty() => &mut self.before_the_reply,
            _ => &mut self.before_the_booking,
        };
        *step += 1;
    }

    fn and(self, other: Self) -> Self {
        Self {
            kills: self.kills + other.kills,
            answered_before: self.answered_before + other.answered_before,
            before_the_claim: self.before_the_claim + other.before_the_claim,
            before_the_booking: self.before_the_booking + other.before_the_booking,
            before_the_reply: self.before_the_reply + other.before_the_reply,
            before_the_answer: self.before_the_answer + other.before_the_answer,
            retries: self.retries + other.retries,
            longest: self.longest.max(other.longest),
        }
    }
}

/// An attempt books a slot and dies, and the user chooses another time. The second booking replaces the first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_choice_after_an_attempt_that_died_leaves_one_booking() {
    let database = tables::in_memory();
    let dynamodb = database.clone().serve().await.unwrap();
    let secret = events_file("secret.json").display().to_string();
    let proxy = Proxy::to(&dynamodb).await;
    let log = scratch("second_choice").join("log");
    let program = program(&log, &proxy.url, &[("FLOWS_SECRET_FILE", secret.as_str())]);
    let lambda = Lambda::start().await.unwrap();
    let mut running = program.start(lambda.runtime_api()).unwrap();
    let user = user_at_summary(&lambda, 7).await;

    let request = user.confirmation();
    proxy.inject("UpdateItem", 1, 1, Fault::Silence);
    let dies = async {
        while proxy.injected() == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        running.kill().await.unwrap();
        lambda.fail_pending("the program was killed");
    };
    let (first, ()) = tokio::join!(user.post(&request), dies);
    assert!(first.is_err());
    user.assert_one_booking(&database, "Ada");
    proxy.clear();
    let _running = program.start(lambda.runtime_api()).unwrap();

    // The claim of the attempt that died expires after ten seconds.
    tokio::time::sleep(Duration::from_secs(11)).await;
    let later = user.with_slot(11);
    later.submit_details("Ada").await;
    let answer = later.post(&later.confirmation()).await.unwrap();
    assert!(later.is_booked(&answer), "{answer:?}");
    later.assert_one_booking(&database, "Ada");

    // The bookings of other users are unchanged.
    let other = user_at_summary(&lambda, 7).await;
    assert!(
        other.is_booked(&other.post(&other.confirmation()).await.unwrap()),
        "the slot is free again"
    );
    other.assert_one_booking(&database, "Ada");
    later.assert_one_booking(&database, "Ada");
}
