//! `flowctl demo`: Meta's book-appointment conversation, step by step, with two persons.

use std::time::Duration;

use clap::Args;
use local_lambda::runtime_api::Log;
use serde_json::{Value, json};
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::testing::RequestSealer;

use super::Error;
use super::call::{Reply, post};
use super::dev::{self, Place};
use super::peer::Peer;

/// Start the endpoint, play the book-appointment conversation against it, and end
#[derive(Args)]
#[command(after_help = "Example:\n  flowctl demo --keep")]
pub struct Demo {
    #[command(flatten)]
    place: Place,
    /// Stay and serve afterwards
    #[arg(long)]
    keep: bool,
}

impl Demo {
    pub fn run(self) -> Result<(), Error> {
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(async {
            // In memory: a demo that is run again finds every time free again.
            let log = Log::File(self.place.folder.join("endpoint.log"));
            std::fs::create_dir_all(&self.place.folder)?;
            let running = dev::start(&self.place, None, log).await?;
            let (sealing, app_secret) = Peer::at(&self.place.folder).resolve()?;
            let url = format!("{}/appointment", running.url);
            println!("the Lambda program answers on {url}\n");
            let play = move || Play { url, sealing, app_secret, step: 0 }.play();
            tokio::task::spawn_blocking(play).await??;
            println!(
                "\nThe log of the requests is in {}.",
                self.place.folder.join("endpoint.log").display()
            );
            if self.keep {
                println!("{}", running.what_to_try());
                tokio::signal::ctrl_c().await?;
            }
            Ok(())
        })
    }
}

struct Play {
    url: String,
    sealing: RequestSealer,
    app_secret: Option<AppSecret>,
    step: usize,
}

struct Person {
    name: &'static str,
    token: String,
}

impl Play {
    fn play(mut self) -> Result<(), Error> {
        let ada = Person { name: "Ada", token: FlowToken::random().as_str().into() };
        let ben = Person { name: "Ben", token: FlowToken::random().as_str().into() };

        let ping = json!({ "version": "3.0", "action": "ping" });
        let reply = self.step("Meta's health check", &ping, 200)?;
        check(reply["data"]["status"] == "active", "the data {\"status\":\"active\"}")?;

        let opened = self.act(&ada, "opens the flow", "INIT", "", json!({}), "APPOINTMENT")?;
        let first = |list: &str| opened["data"][list][0]["id"].clone();
        let mut chosen =
            json!({ "trigger": "department_selected", "department": first("department") });
        let choose = "data_exchange";
        let reply = self.act(
            &ada,
            "chooses a department",
            choose,
            "APPOINTMENT",
            chosen.clone(),
            "APPOINTMENT",
        )?;
        check(reply["data"]["is_location_enabled"] == true, "an open list of places")?;
        chosen["trigger"] = "location_selected".into();
        chosen["location"] = first("location");
        let reply = self.act(
            &ada,
            "chooses a place",
            choose,
            "APPOINTMENT",
            chosen.clone(),
            "APPOINTMENT",
        )?;
        check(reply["data"]["is_date_enabled"] == true, "an open list of dates")?;
        chosen["trigger"] = "date_selected".into();
        chosen["date"] = first("date");
        let reply =
            self.act(&ada, "chooses a date", choose, "APPOINTMENT", chosen.clone(), "APPOINTMENT")?;
        check(reply["data"]["is_time_enabled"] == true, "an open list of times")?;

        let details = |name: &str| {
            json!({
                "department": chosen["department"], "location": chosen["location"],
                "date": chosen["date"], "time": first("time"), "name": name,
                "email": format!("{name}@example.com"), "phone": "+44 20 7946 0000",
            })
        };
        for person in [&ada, &ben] {
            self.act(
                person,
                "says who is coming",
                choose,
                "DETAILS",
                details(person.name),
                "SUMMARY",
            )?;
        }
        self.act(&ada, "leaves the summary", "BACK", "SUMMARY", json!({}), "DETAILS")?;
        self.act(&ada, "submits the details again", choose, "DETAILS", details("Ada"), "SUMMARY")?;
        let done = self.act(
            &ada,
            "confirms, and the appointment is booked",
            choose,
            "SUMMARY",
            json!({}),
            "SUCCESS",
        )?;
        let params = &done["data"]["extension_message_response"]["params"];
        check(params["flow_token"] == ada.token, "Ada's flow_token in the message to the chat")?;

        let refused = self.act(
            &ben,
            "confirms the same time, too late",
            choose,
            "SUMMARY",
            json!({}),
            "SUMMARY",
        )?;
        let message = refused["data"]["error_message"].as_str().unwrap_or_default();
        check(!message.is_empty(), "a message that the time is taken")?;
        println!("       \"{message}\"");
        let back = self.act(
            &ben,
            "goes back to the choices",
            "BACK",
            "DETAILS",
            json!({}),
            "APPOINTMENT",
        )?;
        check(back["data"]["time"][0]["enabled"] == false, "the taken time closed")?;

        let again = request(&ada, "INIT", "", json!({}));
        self.step("Ada opens the finished flow once more", &again, 427)?;
        Ok(())
    }

    /// One action of a person, and the screen that must answer it.
    fn act(
        &mut self,
        person: &Person,
        does: &str,
        action: &str,
        screen: &str,
        data: Value,
        shows: &str,
    ) -> Result<Value, Error> {
        let what = format!("{} {does}", person.name);
        let reply = self.step(&what, &request(person, action, screen, data), 200)?;
        check(reply["screen"] == shows, &format!("the screen {shows}, not {}", reply["screen"]))?;
        Ok(reply)
    }

    fn step(&mut self, what: &str, plaintext: &Value, status: u16) -> Result<Value, Error> {
        self.step += 1;
        let sealed = self.sealing.seal(plaintext.to_string().as_bytes());
        let Reply { status: got, took, opened, .. } =
            post(&self.url, &sealed, self.app_secret.as_ref())?;
        let opened = opened.unwrap_or_default();
        let shown = opened["screen"].as_str().or(opened["data"]["status"].as_str());
        let shown = shown.or(opened["error_msg"].as_str()).unwrap_or_default();
        println!("{:>3}  {what:<42} {got} {:>6.1} ms  {shown}", self.step, ms(took));
        check(got == status, &format!("status {status}"))?;
        Ok(opened)
    }
}

fn request(person: &Person, action: &str, screen: &str, data: Value) -> Value {
    json!({
        "data": data, "flow_token": person.token, "screen": screen, "action": action, "version": "4.0",
    })
}

fn check(holds: bool, expected: &str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(format!("this step differs: expected {expected}").into()) }
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}
