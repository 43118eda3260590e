//! Random conversations: whatever a user does and an endpoint replies, the client keeps its promises.
//!
//! A failure prints the document and the seed. The environment variable `CLIENT_SEED` sets another first seed.

mod events;
mod payloads;
mod replies;

use std::path::{Path, PathBuf};

use fastrand::Rng;
use serde_json::{Map, Value};
use whatsapp_flow_json::client::{
    Client, ComponentKind, Effect, Event, FlowJson, Frame, Mode, Numbers, Opening, Settings, View,
};

use payloads::Payloads;

/// The number of events in a conversation.
const STEPS: usize = 60;

#[test]
fn random_conversations_over_documents_without_errors() {
    let files = json_files(Path::new("tests/client/documents"));
    let counts = play_all(&files, 10);
    let Counts { documents, requests, refused, errors, completed } = counts;
    assert!(documents >= 12 && completed > 50, "{counts:?}");
    assert!(requests > 500 && refused > 1_000 && errors > 300, "{counts:?}");
}

#[test]
fn random_conversations_over_documents_of_the_linter() {
    let files = json_files(Path::new("tests/flow_json"));
    let counts = play_all(&files, 1);
    assert!(counts.documents > 300 && counts.errors > 300, "{counts:?}");
}

/// The events of conversations.
#[derive(Debug, Default)]
struct Counts {
    documents: usize,
    requests: usize,
    refused: usize,
    /// Steps that led to an error screen.
    errors: usize,
    completed: usize,
}

fn json_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(json_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Has conversations over each document that can be parsed.
fn play_all(files: &[PathBuf], conversations: u64) -> Counts {
    let mut counts = Counts::default();
    let first = std::env::var("CLIENT_SEED").map_or(1, |seed| seed.parse().unwrap());
    for file in files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        let Ok(flow) = FlowJson::parse(&text) else { continue };
        counts.documents += 1;
        let payloads = Payloads::read(&text);
        for number in 0..conversations {
            let _printed = Printed(file, first);
            let seed =
                first.wrapping_mul(1 << 20) + (counts.documents as u64) * conversations + number;
            let mut random = Rng::with_seed(seed);
            let client = open(&flow, &mut random);
            Conversation {
                flow: flow.clone(),
                saved: None,
                view: client.view(),
                client,
                random,
                payloads: &payloads,
                counts: &mut counts,
            }
            .run();
        }
    }
    println!("{counts:?}");
    counts
}

/// Prints what led to a panic.
struct Printed<'f>(&'f Path, u64);

impl Drop for Printed<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{} with CLIENT_SEED={}", self.0.display(), self.1);
        }
    }
}

fn open(flow: &FlowJson, random: &mut Rng) -> Client {
    let settings = Settings {
        numbers: replies::one(random, &[Numbers::AsDeclared, Numbers::AsText, Numbers::AsNumber]),
        mode: replies::one(random, &[Mode::Published, Mode::Draft]),
        now: replies::one(random, &[1_767_268_800, 0, 253_402_300_799, u64::MAX, i64::MAX as u64]),
        utc_offset: replies::one(random, &[0, 60, -720, i32::MAX, i32::MIN]),
    };
    let screen = replies::screen(flow, random);
    let examples = flow.examples(&screen).cloned().unwrap_or_default();
    match random.u8(..3) {
        0 => Client::open(flow.clone(), Opening::DataExchange, "a token", settings).0,
        1 => {
            let opening = Opening::Navigate { screen, data: examples };
            Client::open(flow.clone(), opening, "a token", settings).0
        }
        _ => {
            let preview = Client::preview(flow.clone(), &screen, settings.clone());
            preview.unwrap_or_else(|_| {
                Client::open(flow.clone(), Opening::DataExchange, "", settings).0
            })
        }
    }
}

struct Conversation<'p> {
    flow: FlowJson,
    client: Client,
    view: View,
    /// The client as it was before the last dead end; none before the first screen.
    saved: Option<Client>,
    random: Rng,
    payloads: &'p Payloads,
    counts: &'p mut Counts,
}

impl Conversation<'_> {
    fn run(mut self) {
        for _ in 0..STEPS {
            match self.view.frame {
                Frame::Ready => self.saved = Some(self.client.clone()),
                Frame::Loading if self.random.u8(..8) > 0 => self.reply(),
                Frame::Error { .. } | Frame::Closed { .. } if self.random.u8(..4) > 0 => {
                    let saved = self.saved.clone();
                    self.client = saved.unwrap_or_else(|| open(&self.flow, &mut self.random));
                    self.view = self.client.view();
                }
                _ => {}
            }
            match self.random.u8(..60) {
                0 => self.client.set_online(false),
                1..5 => self.client.set_online(true),
                5 => self.end_upload(),
                _ => {}
            }
            self.act();
        }
    }

    fn end_upload(&mut self) {
        let picker = self.view.components.iter().find(|found| found.kind.is_media());
        let id = picker.map_or_else(|| self.random.usize(..40), |picker| picker.id);
        let upload = events::upload(&mut self.random);
        let _ = self.client.end_upload(id, events::file_name(&mut self.random), upload);
        self.look();
    }

    fn reply(&mut self) {
        let reply = replies::random(&self.flow, self.client.screen(), &mut self.random);
        let effects = self.client.receive(reply);
        self.look();
        self.counts.errors += usize::from(matches!(self.view.frame, Frame::Error { .. }));
        self.check_effects(&effects);
        for effect in effects.iter().filter(|effect| matches!(effect, Effect::Send(_))) {
            assert!(self.is_explained(effect), "a reply led to {effect:?}");
        }
    }

    fn act(&mut self) {
        let event = events::random(&self.view, &mut self.random);
        let state = self.state();
        let before = self.view.clone();
        let handled = self.client.handle(event.clone());
        self.look();
        match handled {
            Ok(effects) => {
                self.check_effects(&effects);
                let mut effects = effects.iter().filter(|_| event != Event::Retry);
                let strange = effects.find(|effect| !self.is_explained(effect));
                assert_eq!(strange, None, "{event:?}");
            }
            Err(refused) => {
                self.counts.refused += 1;
                assert_eq!(before, self.view, "{event:?} was refused: {refused}");
                assert_eq!(state, self.state(), "{event:?} was refused: {refused}");
                assert!(!is_offered(&before, &event), "{event:?} was refused: {refused}");
            }
        }
    }

    /// The data and the form of every screen.
    fn state(&self) -> Vec<[Option<Map<String, Value>>; 2]> {
        let screens = self.flow.screens();
        screens
            .map(|screen| {
                [self.client.data(screen), self.client.form(screen)].map(Option::<&_>::cloned)
            })
            .collect()
    }

    /// At most one request or one end comes of a step, and the client waits for the request.
    fn check_effects(&mut self, effects: &[Effect]) {
        assert!(effects.len() <= 4, "{effects:?}");
        let last = effects
            .iter()
            .filter(|effect| !matches!(effect, Effect::OpenUrl(_) | Effect::Notify(_)));
        match last.collect::<Vec<_>>().as_slice() {
            [] => {}
            [Effect::Send(request) | Effect::RefreshKeyAndSend(request)] => {
                self.counts.requests += 1;
                assert_eq!(self.client.pending(), Some(request));
            }
            [Effect::Close { params }] => {
                self.counts.completed += usize::from(params.is_some());
                assert_eq!(self.view.frame, Frame::Closed { params: params.clone() });
            }
            effects => panic!("{effects:?}"),
        }
    }

    /// Reports whether a payload has exactly the members of its action that have a value.
    fn is_explained(&self, effect: &Effect) -> bool {
        match effect {
            Effect::Send(request) if request.action.name() == "BACK" => request.data.is_empty(),
            Effect::Send(request) => {
                request.screen == self.client.screen()
                    && self.payloads.explain("data_exchange", &request.data, &self.client)
            }
            Effect::Close { params: Some(params) } => {
                let mut payload = params.clone();
                payload.remove("flow_token") == Some(self.client.flow_token().into())
                    && self.payloads.explain("complete", &payload, &self.client)
            }
            _ => true,
        }
    }

    /// Looks at the screen after a step.
    fn look(&mut self) {
        self.view = self.client.view();
        let view = &self.view;
        assert_eq!(self.client.pending().is_some(), view.frame == Frame::Loading, "{view}");
        assert!((0.0..=1.0).contains(&view.progress), "{}", view.progress);
        let is_known = self.flow.screens().any(|screen| screen == view.screen);
        assert!(is_known || (view.screen.is_empty() && view.frame != Frame::Ready), "{view}");
        let is_enabled = view.components.iter().any(|component| component.enabled);
        assert!(!is_enabled || view.frame == Frame::Ready, "{view}");
        if self.random.u8(..8) == 0 {
            let json = serde_json::to_value(view).unwrap();
            assert_eq!(json["components"].as_array().unwrap().len(), view.components.len());
            assert!(!view.to_string().is_empty());
            self.client.answers();
        }
    }
}

/// Reports whether the view offers the event, so that it must not be refused.
fn is_offered(view: &View, event: &Event) -> bool {
    let enabled = |id: &usize, kinds: &[ComponentKind]| {
        view.component(*id).filter(|found| found.enabled && kinds.contains(&found.kind))
    };
    use ComponentKind::{Dropdown, Footer, OptIn, RadioButtonsGroup, TextArea, TextInput};
    match event {
        Event::Tap { component } => {
            enabled(component, &[Footer]).is_some_and(|footer| footer.tappable)
        }
        Event::Type { component, .. } => enabled(component, &[TextInput, TextArea]).is_some(),
        Event::Tick { component } => enabled(component, &[OptIn]).is_some(),
        Event::Choose { component, option } => enabled(component, &[Dropdown, RadioButtonsGroup])
            .is_some_and(|found| {
                found.options.iter().any(|row| row.id == *option && row.enabled && !row.selected)
            }),
        Event::Back => view.can_go_back && view.frame == Frame::Ready,
        Event::DismissSnackbar => true,
        _ => false,
    }
}
