//! The engine against a model: one token, one store that may fail, any number of deliveries in any
//! order, crashes between any two steps, and time that passes.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::protocol::signature::AppSecret;
use crate::protocol::submission::SubmissionDigest;
use crate::protocol::token::FlowToken;

/// The actions of a user on screen FORM. Each has its own submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// Counts one up and stays.
    Count(u8),
    /// Counts one up and goes on; a duplicate does not count.
    Book(u8),
    /// As above, and stays: "card declined".
    Decline(u8),
    /// Ends the flow, once.
    Complete,
    /// Fails.
    Fail,
    /// Fails after it has acted, once.
    FailOnce(u8),
    /// Acts once and returns a reply that the library refuses.
    Refused(u8),
    /// An ordinary handler whose reply the library refuses.
    RefusedOrdinary,
    /// A payload that a `once` handler does not take: the handler does not run.
    Invalid,
    /// Ends the token with words.
    Expire,
    /// So does this, once.
    ExpireOnce,
    /// Its state cannot be read any more.
    Unreadable,
    /// An error notification that no handler takes.
    ErrorNotification,
}

impl Kind {
    fn once(self) -> bool {
        match self {
            Self::Book(_) | Self::Decline(_) | Self::Complete | Self::FailOnce(_) => true,
            Self::Refused(_) | Self::Invalid | Self::ExpireOnce => true,
            Self::Count(_) | Self::Fail | Self::RefusedOrdinary => false,
            Self::Expire | Self::Unreadable | Self::ErrorNotification => false,
        }
    }

    /// Its handler fails, or its reply is refused: the user is left on the screen.
    fn is_covered(self) -> bool {
        match self {
            Self::Fail | Self::FailOnce(_) | Self::Refused(_) => true,
            Self::RefusedOrdinary | Self::Invalid => true,
            Self::Count(_) | Self::Book(_) | Self::Decline(_) | Self::Complete => false,
            Self::Expire | Self::ExpireOnce | Self::Unreadable | Self::ErrorNotification => false,
        }
    }

    fn submission(self) -> SubmissionDigest {
        let mut digest = [0; 16];
        for (to, from) in digest.iter_mut().zip(format!("{self:?}").bytes()) {
            *to = from;
        }
        digest
    }

    fn of(byte: u8) -> Self {
        match byte % 40 {
            0..=5 => Self::Count(byte % 3),
            6..=11 => Self::Book(byte % 3),
            12..=15 => Self::Decline(byte % 2),
            16 | 17 => Self::Complete,
            18 | 19 => Self::Fail,
            20..=24 => Self::FailOnce(byte % 5),
            25..=29 => Self::Refused(byte % 3),
            30 => Self::RefusedOrdinary,
            31 | 32 => Self::Invalid,
            33 => Self::Expire,
            34 => Self::ExpireOnce,
            35 | 36 => Self::Unreadable,
            _ => Self::ErrorNotification,
        }
    }
}

/// The delivery of a body: the circumstances that are not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Usual,
    /// To the path of another flow: the path is not signed.
    OtherPath,
    /// With a signature of its token that an app secret's rotation has outdated.
    Outdated,
}

/// A body that a phone has sealed, and that may come any number of times, wrapped anew or not.
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
    /// The attempt of its `once` handler that has run.
    ran: Option<Attempt>,
    /// Its handler has run and returned `Ok`.
    ok: bool,
    /// The store takes nothing from it once its handler has run.
    barred: bool,
    /// It has read a session, or written one.
    saw_session: bool,
    wrote: bool,
}

#[derive(Debug, Clone, Copy)]
struct Rules {
    /// Whoever serves may die, and the store may fail.
    faults: bool,
    reopenable: bool,
    /// Only registered tokens are served; this one is, with its flow or without.
    registered: Option<bool>,
}

struct World {
    rules: Rules,
    sessions: MemoryStore,
    token: &'static FlowToken,
    time: Duration,
    seeds: u8,
    deliveries: Vec<Delivery>,
    bodies: Vec<Body>,
    /// The reply to each body.
    answers: HashMap<BodyDigest, String>,
    /// The acknowledgment of each count.
    counted: HashMap<(u64, u64), BodyDigest>,
    /// The number of times the flow was filled in from the start.
    rounds: u64,
    /// The attempts of each operation that ran, in order, and its submission.
    operations: HashMap<OperationId, (Kind, Vec<u32>)>,
    /// Operations that ran, and of which no outcome is recorded with a reply, oldest first.
    open: Vec<OperationId>,
    /// Operations whose `Ok` is recorded.
    recorded: HashSet<OperationId>,
    runs: HashMap<Kind, u32>,
    /// When the flow ended, and at which count.
    ended: Option<(u64, (u64, u64))>,
    exchanges: u32,
    seen: Seen,
}

/// The situations that the interleavings have met.
#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    repeats: u32,
    ends: u32,
    cut_off: u32,
    done_without_reply: u32,
    unresolved: u32,
    too_many: u32,
    refused: u32,
    reopened: u32,
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

fn token() -> &'static FlowToken {
    static TOKEN: OnceLock<FlowToken> = OnceLock::new();
    TOKEN.get_or_init(FlowToken::random)
}

fn dictionary() -> &'static Dictionary {
    static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
    DICTIONARY.get_or_init(Dictionary::default)
}

fn reply_keys() -> &'static StoredReplyKeys<'static> {
    static SECRETS: OnceLock<Vec<AppSecret>> = OnceLock::new();
    static KEYS: OnceLock<StoredReplyKeys<'static>> = OnceLock::new();
    let secrets = SECRETS.get_or_init(|| vec![AppSecret::new("model").expect("not empty")]);
    KEYS.get_or_init(|| StoredReplyKeys::new(secrets, 0, token()))
}

impl World {
    fn new(rules: Rules) -> Self {
        let world = Self {
            rules,
            sessions: MemoryStore::new(),
            token: token(),
            time: Duration::ZERO,
            seeds: 0,
            deliveries: Vec::new(),
            bodies: Vec::new(),
            answers: HashMap::new(),
            counted: HashMap::new(),
            rounds: 0,
            operations: HashMap::new(),
            open: Vec::new(),
            recorded: HashSet::new(),
            runs: HashMap::new(),
            ended: None,
            exchanges: 0,
            seen: Seen::default(),
        };
        if let Some(with_flow) = rules.registered {
            let flow = with_flow.then(|| "/form".to_owned());
            world.sessions.put(world.token.clone(), Session { flow, ..Session::default() });
        }
        world
    }

    fn now(&self) -> u64 {
        START + self.time.as_secs()
    }

    fn stored(&self) -> Option<Session> {
        immediate(self.sessions.load(self.token)).expect("memory does not fail")
    }

    fn new_body(&mut self, kind: Kind) -> Body {
        let body = Body { digest: [self.bodies.len() as u8 + 1; 8], kind };
        self.bodies.push(body);
        body
    }

    fn deliver(&mut self, body: Body, way: Way, barred: bool) {
        self.seeds += 1;
        let registered = self.rules.registered.is_some();
        let policy = RequestPolicy {
            screen: Some("FORM"),
            once: body.kind.once(),
            rebuilds: false,
            tokens: if registered { TokenPolicy::Registered } else { TokenPolicy::Open },
            resumes: false,
            reopenable: self.rules.reopenable,
            failure_message: "Try again.",
            expired_message: "Over.",
            dictionary: dictionary(),
        };
        let incoming = Incoming {
            path: if way == Way::OtherPath { "/other" } else { "/form" },
            body: body.digest,
            submission: body.kind.submission(),
            policy,
            starts_anew: false,
            token_fault: (way == Way::Outdated).then_some(TokenFault::SignatureWrong),
            one_of_several: true,
            is_error_notification: body.kind == Kind::ErrorNotification,
            reply_keys: reply_keys(),
        };
        let seed = Seed([self.seeds; 32]);
        let exchange = Exchange::new(incoming, seed, Limits::of(crate::endpoint::TIME_LIMIT));
        self.deliveries.push(Delivery {
            body,
            started_at: self.time,
            exchange,
            step: Step::Load,
            ran: None,
            ok: false,
            barred,
            saw_session: false,
            wrote: false,
        });
    }

    /// One step of one delivery, if it is still in time. `fault`: the store fails, 1 before and 2 after it
    /// has acted.
    fn step(&mut self, which: usize, fault: u8) {
        if self.time - self.deliveries[which].started_at >= crate::endpoint::TIME_LIMIT {
            return self.crash(which);
        }
        let mut delivery = self.deliveries.remove(which);
        let at = Now { seconds: self.now(), elapsed: self.time - delivery.started_at };
        let down = StoreError("down");
        delivery.step = match std::mem::replace(&mut delivery.step, Step::End) {
            Step::Load if fault > 0 => delivery.exchange.loaded(Err(down), at),
            Step::Load => {
                let found = self.stored();
                delivery.saw_session = found.is_some();
                delivery.exchange.loaded(Ok(found), at)
            }
            Step::Store => {
                let stored = self.store(&mut delivery, fault);
                delivery.exchange.stored(stored, at)
            }
            Step::Handle { state, attempt } => {
                let outcome = self.run(&mut delivery, state, attempt);
                delivery.exchange.handled(outcome, at)
            }
            Step::Admit(_) if fault > 0 => delivery.exchange.admitted(Err(down)),
            Step::Admit(owner) => {
                let admitted = self.sessions.admit_waiting(self.token, owner, MAX_WAITING);
                delivery.exchange.admitted(immediate(admitted))
            }
            Step::Wait(pause) => {
                // Others wait at the same time; one that the store keeps refusing waits until it gives up.
                self.time += if delivery.barred { pause * 10 } else { pause / 20 };
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

    fn store(&mut self, delivery: &mut Delivery, fault: u8) -> Result<WriteOutcome, StoreError> {
        let (next, base) = delivery.exchange.writing().expect("there is something to write");
        let next = next.clone();
        if fault == 1 || (delivery.barred && (delivery.ok || delivery.ran.is_some())) {
            return Err(StoreError("down"));
        }
        let stored = immediate(self.sessions.write(self.token, &next, base, self.now()));
        if stored == Ok(WriteOutcome::Written) {
            delivery.wrote = true;
            self.written(delivery, &next);
        }
        if fault == 2 { Err(StoreError("down")) } else { stored }
    }

    /// A write took place: what is recorded by it.
    fn written(&mut self, delivery: &Delivery, next: &Session) {
        if next.finished && self.ended.is_none() {
            self.ended = Some((self.now(), (u64::MAX, u64::MAX)));
            self.open.clear();
        }
        if !next.finished && self.ended.take().is_some() {
            self.seen.reopened += 1;
        }
        let Some(attempt) = delivery.ran.as_ref().filter(|_| delivery.ok) else { return };
        assert!(
            self.recorded.insert(attempt.operation) || self.rules.faults,
            "an operation is recorded once: {:?}",
            delivery.body.kind
        );
        self.open.retain(|open| !attempt.unresolved.contains(open));
        match next.is_done_without_reply() {
            true => self.seen.done_without_reply += 1,
            false => self.open.retain(|open| *open != attempt.operation),
        }
    }

    fn run(
        &mut self,
        delivery: &mut Delivery,
        state: Option<String>,
        attempt: Attempt,
    ) -> Result<RenderedReply, Failure> {
        let kind = delivery.body.kind;
        if kind == Kind::Invalid {
            return Err(Failure::InvalidPayload { member: "age".into() });
        }
        if kind == Kind::Unreadable {
            // The flow's words: they do not change.
            let message = "Over.".into();
            return Err(Failure::Token { fault: TokenFault::StateUnreadable, message });
        }
        *self.runs.entry(kind).or_default() += 1;
        if kind.once() {
            self.runs_once(kind, &attempt);
            delivery.ran = Some(attempt);
        } else {
            assert_eq!((attempt.number, attempt.unresolved.len()), (1, 0));
        }
        let mut parts = state.as_deref().unwrap_or_default().split('.');
        let mut part = || parts.next().and_then(|part| part.parse::<u64>().ok());
        let (round, count) = match (part(), part()) {
            (Some(round), Some(count)) => (round, count + 1),
            _ => {
                self.rounds += 1;
                (self.rounds, 1)
            }
        };
        let (screen, terminal) = match kind {
            Kind::Count(_) | Kind::Decline(_) => ("FORM", false),
            Kind::Book(_) => ("DONE", false),
            Kind::Complete => ("SUCCESS", true),
            Kind::Fail | Kind::FailOnce(_) => {
                return Err(Failure::Failed(Cause {
                    type_name: "model",
                    at: None,
                    code: None,
                    text: None,
                }));
            }
            Kind::Refused(_) | Kind::RefusedOrdinary => {
                delivery.ok = true;
                return Err(Failure::ReplyTooLarge { screen: "DONE" });
            }
            Kind::Expire | Kind::ExpireOnce => {
                let message = format!("Closed {}.", self.seeds);
                return Err(Failure::Token { fault: TokenFault::Expired, message });
            }
            Kind::Invalid | Kind::Unreadable | Kind::ErrorNotification => {
                unreachable!("no handler")
            }
        };
        delivery.ok = true;
        let data = json!({ "round": round, "count": count, "run": self.seeds });
        let plaintext = json!({ "screen": screen, "data": data }).to_string().into_bytes();
        let state = Some(format!("{round}.{count}"));
        Ok(RenderedReply { state, terminal, ..RenderedReply::of(screen, plaintext) })
    }

    /// Asserts what holds whenever a `once` handler starts.
    fn runs_once(&mut self, kind: Kind, attempt: &Attempt) {
        let Attempt { number, operation, unresolved } = attempt;
        assert!(!self.recorded.contains(operation), "{kind:?} runs again after its recorded Ok");
        let (first, attempts) = self.operations.entry(*operation).or_insert((kind, Vec::new()));
        assert_eq!(*first, kind, "an operation is one submission");
        assert!(
            attempts.last().is_none_or(|last| last < number),
            "attempts are told apart: {attempts:?}, then {number}"
        );
        assert!(attempts.is_empty() || *number > 1, "a later attempt says so");
        attempts.push(*number);
        for open in self.open.iter().filter(|open| *open != operation) {
            assert!(unresolved.contains(open), "{kind:?} does not see an open operation");
        }
        assert!(!unresolved.contains(operation) && unresolved.len() <= 4);
        let order = |id: &OperationId| self.open.iter().position(|open| open == id);
        assert!(unresolved.iter().filter_map(order).is_sorted(), "oldest first");
        self.seen.unresolved += u32::from(!unresolved.is_empty());
        if !self.open.contains(operation) {
            self.open.push(*operation);
        }
    }

    /// Asserts what holds for every reply.
    fn ended(&mut self, delivery: Delivery) {
        self.exchanges += 1;
        let Delivery { body, exchange, started_at, wrote, saw_session, .. } = delivery;
        let End { reply, recovered, repeat, .. } = exchange.end();
        let sealed = match reply {
            Ok(plaintext) => String::from_utf8(plaintext).expect("JSON"),
            Err(Failure::Token { fault, message }) => {
                self.seen.refused += u32::from(fault != TokenFault::Expired);
                format!("427 {message}")
            }
            Err(failure) => {
                self.seen.too_many += u32::from(matches!(failure, Failure::TooManyUnresolved));
                let crowded = matches!(failure, Failure::WriteConflict | Failure::InProgress)
                    || matches!(failure, Failure::TooManyUnresolved)
                    || matches!(failure, Failure::SeenBefore | Failure::ReplyNotStored);
                let may_fail = self.rules.faults || crowded || body.kind.is_covered();
                assert!(may_fail, "{:?}: {failure:?}", body.kind);
                return;
            }
        };
        // Where there was no session, nothing could remember the body of a 427 or of a notification.
        let remembered = wrote || repeat || saw_session;
        match self.answers.entry(body.digest) {
            _ if !remembered => {}
            Entry::Vacant(first) => {
                first.insert(sealed.clone());
            }
            Entry::Occupied(first) => {
                assert_eq!(first.get(), &sealed, "another reply to the same body");
            }
        }
        self.seen.repeats += u32::from(repeat);
        if sealed.starts_with("427") {
            return;
        }
        let reply: Value = serde_json::from_str(&sealed).expect("JSON");
        if body.kind == Kind::ErrorNotification {
            assert_eq!(reply, json!({ "data": { "acknowledged": true } }));
            return;
        }
        let message = &reply["data"]["error_message"];
        if recovered.is_some() {
            assert_eq!((&reply["screen"], message), (&json!("FORM"), &json!("Try again.")));
            return;
        }
        assert!(!body.kind.is_covered() || repeat, "{:?} is not a success", body.kind);
        if repeat {
            if let Some((ended, _)) = self.ended {
                let started = START + started_at.as_secs();
                assert!(started < ended + END_REPEAT_SECONDS, "an end is repeated for ten minutes");
            }
            return;
        }
        let number = |name: &str| reply["data"][name].as_u64().expect("a number");
        let (round, count) = (number("round"), number("count"));
        let before = *self.counted.entry((round, count)).or_insert(body.digest);
        assert_eq!(before, body.digest, "two were acknowledged as number {count}");
        if let Some((_, (ended, end))) = self.ended {
            assert!(round != ended || count <= end, "something was done after the end");
        }
        if reply["screen"] == "SUCCESS" {
            self.seen.ends += 1;
            if let Some((_, end)) = &mut self.ended {
                *end = (round, count);
            }
        }
    }

    /// Whoever served this delivery dies, or stops at the end of its time.
    fn crash(&mut self, which: usize) {
        let delivery = self.deliveries.swap_remove(which);
        self.seen.cut_off += u32::from(delivery.ran.is_some());
    }

    /// Plays what is chosen, and then lets every delivery end.
    fn play(&mut self, choices: &[(u8, u8)]) {
        let faults = self.rules.faults;
        // Fifty-six bodies are remembered: within them the promise has no exception.
        let room = |world: &Self| world.bodies.len() < Session::OLDER && world.seeds < 250;
        for &(what, which) in choices {
            let running = self.deliveries.len();
            let barred = faults && which % 7 == 0;
            match what % 24 {
                0..=2 if room(self) => {
                    let body = self.new_body(Kind::of(which));
                    self.deliver(body, Way::Usual, barred);
                }
                3..=4 if room(self) && !self.bodies.is_empty() => {
                    let kind = self.bodies[which as usize % self.bodies.len()].kind;
                    let body = self.new_body(kind);
                    self.deliver(body, Way::Usual, barred);
                }
                // A body again, wrapped anew or not, perhaps to another path.
                5..=6 if !self.bodies.is_empty() && self.seeds < 250 => {
                    let way = [Way::Usual, Way::Usual, Way::OtherPath, Way::Outdated];
                    let body = self.bodies[which as usize % self.bodies.len()];
                    self.deliver(body, way[which as usize / 5 % 4], false);
                }
                7 if room(self) => {
                    let way = [Way::OtherPath, Way::Outdated][usize::from(which % 2)];
                    let body = self.new_body(Kind::of(which));
                    self.deliver(body, way, false);
                }
                8 if faults => self.time += Duration::from_secs((which % 16).into()),
                9 if which % 4 == 0 && running == 0 => {
                    self.time += Duration::from_secs([601, 7_200][usize::from(which % 8) / 4]);
                }
                10 if faults && running > 0 => self.crash(which as usize % running),
                11 if faults && running > 0 => self.step(which as usize % running, which % 2 + 1),
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

fn rules() -> impl Strategy<Value = Rules> {
    let registered = prop_oneof![4 => Just(None), 1 => any::<bool>().prop_map(Some)];
    (any::<bool>(), any::<bool>(), registered).prop_map(|(faults, reopenable, registered)| Rules {
        faults,
        reopenable,
        registered,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 14_000, ..ProptestConfig::default() })]

    /// The assertions are in [`World`]: one reply per body, no run after a recorded `Ok`, operation ids as
    /// promised, no count acknowledged twice, nothing done after the end, and every delivery ends.
    #[test]
    fn no_interleaving_breaks_a_promise(choices in choices(), rules in rules()) {
        World::new(rules).play(&choices);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6_000, ..ProptestConfig::default() })]

    /// Deliveries of one submission, some with the same body, some sealed anew.
    #[test]
    fn one_submission_is_acted_on_once(
        choices in choices(),
        kind in prop::sample::select(vec![Kind::Book(0), Kind::Complete, Kind::Refused(0)]),
        faults: bool,
    ) {
        let mut world = World::new(Rules { faults, reopenable: false, registered: None });
        let first = world.new_body(kind);
        world.deliver(first, Way::Usual, false);
        let choices: Vec<_> = choices
            .into_iter()
            .map(|(what, which)| if matches!(what % 24, 0..=2 | 7) { (3, which) } else { (what, which) })
            .filter(|(what, _)| what % 24 != 9)
            .collect();
        world.play(&choices);
        prop_assert!(world.operations.len() <= 1, "one submission is one operation");
        if !faults {
            prop_assert_eq!(world.runs.get(&kind), Some(&1));
            let mut answers: Vec<_> =
                world.answers.values().filter(|answer| !answer.starts_with("427")).collect();
            answers.sort();
            answers.dedup();
            prop_assert!(answers.len() <= 1, "everybody got the same reply: {answers:?}");
        }
    }
}

/// The coverage of the runs above: the number of exchanges, and their ends.
#[test]
fn a_run_meets_what_it_is_meant_to_meet() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut exchanges = 0;
    let mut total = Seen::default();
    for run in 0..1_000 {
        let choices = choices().new_tree(&mut runner).expect("a tree").current();
        let rules = Rules { faults: run % 2 == 0, reopenable: run % 3 == 0, registered: None };
        let mut world = World::new(rules);
        world.play(&choices);
        exchanges += world.exchanges;
        let Seen { repeats, ends, cut_off, done_without_reply, unresolved, .. } = world.seen;
        total.repeats += repeats;
        total.ends += ends;
        total.cut_off += cut_off;
        total.done_without_reply += done_without_reply;
        total.unresolved += unresolved;
        total.too_many += world.seen.too_many;
        total.refused += world.seen.refused;
        total.reopened += world.seen.reopened;
    }
    println!("1,000 runs: {exchanges} exchanges, {total:?}");
    let Seen { repeats, ends, cut_off, done_without_reply, unresolved, .. } = total;
    let least =
        [repeats, ends, cut_off, done_without_reply, unresolved, total.refused, total.reopened];
    assert!(exchanges > 10_000 && least.iter().all(|count| *count > 50), "{least:?}");
    assert!(total.too_many > 0);
}
