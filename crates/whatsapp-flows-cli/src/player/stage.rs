//! The stage of the player: the flows, the conversation that is played, and the exchanges so far.

use std::collections::VecDeque;

use super::exchange::Exchange;
use super::flows::FlowFile;
use super::misbehave::Misbehaviour;
use super::random_token;
use super::steps::Steps;
use super::talk::Talk;

/// The exchanges that are kept; older ones are dropped.
const MAX_EXCHANGES: usize = 500;

pub struct Stage {
    pub mode: Mode,
    pub build: Build,
    pub flows: Vec<FlowFile>,
    /// The number of the flow that is played.
    pub flow: usize,
    /// The flow token of the message.
    pub token: String,
    /// The opened flow; `None` as long as the chat is shown.
    pub talk: Option<Talk>,
    /// The reason for which the last event was not possible.
    pub refused: Option<String>,
    pub exchanges: VecDeque<Exchange>,
    /// The misbehaviour of the next request.
    pub armed: Option<Misbehaviour>,
    /// The conversation, for a script or a test.
    pub steps: Steps,
    /// The addresses that the flow opened in the browser.
    pub links: Vec<String>,
    last_id: u64,
    /// Counts the openings of a flow.
    pub openings: u64,
}

/// The parts of the player beside the Flow JSONs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A program that runs here, with its sessions and its log.
    Dev,
    /// An endpoint that runs elsewhere.
    Endpoint,
    /// Nothing: only the screens are shown.
    Preview,
}

/// The build of the program.
#[derive(Debug, Clone, Default)]
pub struct Build {
    pub state: BuildState,
    /// The compiler's words.
    pub output: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BuildState {
    #[default]
    Ok,
    Building,
    Failed,
}

impl Build {
    pub fn under_way() -> Self {
        Self { state: BuildState::Building, output: String::new() }
    }

    pub fn failed(output: String) -> Self {
        Self { state: BuildState::Failed, output }
    }
}

impl Stage {
    pub fn new(mode: Mode, flows: Vec<FlowFile>, token: String) -> Self {
        Self {
            mode,
            build: Build::default(),
            flows,
            flow: 0,
            token,
            talk: None,
            refused: None,
            exchanges: VecDeque::new(),
            armed: None,
            steps: Steps::default(),
            links: Vec::new(),
            last_id: 0,
            openings: 0,
        }
    }

    /// The number for the next exchange.
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Reports whether this flow is the one that is played.
    pub fn is_playing(&self, name: &str) -> bool {
        self.flows.get(self.flow).is_some_and(|flow| flow.name == name)
    }

    pub fn add(&mut self, exchange: Exchange) {
        if self.exchanges.len() == MAX_EXCHANGES {
            self.exchanges.pop_front();
        }
        self.exchanges.push_back(exchange);
    }

    pub fn exchange(&self, id: u64) -> Option<&Exchange> {
        self.exchanges.iter().find(|exchange| exchange.id == id)
    }

    pub fn exchange_mut(&mut self, id: u64) -> Option<&mut Exchange> {
        self.exchanges.iter_mut().find(|exchange| exchange.id == id)
    }

    /// Starts a conversation: another message, with this token or a random one.
    pub fn start_over(&mut self, flow: usize, token: Option<String>) {
        self.flow = flow;
        self.token = token.unwrap_or_else(random_token);
        self.talk = None;
        self.refused = None;
        self.armed = None;
        self.steps = Steps::default();
    }

    /// Reads the Flow JSONs that have changed. The conversation goes on where its screens still exist.
    pub fn reload(&mut self) {
        for (at, file) in self.flows.iter_mut().enumerate() {
            if !file.is_changed() {
                continue;
            }
            file.read();
            if at != self.flow {
                continue;
            }
            if let (Ok(flow), Some(talk)) = (&file.flow, &mut self.talk)
                && !talk.client.replace_flow(flow.clone())
            {
                self.talk = None;
            }
        }
    }
}
