//! A script: one step a line, in the grammar of `flowctl play`.

use serde_json::Value;

use crate::play::script::{Command, Expectation};
use crate::player::steps::{Played, Steps, option_of};

/// The script of a conversation.
pub fn script(flow: &str, steps: &Steps) -> String {
    let mut script = format!("# A conversation with the flow {flow}.\n");
    for played in steps.iter() {
        match played {
            Played::Step(Command::Expect(expectation)) => {
                script.push_str(&format!("expect {}\n", expected(expectation)));
            }
            Played::Step(command) => add_step(&mut script, &step(command)),
            Played::Offered { command, field, place } => {
                let line = step(&Command::Option { field: field.clone(), place: *place });
                let shown = option_of(command).unwrap_or_default();
                add_step(&mut script, &format!("{line} # it was {}", Value::from(shown)));
            }
            Played::Passing(expectation) => {
                script.push_str(&format!("# expect {}\n", expected(expectation)));
            }
            Played::Completion(params) => {
                script.push_str("expect completion\n");
                for (name, value) in params.iter().filter(|(name, _)| *name != "flow_token") {
                    script.push_str(&format!("# expect completion {} {value}\n", word(name)));
                }
            }
            Played::SecondDevice => {
                script.push_str("# a second device opened the same message here\n");
            }
            Played::Note(text) => script.push_str(&format!("# {}\n", text.replace('\n', " "))),
        }
    }
    script
}

/// A step of the user starts a paragraph of its own after what was expected.
fn add_step(script: &mut String, step: &str) {
    let last = script.lines().last().unwrap_or_default();
    if last.starts_with("expect") || last.starts_with('#') {
        script.push('\n');
    }
    script.push_str(&format!("{step}\n"));
}

fn step(command: &Command) -> String {
    let line = |verb: &str, words: &[&str]| {
        words.iter().fold(verb.to_owned(), |line, text| line + " " + &word(text))
    };
    match command {
        Command::Open(None) => "open".into(),
        Command::Open(Some((screen, data))) => {
            format!("open {} {}", word(screen), Value::Object(data.clone()))
        }
        Command::Fill { field, text } => line("fill", &[field, text]),
        Command::Choose { field, option } => line("choose", &[field, option]),
        Command::Unchoose { field, option } => line("unchoose", &[field, option]),
        Command::Option { field, place } => line("option", &[field, &place.to_string()]),
        Command::Tick { field } => line("tick", &[field]),
        Command::Untick { field } => line("untick", &[field]),
        Command::Date { field, day } => line("date", &[field, day]),
        Command::Range { field, start, end } => line("range", &[field, start, end]),
        Command::File { field, name, mime_type, bytes } => {
            line("file", &[field, name, mime_type, &bytes.to_string()])
        }
        Command::Clear { field } => line("clear", &[field]),
        Command::Tap { label } => line("tap", &[label]),
        Command::Back => "back".into(),
        Command::Close => "close".into(),
        Command::Retry => "retry".into(),
        Command::Resend => "resend".into(),
        Command::Repeat => "repeat".into(),
        Command::Lose => "lose".into(),
        Command::Double => "double".into(),
        Command::Wait { seconds } => format!("wait {seconds}"),
        Command::See { text } => line("see", &[text]),
        Command::Unseen { text } => line("unseen", &[text]),
        Command::Expect(expectation) => format!("expect {}", expected(expectation)),
    }
}

fn expected(expectation: &Expectation) -> String {
    match expectation {
        Expectation::Screen(screen) => format!("screen {}", word(screen)),
        Expectation::Message(text) => format!("message {}", word(text)),
        Expectation::Value { field, value } => format!("value {} {value}", word(field)),
        Expectation::Enabled { label } => format!("enabled {}", word(label)),
        Expectation::Disabled { label } => format!("disabled {}", word(label)),
        Expectation::Status(status) => format!("status {status}"),
        Expectation::Error(text) => format!("error {}", word(text)),
        Expectation::Completion(None) => "completion".into(),
        Expectation::Completion(Some((name, value))) => {
            format!("completion {} {value}", word(name))
        }
        Expectation::Closed => "closed".into(),
        Expectation::Sent { member, value } => format!("sent {} {value}", word(member)),
    }
}

/// A word of the script: in quotes unless it is plain.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-.,:@+/?!".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => Value::from(text).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::play::script::Script;

    #[test]
    fn every_step_is_read_as_it_was_written() {
        let text = "a \"quoted\" text\nwith # and {".to_owned();
        let (field, label) = (text.clone(), text.clone());
        let day = "2026-01-05".to_owned();
        let data = json!({ "a": ["${form.x}"] }).as_object().unwrap().clone();
        let commands = [
            Command::Open(None),
            Command::Open(Some(("NAME".into(), data))),
            Command::Fill { field: field.clone(), text: String::new() },
            Command::Choose { field: "Dish".into(), option: "2".into() },
            Command::Unchoose { field: field.clone(), option: "{}".into() },
            Command::Option { field: field.clone(), place: 3 },
            Command::Tick { field: field.clone() },
            Command::Untick { field: field.clone() },
            Command::Date { field: field.clone(), day: day.clone() },
            Command::Range { field: field.clone(), start: day.clone(), end: day },
            Command::File {
                field: field.clone(),
                name: "a b.jpg".into(),
                mime_type: "image/jpeg".into(),
                bytes: 7,
            },
            Command::Clear { field: field.clone() },
            Command::Tap { label: label.clone() },
            Command::Back,
            Command::Close,
            Command::Retry,
            Command::Resend,
            Command::Repeat,
            Command::Lose,
            Command::Double,
            Command::Wait { seconds: 0.5 },
            Command::See { text: text.clone() },
            Command::Unseen { text: text.clone() },
            Command::Expect(Expectation::Screen("NAME".into())),
            Command::Expect(Expectation::Message(text.clone())),
            Command::Expect(Expectation::Value { field, value: json!(["1"]) }),
            Command::Expect(Expectation::Enabled { label: label.clone() }),
            Command::Expect(Expectation::Disabled { label }),
            Command::Expect(Expectation::Status(427)),
            Command::Expect(Expectation::Error(text)),
            Command::Expect(Expectation::Completion(None)),
            Command::Expect(Expectation::Completion(Some(("n".into(), json!("1"))))),
            Command::Expect(Expectation::Closed),
            Command::Expect(Expectation::Sent { member: "n".into(), value: json!(1) }),
        ];
        let written: Vec<_> = commands.iter().map(step).collect();
        let script = Script::parse(&written.join("\n")).unwrap();
        let read: Vec<_> = script.steps.into_iter().map(|step| step.command).collect();
        assert_eq!(read, commands);
    }
}
