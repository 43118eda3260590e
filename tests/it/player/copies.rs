//! The conversation as a script, and as a test in Rust.

use serde_json::{Value, json};

use super::page::{Page, frame};

fn copy(page: &Page, form: &str) -> String {
    page.post("copy", json!({ "as": form }))["text"].as_str().unwrap().to_owned()
}

/// Plays a script with `flowctl play`. Returns its exit code.
fn play(page: &Page, flow: &str, script: &str) -> u8 {
    let file = page.folder.join("copied.play");
    std::fs::write(&file, script).unwrap();
    let document = format!("{}/src/{flow}/flow.json", env!("CARGO_MANIFEST_DIR"));
    let secret = page.folder.join("secret.json").display().to_string();
    let endpoint = format!("http://{}/{flow}", page.host);
    let arguments = ["flowctl", "play", &document, "--script", file.to_str().unwrap()];
    let more = ["--endpoint", &endpoint, "--secret", &secret];
    tokio::task::block_in_place(|| flowctl::run(arguments.into_iter().chain(more).map(Into::into)))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_of_a_greeting_plays_to_the_same_end() {
    let page = Page::start("script").await;
    page.start_flow("basic");
    page.fill("Your name", "A");
    page.fill("How many come along?", "1.5");
    page.post("misbehave", json!({ "kind": "tap_twice" }));
    page.greet("Ada \"the\" # first");
    page.post("event", json!({ "type": "dismiss_snackbar" }));
    page.fill("How many come along?", "2");
    page.post("misbehave", json!({ "kind": "answer_lost" }));
    page.tap("Send");
    let state = page.tap("Send");
    assert_eq!(frame(&state), "closed");
    page.post("misbehave", json!({ "kind": "same_data" }));
    page.settled();
    let script = copy(&page, "script");
    let expected = "# A conversation with the flow basic.\n\nopen\nexpect screen MY_SCREEN\n\n\
        fill \"Your name\" A\nfill \"How many come along?\" 1.5\nfill \"Your name\" \"Ada \\\"the\\\" # first\"\ndouble\ntap Send\n\
        expect screen MY_SCREEN\nexpect message \"Please enter a whole number.\"\n\n\
        fill \"How many come along?\" 2\nlose\ntap Send\nexpect screen MY_SCREEN\n\
        expect message \"Something went wrong. Try again later.\"\n\ntap Send\nexpect completion\n\
        # expect completion guests 2\n# expect completion name \"Ada \\\"the\\\" # first\"\n\nrepeat\n";
    assert_eq!(script, expected);
    assert_eq!(play(&page, "basic", &script), 0, "{script}");
    assert_eq!(
        play(&page, "basic", &script.replace("guests 2", "guests 3").replace("# expect", "expect")),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_of_a_booking_plays_to_the_same_end() {
    let page = Page::start("script-booking").await;
    page.start_flow("appointment");
    page.choose_first("Department");
    page.choose_first("Department");
    page.choose_first("Location");
    page.choose_first("Date");
    page.choose_first("Time");
    page.tap("Continue");
    page.fill("Name", "Ada");
    page.post("event", json!({ "type": "back" }));
    page.settled();
    let state = page.tap("Continue");
    assert_eq!(state["view"]["screen"], "DETAILS");
    page.fill("Email", "ada@example.com");
    page.fill("Phone", "+44 20 7946 0000");
    page.tap("Continue");
    page.act("tick", "I agree to the terms", json!({}));
    page.act("tick", "I agree to the terms", json!({}));
    page.act("tick", "I agree to the terms", json!({}));
    assert_eq!(page.get("state")["view"]["screen"], "SUMMARY");
    let script = copy(&page, "script");
    assert!(script.contains("\nuntick ") && script.contains("\nback\n"), "{script}");
    // The days are other ones tomorrow. The Flow JSON has the other options as examples.
    assert!(script.contains("\nchoose Time 10:30\n"), "{script}");
    let (_, date) = script.split_once("\noption Date 1 # it was \"").unwrap();
    let (day, _) = date.split_once('"').unwrap();
    assert!(day.contains(" 20") && script.matches(day).count() == 1, "{script}");
    assert_eq!(play(&page, "appointment", &script.replace("option Date 1", "option Date 4")), 1);
    assert_eq!(play(&page, "appointment", &script), 0, "{script}");
}

/// The test that is copied is this one, with what the copy takes from its surroundings.
#[tokio::test(flavor = "multi_thread")]
async fn the_copied_test_is_a_test_that_passes() {
    let page = Page::start("rust").await;
    page.start_flow("basic");
    page.fill("How many come along?", "1.5");
    page.post("misbehave", json!({ "kind": "tap_twice" }));
    page.greet("Ada");
    page.fill("How many come along?", "2");
    page.post("misbehave", json!({ "kind": "answer_lost" }));
    page.tap("Send");
    page.tap("Send");
    page.post("misbehave", json!({ "kind": "same_bytes" }));
    page.settled();
    assert_eq!(copy(&page, "rust"), include_str!("copied.rs"));
}

mod copied {
    use endpoint::basic::flow;

    const FLOW_JSON: &str = include_str!("../../../src/basic/flow.json");

    include!("copied.rs");
}

/// The days that were on offer are in a comment only, so the test passes on every day.
#[tokio::test(flavor = "multi_thread")]
async fn the_copied_test_of_a_booking_passes_on_another_day() {
    let page = Page::start("rust-booking").await;
    page.book();
    let test = copy(&page, "rust");
    let (_, day) = test.split_once("it was \"").unwrap();
    let (day, _) = day.split_once('"').unwrap();
    let test = test.replacen(day, "DAY", 1);
    let (test, booking) = test.split_once("    // assert_eq!").unwrap();
    assert_eq!(test, include_str!("copied_booking.rs").trim_end_matches("}\n"));
    assert!(booking.starts_with("(client.completion()[\"booking\"], "), "{booking}");
}

mod copied_booking {
    use endpoint::appointment::{self, Bookings, Clinic};
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use whatsapp_flows::Flow;
    use whatsapp_flows::aws::Aws;

    use crate::support::aws::tables;

    const FLOW_JSON: &str = include_str!("../../../src/appointment/flow.json");

    /// The flow of the program, with a table that a thread of its own serves.
    fn flow() -> Flow<Clinic, impl Default + Serialize + DeserializeOwned + Send + Sync + 'static> {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let url = tables::in_memory().serve().await.unwrap();
                sender.send(Aws::at(&url).await.dynamodb()).unwrap();
                std::future::pending::<()>().await;
            });
        });
        let bookings = Bookings::in_table(receiver.recv().unwrap(), tables::BOOKINGS.into());
        appointment::flow(Clinic::new(bookings))
    }

    include!("copied_booking.rs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_message_starts_a_new_copy() {
    let page = Page::start("copy-again").await;
    page.start_flow("basic");
    page.greet("Ada");
    let state: Value = page.start_flow("basic");
    assert_eq!(state["view"]["screen"], "MY_SCREEN");
    assert_eq!(copy(&page, "script").lines().filter(|line| *line == "open").count(), 1);
}
