//! The state as the page gets it.

use serde_json::{Value, json};
use whatsapp_flows::testing::client::Frame;

use super::exchange::{Exchange, explanation};
use super::misbehave::Misbehaviour;
use super::stage::{BuildState, Mode, Stage};

impl Stage {
    pub fn json(&self, revision: u64) -> Value {
        let view = self.view();
        let is_open = view.as_ref().is_some_and(|view| !matches!(view.frame, Frame::Closed { .. }));
        let flow = self.flows.get(self.flow);
        let title = flow.map(|flow| title(&flow.name)).unwrap_or_default();
        json!({
            "revision": revision,
            "mode": self.mode.name(),
            "build": { "status": self.build.state.name(), "output": self.build.output },
            "flows": self.flows.iter().map(|flow| flow.json()).collect::<Vec<_>>(),
            "flow": flow.map(|flow| &flow.name),
            "document": flow.map(|flow| flow.readings),
            "endpoint": flow.and_then(|flow| flow.endpoint.as_ref()).map(|endpoint| &endpoint.url),
            "token": self.token,
            "open": is_open,
            "explanation": view.as_ref().map(explanation),
            "answers": self.talk.as_ref().filter(|_| !is_open).map(|talk| talk.client.answers()),
            "view": view,
            "message": { "body": title, "button": "Open" },
            "refused": self.refused,
            "armed": self.armed.map(Misbehaviour::name),
            "links": self.links,
            "exchanges": self.exchanges.iter().map(Exchange::summary).collect::<Vec<_>>(),
        })
    }
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Endpoint => "endpoint",
            Self::Preview => "preview",
        }
    }
}

impl BuildState {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Building => "building",
            Self::Failed => "failed",
        }
    }
}

/// The words of a name: `book_a_table` becomes `Book a table`.
fn title(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn titles_are_words() {
        assert_eq!(super::title("book_a_table"), "Book a table");
        assert_eq!(super::title(""), "");
    }
}
