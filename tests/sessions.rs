//! One contract for every store of sessions: memory, DynamoDB on dynoxide, DynamoDB on moto.
#![cfg(all(feature = "lambda", feature = "cli"))]

#[path = "support/aws.rs"]
mod aws;
mod support;

use aws::{Local, Moto};
use whatsapp_flows::flow::{Base, Claim, MemorySessions, Session, Sessions, Stored};
use whatsapp_flows::protocol::token::FlowToken;

const NOW: u64 = 1_800_000_000;

#[tokio::test]
async fn in_memory() {
    contract(&MemorySessions::new()).await;
}

#[tokio::test]
async fn on_dynoxide() {
    let local = Local::dynoxide().await;
    let sessions = local.sessions().await;
    contract(&sessions).await;
    the_businesss_own_attributes_stay(&local, &sessions).await;
    concurrent_writers_lose_nothing(&sessions).await;
}

/// Moto loses writes under concurrency, so here one after the other.
#[tokio::test]
async fn on_moto() {
    let moto = Moto::start();
    let local = Local::at(&moto.url).await;
    local.create_tables().await;
    let sessions = local.sessions().await;
    contract(&sessions).await;
    the_businesss_own_attributes_stay(&local, &sessions).await;
}

fn token(name: &str) -> FlowToken {
    FlowToken::new(name).unwrap()
}

fn session(version: u64) -> Session {
    Session {
        flow: Some("/form".into()),
        version,
        expires_at: Some(NOW + 100 + Session::SKEW_SECONDS),
        state: Some(r#"{"name":"Zoë \" \\ 日本"}"#.into()),
        seen: vec![[1; 16], [0xff; 16], [version as u8; 16]],
        answered: 2,
        reply: Some(vec![0, 0xff, version as u8]),
        submission: Some([version as u8; 16]),
        repeat_until: Some(NOW + 10),
        claim: Some(Claim { submission: [7; 16], attempts: 2, owner: [0xfe; 16], until: NOW + 10 }),
        finished: false,
        over: None,
    }
}

async fn load(sessions: &impl Sessions, token: &FlowToken) -> Option<Session> {
    sessions.load(token).await.unwrap()
}

async fn store(
    sessions: &impl Sessions,
    token: &FlowToken,
    next: &Session,
    base: Base,
    now: u64,
) -> Stored {
    sessions.store(token, next, base, now).await.unwrap()
}

async fn contract(sessions: &impl Sessions) {
    let kept = Stored::Kept;
    let t = token("a token with \u{1F642} and spaces");
    assert_eq!(load(sessions, &t).await, None);

    let first = session(1);
    assert_eq!(store(sessions, &t, &first, Base::Version(4), NOW).await, Stored::Lost(None));
    assert_eq!(store(sessions, &t, &first, Base::New, NOW).await, kept);
    assert_eq!(load(sessions, &t).await.as_ref(), Some(&first));
    let lost = Stored::Lost(Some(Box::new(first)));
    assert_eq!(store(sessions, &t, &session(9), Base::New, NOW).await, lost, "it is there");
    assert_eq!(
        store(sessions, &t, &session(9), Base::Version(2), NOW).await,
        lost,
        "another version"
    );
    assert_eq!(store(sessions, &t, &session(9), Base::Version(0), NOW).await, lost, "it has one");

    let second = session(2);
    assert_eq!(store(sessions, &t, &second, Base::Version(1), NOW).await, kept);
    let lost = Stored::Lost(Some(Box::new(second)));
    assert_eq!(store(sessions, &t, &session(9), Base::Version(1), NOW).await, lost, "overtaken");

    let over = Some("Closed.".to_owned());
    let finished = Session {
        state: None,
        reply: None,
        submission: None,
        repeat_until: None,
        claim: None,
        finished: true,
        over,
        ..session(3)
    };
    assert_eq!(store(sessions, &t, &finished, Base::Version(2), NOW).await, kept);
    assert_eq!(load(sessions, &t).await.as_ref(), Some(&finished), "what is none is removed");

    let expired = NOW + 100;
    let lost = Stored::Lost(Some(Box::new(finished)));
    assert_eq!(store(sessions, &t, &session(4), Base::New, expired - 1).await, lost, "still live");
    assert_eq!(store(sessions, &t, &session(4), Base::Version(3), expired).await, lost, "expired");
    assert_eq!(store(sessions, &t, &session(1), Base::New, expired).await, kept);
    assert_eq!(load(sessions, &t).await, Some(session(1)), "nothing of before is left");

    let long = token(&"x".repeat(2048));
    let large = Session { state: Some("x".repeat(65_536)), ..session(1) };
    assert_eq!(store(sessions, &long, &large, Base::New, NOW).await, kept);
    assert_eq!(load(sessions, &long).await, Some(large));
    assert_eq!(load(sessions, &token("other")).await, None);
}

/// The business may write the item first, with a state and attributes of its own.
async fn the_businesss_own_attributes_stay(local: &Local, sessions: &impl Sessions) {
    let t = token("sent");
    local.put_item(&[("flow_token", "sent"), ("state", "{\"a\":1}"), ("customer", "42")]).await;
    let found = load(sessions, &t).await.unwrap();
    assert_eq!(found, Session { state: Some("{\"a\":1}".into()), ..Session::default() });
    assert_eq!(store(sessions, &t, &session(1), Base::Version(0), NOW).await, Stored::Kept);
    assert_eq!(load(sessions, &t).await, Some(session(1)));
    assert_eq!(local.attribute("sent", "customer").await.as_deref(), Some("42"));

    // A version of 0 that is written out is the same; an end that has come is no session.
    let t = token("sent with a version");
    let item =
        [("flow_token", "sent with a version"), ("version", "0"), ("expires_at", "1800000160")];
    local.put_item(&item).await;
    assert_eq!(load(sessions, &t).await.unwrap().version, 0);
    let after = NOW + 100;
    let late = store(sessions, &t, &session(1), Base::Version(0), after).await;
    assert!(matches!(late, Stored::Lost(Some(_))));
    assert_eq!(store(sessions, &t, &session(1), Base::Version(0), NOW).await, Stored::Kept);
}

async fn concurrent_writers_lose_nothing(sessions: &impl Sessions) {
    let t = token("counted");
    let writer = async |_: usize| {
        for _ in 0..5 {
            let mut before = load(sessions, &t).await;
            loop {
                let base = before.as_ref().map_or(Base::New, |s| Base::Version(s.version));
                let version = before.map_or(0, |s| s.version) + 1;
                match store(sessions, &t, &session(version), base, NOW).await {
                    Stored::Kept => break,
                    Stored::Lost(fresh) => before = fresh.map(|fresh| *fresh),
                }
            }
        }
    };
    tokio::join!(writer(0), writer(1), writer(2), writer(3));
    assert_eq!(load(sessions, &t).await.unwrap().version, 20);
}
