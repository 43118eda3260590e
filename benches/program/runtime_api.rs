//! Lambda's Runtime API as a plain socket, and the program that runs under it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::aws::{Moto, environment};

pub struct RuntimeApi {
    pub listener: TcpListener,
    pub moto: Moto,
    pub dynamodb: String,
}

pub struct Running {
    process: Child,
    stream: BufReader<TcpStream>,
}

impl RuntimeApi {
    /// Starts the program, and returns the microseconds until it asks for its first event.
    pub fn start(&self, program: &Path) -> (Running, f64) {
        self.start_with_log(program, Stdio::null())
    }

    /// Starts the program with this standard output.
    pub fn start_with_log(&self, program: &Path, log: Stdio) -> (Running, f64) {
        let started = Instant::now();
        let process = Command::new(program)
            .env_clear()
            .envs(environment(&self.moto.url))
            .env("AWS_ENDPOINT_URL_DYNAMODB", &self.dynamodb)
            .env("AWS_LAMBDA_RUNTIME_API", self.listener.local_addr().unwrap().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "endpoint")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("FLOWS_SECRET_ID", "flows")
            .env("FLOWS_TABLE", "sessions")
            .env("FLOWS_BOOKINGS_TABLE", "bookings")
            .stdout(log)
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
    /// Gives the program an event, and returns its response and the microseconds until then.
    pub fn invoke(&mut self, event: &str) -> (String, f64) {
        let started = Instant::now();
        self.answer(
            200,
            "lambda-runtime-aws-request-id: 8f1a5c1e-2f5b-4c3d-9d57-3b0c8a7e6f10\r\n\
             lambda-runtime-deadline-ms: 99999999999999\r\n\
             lambda-runtime-invoked-function-arn: arn\r\n",
            event,
        );
        let (line, body) = self.request();
        let took = started.elapsed().as_secs_f64() * 1e6;
        assert!(line.contains("/response"), "{line} {body}");
        self.answer(202, "", "");
        assert!(self.request().0.contains("/invocation/next"));
        (body, took)
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

    pub fn resident_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1e3
    }
}

impl Running {
    /// The CPU time that the program has used, in microseconds; the kernel counts in hundredths of a second.
    pub fn cpu_microseconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        // The name in parentheses may contain blanks; utime and stime are the 12th and 13th field after it.
        let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: f64 = fields[11..13].iter().map(|field| field.parse::<f64>().unwrap()).sum();
        ticks * 1e4
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
