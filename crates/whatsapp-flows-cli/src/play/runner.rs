//! Runs a script: does each step, and compares what is expected.

use serde_json::{Value, json};
use whatsapp_flows::testing::client::{
    ComponentKind, ComponentView, Frame, Impossible, Opening, PickedFile, View,
};

use super::conversation::Conversation;
use super::script::{Command, Expectation, Script, Step};
use crate::Error;

/// The outcome of a script.
pub struct Report {
    pub steps: Vec<StepReport>,
    /// The step that failed, and why.
    pub failure: Option<(Step, String)>,
}

/// The effect of a step.
pub struct StepReport {
    pub step: Step,
    /// The exchanges during the step, by their numbers in the conversation.
    pub exchanges: std::ops::Range<usize>,
    /// The screen after the step.
    pub screen: String,
}

/// Runs the steps until one fails. `done` is called after each of them.
pub fn run(
    script: &Script,
    conversation: &mut Conversation,
    mut done: impl FnMut(&StepReport, &Conversation),
) -> Report {
    let mut steps = Vec::new();
    for (at, step) in script.steps.iter().enumerate() {
        let before = conversation.exchanges.len();
        let result = perform(&step.command, conversation);
        let report = StepReport {
            step: step.clone(),
            exchanges: before..conversation.exchanges.len(),
            screen: conversation.user.client.screen().to_owned(),
        };
        done(&report, conversation);
        let is_new = !report.exchanges.is_empty();
        steps.push(report);
        let next = script.steps.get(at + 1).map(|step| &step.command);
        let result = result.and_then(|()| check_exchange(conversation, is_new, next));
        if let Err(error) = result {
            return Report { steps, failure: Some((step.clone(), error.to_string())) };
        }
    }
    Report { steps, failure: None }
}

/// After an exchange, the client must accept the reply, and an error status must be expected by the next step.
fn check_exchange(
    conversation: &Conversation,
    is_new: bool,
    next: Option<&Command>,
) -> Result<(), Error> {
    if let Some(reason) = conversation.rejected_reply() {
        return Err(format!("the client rejects the reply: {reason}").into());
    }
    let last = conversation.exchanges.last().filter(|_| is_new);
    let is_expected = matches!(next, Some(Command::Expect(Expectation::Status(_))));
    match last.and_then(|last| last.rejection.as_ref()) {
        Some(rejection) if !is_expected => Err(format!(
            "{rejection} (if this is intended, write `expect status` as the next step)"
        )
        .into()),
        _ => Ok(()),
    }
}

fn perform(command: &Command, conversation: &mut Conversation) -> Result<(), Error> {
    let user = &mut conversation.user;
    let effects: Result<Vec<_>, Impossible> = match command {
        Command::Open(None) => return conversation.open(Opening::DataExchange),
        Command::Open(Some((screen, data))) => {
            let (screen, data) = (screen.clone(), data.clone());
            return conversation.open(Opening::Navigate { screen, data });
        }
        Command::Fill { field, text } => user.fill(field, text),
        Command::Choose { field, option } => user.choose(field, option),
        Command::Unchoose { field, option } => user.unchoose(field, option),
        Command::Option { field, place } => return tap_option(conversation, field, *place),
        Command::Tick { field } => user.tick(field),
        Command::Untick { field } => user.untick(field),
        Command::Date { field, day } => user.pick_date(field, day),
        Command::Range { field, start, end } => user.pick_range(field, start, end),
        Command::File { field, name, mime_type, bytes } => {
            user.pick_files(field, vec![PickedFile::uploaded(name, mime_type, *bytes)])
        }
        Command::Clear { field } => user.clear(field),
        Command::Tap { label } => user.tap(label),
        Command::Back => user.back(),
        Command::Close => user.close(),
        Command::Retry => user.retry(),
        Command::Resend => return conversation.send_again(true),
        Command::Repeat => return conversation.send_again(false),
        Command::Lose => {
            conversation.loses_reply = true;
            return Ok(());
        }
        Command::Double => {
            conversation.doubles_request = true;
            return Ok(());
        }
        Command::Wait { seconds } => {
            std::thread::sleep(std::time::Duration::from_secs_f64(*seconds));
            return Ok(());
        }
        Command::See { text } => return see(conversation, text, true),
        Command::Unseen { text } => return see(conversation, text, false),
        Command::Expect(expectation) => return expect(expectation, conversation),
    };
    conversation.run(effects?)
}

/// Taps the option at a place, from 1: of a field, or of a NavigationList.
fn tap_option(conversation: &mut Conversation, field: &str, place: usize) -> Result<(), Error> {
    let view = conversation.user.client.view();
    let found = component(&view, field)?;
    let option = place.checked_sub(1).and_then(|at| found.options.get(at)).ok_or_else(|| {
        let count = found.options.len();
        format!("`{field}` has no option {place}; it has {count}; on screen: {view}")
    })?;
    let user = &mut conversation.user;
    let effects = match (found.kind, option.selected) {
        (ComponentKind::NavigationList, _) => user.tap(&option.id),
        (_, false) => user.choose(field, &option.id),
        (_, true) => user.unchoose(field, &option.id),
    };
    conversation.run(effects?)
}

/// The component that goes by this label or name.
fn component<'v>(view: &'v View, label: &str) -> Result<&'v ComponentView, Error> {
    match view.find(label)[..] {
        [only] => Ok(only),
        [] => Err(format!("there is no component `{label}`; on screen: {view}").into()),
        _ => Err(format!("several components go by `{label}`; use the `name` of one").into()),
    }
}

/// Looks for a text among everything that the screen shows.
fn see(conversation: &Conversation, text: &str, is_expected: bool) -> Result<(), Error> {
    let view = conversation.user.client.view();
    let shown = view.to_string();
    match (shown.contains(text), is_expected) {
        (true, true) | (false, false) => Ok(()),
        (false, true) => Err(format!("\"{text}\" is not on screen: {shown}").into()),
        (true, false) => Err(format!("\"{text}\" is on screen: {shown}").into()),
    }
}

fn expect(expectation: &Expectation, conversation: &Conversation) -> Result<(), Error> {
    let view = conversation.user.client.view();
    let on_screen = |text: String| Err(format!("{text}; on screen: {view}").into());
    let component = |label: &str| component(&view, label);
    match expectation {
        Expectation::Screen(screen) if view.screen == *screen => Ok(()),
        Expectation::Screen(screen) => on_screen(format!("the screen is not {screen}")),
        Expectation::Message(text) => match &view.snackbar {
            Some(snackbar) if snackbar.text.contains(text) => Ok(()),
            Some(_) => on_screen(format!("the message is not \"{text}\"")),
            None => on_screen("there is no message".into()),
        },
        Expectation::Value { field, value } => {
            let found = &component(field)?.value;
            match found == value {
                true => Ok(()),
                false => on_screen(format!("the value of `{field}` is {found}, not {value}")),
            }
        }
        Expectation::Enabled { label } => match component(label)?.enabled {
            true => Ok(()),
            false => on_screen(format!("`{label}` is disabled")),
        },
        Expectation::Disabled { label } => match component(label)?.enabled {
            false => Ok(()),
            true => on_screen(format!("`{label}` is enabled")),
        },
        Expectation::Status(status) => match conversation.exchanges.last() {
            Some(last) if last.status == *status => Ok(()),
            Some(last) => Err(match &last.rejection {
                Some(rejection) => rejection.clone(),
                None => format!("the status is {}, not {status}", last.status),
            }
            .into()),
            None => Err("no request was sent yet, so there is no status".into()),
        },
        Expectation::Error(text) => match &view.frame {
            Frame::Error { failure } if failure.text.contains(text) => Ok(()),
            Frame::Error { .. } => on_screen(format!("the error is not \"{text}\"")),
            _ => on_screen("there is no error screen".into()),
        },
        Expectation::Completion(member) => match (&view.frame, member) {
            (Frame::Closed { params: Some(_) }, None) => Ok(()),
            (Frame::Closed { params: Some(params) }, Some((member, value))) => {
                match params.get(member) {
                    Some(found) if found == value => Ok(()),
                    Some(found) => Err(format!("{member} is {found}, not {value}").into()),
                    None => {
                        let names: Vec<_> = params.keys().map(String::as_str).collect();
                        let names = names.join(", ");
                        Err(format!("the message has no {member}; it has {names}").into())
                    }
                }
            }
            _ => on_screen("the flow has not ended with a message".into()),
        },
        Expectation::Closed => match view.frame {
            Frame::Closed { .. } => Ok(()),
            _ => on_screen("the flow is not closed".into()),
        },
        Expectation::Sent { member, value } => {
            let last = conversation.exchanges.last().ok_or("no request was sent yet")?;
            let sent = &last.plaintext["data"];
            match sent.get(member) {
                Some(found) if found == value => Ok(()),
                Some(found) => Err(format!("{member} was sent as {found}, not {value}").into()),
                None => Err(format!("{member} was not sent; the data were {sent}").into()),
            }
        }
    }
}

impl Report {
    /// The report as JSON. The names of its members are stable.
    pub fn json(&self, conversation: &Conversation) -> Value {
        let steps = self.steps.iter().map(|report| {
            json!({
                "line": report.step.line,
                "step": report.step.text,
                "screen": report.screen,
                "exchanges": [report.exchanges.start, report.exchanges.end],
            })
        });
        let exchanges = conversation.exchanges.iter().map(|exchange| {
            json!({
                "request": exchange.plaintext,
                "status": exchange.status,
                "milliseconds": exchange.elapsed.as_secs_f64() * 1e3,
                "reply": exchange.reply,
                "rejection": exchange.rejection,
            })
        });
        let failure = self.failure.as_ref().map(|(step, message)| {
            json!({ "line": step.line, "column": step.column, "step": step.text, "message": message })
        });
        let completion = match conversation.user.client.view().frame {
            Frame::Closed { params } => json!(params),
            _ => Value::Null,
        };
        json!({
            "ok": self.failure.is_none(),
            "failure": failure,
            "steps": steps.collect::<Vec<_>>(),
            "exchanges": exchanges.collect::<Vec<_>>(),
            "completion": completion,
        })
    }
}
