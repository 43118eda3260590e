//! The view as text, for messages and for a terminal.

use std::fmt;

use serde_json::Value;

use super::kind::ComponentKind as Kind;
use super::view::{ComponentView, Frame, View};

/// The longest text of a component that is written in full.
const MAX_TEXT: usize = 200;

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.frame {
            Frame::Loading => return write!(f, "{} (waiting for the endpoint)", self.name()),
            Frame::Error { failure } => {
                writeln!(f, "error screen: {}", failure.text)?;
                return write!(f, "  because {failure}");
            }
            Frame::Closed { params: None } => return f.write_str("closed, without a message"),
            Frame::Closed { params: Some(params) } => {
                return write!(f, "closed, with the message {}", Value::Object(params.clone()));
            }
            Frame::Ready => f.write_str(&self.name())?,
        }
        if let Some(snackbar) = &self.snackbar {
            write!(f, "\n  message: {}", snackbar.text)?;
        }
        for component in &self.components {
            write!(f, "\n  {component}")?;
        }
        Ok(())
    }
}

impl View {
    fn name(&self) -> String {
        match (self.screen.as_str(), self.title.as_str()) {
            ("", _) => "no screen yet".into(),
            (screen, "") => screen.into(),
            (screen, title) => format!("{screen}, \"{title}\""),
        }
    }
}

impl fmt::Display for ComponentView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = shorten(&self.label);
        match self.kind {
            Kind::Footer | Kind::EmbeddedLink => write!(f, "[{label}]")?,
            Kind::Image | Kind::ImageCarousel => {
                write!(f, "({}) {}", self.kind, shorten(&self.text("alt-text")))?;
            }
            Kind::NavigationList => {
                f.write_str(if label.is_empty() { "list:" } else { &label })?;
                for item in &self.options {
                    write!(
                        f,
                        "\n    > {}{}",
                        item.title,
                        if item.enabled { "" } else { " (disabled)" }
                    )?;
                }
            }
            kind if kind.is_field() => {
                write!(f, "{label}")?;
                if self.required {
                    f.write_str(" (required)")?;
                }
                f.write_str(": ")?;
                self.write_value(f)?;
            }
            _ => write!(f, "{label}")?,
        }
        if !self.enabled && self.kind != Kind::NavigationList {
            f.write_str(" (disabled)")?;
        }
        if let Some(error) = &self.error {
            write!(f, " ! {error}")?;
        }
        if let Some(banner) = &self.banner {
            write!(f, " !! {banner}")?;
        }
        Ok(())
    }
}

impl ComponentView {
    fn write_value(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind.is_choice() {
            for (at, option) in self.options.iter().enumerate() {
                let mark = if option.selected { "(x)" } else { "( )" };
                let disabled = if option.enabled { "" } else { " (disabled)" };
                write!(f, "{}{mark} {}{disabled}", if at == 0 { "" } else { "  " }, option.title)?;
            }
            return Ok(());
        }
        match &self.value {
            Value::Null if self.kind == Kind::OptIn => f.write_str("( )"),
            Value::Bool(true) => f.write_str("(x)"),
            Value::Null => f.write_str("…"),
            Value::String(_) if self.text("input-type") == "password" => f.write_str("••••"),
            Value::String(text) if text.is_empty() => f.write_str("…"),
            Value::String(text) => f.write_str(&shorten(text)),
            Value::Array(files) => {
                let names: Vec<_> =
                    files.iter().filter_map(|file| file["file_name"].as_str()).collect();
                f.write_str(&names.join(", "))
            }
            range => {
                let day = |end: &str| range[end].as_str().unwrap_or_default().to_owned();
                write!(f, "{} – {}", day("start-date"), day("end-date"))
            }
        }
    }

    /// The text of a property.
    pub(crate) fn text(&self, name: &str) -> String {
        self.properties.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
