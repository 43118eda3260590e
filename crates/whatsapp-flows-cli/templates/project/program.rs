//! The Lambda program of the flow `{{flow}}`.

mod flow;
#[allow(dead_code)] // some of the screens may not be shown yet
mod screens;
#[cfg(test)]
mod tests;

use whatsapp_flows::aws;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), aws::Error> {
    aws::serve(&[env!("CARGO_CRATE_NAME")], |endpoint, _aws| {
        Ok(endpoint.serve("{{path}}", flow::flow(flow::App)))
    })
    .await
}
