//! The Lambda program: reads its configuration, connects, and serves each flow on its path.
//!
//! Copy this folder, change it, and it is your endpoint.

mod appointment;
mod basic;
mod config;

use whatsapp_flows::Endpoint;
use whatsapp_flows::aws::{Aws, lambda, log};

use crate::appointment::{Bookings, Clinic};
use crate::config::Config;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    log::start(env!("CARGO_CRATE_NAME"));
    let config = Config::from_env()?;
    let aws = Aws::from_env().await;
    let secret = config.secret(&aws);
    let sessions = aws.sessions(&config.table);
    // Cold start: both at once. A secret that is not readable yet is read again by the requests.
    let (_, ()) = tokio::join!(secret.secret(), sessions.warm());
    let clinic = Clinic::new(Bookings::in_table(aws.dynamodb(), config.bookings_table));
    let endpoint = Endpoint::new(secret, sessions)
        .serve("/basic", basic::flow())
        .serve("/appointment", appointment::flow(clinic));
    lambda::run(if config.strict { endpoint.strict() } else { endpoint }).await
}
