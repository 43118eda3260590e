//! The log: one JSON line a request on standard output, and nothing that a person typed.
//!
//! A subscriber of our own, because the environment must not be able to turn more on: below WARN, the
//! runtime and the SDK print whole events and items. Of other crates only the place of a warning is
//! printed, not its words. The application's own crate is printed with its words from INFO on.

use std::fmt;
use std::io::Write;
use std::panic::PanicHookInfo;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

/// Starts the log. `application` is the crate whose own events are printed: `env!("CARGO_CRATE_NAME")`.
///
/// A panic leaves one line with its place, and not its words.
pub fn start(application: &'static str) {
    // Already started (in a test, say): the first one stays.
    let _ = tracing::subscriber::set_global_default(Log { application });
    std::panic::set_hook(Box::new(panicked));
}

struct Log {
    application: &'static str,
}

/// What of an event may be printed.
enum Shows {
    Nothing,
    Place,
    Everything,
}

impl Log {
    fn shows(&self, metadata: &Metadata<'_>) -> Shows {
        let of = |name: &str| metadata.target().split("::").next() == Some(name);
        let ours = of(env!("CARGO_CRATE_NAME")) || of(self.application);
        match *metadata.level() {
            _ if metadata.is_span() => Shows::Nothing,
            // Says again what the adapter or the panic hook has said.
            _ if metadata.target() == "lambda_runtime::layers::panic" => Shows::Nothing,
            Level::ERROR | Level::WARN if !ours => Shows::Place,
            Level::ERROR | Level::WARN | Level::INFO if ours => Shows::Everything,
            _ => Shows::Nothing,
        }
    }
}

impl Subscriber for Log {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !matches!(self.shows(metadata), Shows::Nothing)
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut line = Line::new(metadata.level().as_str());
        match self.shows(metadata) {
            Shows::Nothing => return,
            Shows::Everything => event.record(&mut line),
            Shows::Place => {
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

fn panicked(panic: &PanicHookInfo<'_>) {
    let mut line = Line::new("ERROR");
    line.add("cause", "panic");
    if let Some(place) = panic.location() {
        line.add("at", place.to_string());
    }
    line.print();
}

/// One line of JSON.
struct Line(Map<String, Value>);

impl Line {
    fn new(level: &str) -> Self {
        let mut line = Self(Map::new());
        line.add(
            "timestamp",
            jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        );
        line.add("level", level);
        line
    }

    fn add(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// In one write, so that lines do not mix. A log that is gone is no reason to fail.
    fn print(self) {
        let line = format!("{}\n", Value::Object(self.0));
        let _ = std::io::stdout().lock().write_all(line.as_bytes());
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field.name(), format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field.name(), value);
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field.name(), value);
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field.name(), value);
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field.name(), value);
    }
}
