//! Handlers of an order. They fit unchanged.json; each other document here has one change.

use serde::{Deserialize, Serialize};
use serde_json::json;
use whatsapp_flows::{Context, Flow, Init, Input, ReplyTo, Result, complete, show};

use super::screens::{Address, Choice, Confirm, Order};

#[derive(Default, Serialize, Deserialize)]
pub struct Draft {
    dish: String,
}

type Cx = Context<(), Draft>;
type Reply<S> = Result<ReplyTo<S, Draft>>;

async fn init(_: Cx) -> Reply<Init> {
    let soup = Choice { id: "soup".into(), title: "Soup".into() };
    Ok(show(Order { dishes: vec![soup] }))
}

async fn choose(_: Cx, given: Input<Order>) -> Reply<Order> {
    Ok(show(Address).saving(Draft { dish: given.dish }))
}

async fn send(cx: Cx, given: Input<Address>) -> Reply<Address> {
    let order = format!("{} to {}", cx.session().dish, given.street);
    Ok(show(Confirm { order }))
}

async fn confirm(_: Cx, _: Input<Confirm>) -> Reply<Confirm> {
    Ok(complete(json!({})))
}

pub fn flow() -> Flow<(), Draft> {
    Flow::new(()).on_init(init).on::<Order>(choose).on::<Address>(send).on::<Confirm>(confirm)
}
