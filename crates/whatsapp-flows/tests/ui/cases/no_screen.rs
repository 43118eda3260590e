//! Says: `Price` is not a screen
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

#[derive(Serialize)]
struct Price(u32);

async fn init(_: Context<()>) -> Result<ReplyTo<Init>> {
    Ok(show(Price(1)))
}

fn main() {
    let _ = Flow::<()>::new(()).on_init(init);
}
