#[tokio::test]
async fn conversation() {
    use whatsapp_flows::testing::FlowClient;

    // Pass `flow` what your tests pass it.
    let mut client = FlowClient::open(flow(), FLOW_JSON).await;
    assert_eq!(client.screen(), "APPOINTMENT");
    client.choose("Department", "Shopping & Groceries").await;
    assert_eq!(client.screen(), "APPOINTMENT");
    client.choose("Location", "King’s Cross, London").await;
    assert_eq!(client.screen(), "APPOINTMENT");
    let option = client.component("Date").options[0].id.clone(); // it was "DAY"; what is on offer may differ from day to day
    client.choose("Date", &option).await;
    assert_eq!(client.screen(), "APPOINTMENT");
    client.choose("Time", "10:30").await;
    client.tap("Continue").await;
    assert_eq!(client.screen(), "DETAILS");
    client.fill("Name", "Ada");
    client.fill("Email", "ada@example.com");
    client.fill("Phone", "+44 20 7946 0000");
    client.tap("Continue").await;
    assert_eq!(client.screen(), "SUMMARY");
    client.tick("I agree to the terms").await;
    client.tap("Confirm Appointment").await;
    client.completion();
}
