//! The log lines of the library in the thread of a test, as JSON.

use std::cell::RefCell;
use std::sync::Once;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    static LINES: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// The log lines of this thread from now on. Each test has a thread of its own. All threads share one subscriber,
/// because that of one thread may be set too late for the first line of another.
pub struct LogLines;

impl LogLines {
    pub fn collect() -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            tracing::subscriber::set_global_default(Collector).expect("the only subscriber");
        });
        LINES.take();
        Self
    }

    /// Returns the last line.
    pub fn last(&self) -> Value {
        self.all().pop().expect("a request was logged")
    }

    /// Removes all lines, and returns those of one module and the modules in it, oldest first, as
    /// `LEVEL name=value name=value`.
    pub fn take(&self, target: &str) -> Vec<String> {
        let lines = LINES
            .take()
            .into_iter()
            .filter(|line| line["target"].as_str().is_some_and(|own| own.starts_with(target)));
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let line = |line: Value| {
            let mut printed = text(&line["level"]);
            for (name, value) in line.as_object().unwrap() {
                if !["level", "target"].contains(&name.as_str()) {
                    printed += &format!(" {name}={}", text(value));
                }
            }
            printed
        };
        lines.map(line).collect()
    }

    /// Returns all lines, oldest first.
    pub fn all(&self) -> Vec<Value> {
        LINES.with_borrow(Vec::clone)
    }
}

struct Collector;

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("whatsapp_flows")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut fields = Fields(Map::new());
        fields.0.insert("level".into(), metadata.level().as_str().into());
        fields.0.insert("target".into(), metadata.target().into());
        event.record(&mut fields);
        LINES.with_borrow_mut(|lines| lines.push(Value::Object(fields.0)));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name().into(), format!("{value:?}").into());
    }
}
