//! Nothing happens twice and nothing is lost: the promises of docs/guarantees.md, through the front door.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{business, sign};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;
use whatsapp_flows::BoxFuture;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::{Precondition, Session, SessionStore, StoreError, WriteOutcome};
use whatsapp_flows::testing::{Phone, Response};
use whatsapp_flows::*;

/// What the shop has done: the effect that must not happen twice.
#[derive(Clone, Default)]
struct Shop {
    charged: Arc<AtomicU32>,
    attempts: Arc<Mutex<Vec<u32>>>,
}

#[derive(Serialize)]
struct Pay {
    due: u32,
    note: Option<String>,
}

#[derive(Deserialize)]
struct PayInput {
    card: String,
}

impl Screen for Pay {
    const ID: &'static str = "PAY";
    type Input = PayInput;
}

#[derive(Serialize)]
struct Receipt {
    number: u32,
}

#[derive(Deserialize)]
struct Rating {
    stars: Option<u32>,
}

impl Screen for Receipt {
    const ID: &'static str = "RECEIPT";
    type Input = Rating;
}

/// A terminal screen of the flow's own.
#[derive(Serialize)]
struct Thanks {
    stars: u32,
}

impl Screen for Thanks {
    const ID: &'static str = "THANKS";
    type Input = ();
}

impl Reaches<Pay> for Init {}
impl Reaches<Receipt> for Pay {}
impl Reaches<Pay> for Receipt {}
impl Reaches<Thanks> for Receipt {}

#[derive(Default, Serialize, Deserialize)]
struct Order {
    opened: u32,
}

type Cx = Context<Shop, Order>;
type Reply<S> = Result<ReplyTo<S, Order>>;

async fn init(cx: Cx) -> Reply<Init> {
    let opened = cx.session().opened + 1;
    Ok(show(Pay { due: opened, note: None }).saving(Order { opened }))
}

async fn pay(cx: Cx, given: PayInput) -> Reply<Pay> {
    cx.app().attempts.lock().unwrap().push(cx.attempt());
    let charge = || cx.app().charged.fetch_add(1, Ordering::Relaxed) + 1;
    Ok(match given.card.as_str() {
        "declined" => {
            charge();
            show(Pay { due: 1, note: None }).message("Card declined")
        }
        "slow" => {
            tokio::time::sleep(Duration::from_secs(3)).await;
            show(Receipt { number: charge() })
        }
        "dies" => {
            // Whoever acts is gone after it acted: nothing of it is told.
            charge();
            std::future::pending().await
        }
        "fails" if cx.attempt() == 1 => "no number".parse::<u32>().map(|_| close())?,
        "fails" => show(Receipt { number: charge() }),
        "complete" => complete(json!({ "number": charge() })),
        _ => show(Receipt { number: charge() }),
    })
}

async fn rate(cx: Cx, given: Rating) -> Reply<Receipt> {
    match given.stars {
        Some(0) => panic!("no stars"),
        Some(9) => Ok(show(Thanks { stars: 9 }).terminal()),
        Some(1) => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            Ok(close())
        }
        _ => Ok(show(Receipt { number: cx.session().opened })),
    }
}

fn flow(shop: &Shop) -> Flow<Shop, Order> {
    Flow::new(shop.clone())
        .on_init(init)
        .once::<Pay>(pay)
        .on::<Receipt>(rate)
        .resumes()
        .expired_message("It is over.")
        .failure_message("Please try again.")
}

fn card(name: &str) -> Value {
    json!({ "card": name })
}

fn over(answer: &Response) {
    assert_eq!((answer.status, answer.error_msg()), (427, "It is over."));
}

/// Counts what is read and written, and fails when it is told to.
#[derive(Default)]
struct Watched {
    store: MemoryStore,
    reads: AtomicUsize,
    writes: AtomicUsize,
    /// Which of the next writes are done, and answered with an error.
    lost_answers: Mutex<VecDeque<bool>>,
}

impl Watched {
    fn counts(&self) -> (usize, usize) {
        (self.reads.swap(0, Ordering::Relaxed), self.writes.swap(0, Ordering::Relaxed))
    }
}

/// The store as the endpoint has it, shared with the test.
struct Shared(Arc<Watched>);

impl SessionStore for Shared {
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, std::result::Result<Option<Session>, StoreError>> {
        self.0.reads.fetch_add(1, Ordering::Relaxed);
        self.0.store.load(token)
    }

    fn store<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Precondition,
        now: u64,
    ) -> BoxFuture<'a, std::result::Result<WriteOutcome, StoreError>> {
        self.0.writes.fetch_add(1, Ordering::Relaxed);
        let stored = self.0.store.store(token, next, base, now);
        match self.0.lost_answers.lock().unwrap().pop_front() {
            Some(true) => Box::pin(async { Err(StoreError("lost")) }),
            _ => stored,
        }
    }
}

fn watched(shop: &Shop) -> (Phone, Arc<Watched>) {
    let watched = Arc::new(Watched::default());
    let endpoint = Endpoint::new(business().secret, Shared(Arc::clone(&watched)));
    let endpoint = endpoint.serve("/pay", flow(shop));
    (Phone::for_endpoint(endpoint, "/pay", business().keys, sign()), watched)
}

#[tokio::test]
async fn the_same_data_under_fresh_crypto_is_acted_on_once() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("visa")));
    let first = phone.post(&body).await;
    assert_eq!((first.screen(), &first.data()["number"]), ("RECEIPT", &json!(1)));
    for _ in 0..20 {
        let again = phone.submit("PAY", json!({ "card": "visa", "empty": "" })).await;
        assert_eq!((again.status, &again.body), (200, &first.body));
    }
    let known = phone.post(&body).await;
    assert_eq!((known.status, known.raw.len()), (409, 0), "eight bodies get the last reply again");
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);
    let other = phone.submit("PAY", card("master")).await;
    assert_eq!(other.data()["number"], 2, "other data is another submission");
}

#[tokio::test]
async fn bodies_that_got_the_same_reply_get_it_again_and_older_ones_409() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    let bodies: Vec<_> =
        (0..5).map(|_| phone.seal(&phone.request("data_exchange", "PAY", card("visa")))).collect();
    let mut answers = Vec::new();
    for body in &bodies {
        answers.push(phone.post(body).await);
    }
    for (body, answer) in bodies.iter().zip(&answers) {
        assert_eq!(&phone.post(body).await, answer, "identical bytes");
        assert_eq!(answer.body, answers[0].body);
    }
    phone.submit("RECEIPT", json!({ "stars": 5 })).await;
    for body in &bodies {
        let answer = phone.post(body).await;
        assert_eq!((answer.status, answer.raw.len()), (409, 0));
    }
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_reply_that_keeps_the_person_is_repeated_for_ten_seconds() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    for _ in 0..3 {
        let answer = phone.submit("PAY", card("declined")).await;
        assert_eq!((answer.screen(), answer.message()), ("PAY", "Card declined"));
    }
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);
    phone.wait(Duration::from_secs(10));
    phone.submit("PAY", card("declined")).await;
    assert_eq!(shop.charged.load(Ordering::Relaxed), 2, "submitted anew");
    assert_eq!(*shop.attempts.lock().unwrap(), [1, 1], "and it is another operation");

    // One that leads on is repeated however long it takes.
    phone.submit("PAY", card("visa")).await;
    phone.wait(Duration::from_secs(3600));
    assert_eq!(phone.submit("PAY", card("visa")).await.data()["number"], 3);
}

#[tokio::test(start_paused = true)]
async fn a_double_waits_for_the_answer_and_gets_the_same_one() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    let (one, two, three) = tokio::join!(
        phone.submit("PAY", card("slow")),
        phone.submit("PAY", card("slow")),
        phone.submit("RECEIPT", json!({})),
    );
    assert_eq!((one.status, two.status, three.status), (200, 200, 200));
    assert_eq!(one.body, two.body);
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_double_of_one_that_never_ends_is_500_after_seven_and_a_half_seconds() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    let started = Instant::now();
    let first = tokio::spawn({
        let phone = phone.clone();
        async move { phone.submit("PAY", card("dies")).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    first.abort();
    let double = phone.submit("PAY", card("dies")).await;
    assert_eq!((double.status, double.raw.len()), (500, 0));
    let took = started.elapsed();
    assert!((7_400..7_900).contains(&took.as_millis()), "{took:?}");
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);

    // After the claim's ten seconds somebody else makes another attempt, and is told.
    phone.wait(Duration::from_secs(11));
    let again = tokio::time::timeout(Duration::from_secs(2), phone.submit("PAY", card("dies")));
    assert!(again.await.is_err());
    assert_eq!(*shop.attempts.lock().unwrap(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_begun_that_has_no_time_to_end() {
    for (waits, attempts, status) in [(5, vec![1, 2], 200), (6, vec![1], 500)] {
        let shop = Shop::default();
        let phone = Phone::new(flow(&shop));
        let dies =
            tokio::time::timeout(Duration::from_millis(20), phone.submit("PAY", card("dies")));
        assert!(dies.await.is_err());
        // A double that has waited for the claim of somebody who died, when that claim ends.
        let double = phone.submit("PAY", card("dies"));
        let (double, ()) = tokio::join!(double, async {
            tokio::time::sleep(Duration::from_secs(waits)).await;
            phone.wait(Duration::from_secs(11));
        });
        assert_eq!(double.status, status, "stopped, or not begun");
        assert_eq!(*shop.attempts.lock().unwrap(), attempts);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_done_is_told_although_the_store_does_not_say_that_it_took_the_reply() {
    let shop = Shop::default();
    let (phone, store) = watched(&shop);
    let lose = |answers: &[bool]| store.lost_answers.lock().unwrap().extend(answers);
    lose(&[false, true]);
    let answer = phone.submit("PAY", card("visa")).await;
    assert_eq!((answer.screen(), &answer.data()["number"]), ("RECEIPT", &json!(1)));
    assert_eq!(store.counts(), (2, 2), "it looked, and found its own write");

    // The same for the claim, before anything was done.
    lose(&[true]);
    assert_eq!(phone.submit("PAY", card("master")).await.data()["number"], 2);
    assert_eq!(store.counts(), (2, 2));
    assert_eq!(*shop.attempts.lock().unwrap(), [1, 1], "one attempt each");
}

#[tokio::test]
async fn a_finished_token_is_over_but_for_the_repeat_of_its_last_submission() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    let end = phone.submit("PAY", card("complete")).await;
    assert_eq!((end.screen(), &end.params()["number"]), ("SUCCESS", &json!(1)));
    for _ in 0..20 {
        assert_eq!(phone.submit("PAY", card("complete")).await.body, end.body);
    }
    over(&phone.init().await);
    over(&phone.submit("PAY", card("visa")).await);
    over(&phone.submit("RECEIPT", json!({})).await);
    phone.wait(Duration::from_secs(600));
    over(&phone.submit("PAY", card("complete")).await);
    phone.wait(Duration::from_secs(30 * 24 * 3600 - 660));
    over(&phone.init().await);
    phone.wait(Duration::from_secs(120));
    assert_eq!(phone.init().await.status, 200, "after 30 days it is forgotten");
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_screen_of_its_own_may_be_the_last_one() {
    let phone = Phone::new(flow(&Shop::default()));
    phone.submit("PAY", card("visa")).await;
    let thanks = phone.submit("RECEIPT", json!({ "stars": 9 })).await;
    assert_eq!((thanks.screen(), &thanks.data()["stars"]), ("THANKS", &json!(9)));
    assert_eq!(phone.submit("RECEIPT", json!({ "stars": 9 })).await.body, thanks.body);
    over(&phone.submit("RECEIPT", json!({})).await);
    over(&phone.init().await);
}

#[tokio::test]
async fn a_flow_may_be_filled_in_again() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop).reopenable());
    assert_eq!(phone.init().await.data()["due"], 1);
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("complete")));
    let end = phone.post(&body).await;
    assert_eq!(phone.submit("PAY", card("complete")).await.body, end.body, "that was the last one");
    assert_eq!(phone.init().await.data()["due"], 1, "from a new state");
    assert_eq!(phone.post(&body).await.status, 409, "its bodies are known all the same");
    let next = phone.submit("PAY", card("complete")).await;
    assert_eq!(next.params()["number"], 2);
}

#[tokio::test]
async fn what_a_person_typed_is_dropped_at_the_end() {
    let shop = Shop::default();
    let (phone, store) = watched(&shop);
    phone.init().await;
    let load = async || {
        let token = FlowToken::new(phone.token()).unwrap();
        store.store.load(&token).await.unwrap().unwrap()
    };
    assert!(load().await.state.is_some());
    phone.submit("PAY", card("complete")).await;
    let session = load().await;
    assert_eq!((session.state, session.claim), (None, None));
    assert!(session.finished && session.reply.is_some());
    assert_eq!((session.answered.len(), session.older.len()), (1, 1), "its bodies are known");
}

#[tokio::test]
async fn unknown_tokens_are_427_where_only_registered_ones_are_served() {
    let shop = Shop::default();
    let sessions = MemoryStore::new();
    let state = Some(r#"{"opened":41}"#.to_owned());
    sessions.put(FlowToken::new("sent").unwrap(), Session { state, ..Session::default() });
    let endpoint = Endpoint::new(business().secret, sessions)
        .serve("/pay", flow(&shop).registered_tokens_only());
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
    over(&phone.init().await);
    over(&phone.submit("PAY", card("visa")).await);
    assert_eq!(phone.with_token("sent").init().await.data()["due"], 42);
    assert_eq!(phone.with_token("sent").submit("PAY", card("visa")).await.status, 200);
    assert_eq!(phone.ping().await.status, 200);
}

#[tokio::test]
async fn an_expired_session_is_forgotten_a_minute_before_the_table_may_remove_it() {
    let phone = Phone::new(flow(&Shop::default()));
    phone.init().await;
    phone.wait(Duration::from_secs(24 * 3600 - 5));
    assert_eq!(phone.init().await.data()["due"], 2);
    phone.wait(Duration::from_secs(24 * 3600));
    assert_eq!(phone.init().await.data()["due"], 1);

    let session = Session { expires_at: Some(1_000), ..Session::default() };
    assert!(session.is_live(939) && !session.is_live(940));
}

#[tokio::test(start_paused = true)]
async fn a_failure_leaves_the_person_where_they_were() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    assert_eq!(phone.init().await.data()["due"], 1);
    let failed = phone.submit("PAY", card("fails")).await;
    assert_eq!((failed.status, failed.screen()), (200, "PAY"));
    assert_eq!((failed.message(), &failed.data()["due"]), ("Please try again.", &json!(1)));
    let again = phone.submit("PAY", card("fails")).await;
    assert_eq!(again.body, failed.body, "for two seconds: a second tap");
    phone.wait(Duration::from_secs(2));
    assert_eq!(phone.submit("PAY", card("fails")).await.screen(), "RECEIPT");
    assert_eq!(*shop.attempts.lock().unwrap(), [1, 2]);

    // A panic, and a handler without end: the same screen, never later than 8 s.
    for stars in [0, 1] {
        let started = Instant::now();
        let failed = phone.submit("RECEIPT", json!({ "stars": stars })).await;
        assert_eq!((failed.screen(), failed.message()), ("RECEIPT", "Please try again."));
        assert!(started.elapsed() < Duration::from_secs(8));
    }
    let after = phone.submit("RECEIPT", json!({})).await;
    assert_eq!((after.message(), &after.data()["number"]), ("", &json!(1)), "the state stayed");
}

#[tokio::test]
async fn a_failure_on_another_screen_than_the_last_shows_a_message_unless_it_can_be_rebuilt() {
    async fn rebuild(cx: Cx) -> Reply<Receipt> {
        Ok(show(Receipt { number: 100 + cx.session().opened }))
    }
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    let alone = |screen| {
        let data = json!({ "error_message": "Please try again." });
        json!({ "screen": screen, "data": data })
    };
    let failed = phone.submit("RECEIPT", json!({ "stars": 0 })).await;
    assert_eq!((failed.status, failed.body), (200, alone("RECEIPT")), "nothing was shown yet");
    assert_eq!(phone.submit("PAY", card("fails")).await.body, alone("PAY"));
    phone.wait(Duration::from_secs(2));
    assert_eq!(phone.submit("PAY", card("fails")).await.screen(), "RECEIPT", "no claim is left");

    let phone = Phone::new(flow(&shop).on_failure::<Receipt>(rebuild));
    phone.init().await;
    let rebuilt = phone.submit("RECEIPT", json!({ "stars": 0 })).await;
    assert_eq!((rebuilt.screen(), rebuilt.message()), ("RECEIPT", "Please try again."));
    assert_eq!(rebuilt.data()["number"], 101);
}

#[tokio::test(start_paused = true)]
async fn a_screen_is_shown_anew_also_when_the_handler_had_no_end() {
    async fn rebuild(_: Cx) -> Reply<Receipt> {
        tokio::time::sleep(Duration::from_millis(200)).await;
        Ok(show(Receipt { number: 7 }))
    }
    let phone = Phone::new(flow(&Shop::default()).on_failure::<Receipt>(rebuild));
    phone.init().await;
    let started = Instant::now();
    let rebuilt = phone.submit("RECEIPT", json!({ "stars": 1 })).await;
    assert_eq!((rebuilt.screen(), &rebuilt.data()["number"]), ("RECEIPT", &json!(7)));
    assert!(started.elapsed() < Duration::from_millis(7_500));
}

#[tokio::test(start_paused = true)]
async fn what_was_done_is_told_although_the_session_was_forgotten_meanwhile() {
    let shop = Shop::default();
    let (phone, store) = watched(&shop);
    let forget = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let session = Session::default();
        store.store.put(FlowToken::new(phone.token()).unwrap(), session);
    };
    let (answer, ()) = tokio::join!(phone.submit("PAY", card("slow")), forget);
    assert_eq!((answer.screen(), &answer.data()["number"]), ("RECEIPT", &json!(1)));
    assert_eq!(phone.submit("PAY", card("slow")).await.body, answer.body);
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_end_that_could_not_be_stored_does_not_leave() {
    async fn expire(_: Context<()>) -> Result<ReplyTo<Init>> {
        Err(Error::token_expired("Closed."))
    }
    let store = Arc::new(Watched::default());
    let endpoint = Endpoint::new(business().secret, Shared(Arc::clone(&store)));
    let endpoint = endpoint.serve("/pay", Flow::<()>::new(()).on_init(expire));
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign());
    store.lost_answers.lock().unwrap().push_back(true);
    let unsure = phone.init().await;
    assert_eq!((unsure.status, unsure.raw.len()), (500, 0));
    assert_eq!((phone.init().await.status, phone.init().await.error_msg()), (427, "Closed."));
}

#[tokio::test]
async fn an_end_that_the_business_set_is_not_shortened() {
    let sessions = MemoryStore::new();
    let token = || FlowToken::new("sent").unwrap();
    sessions.put(token(), Session { expires_at: None, ..Session::default() });
    let watched = Arc::new(Watched { store: sessions, ..Watched::default() });
    let endpoint = Endpoint::new(business().secret, Shared(Arc::clone(&watched)))
        .serve("/pay", flow(&Shop::default()).registered_tokens_only());
    let phone = Phone::for_endpoint(endpoint, "/pay", business().keys, sign()).with_token("sent");
    assert_eq!(phone.init().await.status, 200);
    let expires_at = async || watched.store.load(&token()).await.unwrap().unwrap().expires_at;
    assert_eq!(expires_at().await, None);
    watched.store.put(token(), Session { expires_at: Some(u64::MAX / 2), ..Session::default() });
    assert_eq!(phone.init().await.status, 200);
    assert_eq!(expires_at().await, Some(u64::MAX / 2));
}

#[tokio::test]
async fn what_an_exchange_costs_is_counted() {
    let shop = Shop::default();
    let (phone, store) = watched(&shop);
    phone.ping().await;
    phone.error_notification("PAY", "timeout_error", "x").await;
    assert_eq!(store.counts(), (0, 0), "pings and notices touch nothing");
    phone.init().await;
    assert_eq!(store.counts(), (1, 1), "an ordinary exchange");
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("visa")));
    phone.post(&body).await;
    assert_eq!(store.counts(), (1, 2), "one that is acted on once");
    phone.post(&body).await;
    assert_eq!(store.counts(), (1, 0), "the same body again");
    phone.submit("PAY", card("visa")).await;
    assert_eq!(store.counts(), (1, 1), "the same submission in another body");
    phone.with_token("unused").init().await;
    assert_eq!(store.counts(), (0, 0), "a token that is_session_id nobody");
}

#[tokio::test]
async fn a_once_handler_needs_a_token() {
    async fn act(_: Context<()>, _: PayInput) -> Result<ReplyTo<Pay>> {
        Ok(close())
    }
    let phone = Phone::new(Flow::<()>::new(()).once::<Pay>(act).expired_message("It is over."));
    over(&phone.with_token("").submit("PAY", card("visa")).await);
    over(&phone.with_token("unused").submit("PAY", card("visa")).await);
    assert_eq!(phone.submit("PAY", card("visa")).await.status, 200);
}

#[test]
fn a_random_token_is_one_nobody_guesses() {
    let tokens: std::collections::HashSet<_> =
        (0..1000).map(|_| FlowToken::random().as_str().to_owned()).collect();
    assert_eq!(tokens.len(), 1000);
    assert!(
        tokens
            .iter()
            .all(|token| token.len() == 32 && FlowToken::new(token).unwrap().is_session_id())
    );
}
