//! A test in Rust that plays the conversation with `FlowClient`.

use serde_json::Value;

use crate::play::script::{Command, Expectation};
use crate::player::steps::{Played, Steps, option_of};

/// The test of a conversation, for the module of the flow.
pub fn test(steps: &Steps) -> String {
    let mut lines = Lines::default();
    for played in steps.iter() {
        match played {
            Played::Step(command) => lines.step(command),
            Played::Offered { command, field, place } => lines.offered(command, field, *place),
            Played::Passing(expectation) => {
                if let Some(line) = expected(expectation) {
                    lines.add(&format!("// {line} // {ON_OFFER}"));
                }
            }
            Played::Completion(params) => {
                lines.add("client.completion();");
                for (name, value) in params.iter().filter(|(name, _)| *name != "flow_token") {
                    let expected = format!(
                        "assert_eq!(client.completion()[{}], serde_json::json!({value}));",
                        text(name)
                    );
                    lines.add(&format!("// {expected}"));
                }
            }
            Played::SecondDevice => lines.add("client.second_device().await;"),
            Played::Note(note) => lines.add(&format!("// {}", note.replace('\n', " "))),
        }
    }
    let imports = match lines.picks_files {
        true => {
            "    use whatsapp_flows::testing::FlowClient;\n    use whatsapp_flows::testing::client::PickedFile;\n"
        }
        false => "    use whatsapp_flows::testing::FlowClient;\n",
    };
    format!("#[tokio::test]\nasync fn conversation() {{\n{imports}\n{HINT}{}}}\n", lines.text)
}

/// The test does not know how the flow is made.
const HINT: &str = "    // Pass `flow` what your tests pass it.\n";

const ON_OFFER: &str = "what is on offer may differ from day to day";
const DAY: &str = "// replace the day once it has passed";

#[derive(Default)]
struct Lines {
    text: String,
    is_open: bool,
    picks_files: bool,
}

impl Lines {
    fn add(&mut self, line: &str) {
        self.text.push_str(&format!("    {line}\n"));
    }

    fn step(&mut self, command: &Command) {
        let call = |method: &str, arguments: &[&str]| {
            let arguments: Vec<_> = arguments.iter().map(|argument| text(argument)).collect();
            format!("client.{method}({})", arguments.join(", "))
        };
        let line = match command {
            Command::Open(screen) => return self.open(screen.as_ref()),
            Command::Fill { field, text } => call("fill", &[field, text]) + ";",
            Command::Choose { field, option } => call("choose", &[field, option]) + ".await;",
            Command::Unchoose { field, option } => call("unchoose", &[field, option]) + ".await;",
            Command::Option { field, place } => return self.option("choose", field, *place, None),
            Command::Tick { field } => call("tick", &[field]) + ".await;",
            Command::Untick { field } => call("untick", &[field]) + ".await;",
            Command::Date { field, day } => call("pick_date", &[field, day]) + ".await; " + DAY,
            Command::Range { field, start, end } => {
                call("pick_range", &[field, start, end]) + ".await; " + DAY
            }
            Command::File { field, name, mime_type, bytes } => {
                self.picks_files = true;
                format!(
                    "client.pick_files({}, vec![PickedFile::uploaded({}, {}, {bytes})]);",
                    text(field),
                    text(name),
                    text(mime_type)
                )
            }
            Command::Clear { field } => call("clear", &[field]) + ".await;",
            Command::Tap { label } => call("tap", &[label]) + ".await;",
            Command::Back => "client.back().await;".into(),
            // A test has nothing to close: it ends.
            Command::Close => "// the user closed the flow".into(),
            Command::Retry => "client.retry().await;".into(),
            Command::Resend => "client.resend_last().await;".into(),
            Command::Repeat => "client.retry_last().await;".into(),
            Command::Lose => "client.lose_next_reply();".into(),
            Command::Double => "client.double_next_request();".into(),
            Command::Wait { seconds } => {
                format!("client.wait(std::time::Duration::from_secs_f64({seconds:?}));")
            }
            Command::See { text: seen } => format!("assert!(client.sees({}));", text(seen)),
            Command::Unseen { text: unseen } => format!("assert!(!client.sees({}));", text(unseen)),
            Command::Expect(expectation) => match expected(expectation) {
                Some(line) => line,
                None => return,
            },
        };
        self.add(&line);
    }

    /// An option by its place, because another day may offer others.
    fn offered(&mut self, command: &Command, field: &str, place: usize) {
        let method = match command {
            Command::Tap { .. } => "tap",
            Command::Unchoose { .. } => "unchoose",
            _ => "choose",
        };
        self.option(method, field, place, option_of(command));
    }

    fn option(&mut self, method: &str, field: &str, place: usize, shown: Option<&str>) {
        let shown = shown.map(|shown| format!(" // it was {}; {ON_OFFER}", text(shown)));
        self.add(&format!(
            "let option = client.component({}).options[{}].id.clone();{}",
            text(field),
            place.saturating_sub(1),
            shown.unwrap_or_default()
        ));
        let field = match method {
            "tap" => String::new(),
            _ => text(field) + ", ",
        };
        self.add(&format!("client.{method}({field}&option).await;"));
    }

    fn open(&mut self, screen: Option<&(String, serde_json::Map<String, Value>)>) {
        let opening = match screen {
            None => "FlowClient::open(flow(), FLOW_JSON).await".to_owned(),
            Some((screen, data)) => {
                let data = Value::Object(data.clone());
                format!(
                    "FlowClient::open_at(flow(), FLOW_JSON, {}, serde_json::json!({data})).await",
                    text(screen)
                )
            }
        };
        match std::mem::replace(&mut self.is_open, true) {
            false => self.add(&format!("let mut client = {opening};")),
            true => self.add("let mut client = client.reopen().await;"),
        }
    }
}

fn expected(expectation: &Expectation) -> Option<String> {
    Some(match expectation {
        Expectation::Screen(screen) => format!("assert_eq!(client.screen(), {});", text(screen)),
        Expectation::Message(message) => {
            format!("assert_eq!(client.message(), {});", text(message))
        }
        Expectation::Value { field, value } => {
            format!(
                "assert_eq!(client.component({}).value, serde_json::json!({value}));",
                text(field)
            )
        }
        Expectation::Enabled { label } => {
            format!("assert!(client.component({}).enabled);", text(label))
        }
        Expectation::Disabled { label } => {
            format!("assert!(!client.component({}).enabled);", text(label))
        }
        Expectation::Status(status) => format!("assert_eq!(client.status(), {status});"),
        Expectation::Error(error) => {
            format!("assert_eq!(client.failure().unwrap().text, {});", text(error))
        }
        Expectation::Completion(_) => "client.completion();".into(),
        // The user closed it, which a test does not.
        Expectation::Closed => return None,
        Expectation::Sent { member, value } => format!(
            "assert_eq!(client.last_request().unwrap()[\"data\"][{}], serde_json::json!({value}));",
            text(member)
        ),
    })
}

/// A string literal.
fn text(text: &str) -> String {
    format!("{text:?}")
}
