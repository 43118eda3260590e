//! The Lambda program: reads the configuration, connects to AWS, and serves each flow on its path.

use endpoint::appointment::{self, Bookings, Clinic};
use endpoint::basic;
use endpoint::config::Config;
use whatsapp_flows::Endpoint;
use whatsapp_flows::aws::{Aws, lambda, log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    log::start(env!("CARGO_CRATE_NAME"));
    let config = Config::from_env()?;
    let aws = Aws::from_env().await;
    let keyring = config.keyring(&aws);
    let sessions = aws.sessions(&config.table);
    // Both at once, to shorten the cold start. If the secret cannot be read, the requests try again.
    let (_, ()) = tokio::join!(keyring.keyring(), sessions.warm());
    let clinic = Clinic::new(Bookings::in_table(aws.dynamodb(), config.bookings_table));
    let endpoint = Endpoint::new(keyring, sessions)
        .serve("/basic", basic::flow())
        .serve("/appointment", appointment::flow(clinic));
    lambda::run(if config.strict { endpoint.strict() } else { endpoint }).await
}
