//! The Lambda program: serves each flow on its path.

mod {{module}};

use whatsapp_flows::aws;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), aws::Error> {
    aws::serve(&[env!("CARGO_CRATE_NAME")], |endpoint, _aws| {
        Ok(endpoint.serve("{{path}}", {{module}}::flow({{module}}::App)))
    })
    .await
}
