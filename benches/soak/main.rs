//! The soak test: sends a million requests to the release build of the program, in concurrent conversations, and checks
//! every reply. At the end, the program must not use more memory or files than after its warm-up.
//!
//! The Lambda service and DynamoDB run in this process, so that their memory is not counted. The environment sets the
//! duration and the load: see [`Settings`].

mod client;
mod conversation;
mod monitor;

#[allow(dead_code)] // the tests use the rest
#[path = "../../tests/it/support/aws.rs"]
mod aws;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use local_lambda::runtime_api::{Lambda, Log, Program};
use tokio::task::JoinSet;

use aws::tables;
use client::Client;
use conversation::User;
use monitor::Monitor;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The duration and the load, from environment variables.
struct Settings {
    /// `SOAK_EXCHANGES`: the number of requests after which it ends.
    exchanges: u64,
    /// `SOAK_MINUTES`: the time after which it ends.
    minutes: f64,
    /// `SOAK_PROGRAMS`: the number of instances of the program. Lambda starts one for each concurrent request.
    programs: usize,
    /// `SOAK_USERS`: the number of concurrent conversations.
    users: usize,
    /// `RELEASE_PROGRAM`: the path of the program.
    program: PathBuf,
}

fn main() -> ExitCode {
    let settings = Settings {
        exchanges: variable("SOAK_EXCHANGES", 1_000_000),
        minutes: variable("SOAK_MINUTES", 20.0),
        programs: variable("SOAK_PROGRAMS", 2),
        users: variable("SOAK_USERS", 6),
        program: Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(variable("RELEASE_PROGRAM", String::from("target/release/endpoint"))),
    };
    assert!(settings.program.exists(), "build the program with make soak");
    assert!((1..=conversation::MAX_USERS).contains(&settings.users), "SOAK_USERS: 1 to 20");
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join("soak.log");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // The programs are killed when the runtime is dropped, also after an error.
    match runtime.block_on(soak(settings, &log)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            println!("FAILED: {wrong}");
            println!("the end of {}:", log.display());
            let text = std::fs::read_to_string(&log).unwrap_or_default();
            let lines: Vec<_> = text.lines().rev().take(8).collect();
            lines.iter().rev().for_each(|line| println!("  {line}"));
            ExitCode::FAILURE
        }
    }
}

async fn soak(settings: Settings, log: &Path) -> Result<(), Error> {
    let _ = std::fs::remove_file(log);
    let database = tables::in_memory();
    let dynamodb = database.clone().serve().await?;
    let secret = Path::new(env!("CARGO_MANIFEST_DIR")).join("events/secret.json");
    let lambda = Lambda::start().await?;
    let env = [
        ("FLOWS_SECRET_FILE", secret.display().to_string()),
        ("FLOWS_TABLE", tables::SESSIONS.into()),
        ("FLOWS_BOOKINGS_TABLE", tables::BOOKINGS.into()),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb),
    ];
    let program = Program {
        path: settings.program.clone(),
        env: env.map(|(name, value)| (name.to_owned(), value)).into(),
        log: Log::File(log.into()),
        keep_aws: false,
    };
    for _ in 0..settings.programs {
        lambda.run(program.clone(), |exit| println!("a program ended: {exit:?}"));
    }
    let time = Duration::from_secs_f64(settings.minutes * 60.0);
    let client = Arc::new(Client::new(lambda, &std::fs::read(secret)?, settings.exchanges, time)?);
    for _ in 0..settings.programs {
        conversation::ping(&client).await?;
    }

    let mut monitor = Monitor::start(settings.programs, time, settings.exchanges).await?;
    let mut users = JoinSet::new();
    for index in 0..settings.users {
        users.spawn(User::new(index, Arc::clone(&client), database.clone()).run());
    }
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    let mut emptied = Instant::now();
    loop {
        tokio::select! {
            ended = users.join_next() => match ended {
                Some(ended) => ended??,
                None => break,
            },
            _ = seconds.tick() => {
                monitor.sample(client.exchanges())?;
                // Only the last lines of the log are of use.
                if emptied.elapsed() > Duration::from_secs(60) {
                    std::fs::OpenOptions::new().write(true).open(log)?.set_len(0)?;
                    emptied = Instant::now();
                }
            }
        }
    }
    println!("{}", client.counts());
    monitor.finish(client.exchanges())
}

/// Reads an environment variable, or returns the default.
fn variable<T: std::str::FromStr>(name: &str, default: T) -> T {
    let Ok(text) = std::env::var(name) else { return default };
    text.parse().unwrap_or_else(|_| panic!("{name}={text} is not a number"))
}
