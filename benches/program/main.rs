//! The cost of the Lambda program: the time from exec to its first `next`, a ping over the Runtime API, memory, size,
//! and the CPU time and log bytes of each kind of request.
//!
//! The Runtime API is a plain socket, so that little else is measured. The secret comes from moto, and the tables from
//! dynoxide. `make bench` builds the program and passes its path in `RELEASE_PROGRAM`. `BASELINE_PROGRAM` may name an
//! older build to compare it with.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use runtime_api::RuntimeApi;
use whatsapp_flows::protocol::keyring::Keyring;

#[allow(dead_code)] // the tests use the rest
#[path = "../../tests/it/support/aws.rs"]
mod aws;
mod runtime_api;
mod work;

const STARTS: usize = 50;
const PINGS: usize = 3000;

fn main() {
    let named = std::env::var("RELEASE_PROGRAM").unwrap_or("target/release/endpoint".into());
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(named);
    assert!(program.exists(), "{} does not exist; build it with make bench", program.display());
    let moto = aws::Moto::start();
    let secret_json = own_secret();
    put_secret(&moto.url, &secret_json);
    let (secret, _) = Keyring::from_json(secret_json.as_bytes()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let tables = aws::tables::in_memory();
    let dynamodb = runtime.block_on(tables.serve()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let api = RuntimeApi { listener, moto, dynamodb };
    let mut programs = vec![Measured::new(program)];
    // An older build, measured in turns with this one, so that the machine's load affects both alike.
    if let Ok(baseline) = std::env::var("BASELINE_PROGRAM") {
        programs.push(Measured::new(baseline.into()));
    }
    let ping = work::ping(&secret);
    for _ in 0..STARTS {
        for measured in &mut programs {
            let (mut running, until_next) = api.start(&measured.program);
            let first = running.invoke(&ping).1;
            measured.starts.push(until_next);
            measured.first_events.push(until_next + first);
        }
    }
    for mut measured in programs {
        let (mut running, _) = api.start(&measured.program);
        let mut pings: Vec<f64> = (0..PINGS).map(|_| running.invoke(&ping).1).collect();
        let size = std::fs::metadata(&measured.program).unwrap().len();
        println!("{}", measured.program.display());
        for (what, times) in [
            ("exec to the first next, secret from moto", &mut measured.starts),
            ("exec to the response to the first event", &mut measured.first_events),
        ] {
            let [p50, p99] = [50, 99].map(|percent| percentile(times, percent) / 1e3);
            println!("{what:<42} {p50:>8.1} ms, p99 {p99:.1} ms of {STARTS} starts");
        }
        println!("{:<42} {:>8.1} µs", "a ping over the Runtime API", percentile(&mut pings, 50));
        let resident = format!("resident memory after {PINGS} pings");
        println!("{resident:<42} {:>8.1} MB", running.resident_mb());
        println!("{:<42} {:>8} bytes", "size of the stripped program", size);
        work::print(&api, &measured.program, &secret);
    }
}

/// A program, and the microseconds of its starts.
struct Measured {
    program: PathBuf,
    /// Until it asks for its first event.
    starts: Vec<f64>,
    /// Until it has responded to it.
    first_events: Vec<f64>,
}

impl Measured {
    fn new(program: PathBuf) -> Self {
        Self { program, starts: Vec::new(), first_events: Vec::new() }
    }
}

fn own_secret() -> String {
    let keys = whatsapp_flows::testing::KeyPair::generate();
    serde_json::json!({
        "private_keys": [{ "id": "bench", "pem": *keys.private_pem }],
        "app_secrets": ["benchmark"],
    })
    .to_string()
}

#[tokio::main(flavor = "current_thread")]
async fn put_secret(url: &str, value: &str) {
    let client = aws::secrets_manager(url);
    client.create_secret().name("flows").secret_string(value).send().await.unwrap();
}

fn percentile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() - 1) * percent / 100]
}
