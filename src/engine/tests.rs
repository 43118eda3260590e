//! The engine against a model: one token, one store that may fail, any number of deliveries in any
//! order, crashes between any two steps, and time that passes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::flow::{Answered, Cause, MemorySessions, Session, Sessions, StoreError, Tokens};
use crate::protocol::token::FlowToken;
use crate::status::TokenFault;

/// What a person may do on screen FORM. Each has its own submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// Counts one up and stays.
    Count(u8),
    /// Counts one up and goes on, once per submission.
    Book(u8),
    /// As above, and stays: "card declined".
    Decline(u8),
    /// Ends the flow, once.
    Complete,
    /// Fails.
    Fail,
    /// Fails, and is acted on once.
    FailOnce,
    /// Ends the token with words.
    Expire,
    /// So does this, once.
    ExpireOnce,
    /// Its state cannot be read any more.
    Unreadable,
}

impl Kind {
    fn once(self) -> bool {
        match self {
            Self::Book(_) | Self::Decline(_) | Self::Complete => true,
            Self::FailOnce | Self::ExpireOnce => true,
            Self::Count(_) | Self::Fail | Self::Expire | Self::Unreadable => false,
        }
    }

    fn submission(self) -> SubmissionDigest {
        let mut digest = [0; 16];
        let text = format!("{self:?}");
        digest[..text.len()].copy_from_slice(text.as_bytes());
        digest
    }

    fn of(byte: u8) -> Self {
        match byte % 25 {
            12 => Self::Expire,
            13 => Self::ExpireOnce,
            14 | 15 => Self::Unreadable,
            other => Self::usual(other % 12),
        }
    }

    fn usual(byte: u8) -> Self {
        match byte {
            0..=3 => Self::Count(byte % 3),
            4..=6 => Self::Book(byte % 2),
            7..=8 => Self::Decline(byte % 2),
            9 => Self::Complete,
            10 => Self::Fail,
            _ => Self::FailOnce,
        }
    }
}

/// A body that a phone has sealed, and that may come any number of times.
#[derive(Debug, Clone, Copy)]
struct Body {
    digest: BodyDigest,
    kind: Kind,
}

/// One delivery that is being served.
struct Delivery {
    body: Body,
    started_at: Duration,
    exchange: Exchange<'static>,
    step: Step,
    /// Its handler has run.
    ran: bool,
}

struct World {
    sessions: MemorySessions,
    token: FlowToken,
    time: Duration,
    owners: u8,
    deliveries: Vec<Delivery>,
    bodies: Vec<Body>,
    /// What each body was answered with.
    answers: HashMap<BodyDigest, String>,
    /// What each count was acknowledged to.
    counted: HashMap<u64, BodyDigest>,
    /// The attempts at each submission, and how many were cut off.
    runs: HashMap<Kind, Vec<u32>>,
    cut_off: HashMap<Kind, u32>,
    /// Whoever serves may die, and the store may fail.
    faults: bool,
    /// The count at which the flow ended, once that was acknowledged.
    completed: Option<u64>,
    exchanges: u32,
}

const START: u64 = 1_800_000_000;

fn immediate<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("memory answers at once"),
    }
}

impl World {
    fn new(faults: bool) -> Self {
        Self {
            faults,
            sessions: MemorySessions::new(),
            token: FlowToken::random(),
            time: Duration::ZERO,
            owners: 0,
            deliveries: Vec::new(),
            bodies: Vec::new(),
            answers: HashMap::new(),
            counted: HashMap::new(),
            runs: HashMap::new(),
            cut_off: HashMap::new(),
            completed: None,
            exchanges: 0,
        }
    }

    fn now(&self) -> u64 {
        START + self.time.as_secs()
    }

    fn stored(&self) -> Option<Session> {
        immediate(self.sessions.load(&self.token)).expect("memory does not fail")
    }

    fn new_body(&mut self, kind: Kind) -> Body {
        let body = Body { digest: [self.bodies.len() as u8 + 1; 16], kind };
        self.bodies.push(body);
        body
    }

    fn deliver(&mut self, body: Body) {
        self.owners += 1;
        let manner = Manner {
            screen: Some("FORM"),
            once: body.kind.once(),
            rebuilds: false,
            tokens: Tokens::Open,
            refillable: false,
            words_on_failure: "Try again.",
            words_when_over: "Over.",
        };
        let submission = body.kind.submission();
        let arrival = Arrival { path: "/form", body: body.digest, submission, manner };
        let exchange =
            Exchange::new(arrival, [self.owners; 16], Limits::of(crate::endpoint::TIME_LIMIT));
        let started_at = self.time;
        self.deliveries.push(Delivery { body, started_at, exchange, step: Step::Load, ran: false });
    }

    /// One step of one delivery, if it is still in time. `fault`: the store fails, 1 before and 2 after it has acted.
    fn step(&mut self, which: usize, fault: u8) {
        if self.time - self.deliveries[which].started_at >= crate::endpoint::TIME_LIMIT {
            return self.crash(which);
        }
        let mut delivery = self.deliveries.remove(which);
        let at = At { now: self.now(), elapsed: self.time - delivery.started_at };
        let down = StoreError("down");
        delivery.step = match delivery.step {
            Step::Load if fault > 0 => delivery.exchange.loaded(Err(down), at),
            Step::Load => delivery.exchange.loaded(Ok(self.stored()), at),
            Step::Store => {
                let (next, base) =
                    delivery.exchange.writing().expect("there is something to write");
                let stored = match fault {
                    1 => Err(down),
                    _ => immediate(self.sessions.store(&self.token, next, base, self.now())),
                };
                let stored = if fault == 2 { Err(down) } else { stored };
                delivery.exchange.stored(stored, at)
            }
            Step::Handle { state, attempt } => {
                let outcome = self.run(delivery.body.kind, state, attempt);
                delivery.ran = true;
                delivery.exchange.handled(outcome, at)
            }
            Step::Wait(pause) => {
                // Others wait at the same time.
                self.time += pause / 20;
                Step::Load
            }
            Step::Rebuild { .. } | Step::End => {
                unreachable!("no way to rebuild, and ended ones go")
            }
        };
        match delivery.step {
            Step::End => self.ended(delivery),
            _ => self.deliveries.push(delivery),
        }
    }

    fn run(
        &mut self,
        kind: Kind,
        state: Option<String>,
        attempt: u32,
    ) -> Result<Answered, Failure> {
        self.runs.entry(kind).or_default().push(attempt);
        let count = state.map_or(0, |state| state.parse::<u64>().expect("a number")) + 1;
        let (screen, last) = match kind {
            Kind::Count(_) | Kind::Decline(_) => ("FORM", false),
            Kind::Book(_) => ("DONE", false),
            Kind::Complete => ("SUCCESS", true),
            Kind::Fail | Kind::FailOnce => {
                return Err(Failure::Failed(Cause { type_name: "model", at: None }));
            }
            Kind::Expire | Kind::ExpireOnce => {
                let words = format!("Closed {}.", self.owners);
                return Err(Failure::Token { fault: TokenFault::Expired, words });
            }
            Kind::Unreadable => {
                // The flow's words: they do not change.
                let words = "Over.".into();
                return Err(Failure::Token { fault: TokenFault::StateUnreadable, words });
            }
        };
        let reply = json!({ "screen": screen, "data": { "count": count, "run": self.owners } });
        let plaintext = reply.to_string().into_bytes();
        Ok(Answered { plaintext, screen, state: Some(count.to_string()), last, disagreement: None })
    }

    /// What must hold of every answer.
    fn ended(&mut self, delivery: Delivery) {
        self.exchanges += 1;
        let Delivery { body, exchange, .. } = delivery;
        let End { reply, covered, repeat, .. } = exchange.end();
        let sealed = match reply {
            Ok(plaintext) => String::from_utf8(plaintext).expect("JSON"),
            Err(Failure::Token { words, .. }) => format!("427 {words}"),
            Err(failure) => {
                let fails = matches!(body.kind, Kind::Fail | Kind::FailOnce);
                let crowded = matches!(failure, Failure::Contended | Failure::BeingActedOn)
                    || failure.status() == 409;
                assert!(self.faults || fails || crowded, "{:?}: {failure:?}", body.kind);
                return;
            }
        };
        match self.answers.entry(body.digest) {
            Entry::Vacant(first) => {
                first.insert(sealed.clone());
            }
            Entry::Occupied(first) => {
                assert_eq!(first.get(), &sealed, "another reply to the same body");
            }
        }
        if sealed.starts_with("427") {
            return;
        }
        let reply: Value = serde_json::from_str(&sealed).expect("JSON");
        if covered.is_some() {
            assert_eq!(
                (&reply["screen"], &reply["data"]["error_message"]),
                (&json!("FORM"), &json!("Try again."))
            );
        } else if !repeat {
            let count = reply["data"]["count"].as_u64().expect("a count");
            let before = *self.counted.entry(count).or_insert(body.digest);
            assert_eq!(before, body.digest, "two were acknowledged as number {count}");
            assert!(
                self.completed.is_none_or(|end| count <= end),
                "something was done after the end"
            );
            if reply["screen"] == "SUCCESS" {
                self.completed = Some(count);
            }
        }
    }

    /// Whoever served this delivery dies, or stops at the end of its time.
    fn crash(&mut self, which: usize) {
        let delivery = self.deliveries.swap_remove(which);
        if delivery.ran {
            *self.cut_off.entry(delivery.body.kind).or_default() += 1;
        }
    }

    /// Plays what is chosen, and then lets every delivery end.
    fn play(&mut self, choices: &[(u8, u8)]) {
        let faults = self.faults;
        for &(what, which) in choices {
            let running = self.deliveries.len();
            match what % 20 {
                // Sixteen bodies are remembered: within them the promise has no exception.
                0..=2 if self.bodies.len() < Session::SEEN => {
                    let body = self.new_body(Kind::of(which));
                    self.deliver(body);
                }
                3..=4 if self.bodies.len() < Session::SEEN && !self.bodies.is_empty() => {
                    let kind = self.bodies[which as usize % self.bodies.len()].kind;
                    let body = self.new_body(kind);
                    self.deliver(body);
                }
                5..=6 if !self.bodies.is_empty() && self.owners < 200 => {
                    self.deliver(self.bodies[which as usize % self.bodies.len()]);
                }
                7 if faults => self.time += Duration::from_secs((which % 16).into()),
                8 if faults && running > 0 => self.crash(which as usize % running),
                9 if faults && running > 0 => self.step(which as usize % running, which % 2 + 1),
                _ if running > 0 => self.step(which as usize % running, 0),
                _ => {}
            }
        }
        let mut steps = 0;
        while !self.deliveries.is_empty() {
            self.step(0, 0);
            steps += 1;
            assert!(steps < 100_000, "somebody never ends");
        }
    }
}

fn choices() -> impl Strategy<Value = Vec<(u8, u8)>> {
    prop::collection::vec(any::<(u8, u8)>(), 1..250)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6_000, ..ProptestConfig::default() })]

    /// The assertions are in [`World::ended`]: one reply per body, no count acknowledged twice, nothing
    /// done after the end, and every delivery ends.
    #[test]
    fn no_interleaving_breaks_a_promise(choices in choices(), faults: bool) {
        World::new(faults).play(&choices);
    }

    /// Deliveries of one submission, some with the same body, some sealed anew.
    #[test]
    fn one_submission_is_acted_on_once(
        choices in choices(),
        kind in prop::sample::select(vec![Kind::Book(0), Kind::Complete]),
        faults: bool,
    ) {
        let mut world = World::new(faults);
        let first = world.new_body(kind);
        world.deliver(first);
        let choices: Vec<_> = choices
            .into_iter()
            .map(|(what, which)| if what % 20 < 3 { (3, which) } else { (what, which) })
            .collect();
        world.play(&choices);
        let runs = world.runs.remove(&kind).unwrap_or_default();
        prop_assert!(runs.is_sorted_by(|one, next| one < next), "attempts are told apart: {:?}", runs);
        if !faults {
            prop_assert_eq!(runs, [1]);
            let mut answers: Vec<_> = world.answers.values().collect();
            answers.dedup();
            prop_assert_eq!(answers.len(), 1, "everybody got the same reply");
        }
    }
}

/// What the 12,000 runs above are worth: how many exchanges ended, and in what.
#[test]
fn a_run_meets_what_it_is_meant_to_meet() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut exchanges, mut repeats, mut completed, mut cut_off) = (0, 0, 0, 0);
    for _ in 0..500 {
        let choices = choices().new_tree(&mut runner).expect("a tree").current();
        let mut world = World::new(true);
        world.play(&choices);
        exchanges += world.exchanges;
        completed += u32::from(world.completed.is_some());
        cut_off += world.cut_off.values().sum::<u32>();
        repeats += world.runs.values().filter(|runs| runs.len() > 1).count();
    }
    println!(
        "500 runs: {exchanges} exchanges, {completed} ends, {cut_off} cut off, {repeats} run again"
    );
    assert!(exchanges > 5_000 && completed > 50 && cut_off > 50 && repeats > 50);
}
