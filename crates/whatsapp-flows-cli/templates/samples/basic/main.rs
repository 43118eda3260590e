//! The Lambda program: serves each flow on its path.

mod basic;

use whatsapp_flows::aws;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), aws::Error> {
    aws::serve(&[env!("CARGO_CRATE_NAME")], |endpoint, _aws| Ok(endpoint.serve("/basic", basic::flow())))
        .await
}
