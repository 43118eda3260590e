//! What a person does: a whole conversation, with all that comes twice on the way, and what must
//! answer it.

use std::sync::Arc;

use local_lambda::dynamodb::DynamoDb;
use serde_json::{Value, json};
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::testing::Sealed;

use super::Error;
use super::aws::tables;
use super::line::{Got, Line};

const PLACES: [&str; 4] = ["1", "2", "3", "4"];
const TIMES: [&str; 5] = ["10:30", "11:00", "11:30", "12:00", "12:30"];
/// Each person has a place and a time of day, so that nobody takes another's slot by accident.
pub const MOST_PERSONS: usize = PLACES.len() * TIMES.len();

/// Somebody who has one conversation after the other, each under a new token.
pub struct Person {
    line: Arc<Line>,
    database: DynamoDb,
    place: &'static str,
    time: &'static str,
    random: u64,
}

/// One conversation, or the part of it that is under one token.
struct Talk<'a> {
    line: &'a Line,
    path: &'static str,
    token: String,
}

/// How often something is sent.
#[derive(Clone, Copy)]
enum Sent {
    Once,
    /// Two taps: the same data under fresh crypto, at the same time.
    TwoTaps,
    /// A proxy delivers the same body twice, at the same time.
    TwiceAtOnce,
    /// The same body comes again after it was answered.
    Again,
}

impl Person {
    pub fn new(index: usize, line: Arc<Line>, database: DynamoDb) -> Self {
        let (place, time) = (PLACES[index % PLACES.len()], TIMES[index / PLACES.len()]);
        Self { line, database, place, time, random: index as u64 + 1 }
    }

    pub async fn talk(mut self) -> Result<(), Error> {
        while !self.line.is_over() {
            self.appointment().await?;
            match self.dice(8) {
                0 => self.basic().await?,
                1 => ping(&self.line).await?,
                2 => self.refused().await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Choices, details, the way back, a booking, and what comes after the end.
    async fn appointment(&mut self) -> Result<(), Error> {
        let line = Arc::clone(&self.line);
        let talk = Talk::new(&line, "/appointment");
        let first = line.seal(&talk.request("INIT", "", json!({})));
        let got = line.send("INIT", talk.path, &first).await?;
        let opened = got.shows("INIT", "APPOINTMENT")?;
        // Not the first day: at midnight it is no longer on offer.
        let date = &opened["date"][1 + self.dice(2)]["id"].clone();

        let department = ["shopping", "clothing", "home", "electronics", "beauty"][self.dice(5)];
        let mut chosen = json!({ "trigger": "department_selected", "department": department });
        for (member, value, opens) in [
            ("department", &json!(department), "location"),
            ("location", &json!(self.place), "date"),
            ("date", date, "time"),
        ] {
            chosen["trigger"] = format!("{member}_selected").into();
            chosen[member] = value.clone();
            let sent = self.sent();
            let got = talk.act("choice", sent, "data_exchange", "APPOINTMENT", &chosen).await?;
            let data = got.shows("choice", "APPOINTMENT")?;
            got.check("choice", "an open list", data[format!("is_{opens}_enabled")] == true)?;
        }
        if self.dice(4) == 0 {
            let got = line.send("body of before", talk.path, &first).await?;
            got.check(
                "body of before",
                "409 and nothing",
                got.status == 409 && got.raw.is_empty(),
            )?;
        }
        if self.dice(8) == 0 {
            talk.notice().await?;
        }

        let email = format!("{:x}@example.com", self.random);
        let details = json!({
            "department": department, "location": self.place, "date": date, "time": self.time,
            "name": "Zoë `${form.x}`", "email": email, "phone": "+44 20 7946 0000",
            "more_details": "a little more ".repeat(self.dice(40)),
        });
        let sent = self.sent();
        let got = talk.act("details", sent, "data_exchange", "DETAILS", &details).await?;
        got.shows("details", "SUMMARY")?;
        let sent = self.sent();
        let got = talk.act("BACK", sent, "BACK", "SUMMARY", &json!({})).await?;
        let data = got.shows("BACK", "DETAILS")?;
        got.check("BACK", "what was typed", data["typed"]["email"] == email)?;
        if self.dice(4) == 0 {
            let sent = self.sent();
            let got = talk.act("BACK", sent, "BACK", "DETAILS", &json!({})).await?;
            let data = got.shows("BACK", "APPOINTMENT")?;
            got.check("BACK", "the chosen date", data["chosen"]["date"] == *date)?;
        }
        let last = line.seal(&talk.request("data_exchange", "DETAILS", details.clone()));
        let got = line.send("details", talk.path, &last).await?;
        got.shows("details", "SUMMARY")?;

        let slot = format!("{}#{}#{}", self.place, date.as_str().unwrap_or_default(), self.time);
        let number: String = slot.chars().filter(char::is_ascii_digit).collect();
        let sent = self.sent();
        let got = talk.act("booking", sent, "data_exchange", "SUMMARY", &json!({})).await?;
        let data = got.shows("booking", "SUCCESS")?;
        let params = &data["extension_message_response"]["params"];
        let expected = json!({ "flow_token": talk.token, "booking": number });
        got.check("booking", &expected.to_string(), *params == expected)?;

        self.after_the_end(&talk, &last, &got).await?;
        if self.dice(6) == 0 {
            self.too_late(&details).await?;
        }
        self.forget(tables::SESSIONS, "flow_token", &talk.token)?;
        self.forget(tables::BOOKINGS, "slot", &slot)
    }

    /// A finished token repeats its last reply, and is over.
    async fn after_the_end(
        &mut self,
        talk: &Talk<'_>,
        last: &Sealed,
        done: &Got,
    ) -> Result<(), Error> {
        if self.dice(2) == 0 {
            let nothing = json!({});
            let again = talk.act("booking", Sent::Once, "data_exchange", "SUMMARY", &nothing);
            let again = again.await?;
            let same = again.status == 200 && again.opened == done.opened;
            again.check("booking again", "the same reply", same)?;
        }
        if self.dice(4) == 0 {
            let got = self.line.send("body of before", talk.path, last).await?;
            got.check(
                "body of before",
                "409 and nothing",
                got.status == 409 && got.raw.is_empty(),
            )?;
        }
        if self.dice(2) == 0 {
            let got = talk.act("INIT after the end", Sent::Once, "INIT", "", &json!({})).await?;
            let words = got.opened["error_msg"].as_str().is_some_and(|words| !words.is_empty());
            got.check("INIT after the end", "427 with words", got.status == 427 && words)?;
        }
        Ok(())
    }

    /// Somebody else wants the slot that is booked, and is told so as often as they ask.
    async fn too_late(&mut self, details: &Value) -> Result<(), Error> {
        let line = Arc::clone(&self.line);
        let talk = Talk::new(&line, "/appointment");
        let got = talk.act("details", Sent::Once, "data_exchange", "DETAILS", details).await?;
        got.shows("details", "SUMMARY")?;
        let sent = self.sent();
        let got = talk.act("too late", sent, "data_exchange", "SUMMARY", &json!({})).await?;
        let words = got.opened["data"]["error_message"].as_str();
        let stays = got.status == 200 && got.opened["screen"] == "SUMMARY";
        got.check(
            "too late",
            "SUMMARY and words",
            stays && words.is_some_and(|words| words.contains("taken")),
        )?;
        let got = talk.act("BACK", Sent::Once, "BACK", "DETAILS", &json!({})).await?;
        let data = got.shows("BACK", "APPOINTMENT")?;
        let closed = data["time"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|time| time["id"] == self.time && time["enabled"] == false);
        got.check("BACK", "the taken time closed", closed)?;
        self.forget(tables::SESSIONS, "flow_token", &talk.token)
    }

    /// The flow without a session, with a token and without one.
    async fn basic(&mut self) -> Result<(), Error> {
        let line = Arc::clone(&self.line);
        let mut talk = Talk::new(&line, "/basic");
        let named = self.dice(4) > 0;
        if !named {
            talk.token = "unused".into();
        }
        let got = talk.act("basic", Sent::Once, "INIT", "", &json!({})).await?;
        got.shows("basic", "MY_SCREEN")?;
        let name = format!("Ada {}", self.random);
        // Nothing is kept for those whom no token names, and their doubles are exchanges of their own.
        let sent = if named { self.sent() } else { Sent::Once };
        let data = json!({ "name": name });
        let got = talk.act("basic", sent, "data_exchange", "MY_SCREEN", &data).await?;
        let data = got.shows("basic", "SUCCESS")?;
        let params = &data["extension_message_response"]["params"];
        got.check("basic", "the name", params["name"] == name)?;
        got.check("basic", "the token", params["flow_token"] == talk.token)?;
        self.forget(tables::SESSIONS, "flow_token", &talk.token)
    }

    /// What is refused before anything is read.
    async fn refused(&mut self) -> Result<(), Error> {
        let talk = Talk::new(&self.line, "/appointment");
        let sealed = self.line.seal(&talk.request("INIT", "", json!({})));
        let signature = format!("sha256={}", "0".repeat(64));
        let got = self.line.send_signed("wrong signature", talk.path, &sealed, &signature).await?;
        got.check("wrong signature", "432 and nothing", got.status == 432 && got.raw.is_empty())?;
        let got = self.line.send("changed body", talk.path, &sealed.clone().tampered()).await?;
        got.check("changed body", "421 and nothing", got.status == 421 && got.raw.is_empty())?;
        let got = self.line.send("unknown path", "/nothing", &sealed).await?;
        got.check("unknown path", "404 and nothing", got.status == 404 && got.raw.is_empty())
    }

    /// Mostly once.
    fn sent(&mut self) -> Sent {
        match self.dice(12) {
            0 => Sent::TwoTaps,
            1 => Sent::TwiceAtOnce,
            2 => Sent::Again,
            _ => Sent::Once,
        }
    }

    /// A number below `sides`. Xorshift: no cryptography, only variety.
    fn dice(&mut self, sides: u64) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        ((self.random >> 20) % sides) as usize
    }

    /// Removes an item, so that the slots suffice and the tables stay small.
    fn forget(&self, table: &str, key: &str, value: &str) -> Result<(), Error> {
        let delete = json!({ "TableName": table, "Key": { key: { "S": value } } });
        self.database.database().delete_item(serde_json::from_value(delete)?)?;
        Ok(())
    }
}

/// Meta's health check.
pub async fn ping(line: &Line) -> Result<(), Error> {
    let sealed = line.seal(&json!({ "version": "3.0", "action": "ping" }));
    let got = line.send("ping", "/appointment", &sealed).await?;
    got.check("ping", "active", got.status == 200 && got.opened["data"]["status"] == "active")
}

impl<'a> Talk<'a> {
    fn new(line: &'a Line, path: &'static str) -> Self {
        Self { line, path, token: FlowToken::random().as_str().into() }
    }

    fn request(&self, action: &str, screen: &str, data: Value) -> Value {
        json!({
            "data": data, "flow_token": self.token, "screen": screen, "action": action,
            "version": "4.0",
        })
    }

    /// Sends an action as often as it says, and sees that a double gets the same answer.
    async fn act(
        &self,
        kind: &'static str,
        sent: Sent,
        action: &str,
        screen: &str,
        data: &Value,
    ) -> Result<Got, Error> {
        let request = self.request(action, screen, data.clone());
        let sealed = self.line.seal(&request);
        let send = |sealed| self.line.send(kind, self.path, sealed);
        match sent {
            Sent::Once => send(&sealed).await,
            Sent::TwoTaps => {
                let other = self.line.seal(&request);
                let (one, two) = tokio::try_join!(send(&sealed), send(&other))?;
                // What is still free may differ: somebody else books in between.
                let [mut a, mut b] = [one.opened.clone(), two.opened.clone()];
                for opened in [&mut a, &mut b] {
                    opened["data"]["time"].take();
                }
                let same = one.status == two.status && a == b;
                two.check(kind, &format!("what the other tap got: {}", one.opened), same)?;
                Ok(one)
            }
            Sent::TwiceAtOnce => {
                let (one, two) = tokio::try_join!(send(&sealed), send(&sealed))?;
                two.check(kind, "the same bytes at the same time", one.raw == two.raw)?;
                Ok(one)
            }
            Sent::Again => {
                let one = send(&sealed).await?;
                let two = send(&sealed).await?;
                two.check(kind, "the same bytes again", one.raw == two.raw)?;
                Ok(one)
            }
        }
    }

    /// The last reply could not be used.
    async fn notice(&self) -> Result<(), Error> {
        let data = json!({ "error": "invalid_screen_transition", "error_message": "No way." });
        let got = self.act("notice", Sent::Once, "data_exchange", "APPOINTMENT", &data).await?;
        let acknowledged = got.opened["data"]["acknowledged"] == true;
        got.check("notice", "acknowledged", got.status == 200 && acknowledged)
    }
}

impl Got {
    /// The data of the screen that it must show, without a message.
    fn shows(&self, what: &str, screen: &str) -> Result<&Value, Error> {
        let data = &self.opened["data"];
        let shown = self.status == 200 && self.opened["screen"] == screen;
        self.check(what, screen, shown && data["error_message"].is_null())?;
        Ok(data)
    }

    fn check(&self, what: &str, expected: &str, holds: bool) -> Result<(), Error> {
        if holds {
            return Ok(());
        }
        let Self { status, raw, opened } = self;
        let length = raw.len();
        Err(format!("{what}: expected {expected}, got {status}, {length} bytes, {opened}").into())
    }
}
