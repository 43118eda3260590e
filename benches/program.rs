//! The cost of the Lambda program: the time from exec to its first `next`, a ping over the Runtime API, memory and
//! size.
//!
//! The Runtime API is a plain socket, so that little else is measured. The secret comes from moto, and the tables from
//! dynoxide. `make bench` builds the program and passes its path in `RELEASE_PROGRAM`. `BASELINE_PROGRAM` may name an
//! older build to compare it with.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use local_lambda::event;
use whatsapp_flows::protocol::keyring::Keyring;

#[allow(dead_code)] // the tests use the rest
#[path = "../tests/it/support/aws.rs"]
mod aws;

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
    for _ in 0..STARTS {
        for measured in &mut programs {
            let (mut running, until_next) = api.start(&measured.program);
            let first = running.ping(&secret);
            measured.starts.push(until_next);
            measured.first_events.push(until_next + first);
        }
    }
    for mut measured in programs {
        let (mut running, _) = api.start(&measured.program);
        let mut pings: Vec<f64> = (0..PINGS).map(|_| running.ping(&secret)).collect();
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

struct RuntimeApi {
    listener: TcpListener,
    moto: aws::Moto,
    dynamodb: String,
}

struct Running {
    process: Child,
    stream: BufReader<TcpStream>,
}

impl RuntimeApi {
    /// Starts the program, and returns the microseconds until it asks for its first event.
    fn start(&self, program: &Path) -> (Running, f64) {
        let started = Instant::now();
        let process = Command::new(program)
            .env_clear()
            .envs(aws::environment(&self.moto.url))
            .env("AWS_ENDPOINT_URL_DYNAMODB", &self.dynamodb)
            .env("AWS_LAMBDA_RUNTIME_API", self.listener.local_addr().unwrap().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "endpoint")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("FLOWS_SECRET_ID", "flows")
            .env("FLOWS_TABLE", "sessions")
            .env("FLOWS_BOOKINGS_TABLE", "bookings")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let stream = self.listener.accept().unwrap().0;
        stream.set_nodelay(true).unwrap();
        let mut running = Running { process, stream: BufReader::new(stream) };
        assert!(running.request().0.contains("/invocation/next"));
        (running, started.elapsed().as_secs_f64() * 1e6)
    }
}

impl Running {
    /// Responds to the pending `next` with a ping, and returns the microseconds until its response.
    fn ping(&mut self, secret: &Keyring) -> f64 {
        let event = ping_event(secret).to_string();
        let started = Instant::now();
        self.answer(
            200,
            "lambda-runtime-aws-request-id: 1\r\nlambda-runtime-deadline-ms: 99999999999999\r\n\
             lambda-runtime-invoked-function-arn: arn\r\n",
            &event,
        );
        let (line, body) = self.request();
        let took = started.elapsed().as_secs_f64() * 1e6;
        assert!(
            line.contains("/invocation/1/response") && body.contains(r#""statusCode":200"#),
            "{line} {body}"
        );
        self.answer(202, "", "");
        assert!(self.request().0.contains("/invocation/next"));
        took
    }

    fn answer(&mut self, status: u16, headers: &str, body: &str) {
        let length = body.len();
        let head = format!("HTTP/1.1 {status} OK\r\n{headers}content-length: {length}\r\n\r\n");
        self.stream.get_mut().write_all((head + body).as_bytes()).unwrap();
    }

    /// Reads the next request of the program, and returns its request line and body.
    fn request(&mut self) -> (String, String) {
        let (mut first, mut length, mut chunked) = (String::new(), 0, false);
        self.stream.read_line(&mut first).unwrap();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            let line = line.trim().to_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            chunked |= line == "transfer-encoding: chunked";
            if line.is_empty() {
                break;
            }
        }
        let mut body = String::new();
        if chunked {
            loop {
                let mut size = String::new();
                self.stream.read_line(&mut size).unwrap();
                let size = usize::from_str_radix(size.trim(), 16).unwrap();
                let mut chunk = vec![0; size + 2];
                self.stream.read_exact(&mut chunk).unwrap();
                body += &String::from_utf8_lossy(&chunk[..size]);
                if size == 0 {
                    break;
                }
            }
        } else {
            let mut bytes = vec![0; length];
            self.stream.read_exact(&mut bytes).unwrap();
            body += &String::from_utf8_lossy(&bytes);
        }
        (first, body)
    }

    fn resident_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1e3
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn ping_event(secret: &Keyring) -> serde_json::Value {
    use whatsapp_flows::protocol::signature::HEADER;
    use whatsapp_flows::testing::RequestSealer;
    let sealing = RequestSealer::new(&secret.private_keys()[0].public_pem()).unwrap();
    let body = sealing.seal(br#"{"version":"3.0","action":"ping"}"#).body;
    let signature = secret.app_secrets()[0].sign(body.as_bytes());
    let headers = [(HEADER, signature.as_bytes())];
    event::http_api("POST", "/basic", headers, body.as_bytes())
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
