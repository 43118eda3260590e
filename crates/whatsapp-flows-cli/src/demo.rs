//! `flowctl demo`: two users book an appointment with Meta's sample flow, step by step.

use std::time::Duration;

use clap::Args;
use local_lambda::runtime_api::Log;
use serde_json::{Value, json};
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::testing::RequestSealer;

use super::Error;
use super::dev::{self, Served, ServerArgs};
use super::http_client::{Response, post};
use super::peer::Peer;
use super::request_args::ping;

/// Run the sample endpoint and book an appointment as two users, step by step
#[derive(Args)]
#[command(after_help = "The tables are in memory, so every run starts afresh.\n\n\
    Example:\n  cargo build --bin endpoint\n  flowctl demo --keep")]
pub struct Demo {
    #[command(flatten)]
    server: ServerArgs,
    /// Keep the endpoint running afterward, until Ctrl-C
    #[arg(long)]
    keep: bool,
}

impl Demo {
    pub fn run(self) -> Result<(), Error> {
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(async {
            // The tables are in memory, so that all times are free in the next run.
            let log = Log::File(self.server.folder.join("endpoint.log"));
            std::fs::create_dir_all(&self.server.folder)?;
            let endpoint = dev::start_samples(self.server.clone(), log).await?;
            let (sealer, app_secret) = Peer::in_folder(&self.server.folder).resolve()?;
            let url = format!("{}/appointment", endpoint.url);
            println!("endpoint  {url}\n");
            let run = move || Conversation { url, sealer, app_secret, step: 0 }.run();
            tokio::task::spawn_blocking(run).await??;
            println!(
                "\nThe log of the endpoint is in {}.",
                self.server.folder.join("endpoint.log").display()
            );
            if !self.keep {
                let flowctl = std::env::args().next().unwrap_or_else(|| "flowctl".into());
                println!(
                    "\nBook one yourself in the browser: run {flowctl} demo --keep, and open {}",
                    endpoint.player_address()
                );
            } else {
                let flows = ["basic", "appointment"].map(|name| Served {
                    flow: format!("src/{name}/flow.json").into(),
                    path: Some(format!("/{name}")),
                });
                println!("{}", endpoint.instructions(&flows));
                tokio::signal::ctrl_c().await?;
            }
            Ok(())
        })
    }
}

struct Conversation {
    url: String,
    sealer: RequestSealer,
    app_secret: Option<AppSecret>,
    step: usize,
}

struct User {
    name: &'static str,
    token: String,
}

impl Conversation {
    fn run(mut self) -> Result<(), Error> {
        let ada = User { name: "Ada", token: FlowToken::random().as_str().into() };
        let ben = User { name: "Ben", token: FlowToken::random().as_str().into() };

        let reply = self.step("Meta's health check", &ping(), 200)?;
        expect(reply["data"]["status"] == "active", "the data {\"status\":\"active\"}")?;

        let opened = self.send(&ada, "opens the flow", "INIT", "", json!({}), "APPOINTMENT")?;
        let first = |list: &str| opened["data"][list][0]["id"].clone();
        let mut chosen =
            json!({ "trigger": "department_selected", "department": first("department") });
        let choose = "data_exchange";
        let reply = self.send(
            &ada,
            "chooses a department",
            choose,
            "APPOINTMENT",
            chosen.clone(),
            "APPOINTMENT",
        )?;
        expect(reply["data"]["is_location_enabled"] == true, "is_location_enabled: true")?;
        chosen["trigger"] = "location_selected".into();
        chosen["location"] = first("location");
        let reply = self.send(
            &ada,
            "chooses a location",
            choose,
            "APPOINTMENT",
            chosen.clone(),
            "APPOINTMENT",
        )?;
        expect(reply["data"]["is_date_enabled"] == true, "is_date_enabled: true")?;
        chosen["trigger"] = "date_selected".into();
        chosen["date"] = first("date");
        let reply = self.send(
            &ada,
            "chooses a date",
            choose,
            "APPOINTMENT",
            chosen.clone(),
            "APPOINTMENT",
        )?;
        expect(reply["data"]["is_time_enabled"] == true, "is_time_enabled: true")?;

        let details = |name: &str| {
            json!({
                "department": chosen["department"], "location": chosen["location"],
                "date": chosen["date"], "time": first("time"), "name": name,
                "email": format!("{name}@example.com"), "phone": "+44 20 7946 0000",
            })
        };
        for user in [&ada, &ben] {
            self.send(
                user,
                "submits the details",
                choose,
                "DETAILS",
                details(user.name),
                "SUMMARY",
            )?;
        }
        self.send(&ada, "goes back from the summary", "BACK", "SUMMARY", json!({}), "DETAILS")?;
        self.send(&ada, "submits the details again", choose, "DETAILS", details("Ada"), "SUMMARY")?;
        let done = self.send(
            &ada,
            "confirms and books the appointment",
            choose,
            "SUMMARY",
            json!({}),
            "SUCCESS",
        )?;
        let params = &done["data"]["extension_message_response"]["params"];
        expect(params["flow_token"] == ada.token, "Ada's flow_token in the parameters")?;

        let refused =
            self.send(&ben, "confirms the same time", choose, "SUMMARY", json!({}), "SUMMARY")?;
        let message = refused["data"]["error_message"].as_str().unwrap_or_default();
        expect(!message.is_empty(), "a message that the time is taken")?;
        println!("       \"{message}\"");
        let back = self.send(
            &ben,
            "goes back to the choices",
            "BACK",
            "DETAILS",
            json!({}),
            "APPOINTMENT",
        )?;
        expect(back["data"]["time"][0]["enabled"] == false, "the taken time disabled")?;

        let again = request(&ada, "INIT", "", json!({}));
        self.step("Ada opens the finished flow again", &again, 427)?;
        Ok(())
    }

    /// Sends an action of a user, and expects this screen in the reply.
    fn send(
        &mut self,
        user: &User,
        description: &str,
        action: &str,
        screen: &str,
        data: Value,
        next_screen: &str,
    ) -> Result<Value, Error> {
        let description = format!("{} {description}", user.name);
        let reply = self.step(&description, &request(user, action, screen, data), 200)?;
        expect(
            reply["screen"] == next_screen,
            &format!("screen {next_screen}, got {}", reply["screen"]),
        )?;
        Ok(reply)
    }

    fn step(&mut self, description: &str, plaintext: &Value, status: u16) -> Result<Value, Error> {
        self.step += 1;
        let sealed = self.sealer.seal(plaintext.to_string().as_bytes());
        let Response { status: got, elapsed, reply, .. } =
            post(&self.url, &sealed, self.app_secret.as_ref())?;
        let reply = reply.unwrap_or_default();
        let shown = reply["screen"].as_str().or(reply["data"]["status"].as_str());
        let shown = shown.or(reply["error_msg"].as_str()).unwrap_or_default();
        println!(
            "{:>3}  {description:<42} {got} {:>6.1} ms  {shown}",
            self.step,
            milliseconds(elapsed)
        );
        expect(got == status, &format!("status {status}"))?;
        Ok(reply)
    }
}

fn request(user: &User, action: &str, screen: &str, data: Value) -> Value {
    json!({
        "data": data, "flow_token": user.token, "screen": screen, "action": action, "version": "4.0",
    })
}

fn expect(holds: bool, expected: &str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(format!("the last step failed: expected {expected}").into()) }
}

fn milliseconds(elapsed: Duration) -> f64 {
    elapsed.as_secs_f64() * 1e3
}
