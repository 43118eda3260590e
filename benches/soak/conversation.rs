//! The conversations of a user, with repeated deliveries, and the expected replies.

use std::sync::Arc;

use local_lambda::dynamodb::DynamoDb;
use serde_json::{Value, json};
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::testing::Sealed;

use super::Error;
use super::aws::tables;
use super::client::{Client, Response};

const LOCATIONS: [&str; 4] = ["1", "2", "3", "4"];
const TIMES: [&str; 5] = ["10:30", "11:00", "11:30", "12:00", "12:30"];
/// Each user has a location and a time of day, so that two users never book the same slot by accident.
pub const MAX_USERS: usize = LOCATIONS.len() * TIMES.len();

/// A user who has one conversation after the other, each with a new flow token.
pub struct User {
    client: Arc<Client>,
    database: DynamoDb,
    location: &'static str,
    time: &'static str,
    random: u64,
}

/// A conversation with one flow token.
struct Conversation<'a> {
    client: &'a Client,
    path: &'static str,
    token: String,
}

/// The deliveries of a request.
#[derive(Clone, Copy)]
enum Delivery {
    Once,
    /// The user taps twice: the same data, encrypted twice, at the same time.
    TwoTaps,
    /// A proxy delivers the same body twice, at the same time.
    TwiceAtOnce,
    /// The same body is delivered again after its reply.
    Again,
}

impl User {
    pub fn new(index: usize, client: Arc<Client>, database: DynamoDb) -> Self {
        let (location, time) = (LOCATIONS[index % LOCATIONS.len()], TIMES[index / LOCATIONS.len()]);
        Self { client, database, location, time, random: index as u64 + 1 }
    }

    pub async fn run(mut self) -> Result<(), Error> {
        while !self.client.is_over() {
            self.appointment().await?;
            match self.random_below(8) {
                0 => self.basic().await?,
                1 => ping(&self.client).await?,
                2 => self.invalid_requests().await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Chooses an appointment, enters details, goes back, books, and continues after the end.
    async fn appointment(&mut self) -> Result<(), Error> {
        let client = Arc::clone(&self.client);
        let conversation = Conversation::new(&client, "/appointment");
        let first = client.seal(&conversation.request("INIT", "", json!({})));
        let response = client.send("INIT", conversation.path, &first).await?;
        let opened = response.expect_screen("INIT", "APPOINTMENT")?;
        // Not the first day, which is no longer on offer at midnight.
        let date = &opened["date"][1 + self.random_below(2)]["id"].clone();

        let department =
            ["shopping", "clothing", "home", "electronics", "beauty"][self.random_below(5)];
        let mut chosen = json!({ "trigger": "department_selected", "department": department });
        for (member, value, opens) in [
            ("department", &json!(department), "location"),
            ("location", &json!(self.location), "date"),
            ("date", date, "time"),
        ] {
            chosen["trigger"] = format!("{member}_selected").into();
            chosen[member] = value.clone();
            let delivery = self.random_delivery();
            let response = conversation
                .send("choice", delivery, "data_exchange", "APPOINTMENT", &chosen)
                .await?;
            let data = response.expect_screen("choice", "APPOINTMENT")?;
            response.check(
                "choice",
                "an enabled list",
                data[format!("is_{opens}_enabled")] == true,
            )?;
        }
        if self.random_below(4) == 0 {
            let response = client.send("earlier body", conversation.path, &first).await?;
            response.check(
                "earlier body",
                "409 and an empty body",
                response.status == 409 && response.raw.is_empty(),
            )?;
        }
        if self.random_below(8) == 0 {
            conversation.notice().await?;
        }

        let email = format!("{:x}@example.com", self.random);
        let details = json!({
            "department": department, "location": self.location, "date": date, "time": self.time,
            "name": "Zoë `${form.x}`", "email": email, "phone": "+44 20 7946 0000",
            "more_details": "a little more ".repeat(self.random_below(40)),
        });
        let delivery = self.random_delivery();
        let response =
            conversation.send("details", delivery, "data_exchange", "DETAILS", &details).await?;
        response.expect_screen("details", "SUMMARY")?;
        let delivery = self.random_delivery();
        let response = conversation.send("BACK", delivery, "BACK", "SUMMARY", &json!({})).await?;
        let data = response.expect_screen("BACK", "DETAILS")?;
        response.check("BACK", "the typed email", data["typed"]["email"] == email)?;
        if self.random_below(4) == 0 {
            let delivery = self.random_delivery();
            let response =
                conversation.send("BACK", delivery, "BACK", "DETAILS", &json!({})).await?;
            let data = response.expect_screen("BACK", "APPOINTMENT")?;
            response.check("BACK", "the chosen date", data["chosen"]["date"] == *date)?;
        }
        let last = client.seal(&conversation.request("data_exchange", "DETAILS", details.clone()));
        let response = client.send("details", conversation.path, &last).await?;
        response.expect_screen("details", "SUMMARY")?;

        let day = format!("{}#{}", self.location, date.as_str().unwrap_or_default());
        let slot = format!("{day}{}", self.time);
        let number: String = slot.chars().filter(char::is_ascii_digit).collect();
        let delivery = self.random_delivery();
        let response =
            conversation.send("booking", delivery, "data_exchange", "SUMMARY", &json!({})).await?;
        let data = response.expect_screen("booking", "SUCCESS")?;
        let params = &data["extension_message_response"]["params"];
        let expected = json!({ "flow_token": conversation.token, "booking": number });
        response.check("booking", &expected.to_string(), *params == expected)?;

        self.after_the_end(&conversation, &last, &response).await?;
        if self.random_below(6) == 0 {
            self.slot_taken(&details).await?;
        }
        self.delete_session(&conversation.token)?;
        let key = json!({ "location_date": { "S": day }, "start_time": { "S": self.time } });
        self.delete_item(tables::BOOKINGS, &key)
    }

    /// A finished token repeats its last reply, and a new INIT gets 427.
    async fn after_the_end(
        &mut self,
        conversation: &Conversation<'_>,
        last: &Sealed,
        done: &Response,
    ) -> Result<(), Error> {
        if self.random_below(2) == 0 {
            let nothing = json!({});
            let again =
                conversation.send("booking", Delivery::Once, "data_exchange", "SUMMARY", &nothing);
            let again = again.await?;
            let same = again.status == 200 && again.reply == done.reply;
            again.check("booking again", "the same reply", same)?;
        }
        if self.random_below(4) == 0 {
            let response = self.client.send("earlier body", conversation.path, last).await?;
            response.check(
                "earlier body",
                "409 and an empty body",
                response.status == 409 && response.raw.is_empty(),
            )?;
        }
        if self.random_below(2) == 0 {
            let response = conversation
                .send("INIT after the end", Delivery::Once, "INIT", "", &json!({}))
                .await?;
            let message =
                response.reply["error_msg"].as_str().is_some_and(|message| !message.is_empty());
            response.check(
                "INIT after the end",
                "427 with a message",
                response.status == 427 && message,
            )?;
        }
        Ok(())
    }

    /// Another user wants the booked slot, and gets a message for each attempt.
    async fn slot_taken(&mut self, details: &Value) -> Result<(), Error> {
        let client = Arc::clone(&self.client);
        let conversation = Conversation::new(&client, "/appointment");
        let response = conversation
            .send("details", Delivery::Once, "data_exchange", "DETAILS", details)
            .await?;
        response.expect_screen("details", "SUMMARY")?;
        let delivery = self.random_delivery();
        let response =
            conversation.send("too late", delivery, "data_exchange", "SUMMARY", &json!({})).await?;
        let message = response.reply["data"]["error_message"].as_str();
        let stays = response.status == 200 && response.reply["screen"] == "SUMMARY";
        response.check(
            "too late",
            "SUMMARY with a message",
            stays && message.is_some_and(|message| message.contains("taken")),
        )?;
        let response =
            conversation.send("BACK", Delivery::Once, "BACK", "DETAILS", &json!({})).await?;
        let data = response.expect_screen("BACK", "APPOINTMENT")?;
        let closed = data["time"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|time| time["id"] == self.time && time["enabled"] == false);
        response.check("BACK", "the taken time disabled", closed)?;
        self.delete_session(&conversation.token)
    }

    /// Completes the flow without a session, with and without a token.
    async fn basic(&mut self) -> Result<(), Error> {
        let client = Arc::clone(&self.client);
        let mut conversation = Conversation::new(&client, "/basic");
        let named = self.random_below(4) > 0;
        if !named {
            conversation.token = "unused".into();
        }
        let response = conversation.send("basic", Delivery::Once, "INIT", "", &json!({})).await?;
        response.expect_screen("basic", "MY_SCREEN")?;
        let name = format!("Ada {}", self.random);
        // Nothing is stored without a token, so that a repeated request is a new exchange.
        let delivery = if named { self.random_delivery() } else { Delivery::Once };
        let data = json!({ "name": name });
        let response =
            conversation.send("basic", delivery, "data_exchange", "MY_SCREEN", &data).await?;
        let data = response.expect_screen("basic", "SUCCESS")?;
        let params = &data["extension_message_response"]["params"];
        response.check("basic", "the name", params["name"] == name)?;
        response.check("basic", "the token", params["flow_token"] == conversation.token)?;
        self.delete_session(&conversation.token)
    }

    /// Sends requests that are rejected before decryption or routing.
    async fn invalid_requests(&mut self) -> Result<(), Error> {
        let conversation = Conversation::new(&self.client, "/appointment");
        let sealed = self.client.seal(&conversation.request("INIT", "", json!({})));
        let signature = format!("sha256={}", "0".repeat(64));
        let response = self
            .client
            .send_signed("wrong signature", conversation.path, &sealed, &signature)
            .await?;
        response.check(
            "wrong signature",
            "432 and an empty body",
            response.status == 432 && response.raw.is_empty(),
        )?;
        let response =
            self.client.send("changed body", conversation.path, &sealed.clone().tampered()).await?;
        response.check(
            "changed body",
            "421 and an empty body",
            response.status == 421 && response.raw.is_empty(),
        )?;
        let response = self.client.send("unknown path", "/nothing", &sealed).await?;
        response.check(
            "unknown path",
            "404 and an empty body",
            response.status == 404 && response.raw.is_empty(),
        )
    }

    /// Returns `Once` in most cases.
    fn random_delivery(&mut self) -> Delivery {
        match self.random_below(12) {
            0 => Delivery::TwoTaps,
            1 => Delivery::TwiceAtOnce,
            2 => Delivery::Again,
            _ => Delivery::Once,
        }
    }

    /// Returns a number below `limit`. Xorshift is not cryptographic, but varied enough.
    fn random_below(&mut self, limit: u64) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        ((self.random >> 20) % limit) as usize
    }

    /// Deletes an item, to free its slot and keep the tables small.
    fn delete_session(&self, token: &str) -> Result<(), Error> {
        self.delete_item(tables::SESSIONS, &json!({ "flow_token": { "S": token } }))
    }

    fn delete_item(&self, table: &str, key: &Value) -> Result<(), Error> {
        let delete = json!({ "TableName": table, "Key": key });
        self.database.database().delete_item(serde_json::from_value(delete)?)?;
        Ok(())
    }
}

/// Sends Meta's health check.
pub async fn ping(client: &Client) -> Result<(), Error> {
    let sealed = client.seal(&json!({ "version": "3.0", "action": "ping" }));
    let response = client.send("ping", "/appointment", &sealed).await?;
    response.check(
        "ping",
        "active",
        response.status == 200 && response.reply["data"]["status"] == "active",
    )
}

impl<'a> Conversation<'a> {
    fn new(client: &'a Client, path: &'static str) -> Self {
        Self { client, path, token: FlowToken::random().as_str().into() }
    }

    fn request(&self, action: &str, screen: &str, data: Value) -> Value {
        json!({
            "data": data, "flow_token": self.token, "screen": screen, "action": action,
            "version": "4.0",
        })
    }

    /// Sends a request with these deliveries, and checks that all get the same reply.
    async fn send(
        &self,
        kind: &'static str,
        delivery: Delivery,
        action: &str,
        screen: &str,
        data: &Value,
    ) -> Result<Response, Error> {
        let request = self.request(action, screen, data.clone());
        let sealed = self.client.seal(&request);
        let send = |sealed| self.client.send(kind, self.path, sealed);
        match delivery {
            Delivery::Once => send(&sealed).await,
            Delivery::TwoTaps => {
                let other = self.client.seal(&request);
                let (one, two) = tokio::try_join!(send(&sealed), send(&other))?;
                // The free times may differ, because another user may book in between.
                let [mut a, mut b] = [one.reply.clone(), two.reply.clone()];
                for opened in [&mut a, &mut b] {
                    opened["data"]["time"].take();
                }
                let same = one.status == two.status && a == b;
                two.check(kind, &format!("the reply to the other tap: {}", one.reply), same)?;
                Ok(one)
            }
            Delivery::TwiceAtOnce => {
                let (one, two) = tokio::try_join!(send(&sealed), send(&sealed))?;
                two.check(kind, "the same bytes at the same time", one.raw == two.raw)?;
                Ok(one)
            }
            Delivery::Again => {
                let one = send(&sealed).await?;
                let two = send(&sealed).await?;
                two.check(kind, "the same bytes again", one.raw == two.raw)?;
                Ok(one)
            }
        }
    }

    /// Reports that the client could not use the last reply.
    async fn notice(&self) -> Result<(), Error> {
        let data = json!({ "error": "invalid_screen_transition", "error_message": "No way." });
        let response =
            self.send("notice", Delivery::Once, "data_exchange", "APPOINTMENT", &data).await?;
        let acknowledged = response.reply["data"]["acknowledged"] == true;
        response.check("notice", "acknowledged", response.status == 200 && acknowledged)
    }
}

impl Response {
    /// Returns the data of the reply, which must show this screen without a message.
    fn expect_screen(&self, what: &str, screen: &str) -> Result<&Value, Error> {
        let data = &self.reply["data"];
        let shown = self.status == 200 && self.reply["screen"] == screen;
        self.check(what, screen, shown && data["error_message"].is_null())?;
        Ok(data)
    }

    fn check(&self, what: &str, expected: &str, holds: bool) -> Result<(), Error> {
        if holds {
            return Ok(());
        }
        let Self { status, raw, reply } = self;
        let length = raw.len();
        Err(format!("{what}: expected {expected}, got {status}, {length} bytes, {reply}").into())
    }
}
