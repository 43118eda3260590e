//! The steps of the conversation, as a script would write them, while it is played.

use serde_json::{Map, Value};
use whatsapp_flows::testing::client::{
    ComponentKind as Kind, ComponentView, DatePart, Event, Frame, Opening, View,
};

use crate::play::script::{Command, Expectation};

/// The steps since the message was sent.
#[derive(Debug, Default)]
pub struct Steps(Vec<Played>);

/// A part of the conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Played {
    Step(Command),
    /// An option that the Flow JSON does not name, such as a day: tomorrow others are on offer, so it goes by its place,
    /// from 1.
    Offered {
        command: Command,
        field: String,
        place: usize,
    },
    /// A text that names such an option, so it may be another one tomorrow.
    Passing(Expectation),
    /// The parameters of the message that the flow ended with.
    Completion(Map<String, Value>),
    /// The message is opened on a second device.
    SecondDevice,
    /// Something that neither a script nor a test can do.
    Note(String),
}

impl Steps {
    pub fn iter(&self) -> impl Iterator<Item = &Played> {
        self.0.iter()
    }

    pub fn opened(&mut self, opening: &Opening) {
        let screen = match opening {
            Opening::DataExchange => None,
            Opening::Navigate { screen, data } => Some((screen.clone(), data.clone())),
        };
        self.step(Command::Open(screen));
    }

    /// The user did something that was possible in this view. `names` reports whether the Flow JSON contains a text.
    pub fn acted(&mut self, view: &View, event: &Event, names: impl Fn(&str) -> bool) {
        let Some(played) = played(view, event) else { return };
        let played = offered(view, event, played, names);
        // A text that is typed letter by letter is one step.
        if let Played::Step(Command::Fill { field, .. }) = &played
            && let Some(Played::Step(Command::Fill { field: last, .. })) = self.0.last()
            && field == last
        {
            self.0.pop();
        }
        self.0.push(played);
    }

    /// The phone shows something new: after a response with this status, or without a request.
    pub fn arrived(&mut self, view: &View, status: Option<u16>) {
        // Without a response there is no status.
        if let Some(status) = status.filter(|status| *status != 200 && *status != 0) {
            self.expect(Expectation::Status(status));
        }
        match &view.frame {
            Frame::Ready => {
                self.expect(Expectation::Screen(view.screen.clone()));
                if let Some(snackbar) = &view.snackbar {
                    self.expect_text(Expectation::Message, &snackbar.text);
                }
            }
            Frame::Error { failure } => self.expect_text(Expectation::Error, &failure.text),
            Frame::Closed { params: Some(params) } => {
                self.0.push(Played::Completion(params.clone()))
            }
            Frame::Closed { params: None } => self.expect(Expectation::Closed),
            _ => {}
        }
    }

    /// The reply to the request of the last step is lost.
    pub fn lose_last(&mut self) {
        self.insert_before_last(Command::Lose);
    }

    /// The data of the last step's request arrived twice at the same time.
    pub fn double_last(&mut self) {
        match self.0.last() {
            // Neither a script nor a test can do anything before it opens the flow.
            Some(Played::Step(Command::Open(_))) => {
                self.note("here the request that opens the flow arrived twice at the same time");
            }
            _ => self.insert_before_last(Command::Double),
        }
    }

    /// The endpoint refused the request of the last step, because it was signed wrongly. A script signs rightly, so the
    /// step is left out.
    pub fn leave_out_last(&mut self) {
        if !matches!(self.0.last(), Some(Played::Step(Command::Open(_)))) {
            self.0.pop();
        }
        self.note("here a request was signed with a wrong app secret, and refused");
    }

    /// The last request was sent again.
    pub fn sent_again(&mut self, is_same_bytes: bool) {
        self.step(if is_same_bytes { Command::Resend } else { Command::Repeat });
    }

    pub fn second_device(&mut self) {
        self.0.push(Played::SecondDevice);
    }

    pub fn note(&mut self, text: &str) {
        self.0.push(Played::Note(text.to_owned()));
    }

    fn step(&mut self, command: Command) {
        self.0.push(Played::Step(command));
    }

    fn insert_before_last(&mut self, command: Command) {
        let at = self.0.len().saturating_sub(1);
        self.0.insert(at, Played::Step(command));
    }

    fn expect_text(&mut self, expectation: fn(String) -> Expectation, text: &str) {
        let names = |played: &Played| match played {
            Played::Offered { command, .. } => {
                option_of(command).is_some_and(|option| text.contains(option))
            }
            _ => false,
        };
        let expectation = expectation(text.to_owned());
        match self.0.iter().any(names) {
            true => self.0.push(Played::Passing(expectation)),
            false => self.expect(expectation),
        }
    }

    fn expect(&mut self, expectation: Expectation) {
        self.step(Command::Expect(expectation));
    }
}

/// The step of a user, with the names that a user knows. `None` for an event that is part of another step.
fn played(view: &View, event: &Event) -> Option<Played> {
    let find = |id: usize| view.component(id);
    let name = |id: usize| find(id).map(|component| name(view, component)).unwrap_or_default();
    Some(Played::Step(match event {
        Event::Type { component, text } => {
            Command::Fill { field: name(*component), text: text.clone() }
        }
        Event::Choose { component, option } => {
            let found = find(*component)?;
            let chosen = found.options.iter().find(|known| known.id == *option)?;
            let (field, option) = (name(*component), option_name(found, option));
            match chosen.selected {
                true => Command::Unchoose { field, option },
                false => Command::Choose { field, option },
            }
        }
        Event::Tick { component } => {
            let field = name(*component);
            match find(*component)?.value == true {
                true => Command::Untick { field },
                false => Command::Tick { field },
            }
        }
        Event::SetDate { component, part, day } => {
            let found = find(*component)?;
            let day = day.clone();
            match (end_name(found, *part), part) {
                (Some(field), _) => Command::Date { field, day },
                (None, DatePart::Day) => Command::Date { field: name(*component), day },
                // Ends without labels are set together.
                (None, DatePart::Start) => return None,
                (None, DatePart::End) => {
                    let start = found.value["start-date"].as_str().unwrap_or(&day).to_owned();
                    Command::Range { field: name(*component), start, end: day }
                }
            }
        }
        Event::Clear { component, part } => {
            let end = find(*component).and_then(|found| end_name(found, *part));
            Command::Clear { field: end.unwrap_or_else(|| name(*component)) }
        }
        Event::Pick { component, files } => {
            let file = files.first()?;
            Command::File {
                field: name(*component),
                name: file.file_name.clone(),
                mime_type: file.mime_type.clone(),
                bytes: file.bytes,
            }
        }
        Event::Tap { component } => Command::Tap { label: name(*component) },
        Event::TapItem { component, item } => {
            Command::Tap { label: option_name(find(*component)?, item) }
        }
        Event::Back => Command::Back,
        Event::Close => Command::Close,
        Event::Retry => Command::Retry,
        Event::RemoveFile { file_name, .. } => {
            return Some(Played::Note(format!("the file {file_name} was removed")));
        }
        Event::RetryUpload { file_name, .. } => {
            return Some(Played::Note(format!("the file {file_name} was uploaded again")));
        }
        _ => return None,
    }))
}

/// The option that a step taps.
pub fn option_of(command: &Command) -> Option<&str> {
    match command {
        Command::Choose { option, .. } | Command::Unchoose { option, .. } => Some(option),
        Command::Tap { label } => Some(label),
        _ => None,
    }
}

/// The step, with the place of its option if the Flow JSON does not name it.
fn offered(view: &View, event: &Event, played: Played, names: impl Fn(&str) -> bool) -> Played {
    let (Event::Choose { component, option: id } | Event::TapItem { component, item: id }) = event
    else {
        return played;
    };
    let component = view.component(*component);
    let place = component
        .and_then(|component| component.options.iter().position(|option| option.id == *id));
    match (played, component, place) {
        (Played::Step(command), Some(component), Some(at))
            if !option_of(&command).is_none_or(names) =>
        {
            Played::Offered { command, field: name(view, component), place: at + 1 }
        }
        (played, ..) => played,
    }
}

/// The label of a component, or its `name` where labels repeat.
fn name(view: &View, component: &ComponentView) -> String {
    match (view.find(&component.label).len(), &component.name) {
        (1, _) | (_, None) => component.label.clone(),
        (_, Some(name)) => name.clone(),
    }
}

/// The title of an option, or its id where titles repeat.
fn option_name(component: &ComponentView, id: &str) -> String {
    let title = component.options.iter().find(|option| option.id == id).map(|option| &option.title);
    match title {
        Some(title) if component.option(title).is_some_and(|option| option.id == id) => {
            title.clone()
        }
        _ => id.to_owned(),
    }
}

/// The label of an end of a range.
fn end_name(component: &ComponentView, part: DatePart) -> Option<String> {
    let end = match part {
        DatePart::Day => return None,
        DatePart::Start => "start-date",
        DatePart::End => "end-date",
    };
    let labels =
        component.properties.get("label").filter(|_| component.kind == Kind::CalendarPicker)?;
    labels[end].as_str().map(str::to_owned)
}
