//! Says: the routing model has no route from `Services` to `Confirm`
use serde::{Deserialize, Serialize};
use whatsapp_flows::*;

#[derive(Serialize)]
struct Services;
#[derive(Serialize)]
struct Time;
#[derive(Serialize)]
struct Confirm;
#[derive(Deserialize)]
struct Choice {
    service: String,
}
impl Screen for Services {
    const ID: &'static str = "SERVICES";
    type Input = Choice;
}
impl Screen for Time {
    const ID: &'static str = "TIME";
    type Input = ();
}
impl Screen for Confirm {
    const ID: &'static str = "CONFIRM";
    type Input = ();
}
impl Reaches<Services> for Init {}
impl Reaches<Time> for Services {}
impl Reaches<Services> for Time {}
impl Reaches<Confirm> for Time {}
impl Reaches<Time> for Confirm {}

async fn choose(_: Context<()>, given: Choice) -> Result<ReplyTo<Services>> {
    let _ = given.service;
    Ok(show(Confirm))
}

fn main() {
    let _ = Flow::<()>::new(()).on::<Services>(choose);
}
