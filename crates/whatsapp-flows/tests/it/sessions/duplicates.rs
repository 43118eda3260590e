//! Duplicates of a submission: a `once` handler runs one time, and all get the same reply.

use super::*;

#[tokio::test]
async fn once_runs_one_time_for_the_same_data_in_new_bodies() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    let body = phone.seal(&phone.request("data_exchange", "PAY", card("visa")));
    let first = phone.post(&body).await;
    assert_eq!((first.screen(), &first.data()["number"]), ("RECEIPT", &json!(1)));
    for _ in 0..20 {
        let again = phone.submit("PAY", json!({ "card": "visa", "empty": "" })).await;
        assert_eq!((again.status, &again.body), (200, &first.body));
    }
    let oldest = phone.post(&body).await;
    assert_eq!(
        (oldest.status, oldest.raw.len()),
        (409, 0),
        "only eight bodies get the last reply again"
    );
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);
    let other = phone.submit("PAY", card("master")).await;
    assert_eq!(other.data()["number"], 2, "other data is another submission");
}

#[tokio::test]
async fn repeated_bodies_get_the_last_reply_again_and_older_ones_409() {
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
async fn a_reply_on_the_same_screen_is_repeated_for_10_seconds() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    for _ in 0..3 {
        let answer = phone.submit("PAY", card("declined")).await;
        assert_eq!((answer.screen(), answer.message()), ("PAY", "Card declined"));
    }
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);
    phone.wait(Duration::from_secs(10));
    phone.submit("PAY", card("declined")).await;
    assert_eq!(shop.charged.load(Ordering::Relaxed), 2, "a new operation");
    assert_eq!(*shop.attempts.lock().unwrap(), [1, 1], "the first attempt of each operation");

    // A reply that shows another screen is repeated without a time limit.
    phone.submit("PAY", card("visa")).await;
    phone.wait(Duration::from_secs(3600));
    assert_eq!(phone.submit("PAY", card("visa")).await.data()["number"], 3);
}

#[tokio::test(start_paused = true)]
async fn once_runs_one_time_for_concurrent_duplicates() {
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
async fn a_duplicate_of_a_dead_attempt_is_500_after_7_5_seconds() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    let started = Instant::now();
    let first = tokio::spawn({
        let phone = phone.clone();
        async move { phone.submit("PAY", card("dies")).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    first.abort();
    let duplicate = phone.submit("PAY", card("dies")).await;
    assert_eq!((duplicate.status, duplicate.raw.len()), (500, 0));
    let took = started.elapsed();
    assert!((7_400..7_900).contains(&took.as_millis()), "{took:?}");
    assert_eq!(shop.charged.load(Ordering::Relaxed), 1);

    // The claim expires after ten seconds, and the next delivery starts another attempt.
    phone.wait(Duration::from_secs(11));
    let again = tokio::time::timeout(Duration::from_secs(2), phone.submit("PAY", card("dies")));
    assert!(again.await.is_err());
    assert_eq!(*shop.attempts.lock().unwrap(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_handler_is_not_started_without_time_to_finish() {
    for (waits, attempts, status) in [(5, vec![1, 2], 200), (6, vec![1], 500)] {
        let shop = Shop::default();
        let phone = Phone::new(flow(&shop));
        let dies =
            tokio::time::timeout(Duration::from_millis(20), phone.submit("PAY", card("dies")));
        assert!(dies.await.is_err());
        // The duplicate waits for the claim of the attempt that died, until the claim expires.
        let duplicate = phone.submit("PAY", card("dies"));
        let (duplicate, ()) = tokio::join!(duplicate, async {
            tokio::time::sleep(Duration::from_secs(waits)).await;
            phone.wait(Duration::from_secs(11));
        });
        assert_eq!(duplicate.status, status, "stopped, or not started");
        assert_eq!(*shop.attempts.lock().unwrap(), attempts);
    }
}

#[tokio::test]
async fn a_once_handler_requires_a_session_id() {
    async fn act(_: Context<()>, _: PayInput) -> Result<ReplyTo<Pay>> {
        Ok(close())
    }
    let phone = Phone::new(Flow::<()>::new(()).once::<Pay>(act).expired_message("It is over."));
    assert_expired(&phone.with_token("").submit("PAY", card("visa")).await);
    assert_expired(&phone.with_token("unused").submit("PAY", card("visa")).await);
    assert_eq!(phone.submit("PAY", card("visa")).await.status, 200);
}
