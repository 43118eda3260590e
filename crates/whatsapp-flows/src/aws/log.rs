//! The log: one JSON line per request on standard output, without anything that a user typed.
//!
//! This is a separate `tracing` subscriber so that the environment cannot enable more output: below WARN, the Lambda
//! runtime and the AWS SDK print whole events and items. For other crates, only the source location of warnings and
//! errors is printed. Events of this library and of the application are printed completely, from INFO on.

use std::fmt;
use std::io::Write;
use std::panic::PanicHookInfo;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::endpoint::current_request_id;

/// Installs the global `tracing` subscriber and a panic hook. `applications` are the names of the crates whose
/// events are printed completely, such as `env!("CARGO_CRATE_NAME")`.
///
/// A panic is logged in one line with its source location, but without its message. If there is a subscriber already,
/// it stays in place.
pub fn start(applications: &'static [&'static str]) {
    install(applications, false);
}

/// The version of the Lambda function that runs, such as `12`, or `$LATEST`.
pub(super) fn function_version() -> Option<String> {
    std::env::var("AWS_LAMBDA_FUNCTION_VERSION").ok().filter(|version| !version.is_empty())
}

/// As [`start`]; for development, a panic is logged with its message.
pub(super) fn install(applications: &'static [&'static str], is_strict: bool) {
    // The first subscriber stays, for example in tests.
    let function_version = function_version();
    let _ = tracing::subscriber::set_global_default(Log { applications, function_version });
    std::panic::set_hook(Box::new(move |panic| log_panic(panic, is_strict)));
}

/// The members that metrics and alarms of the template count. In events of the application their names end with an
/// underscore, or a line such as `failed = true` would roll back a deployment.
const COUNTED: [&str; 12] = [
    "action",
    "cause",
    "covered",
    "disagrees",
    "failed",
    "functionVersion",
    "notice",
    "path",
    "signed",
    "stateReset",
    "status",
    "token",
];

/// The subscriber.
struct Log {
    applications: &'static [&'static str],
    /// The version of the Lambda function.
    function_version: Option<String>,
}

/// The part of an event that is printed.
enum Detail {
    /// Nothing.
    None,
    /// The target and the source location.
    Location,
    /// All fields and the message.
    Full,
}

impl Log {
    fn detail(&self, metadata: &Metadata<'_>) -> Detail {
        let is_ours =
            is_library(metadata) || self.applications.iter().any(|name| is_crate(metadata, name));
        match *metadata.level() {
            _ if metadata.is_span() => Detail::None,
            // Repeats what the adapter or the panic hook has logged.
            _ if metadata.target() == "lambda_runtime::layers::panic" => Detail::None,
            Level::ERROR | Level::WARN if !is_ours => Detail::Location,
            Level::ERROR | Level::WARN | Level::INFO if is_ours => Detail::Full,
            _ => Detail::None,
        }
    }
}

fn is_crate(metadata: &Metadata<'_>, name: &str) -> bool {
    metadata.target().split("::").next() == Some(name)
}

fn is_library(metadata: &Metadata<'_>) -> bool {
    is_crate(metadata, env!("CARGO_CRATE_NAME"))
}

impl Subscriber for Log {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !matches!(self.detail(metadata), Detail::None)
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut line = Line::new(metadata.level().as_str());
        match self.detail(metadata) {
            Detail::None => return,
            Detail::Full => {
                line.is_application = !is_library(metadata);
                event.record(&mut line);
                // A deployment that makes requests fail is recognized by its version.
                if let (Some(version), Some(true)) = (&self.function_version, line.failed()) {
                    line.add("functionVersion", &**version);
                }
            }
            Detail::Location => {
                line.add("target", metadata.target());
                if let (Some(file), Some(number)) = (metadata.file(), metadata.line()) {
                    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
                    line.add("at", format!("{name}:{number}"));
                }
            }
        }
        line.print();
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Logs the source location of a panic; for development, its message as well.
fn log_panic(panic: &PanicHookInfo<'_>, is_strict: bool) {
    let mut line = Line::new("ERROR");
    line.add("cause", "panic");
    if let Some(place) = panic.location() {
        line.add("at", place.to_string());
    }
    if let (true, Some(message)) = (is_strict, panic.payload_as_str()) {
        line.add("error", message);
    }
    line.print();
}

/// One log line, as a JSON object.
struct Line {
    members: Map<String, Value>,
    /// It is an event of the application.
    is_application: bool,
}

impl Line {
    fn new(level: &str) -> Self {
        let mut line = Self { members: Map::new(), is_application: false };
        line.add(
            "timestamp",
            jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        );
        line.add("level", level);
        if let Some(id) = current_request_id() {
            line.add("requestId", &*id);
        }
        line
    }

    /// The member `failed`.
    fn failed(&self) -> Option<bool> {
        self.members.get("failed").and_then(Value::as_bool)
    }

    fn add(&mut self, name: &str, value: impl Into<Value>) {
        self.members.insert(name.into(), value.into());
    }

    /// Adds a member of an event.
    fn record(&mut self, field: &Field, value: impl Into<Value>) {
        match field.name() {
            name if self.is_application && COUNTED.contains(&name) => {
                self.add(&format!("{name}_"), value)
            }
            name => self.add(name, value),
        }
    }

    /// Prints the line in one write, so that lines do not mix. Errors are ignored: a request must not fail because of
    /// the log.
    fn print(self) {
        let line = format!("{}\n", Value::Object(self.members));
        let _ = std::io::stdout().lock().write_all(line.as_bytes());
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record(field, format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record(field, value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.record(field, value);
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.record(field, value);
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.record(field, value);
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.record(field, value);
    }
}
