//! The work of a request: CPU time of the program, and bytes in its log.

use std::fs::File;
use std::path::Path;

use local_lambda::event;
use serde_json::{Value, json};
use whatsapp_flows::FlowToken;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::HEADER;
use whatsapp_flows::testing::RequestSealer;

use crate::runtime_api::RuntimeApi;

const REQUESTS: usize = 2_000;

/// A kind of request, by the status of its response.
struct Kind {
    name: &'static str,
    status: u16,
    events: Vec<String>,
}

/// Prints the CPU time and the bytes in the log per request of each kind.
pub fn print(api: &RuntimeApi, program: &Path, secret: &Keyring) {
    println!("{:<32} {:>14} {:>16} {:>14}", "", "CPU, µs", "a second, core", "log, bytes");
    for Kind { name, status, events } in kinds(secret) {
        let log = std::env::temp_dir().join(format!("flows-work-{}", std::process::id()));
        let (mut running, _) = api.start_with_log(program, File::create(&log).unwrap().into());
        // The first request opens connections.
        for event in &events[..50] {
            running.invoke(event);
        }
        let bytes = || std::fs::metadata(&log).unwrap().len();
        let (cpu, logged) = (running.cpu_microseconds(), bytes());
        for event in &events[50..] {
            let (response, _) = running.invoke(event);
            let found: Value = serde_json::from_str(&response).unwrap();
            assert_eq!(found["statusCode"], status, "{name}");
        }
        let count = (events.len() - 50) as f64;
        let cpu = (running.cpu_microseconds() - cpu) / count;
        let logged = (bytes() - logged) as f64 / count;
        println!("{name:<32} {cpu:>14.0} {:>16.0} {logged:>14.0}", 1e6 / cpu);
        let _ = std::fs::remove_file(&log);
    }
}

/// The event of a signed ping.
pub fn ping(secret: &Keyring) -> String {
    signed(secret, "/basic", &json!({ "version": "3.0", "action": "ping" }))
}

fn sealed(secret: &Keyring, plaintext: &Value) -> String {
    let sealer = RequestSealer::new(&secret.private_keys()[0].public_pem()).unwrap();
    sealer.seal(plaintext.to_string().as_bytes()).body
}

fn signed(secret: &Keyring, path: &str, plaintext: &Value) -> String {
    let body = sealed(secret, plaintext);
    let signature = secret.app_secrets()[0].sign(body.as_bytes());
    event(path, &body, Some(&signature))
}

fn event(path: &str, body: &str, signature: Option<&str>) -> String {
    let headers = signature.iter().map(|signature| (HEADER, signature.as_bytes()));
    event::http_api("POST", path, headers, body.as_bytes()).to_string()
}

fn kinds(secret: &Keyring) -> Vec<Kind> {
    let ping = json!({ "version": "3.0", "action": "ping" });
    let open = || {
        let token = FlowToken::random();
        json!({ "version": "4.0", "action": "INIT", "flow_token": token.as_str(), "screen": "", "data": {} })
    };
    let choose = || {
        let token = FlowToken::random();
        let data = json!({ "department": "beauty", "location": "1" });
        json!({ "version": "4.0", "action": "data_exchange", "flow_token": token.as_str(),
                "screen": "APPOINTMENT", "data": data })
    };
    // Sealing costs more than refusing, and a refused body may be any.
    let body = sealed(secret, &ping);
    let wrong = format!("sha256={}", "0a".repeat(32));
    let many = |event: String| vec![event; 10 * REQUESTS];
    let each = |make: &dyn Fn() -> String| (0..REQUESTS).map(|_| make()).collect();
    vec![
        Kind {
            name: "open appointment",
            status: 200,
            events: each(&|| signed(secret, "/appointment", &open())),
        },
        Kind {
            name: "choose in appointment",
            status: 200,
            events: each(&|| signed(secret, "/appointment", &choose())),
        },
        Kind { name: "ping", status: 200, events: each(&|| signed(secret, "/basic", &ping)) },
        Kind {
            name: "signature wrong",
            status: 432,
            events: many(event("/basic", &body, Some(&wrong))),
        },
        Kind { name: "signature absent", status: 432, events: many(event("/basic", &body, None)) },
        Kind { name: "unknown path", status: 404, events: many(event("/.env", &body, None)) },
    ]
}
