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
    use super::*;
    use whatsapp_flows::testing::Phone;

    #[test]
    fn handlers_agree_with_the_flow_json() {
        whatsapp_flows::assert_agrees(&flow(), FLOW_JSON);
    }

    #[tokio::test]
    async fn completes_with_the_name() {
        let phone = Phone::new(flow());
        let answer = phone.init().await;
        assert_eq!((answer.status, answer.screen()), (200, "MY_SCREEN"));
        assert_eq!(answer.data()["greeting"], "Hey there! 👋");

        let answer = phone.submit("MY_SCREEN", json!({ "name": "Ada" })).await;
        assert_eq!(answer.screen(), "SUCCESS");
        assert_eq!(answer.params(), &json!({ "flow_token": phone.token(), "name": "Ada" }));
    }

    #[tokio::test]
    async fn guests_accept_digits_of_any_script() {
        let phone = Phone::new(flow());
        for (typed, guests) in
            [(json!("٣"), json!(3)), (json!(2), json!(2)), (json!(" "), json!(null))]
        {
            let payload = json!({ "name": "Ada", "guests": typed });
            let answer = phone.another().submit("MY_SCREEN", payload).await;
            assert_eq!((answer.screen(), &answer.params()["guests"]), ("SUCCESS", &guests));
        }
        let half = json!({ "name": "Ada", "guests": "1,5" });
        let answer = phone.submit("MY_SCREEN", half).await;
        assert_eq!(
            (answer.screen(), answer.message()),
            ("MY_SCREEN", "Please enter a whole number.")
        );
    }

    #[tokio::test]
    async fn unused_and_empty_tokens_are_served() {
        for token in ["", "unused"] {
            let phone = Phone::new(flow()).with_token(token);
            assert_eq!(phone.init().await.screen(), "MY_SCREEN");
            let answer = phone.submit("MY_SCREEN", json!({ "name": "Ada" })).await;
            assert_eq!(answer.params()["flow_token"], token);
            assert_eq!(phone.init().await.screen(), "MY_SCREEN", "and can start again");
        }
    }

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
