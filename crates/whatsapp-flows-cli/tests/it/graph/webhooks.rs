//! Webhooks of messages: signed, in Meta's escaping, and posted again until they are accepted.

use std::time::Duration;

use serde_json::{Value, json};
use whatsapp_flows::protocol::public_key::parse_public_key_bytes;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::RequestSealer;

use super::server::StandIn;
use super::state::{State, WABA};

/// The fate of a message.
#[derive(Clone, Copy, PartialEq)]
pub enum Delivery {
    Read,
    /// It fails with this code.
    Failed(i64),
}

/// Posts that are due.
pub struct Posts {
    url: String,
    secret: AppSecret,
    values: Vec<Value>,
}

impl State {
    /// The statuses of an accepted message, if anybody listens.
    pub fn statuses(&self, number: &str, id: &str, message: &Value) -> Option<Posts> {
        let status = |status: &str| {
            let mut json = json!({ "id": id, "status": status, "timestamp": "1790000050" });
            match message["to"].as_str() {
                Some(to) => json["recipient_id"] = to.into(),
                None => json["recipient_user_id"] = message["recipient"].clone(),
            }
            json
        };
        let statuses = match self.delivery {
            Delivery::Read => vec![status("sent"), status("delivered"), status("read")],
            Delivery::Failed(code) => {
                let mut failed = status("failed");
                failed["errors"] = json!([{ "code": code, "title": "Message undeliverable", "error_data": { "details": "…" } }]);
                vec![status("sent"), failed]
            }
        };
        let values = statuses.into_iter().map(|status| self.value(number, "statuses", status));
        self.posts(number, values.collect())
    }

    fn value(&self, number: &str, member: &str, item: Value) -> Value {
        let display = &self.numbers[number].display;
        let metadata = json!({ "display_phone_number": display, "phone_number_id": number });
        json!({ "messaging_product": "whatsapp", "metadata": metadata, member: [item] })
    }

    fn posts(&self, number: &str, values: Vec<Value>) -> Option<Posts> {
        let app = self.wabas[&self.numbers[number].waba].subscribed.keys().next()?;
        let secret = AppSecret::new(self.apps[app].secret.clone()).unwrap();
        Some(Posts { url: self.webhook.clone()?, secret, values })
    }
}

impl Posts {
    /// Posts one after another; what is not accepted comes again.
    pub fn send(self) {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent: ureq::Agent =
            config.timeout_global(Some(Duration::from_secs(10))).build().into();
        for value in self.values {
            let change = json!({ "field": "messages", "value": value });
            let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": WABA, "changes": [change] }] });
            let body = escape(&body.to_string());
            for _ in 0..ATTEMPTS {
                let post = agent.post(&self.url).header(HEADER, self.secret.sign(body.as_bytes()));
                if post.send(&body).is_ok_and(|response| response.status() == 200) {
                    break;
                }
                std::thread::sleep(PAUSE);
            }
        }
    }
}

impl StandIn {
    /// Opens an accepted message as a client does: sends these requests to the endpoint, and posts the completion with
    /// the parameters of the last reply. Returns the replies.
    pub fn converse(&self, number: &str, message: usize, requests: &[Value]) -> Vec<Value> {
        let (url, sealer, token) = {
            let state = self.state();
            let parameters = &state.messages[message]["interactive"]["action"]["parameters"];
            let flow = &state.flows[parameters["flow_id"].as_str().unwrap()];
            let pem = &state.numbers[number].key.as_ref().expect("a registered key").0;
            let key = parse_public_key_bytes(pem.as_bytes()).unwrap();
            (
                flow.endpoint_uri.clone().expect("an address"),
                RequestSealer::for_key(&key).unwrap(),
                parameters["flow_token"].clone(),
            )
        };
        let secret = AppSecret::new(super::APP_SECRET).unwrap();
        let agent = ureq::Agent::new_with_defaults();
        let exchange = |request: &Value| {
            let mut plaintext = request.clone();
            plaintext["version"] = "3.0".into();
            plaintext["flow_token"] = token.clone();
            let sealed = sealer.seal(plaintext.to_string().as_bytes());
            let post = agent.post(&url).header(HEADER, secret.sign(sealed.body.as_bytes()));
            let body = post.send(&sealed.body).unwrap().body_mut().read_to_string().unwrap();
            sealed.opener.open(body.as_bytes()).unwrap()
        };
        let replies: Vec<_> = requests.iter().map(exchange).collect();
        let last = replies.last().expect("a request");
        let params = &last["data"]["extension_message_response"]["params"];
        let state = self.state();
        let to = &state.messages[message]["to"];
        let reply = json!({ "name": "flow", "body": "Sent", "response_json": params.to_string() });
        let received = json!({
            "from": to, "from_user_id": super::USER_ID, "id": "wamid.HBgLreply", "timestamp": "1790000100",
            "context": { "from": state.numbers[number].display, "id": wamid(message + 1) },
            "type": "interactive", "interactive": { "type": "nfm_reply", "nfm_reply": reply },
        });
        let posts = state.posts(number, vec![state.value(number, "messages", received)]);
        drop(state);
        posts.expect("a webhook").send();
        replies
    }
}

/// The id of a message by its number.
pub fn wamid(number: usize) -> String {
    format!("wamid.HBgL{number}")
}

/// Escapes as Meta does: `/` as `\/`, and everything outside ASCII as `\u00e9` in lower case.
fn escape(json: &str) -> String {
    let mut escaped = String::new();
    for c in json.chars() {
        match c {
            '/' => escaped.push_str("\\/"),
            c if c.is_ascii() => escaped.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    escaped.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    escaped
}

const ATTEMPTS: usize = 3;
const PAUSE: Duration = Duration::from_millis(20);
