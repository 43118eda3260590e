//! Failures of a handler: the user stays on the screen.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_failure_shows_the_same_screen_again_with_a_message() {
    let shop = Shop::default();
    let phone = Phone::new(flow(&shop));
    assert_eq!(phone.init().await.data()["due"], 1);
    let failed = phone.submit("PAY", card("fails")).await;
    assert_eq!((failed.status, failed.screen()), (200, "PAY"));
    assert_eq!((failed.message(), &failed.data()["due"]), ("Please try again.", &json!(1)));
    let again = phone.submit("PAY", card("fails")).await;
    assert_eq!(again.body, failed.body, "repeated for two seconds, for a second tap");
    phone.wait(Duration::from_secs(2));
    assert_eq!(phone.submit("PAY", card("fails")).await.screen(), "RECEIPT");
    assert_eq!(*shop.attempts.lock().unwrap(), [1, 2]);

    // A panic, and a handler that does not end: the same screen, within 8 s.
    for stars in [0, 1] {
        let started = Instant::now();
        let failed = phone.submit("RECEIPT", json!({ "stars": stars })).await;
        assert_eq!((failed.screen(), failed.message()), ("RECEIPT", "Please try again."));
        assert!(started.elapsed() < Duration::from_secs(8));
    }
    let after = phone.submit("RECEIPT", json!({})).await;
    assert_eq!(
        (after.message(), &after.data()["number"]),
        ("", &json!(1)),
        "the state is unchanged"
    );
}

#[tokio::test]
async fn a_failure_on_another_screen_shows_a_message_or_rebuilds_it() {
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
    assert_eq!((failed.status, failed.body), (200, alone("RECEIPT")), "no screen was shown before");
    assert_eq!(phone.submit("PAY", card("fails")).await.body, alone("PAY"));
    phone.wait(Duration::from_secs(2));
    assert_eq!(
        phone.submit("PAY", card("fails")).await.screen(),
        "RECEIPT",
        "the claim was released"
    );

    let phone = Phone::new(flow(&shop).on_failure::<Receipt>(rebuild));
    phone.init().await;
    let rebuilt = phone.submit("RECEIPT", json!({ "stars": 0 })).await;
    assert_eq!((rebuilt.screen(), rebuilt.message()), ("RECEIPT", "Please try again."));
    assert_eq!(rebuilt.data()["number"], 101);
}

#[tokio::test(start_paused = true)]
async fn on_failure_rebuilds_the_screen_after_a_timeout() {
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
