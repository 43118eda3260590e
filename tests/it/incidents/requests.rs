//! The requests of an incident: a user's, as a client with the wrong settings sends them, and those of strangers.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};
use local_lambda::event;
use serde_json::{Value, json};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::HEADER;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::testing::KeyPair;

use crate::support::program::{events_file, sealed_event};

/// A client, and what is wrong with it.
pub struct Client {
    /// The secret as the client sees it: the key to encrypt for, and the app secret to sign with.
    secret: Value,
    path: &'static str,
    token: Option<String>,
    name_of_name: &'static str,
    screen: &'static str,
}

impl Client {
    pub fn new() -> Self {
        let text = std::fs::read(events_file("secret.json")).unwrap();
        Self {
            secret: serde_json::from_slice(&text).unwrap(),
            path: "/appointment",
            token: Some(FlowToken::random().as_str().to_owned()),
            name_of_name: "name",
            screen: "DETAILS",
        }
    }

    pub fn with_app_secret(mut self, app_secret: String) -> Self {
        self.secret["app_secrets"] = json!([app_secret]);
        self
    }

    pub fn with_another_key(mut self) -> Self {
        self.secret["private_keys"] =
            json!([{ "id": "another", "pem": *KeyPair::generate().private_pem }]);
        self
    }

    pub fn with_path(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    /// The published Flow JSON has another name for a field.
    pub fn with_changed_form(mut self) -> Self {
        self.name_of_name = "full_name";
        self
    }

    /// The published Flow JSON has another name for a screen.
    pub fn with_changed_screen(mut self) -> Self {
        self.screen = "CONTACT";
        self
    }

    pub fn without_tokens(mut self) -> Self {
        self.token = None;
        self
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    pub fn ping(&self) -> Value {
        self.seal(&json!({ "version": "3.0", "action": "ping" }))
    }

    pub fn init(&self) -> Value {
        self.request("INIT", "", json!({}))
    }

    /// Opening, choosing, describing, going back, describing again and confirming.
    pub fn conversation(&self) -> Vec<Value> {
        let choose = json!({ "trigger": "department_selected", "department": "beauty" });
        let mut details = json!({
            "department": "beauty", "location": "1", "date": next_working_day(), "time": "11:30",
            "email": "ada@example.com", "phone": "+44 20 7946 0000", "more_details": "",
        });
        details[self.name_of_name] = "Ada".into();
        vec![
            self.init(),
            self.request("data_exchange", "APPOINTMENT", choose),
            self.request("data_exchange", self.screen, details.clone()),
            self.request("BACK", self.screen, json!({})),
            self.request("data_exchange", self.screen, details),
            self.request("data_exchange", "SUMMARY", json!({})),
        ]
    }

    pub fn error_notification(&self) -> Value {
        let error = json!({ "error": "payload-schema-error", "error_message": "-" });
        self.request("data_exchange", "DETAILS", error)
    }

    fn request(&self, action: &str, screen: &str, data: Value) -> Value {
        let mut request =
            json!({ "version": "4.0", "action": action, "screen": screen, "data": data });
        if let Some(token) = &self.token {
            request["flow_token"] = token.as_str().into();
        }
        self.seal(&request)
    }

    fn seal(&self, plaintext: &Value) -> Value {
        let keyring = Keyring::from_json(self.secret.to_string().as_bytes()).unwrap().0;
        sealed_event(&keyring, self.path, plaintext).0
    }
}

/// The requests of strangers: pages of other programs, and requests without a signature or with half of one.
pub fn strangers() -> Vec<Value> {
    let malformed = [(HEADER, &b"sha256=0123"[..])];
    let none: [(&str, &[u8]); 0] = [];
    vec![
        event::http_api("GET", "/", none, b""),
        event::http_api("GET", "/.env", none, b""),
        event::http_api("GET", "/appointment", none, b""),
        event::http_api("POST", "/wp-login.php", none, b"log=admin"),
        event::http_api("POST", "/api/graphql", malformed, b"{}"),
        event::http_api("POST", "/appointment", none, b"{}"),
        event::http_api("POST", "/basic", malformed, b"{}"),
    ]
}

/// The next working day in London, which the clinic offers.
fn next_working_day() -> String {
    let today = Timestamp::now().to_zoned_datetime(jiff::tz::get!("Europe/London")).date();
    let working = |date: &Date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    today.series(1.day()).skip(1).find(working).unwrap().to_string()
}
