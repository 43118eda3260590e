//! The promises of [`SessionStore`] and [`KeyringProvider`], as tests for implementations outside of this crate.
//!
//! ```
//! # use whatsapp_flows::MemoryStore;
//! # use whatsapp_flows::testing::conformance;
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! conformance::session_store(&MemoryStore::new()).await;
//! # });
//! ```

use std::sync::Arc;

use crate::future::join_all;
use crate::keyring::KeyringProvider;
use crate::protocol::token::FlowToken;
use crate::session::{
    Claim, OperationId, Precondition, Session, SessionStore, StoreError, WriteOutcome,
};

/// A time in seconds since the epoch, far from any real one: the store must use the time that it is given.
const NOW: u64 = 4_000_000_000;

/// Tests a store, with new random tokens. It leaves some sessions in the store, whose `expires_at` is in the year 2096.
///
/// # Panics
///
/// If the store breaks a promise of [`SessionStore`]; the message names it.
pub async fn session_store(store: &dyn SessionStore) {
    stored_session_is_loaded_completely(store).await;
    new_session_is_written_once(store).await;
    version_is_compared(store).await;
    expired_session_counts_as_absent(store).await;
    tokens_are_independent(store).await;
    one_of_several_concurrent_writes_succeeds(store).await;
    waiting_deliveries_are_counted_per_attempt(store).await;
}

/// Tests a provider whose keyring can be read.
///
/// # Panics
///
/// If the provider breaks a promise of [`KeyringProvider`]; the message names it.
pub async fn keyring_provider(provider: &dyn KeyringProvider) {
    let keyring = provider.keyring().await.expect("a keyring that can be read");
    assert!(!keyring.private_keys().is_empty(), "the keyring has no private key");
    assert!(!keyring.app_secrets().is_empty(), "the keyring has no app secret");
    if let Some(reloaded) = provider.reload_if_stale(&keyring).await {
        assert!(!Arc::ptr_eq(&reloaded, &keyring), "a reloaded keyring is not the stale one");
    }
    let again = provider.keyring().await.expect("a keyring that can be read twice");
    assert!(again.private_keys().len() == keyring.private_keys().len(), "the keyring changed");
}

async fn stored_session_is_loaded_completely(store: &dyn SessionStore) {
    let random = FlowToken::random();
    let token = format!("{} \u{e9}\u{1f600} {}", random.as_str(), "t".repeat(2_000));
    let token = FlowToken::new(token).expect("short enough");
    let second = Session { version: 2, ..live() };
    for (base, session) in [(Precondition::New, &complete()), (Precondition::Version(1), &second)] {
        assert_written(store.write(&token, session, base, NOW).await, "the precondition holds");
        let loaded = store.load(&token).await.expect("loads");
        assert!(loaded.as_ref() == Some(session), "a session is loaded as it was written");
    }
}

async fn new_session_is_written_once(store: &dyn SessionStore) {
    let token = FlowToken::random();
    assert!(store.load(&token).await.expect("loads").is_none(), "an unknown token has no session");
    let on_absent = store.write(&token, &live(), Precondition::Version(1), NOW).await;
    assert_conflict(on_absent, None, "a version on top of no session");
    assert_written(store.write(&token, &live(), Precondition::New, NOW).await, "no session yet");
    let again = store.write(&token, &complete(), Precondition::New, NOW).await;
    assert_conflict(again, Some(&live()), "a new session over a live one");
}

async fn version_is_compared(store: &dyn SessionStore) {
    let token = FlowToken::random();
    assert_written(store.write(&token, &live(), Precondition::New, NOW).await, "no session yet");
    let second = Session { version: 2, ..live() };
    assert_written(
        store.write(&token, &second, Precondition::Version(1), NOW).await,
        "the stored session has version 1",
    );
    let third = Session { version: 3, ..live() };
    for version in [1, 3] {
        let stale = store.write(&token, &third, Precondition::Version(version), NOW).await;
        assert_conflict(stale, Some(&second), "another version");
    }
}

async fn expired_session_counts_as_absent(store: &dyn SessionStore) {
    let token = FlowToken::random();
    let expires_at = NOW + Session::SKEW_SECONDS + 10;
    let short = Session { expires_at: Some(expires_at), ..live() };
    assert_written(store.write(&token, &short, Precondition::New, NOW).await, "no session yet");
    let next = Session { version: 2, ..live() };
    let early = store.write(&token, &next, Precondition::New, NOW + 9).await;
    assert_conflict(early, Some(&short), "a new session a second before the expiry");
    let late = store.write(&token, &next, Precondition::Version(1), NOW + 10).await;
    assert_conflict(late, Some(&short), "a version of an expired session");
    assert_written(
        store.write(&token, &live(), Precondition::New, NOW + 10).await,
        "the session has expired",
    );
    let endless = FlowToken::random();
    let forever = Session { expires_at: None, ..live() };
    assert_written(store.write(&endless, &forever, Precondition::New, NOW).await, "no session yet");
    let over = store.write(&endless, &live(), Precondition::New, u64::from(u32::MAX) * 2).await;
    assert_conflict(over, Some(&forever), "a new session over one that never expires");
    // So that a table removes it some day.
    let next = Session { version: 2, ..live() };
    let base = Precondition::Version(1);
    assert_written(store.write(&endless, &next, base, NOW).await, "a live session has version 1");
}

async fn tokens_are_independent(store: &dyn SessionStore) {
    let (one, other) = (FlowToken::random(), FlowToken::random());
    assert_written(store.write(&one, &complete(), Precondition::New, NOW).await, "no session yet");
    assert!(store.load(&other).await.expect("loads").is_none(), "sessions of tokens are mixed up");
    assert_written(store.write(&other, &live(), Precondition::New, NOW).await, "no session yet");
    assert!(store.load(&one).await.expect("loads") == Some(complete()), "sessions are mixed up");
}

async fn one_of_several_concurrent_writes_succeeds(store: &dyn SessionStore) {
    let token = FlowToken::random();
    for base in [Precondition::New, Precondition::Version(1)] {
        let version = base.version().unwrap_or_default() + 1;
        let sessions: Vec<_> = (0..8)
            .map(|writer| Session { version, state: Some(format!("{{\"n\":{writer}}}")), ..live() })
            .collect();
        let writes = sessions.iter().map(|next| store.write(&token, next, base, NOW)).collect();
        let outcomes = join_all(writes).await;
        let written = outcomes.iter().filter(|outcome| **outcome == Ok(WriteOutcome::Written));
        assert!(written.count() == 1, "of writes with the same precondition, one succeeds");
    }
}

/// A store that counts no waiting deliveries admits all of them.
async fn waiting_deliveries_are_counted_per_attempt(store: &dyn SessionStore) {
    const MOST: u32 = 2;
    let token = FlowToken::random();
    let claimed = complete();
    let owner = claimed.claim.as_ref().expect("a claim").owner;
    assert_written(store.write(&token, &claimed, Precondition::New, NOW).await, "no session yet");
    let admit = async |owner| store.admit_waiting(&token, owner, MOST).await.expect("counts");
    let mut admitted = Vec::new();
    for _ in 0..4 {
        admitted.push(admit(owner).await);
    }
    assert!(
        admitted == [true, true, false, false] || admitted == [true; 4],
        "deliveries are admitted up to the limit, and no further ones"
    );
    assert!(admit([0xEE; 8]).await, "a delivery that waits for another attempt is not counted");
    let loaded = store.load(&token).await.expect("loads");
    assert!(loaded.as_ref() == Some(&claimed), "waiting deliveries do not change the session");
    let next = Session { version: claimed.version + 1, ..claimed.clone() };
    let base = Precondition::Version(claimed.version);
    assert_written(store.write(&token, &next, base, NOW).await, "waiting changes no version");
    assert!(admit(owner).await, "the next write ends the count");
    assert!(
        store.admit_waiting(&FlowToken::random(), owner, MOST).await.expect("counts"),
        "a delivery without a session is not counted"
    );
}

/// A session that expires long after [`NOW`].
fn live() -> Session {
    Session { version: 1, expires_at: Some(NOW + 3_600), ..Session::default() }
}

/// A session with every member.
fn complete() -> Session {
    let operation = OperationId::from_bytes([0xA5; 16]);
    Session {
        flow: Some("/form".into()),
        version: 1,
        expires_at: Some(NOW + 3_600),
        state: Some(r#"{"typed":"\u0000 \"quoted\" é"}"#.into()),
        registered: Some("{}".into()),
        answered: vec![[1; 8], [0xFF; 8]],
        older: vec![[2; 4], [0; 4]],
        reply: Some(vec![0, 1, 0xFF]),
        submission: Some([3; 16]),
        repeat_until: Some(NOW + 10),
        claim: Some(Claim {
            submission: [3; 16],
            operation,
            attempts: 2,
            owner: [4; 8],
            until: NOW + 11,
            done: true,
            unresolved: vec![operation, OperationId::from_bytes([0; 16])],
        }),
        finished: true,
        expired: true,
    }
}

#[track_caller]
fn assert_written(outcome: Result<WriteOutcome, StoreError>, because: &str) {
    assert!(outcome == Ok(WriteOutcome::Written), "a write is refused although {because}");
}

#[track_caller]
fn assert_conflict(
    outcome: Result<WriteOutcome, StoreError>,
    stored: Option<&Session>,
    what: &str,
) {
    let expected = Ok(WriteOutcome::Conflict(stored.cloned().map(Box::new)));
    assert!(outcome == expected, "{what} is a conflict, which returns the stored session");
}
