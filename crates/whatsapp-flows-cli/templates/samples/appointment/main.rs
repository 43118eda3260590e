//! The Lambda program: serves each flow on its path.

mod appointment;

use appointment::{Bookings, Clinic};
use whatsapp_flows::aws;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), aws::Error> {
    aws::serve(&[env!("CARGO_CRATE_NAME")], |endpoint, aws| {
        let table = aws::variable("FLOWS_BOOKINGS_TABLE", "the DynamoDB table of the bookings")?;
        let clinic = Clinic::new(Bookings::in_table(aws.dynamodb(), table));
        Ok(endpoint.serve("/appointment", appointment::flow(clinic)))
    })
    .await
}
