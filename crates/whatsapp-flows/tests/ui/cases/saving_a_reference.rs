//! Says: cannot be saved as the state
//!
//! A handler saves the session that it was lent.

use serde::{Deserialize, Serialize};
use whatsapp_flows::{Context, Flow, Init, Reaches, ReplyTo, Result, Screen, show};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Draft {
    name: String,
}

#[derive(Serialize)]
struct Details {}

impl Screen for Details {
    const ID: &'static str = "DETAILS";
    type Input = ();
}

impl Reaches<Details> for Init {}

async fn init(cx: Context<(), Draft>) -> Result<ReplyTo<Init, Draft>> {
    Ok(show(Details {}).saving(cx.session()))
}

fn main() {
    let _ = Flow::new(()).on_init(init);
}
