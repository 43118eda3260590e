//! The handlers of the basic flow.

use serde_json::json;
use whatsapp_flows::{Context, Flow, Init, Input, ReplyTo, Result, complete, show};

use super::screens::MyScreen;

/// The Flow JSON that is uploaded to Meta.
const FLOW_JSON: &str = include_str!("flow.json");

fn my_screen() -> MyScreen {
    MyScreen { greeting: "Hey there! 👋".into() }
}

async fn init(_: Context<()>) -> Result<ReplyTo<Init>> {
    Ok(show(my_screen()))
}

async fn submit(_: Context<()>, given: Input<MyScreen>) -> Result<ReplyTo<MyScreen>> {
    let guests = given.guests.map(|guests| guests.parse::<u32>());
    let Ok(guests) = guests.transpose() else {
        return Ok(show(my_screen()).message("Please enter a whole number."));
    };
    Ok(complete(json!({ "name": given.name, "guests": guests })))
}

/// Connects the handlers to the screen of the flow.
pub fn flow() -> Flow<()> {
    Flow::new(()).document(FLOW_JSON).on_init(init).on::<MyScreen>(submit)
}

#[cfg(test)]
mod tests {
    use whatsapp_flows::assert_agrees;
    use whatsapp_flows::testing::{FlowClient, Phone};

    use super::*;

    #[test]
    fn handlers_agree_with_the_flow_json() {
        assert_agrees(&flow(), FLOW_JSON);
    }

    #[tokio::test]
    async fn completes_with_the_name() {
        let mut client = FlowClient::open(flow(), FLOW_JSON).await;
        assert!(client.sees("Hey there! 👋"));
        client.fill("Your name", "Ada");
        client.tap("Send").await;
        let token = client.phone().token();
        assert_eq!(client.completion(), json!({ "flow_token": token, "name": "Ada" }));
    }

    #[tokio::test]
    async fn guests_are_a_whole_number_or_nothing() {
        let mut client = FlowClient::open(flow(), FLOW_JSON).await;
        client.fill("Your name", "Ada");
        client.fill("How many come along?", "1.5");
        client.tap("Send").await;
        assert_eq!(client.message(), "Please enter a whole number.");

        client.fill("How many come along?", "2");
        client.tap("Send").await;
        assert_eq!(client.completion()["guests"], 2);

        let mut client = client.another().await;
        client.fill("Your name", "Ben");
        client.fill("How many come along?", "");
        client.tap("Send").await;
        assert_eq!(client.completion()["guests"], json!(null));
    }

    #[tokio::test]
    async fn digits_of_any_script_are_a_number() {
        let phone = Phone::new(flow());
        let answer = phone.submit("MY_SCREEN", json!({ "name": "Ada", "guests": "٣" })).await;
        assert_eq!((answer.screen(), &answer.params()["guests"]), ("SUCCESS", &json!(3)));
    }

    #[tokio::test]
    async fn unused_and_empty_tokens_are_served() {
        for token in ["", "unused"] {
            let phone = Phone::new(flow()).with_token(token);
            for _ in 0..2 {
                let mut client = FlowClient::open_on(&phone, FLOW_JSON).await;
                client.fill("Your name", "Ada");
                client.tap("Send").await;
                assert_eq!(client.completion()["flow_token"], token);
            }
        }
    }

    // No user of an unmodified client can send these.
    #[tokio::test]
    async fn missing_name_shows_a_message() {
        let phone = Phone::new(flow());
        for payload in [json!({}), json!({ "name": null }), json!({ "name": "" }), json!([])] {
            let answer = phone.submit("MY_SCREEN", payload).await;
            assert_eq!(
                (answer.screen(), answer.message()),
                ("MY_SCREEN", "Something went wrong. Please try again.")
            );
        }
    }
}
