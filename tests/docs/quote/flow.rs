//! The handlers of the quote flow.

use serde::{Deserialize, Serialize};
use serde_json::json;
use whatsapp_flows::{Context, Flow, Init, Input, ReplyTo, Result, complete, show};

use super::screens::{Ask, Offer};

const FLOW_JSON: &str = include_str!("flow.json");

/// The state that is stored between requests.
#[derive(Default, Serialize, Deserialize)]
pub struct Draft {
    people: u32,
}

type Cx = Context<(), Draft>;
type Reply<S> = Result<ReplyTo<S, Draft>>;

fn ask() -> Ask {
    Ask { today: "Today: soup".into() }
}

async fn init(_: Cx) -> Reply<Init> {
    Ok(show(ask()))
}

async fn offer(_: Cx, given: Input<Ask>) -> Reply<Ask> {
    let Ok(people) = given.people.parse::<u32>() else {
        return Ok(show(ask()).message("Please enter a whole number."));
    };
    if people > 8 {
        return Ok(show(ask()).message("We have eight chairs, sorry."));
    }
    let price = format!("£{} for {people}", people * 20);
    Ok(show(Offer { price }).saving(Draft { people }))
}

async fn agree(cx: Cx, _: Input<Offer>) -> Reply<Offer> {
    Ok(complete(json!({ "people": cx.session().people })))
}

/// Asks how many people come, makes an offer, and takes the agreement.
pub fn flow() -> Flow<(), Draft> {
    Flow::new(()).document(FLOW_JSON).on_init(init).on::<Ask>(offer).once::<Offer>(agree)
}

#[cfg(test)]
mod tests {
    use super::*;
    use whatsapp_flows::assert_agrees;
    use whatsapp_flows::testing::Phone;

    #[test]
    fn handlers_agree_with_the_flow_json() {
        assert_agrees(&flow(), FLOW_JSON);
    }

    #[tokio::test]
    async fn a_dinner_for_two() {
        let phone = Phone::new(flow());
        assert_eq!(phone.init().await.screen(), "ASK");
        let offer = phone.submit("ASK", json!({ "people": "٢" })).await; // a two, in Arabic
        assert_eq!(offer.data()["price"], "£40 for 2");
        assert_eq!(phone.submit("OFFER", json!({})).await.params()["people"], 2);
    }

    #[tokio::test]
    async fn nine_people_get_a_message() {
        let answer = Phone::new(flow()).submit("ASK", json!({ "people": "9" })).await;
        assert_eq!((answer.screen(), answer.message()), ("ASK", "We have eight chairs, sorry."));
    }
}
