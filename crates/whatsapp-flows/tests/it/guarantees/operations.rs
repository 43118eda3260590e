//! The contract of `once`: [`Flow::once`](whatsapp_flows::Flow::once).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use whatsapp_flows::BoxFuture;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::{Precondition, Session, SessionStore, StoreError, WriteOutcome};
use whatsapp_flows::testing::Phone;
use whatsapp_flows::{Endpoint, MemoryStore};

use super::shop::{Charge, Shop, card, flow};
use crate::support::log_lines::LogLines;
use crate::support::{business, sign};

fn first(charge: &Charge) -> (u32, usize) {
    (charge.attempt, charge.unresolved.len())
}

/// After a handler's `Ok` has been recorded, it never runs again, whatever becomes of the reply.
#[tokio::test]
async fn once_never_runs_again_after_ok_with_an_invalid_reply() {
    for (rejected, cause) in [
        ("disagrees", "reply does not match the Flow JSON"),
        ("large reply", "reply too large"),
        ("flat", "reply is not a JSON object"),
        ("list of parameters", "reply is not a JSON object"),
        ("large state", "state over 64 KB"),
        ("unwritable state", "state does not serialize"),
    ] {
        let (shop, lines) = (Shop::default(), LogLines::collect());
        let phone = Phone::new(flow(&shop));
        phone.init().await;
        let mut bodies = Vec::new();
        for delivery in 0..6 {
            let body = phone.seal(&phone.request("data_exchange", "PAY", card(rejected)));
            let answer = phone.post(&body).await;
            assert_eq!((answer.status, answer.screen()), (200, "PAY"), "{rejected}");
            assert_eq!((answer.message(), &answer.data()["due"]), ("Please try again.", &json!(7)));
            let line = lines.last();
            let logged = if delivery == 0 { cause } else { "done, without a usable reply" };
            assert_eq!((&line["cause"], &line["covered"]), (&json!(logged), &json!(true)));
            bodies.push((body, answer));
            phone.wait(Duration::from_secs(3_600));
        }
        for (body, answer) in &bodies {
            assert_eq!(&phone.post(body).await, answer, "the same bytes");
        }
        assert_eq!(shop.charges().len(), 1, "{rejected}");

        // After another exchange, the same data is a new operation, which sees the first one.
        phone.submit("RECEIPT", json!({ "note": "x" })).await;
        phone.submit("PAY", card(rejected)).await;
        let [one, two] = &shop.charges()[..] else { panic!("two operations") };
        assert_ne!(one.operation, two.operation);
        assert_eq!((two.attempt, &two.unresolved), (1, &vec![one.operation]));
        // Its `Ok` is recorded, too, so the first operation is resolved.
        phone.submit("PAY", card("visa")).await;
        assert_eq!(shop.last().unresolved, [two.operation]);
    }
}

/// A failed attempt is followed by another attempt of the same operation. Different data starts another operation,
/// whose handler sees the earlier ones until its own `Ok` is recorded.
#[tokio::test(start_paused = true)]
async fn different_data_after_an_unknown_outcome_sees_unresolved_operations() {
    for outcome in ["fails", "panics", "dies"] {
        let shop = Shop::default();
        let phone = Phone::new(flow(&shop));
        let answer = phone.submit("PAY", card(outcome)).await;
        assert_eq!((answer.screen(), answer.message()), ("PAY", "Please try again."), "{outcome}");
        phone.wait(Duration::from_secs(2));
        phone.submit("PAY", card(outcome)).await;
        let [one, again] = &shop.charges()[..] else { panic!("two attempts of {outcome}") };
        assert_eq!((one.operation, first(one)), (again.operation, (1, 0)));
        assert_eq!(first(again), (2, 0));

        assert_eq!(phone.submit("PAY", card("visa")).await.screen(), "RECEIPT");
        let other = shop.last();
        assert_ne!(other.operation, one.operation);
        assert_eq!((other.attempt, other.unresolved), (1, vec![one.operation]));
        assert_eq!(phone.submit("PAY", card("master")).await.screen(), "RECEIPT");
        assert_eq!(first(&shop.last()), (1, 0), "cleared by a recorded Ok");
    }
}

#[tokio::test]
async fn an_operation_beside_five_unresolved_ones_is_500() {
    let (shop, lines) = (Shop::default(), LogLines::collect());
    let phone = Phone::new(flow(&shop));
    for number in 0..5 {
        phone.submit("PAY", card(&format!("fails {number}"))).await;
    }
    let operations: Vec<_> = shop.charges().iter().map(|charge| charge.operation).collect();
    assert_eq!(shop.last().unresolved, operations[..4]);
    let rejected = phone.submit("PAY", card("visa")).await;
    assert_eq!((rejected.status, rejected.raw.len(), shop.charges().len()), (500, 0, 5));
    assert_eq!(lines.last()["cause"], "too many unresolved operations");
    phone.wait(Duration::from_secs(2));
    phone.submit("PAY", card("fails 4")).await;
    let again = shop.last();
    assert_eq!(
        (again.attempt, again.operation),
        (2, operations[4]),
        "the last one may be repeated"
    );
    assert_eq!(again.unresolved, operations[..4]);
}

/// The handler of an invalid payload does not run, so nothing is unresolved.
#[tokio::test]
async fn an_invalid_payload_leaves_no_unresolved_operation() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    for number in 0..6 {
        let answer = phone.submit("PAY", json!({ "card": [number] })).await;
        assert_eq!((answer.screen(), answer.message()), ("PAY", "Please try again."));
    }
    assert_eq!(phone.submit("PAY", card("visa")).await.screen(), "RECEIPT");
    assert_eq!(first(&shop.last()), (1, 0));

    phone.submit("PAY", card("fails")).await;
    let failed = shop.last().operation;
    phone.submit("PAY", json!({ "card": [] })).await;
    phone.submit("PAY", card("visa")).await;
    assert_eq!(shop.last().unresolved, [failed], "the earlier operation is still unresolved");
}

/// The same data is another operation ten seconds after a reply that keeps the user on the screen, and after another
/// exchange.
#[tokio::test]
async fn an_operation_ends_when_its_outcome_is_no_longer_repeated() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    phone.submit("PAY", card("declined")).await;
    phone.wait(Duration::from_secs(7));
    phone.submit("PAY", card("declined")).await;
    assert_eq!(shop.charges().len(), 1);
    phone.wait(Duration::from_secs(3));
    phone.submit("PAY", card("declined")).await;
    let [one, two] = &shop.charges()[..] else { panic!("two operations") };
    assert!(one.operation != two.operation && first(two) == (1, 0));

    phone.submit("PAY", card("visa")).await;
    phone.wait(Duration::from_secs(7_200));
    phone.submit("PAY", card("visa")).await;
    assert_eq!(
        shop.charges().len(),
        3,
        "a reply that shows another screen is repeated while it is the last"
    );
    phone.submit("RECEIPT", json!({ "note": "x" })).await;
    phone.submit("PAY", card("visa")).await;
    assert_eq!((shop.charges().len(), first(&shop.last())), (4, (1, 0)));
}

/// A store that fails every write after a number of successful ones.
struct Refusing {
    store: MemoryStore,
    left: Arc<AtomicUsize>,
}

impl SessionStore for Refusing {
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, Result<Option<Session>, StoreError>> {
        self.store.load(token)
    }

    fn write<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Precondition,
        now: u64,
    ) -> BoxFuture<'a, Result<WriteOutcome, StoreError>> {
        let passes = |left: usize| left.checked_sub(1);
        match self.left.try_update(Ordering::Relaxed, Ordering::Relaxed, passes) {
            Ok(_) => self.store.write(token, next, base, now),
            Err(_) => Box::pin(async { Err(StoreError("the store is down")) }),
        }
    }
}

/// Returns a phone whose store accepts so many writes, the number of writes left, and the clock.
fn with_writes(shop: &Shop, writes: usize) -> (Phone, Arc<AtomicUsize>, Arc<AtomicU64>) {
    let (left, time) =
        (Arc::new(AtomicUsize::new(writes)), Arc::new(AtomicU64::new(1_800_000_000)));
    let sessions = Refusing { store: MemoryStore::new(), left: Arc::clone(&left) };
    let clock = Arc::clone(&time);
    let endpoint = Endpoint::new(business().secret, sessions)
        .clock(move || clock.load(Ordering::Relaxed))
        .serve("/pay", flow(shop));
    (Phone::for_endpoint(endpoint, "/pay", business().keys, sign()), left, time)
}

/// A later delivery starts another attempt with the same id.
#[tokio::test(start_paused = true)]
async fn an_ok_that_cannot_be_recorded_is_attempted_again() {
    for reply in ["visa", "disagrees"] {
        let shop = Shop::default();
        let (phone, left, time) = with_writes(&shop, 1);
        let answer = phone.submit("PAY", card(reply)).await;
        assert_eq!(
            (answer.status, answer.raw.len()),
            (500, 0),
            "nothing leaves that is not stored"
        );
        left.store(usize::MAX, Ordering::Relaxed);
        // The claim of the first attempt expires after ten seconds.
        time.fetch_add(11, Ordering::Relaxed);
        assert_eq!(phone.submit("PAY", card(reply)).await.status, 200);
        let [one, two] = &shop.charges()[..] else { panic!("two attempts") };
        assert_eq!((one.operation, first(two)), (two.operation, (2, 0)));
        phone.submit("PAY", card(reply)).await;
        assert_eq!(shop.charges().len(), 2, "the second Ok was recorded");
    }
}

#[tokio::test]
async fn both_causes_are_logged_when_a_failure_cannot_be_stored() {
    let lines = LogLines::collect();
    let (phone, _, _) = with_writes(&Shop::default(), 0);
    let answer = phone.submit("RECEIPT", json!({ "note": [] })).await;
    assert_eq!((answer.status, answer.raw.len()), (500, 0));
    let line = lines.last();
    assert_eq!(line["cause"], "the store is down");
    assert_eq!(line["firstCause"], "payload does not fit the screen's Input");
    assert_eq!(line["member"], "note");
}
