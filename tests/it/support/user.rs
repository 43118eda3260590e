//! A user who books an appointment from the real program, and access to the tables.

use std::sync::{Arc, LazyLock};

use local_lambda::dynamodb::DynamoDb;
use serde_json::{Value, json};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::testing::{ReplyOpener, Response};

use super::aws::tables;
use crate::support::program::{events_secret, sealed_event};
use local_lambda::runtime_api::{InvokeError, Lambda};

static SECRET: LazyLock<Arc<Keyring>> = LazyLock::new(|| Arc::new(events_secret()));

const TIMES: [&str; 5] = ["10:30", "11:00", "11:30", "12:00", "12:30"];

/// A user with a flow token, who wants one slot.
#[derive(Clone)]
pub struct User {
    lambda: Lambda,
    secret: Arc<Keyring>,
    pub token: String,
    location: usize,
    date: String,
    time: &'static str,
}

/// An encrypted and signed request.
#[derive(Clone)]
pub struct SealedRequest {
    event: Value,
    opener: ReplyOpener,
}

impl User {
    /// Opens the flow as a user who wants the `nth` of the 60 slots on offer.
    pub async fn open(lambda: &Lambda, nth: usize) -> Self {
        Self::open_at(lambda, nth, Arc::clone(&SECRET)).await
    }

    /// The same, at an endpoint with a secret of its own.
    pub async fn open_with(lambda: &Lambda, nth: usize, secret: Keyring) -> Self {
        Self::open_at(lambda, nth, Arc::new(secret)).await
    }

    async fn open_at(lambda: &Lambda, nth: usize, secret: Arc<Keyring>) -> Self {
        let token = FlowToken::random().as_str().to_owned();
        let (location, time) = (nth % 4 + 1, TIMES[nth / 4 % 5]);
        let mut user =
            Self { lambda: lambda.clone(), secret, token, location, time, date: String::new() };
        let opened = user.send("INIT", "", json!({})).await.unwrap();
        assert_eq!((opened.status, opened.screen()), (200, "APPOINTMENT"));
        user.date = opened.data()["date"][nth / 20]["id"].as_str().unwrap().to_owned();
        user
    }

    /// Returns the same user with the `nth` slot of the same day.
    pub fn with_slot(&self, nth: usize) -> Self {
        Self { location: nth % 4 + 1, time: TIMES[nth / 4 % 5], ..self.clone() }
    }

    /// Returns the payload of DETAILS.
    pub fn details(&self, name: &str) -> Value {
        json!({
            "department": "beauty", "location": self.location.to_string(), "date": self.date,
            "time": self.time, "name": name, "email": "ada@example.com", "phone": "+44 20 7946 0000",
            "more_details": "",
        })
    }

    /// Returns the booking number of the slot.
    pub fn number(&self) -> String {
        let slot = format!("{}{}{}", self.location, self.date, self.time);
        slot.chars().filter(char::is_ascii_digit).collect()
    }

    /// Returns the key of the slot in the table.
    fn slot(&self) -> Value {
        let day = format!("{}#{}", self.location, self.date);
        json!({ "location_date": { "S": day }, "start_time": { "S": self.time } })
    }

    /// Encrypts a request with a new key.
    pub fn seal_request(&self, action: &str, screen: &str, data: Value) -> SealedRequest {
        let request = json!({
            "version": "4.0", "action": action, "screen": screen, "data": data,
            "flow_token": self.token,
        });
        let (event, opener) = sealed_event(&self.secret, "/appointment", &request);
        SealedRequest { event, opener }
    }

    /// Sends an encrypted request. It may be sent repeatedly.
    pub async fn post(&self, request: &SealedRequest) -> Result<Response, InvokeError> {
        let answer = self.lambda.invoke(&request.event).await?;
        let status = answer["statusCode"].as_u64().unwrap() as u16;
        let raw = answer["body"].as_str().unwrap_or_default().to_owned();
        let body = match raw.is_empty() {
            true => Value::Null,
            false => request.opener.open(raw.as_bytes()).unwrap(),
        };
        Ok(Response { status, raw: raw.into(), body })
    }

    /// Encrypts and sends a request.
    pub async fn send(
        &self,
        action: &str,
        screen: &str,
        data: Value,
    ) -> Result<Response, InvokeError> {
        self.post(&self.seal_request(action, screen, data)).await
    }

    /// Submits DETAILS, which shows SUMMARY.
    pub async fn submit_details(&self, name: &str) {
        let answer = self.send("data_exchange", "DETAILS", self.details(name)).await.unwrap();
        assert_eq!((answer.status, answer.screen()), (200, "SUMMARY"), "{answer:?}");
    }

    /// Returns the request that confirms the booking.
    pub fn confirmation(&self) -> SealedRequest {
        self.seal_request("data_exchange", "SUMMARY", json!({}))
    }

    /// Returns true if this reply confirms the booking.
    pub fn is_booked(&self, answer: &Response) -> bool {
        let has = answer.screen() == "SUCCESS";
        assert!(!has || answer.params()["booking"] == self.number().as_str(), "{answer:?}");
        has
    }

    /// Asserts that the user holds exactly one slot, the wanted one, under this name.
    pub fn assert_one_booking(&self, database: &DynamoDb, name: &str) {
        let found = self.bookings(database);
        assert_eq!(found.len(), 1, "{found:?}");
        let found = &found[0];
        let slot = self.slot();
        assert_eq!(
            [&found["location_date"], &found["start_time"], &found["name"]["S"]],
            [&slot["location_date"], &slot["start_time"], &json!(name)]
        );
    }

    /// Returns the bookings of the user.
    pub fn bookings(&self, database: &DynamoDb) -> Vec<Value> {
        let scan = json!({
            "TableName": tables::BOOKINGS, "ConsistentRead": true,
            "FilterExpression": "holder = :holder",
            "ExpressionAttributeValues": { ":holder": { "S": self.token } },
        });
        let found = database.database().scan(serde_json::from_value(scan).unwrap()).unwrap();
        serde_json::to_value(found.items.unwrap()).unwrap().as_array().unwrap().clone()
    }

    /// Returns the session item of the user.
    pub fn session(&self, database: &DynamoDb) -> Value {
        let get = json!({
            "TableName": tables::SESSIONS, "Key": { "flow_token": { "S": self.token } },
            "ConsistentRead": true,
        });
        let found = database.database().get_item(serde_json::from_value(get).unwrap()).unwrap();
        serde_json::to_value(found.item).unwrap()
    }

    /// Deletes the booking, to free the slot.
    pub fn cancel(&self, database: &DynamoDb) {
        let delete = json!({ "TableName": tables::BOOKINGS, "Key": self.slot() });
        database.database().delete_item(serde_json::from_value(delete).unwrap()).unwrap();
    }
}
