//! The state that a handler saves: by value, or the session that it was lent.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use whatsapp_flows::testing::Phone;
use whatsapp_flows::*;

#[derive(Clone, Default, Serialize, Deserialize)]
struct Draft {
    steps: u32,
}

#[derive(Serialize)]
struct Count {
    steps: u32,
}

impl Screen for Count {
    const ID: &'static str = "COUNT";
    type Input = Value;
}

impl Reaches<Count> for Init {}

type Cx = Context<(), Draft>;

async fn init(_: Cx) -> Result<ReplyTo<Init, Draft>> {
    Ok(show(Count { steps: 1 }).saving(Draft { steps: 1 }))
}

async fn count(cx: Cx, given: Value) -> Result<ReplyTo<Count, Draft>> {
    if given["keep"] == true {
        return Ok(show(Count { steps: cx.session().steps }).saving(cx.session()));
    }
    let mut draft = cx.into_session();
    draft.steps += 1;
    Ok(show(Count { steps: draft.steps }).saving(draft))
}

#[tokio::test]
async fn a_state_is_saved_by_value_or_by_reference() {
    let phone = Phone::new(Flow::new(()).on_init(init).on::<Count>(count));
    phone.init().await;
    for (given, steps) in
        [(json!({ "at": 1 }), 2), (json!({ "keep": true }), 2), (json!({ "at": 2 }), 3)]
    {
        assert_eq!(phone.submit("COUNT", given).await.data()["steps"], steps);
    }
}
