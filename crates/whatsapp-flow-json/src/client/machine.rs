//! The client: its state, and what every step has in common.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::date::Calendar;
use super::entry::EntryBy;
use super::failure::{Failure, FailureCause};
use super::flow_json::{FlowJson, Screen};
use super::request::{Request, RequestAction};
use super::resolve::{ComponentError, Resolved, resolve};
use super::settings::Settings;
use super::state::{ScreenState, Screens};
use super::view::{Snackbar, View};

/// A client that plays a flow.
///
/// After an [`Effect::Send`], the client waits for [`receive`](Self::receive). Cloning a client copies the whole
/// conversation, as it is at this moment.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) flow: FlowJson,
    pub(super) settings: Settings,
    pub(super) token: String,
    pub(super) screens: HashMap<String, ScreenState>,
    /// The screens on the way to the current one, which is the last.
    pub(super) history: Vec<String>,
    pub(super) phase: Phase,
    pub(super) snackbar: Option<Snackbar>,
    /// The text field that has the cursor.
    pub(super) focus: Option<usize>,
    pub(super) online: bool,
    /// The effects of a step, for the caller.
    pub(super) effects: Vec<Effect>,
}

/// The way in which a message opens the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// `flow_action` is `data_exchange`: the endpoint names the first screen.
    DataExchange,
    /// `flow_action` is `navigate`: the message names the first screen and its data.
    Navigate {
        /// The screen.
        screen: String,
        /// Its data.
        data: Map<String, Value>,
    },
}

/// The task of the caller after a step.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Effect {
    /// Send the request, and pass what becomes of it to [`Client::receive`].
    Send(Request),
    /// Fetch the public key of the business again, then as for `Send`.
    RefreshKeyAndSend(Request),
    /// Send an error notification. Its reply is ignored.
    Notify(Request),
    /// Open a page in the browser.
    OpenUrl(String),
    /// The flow is closed. `params` are those of the message to the chat; `None` if no message is sent.
    Close {
        /// The parameters.
        params: Option<Map<String, Value>>,
    },
}

/// The next action of the client.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Phase {
    Ready,
    Waiting(Waiting),
    /// An error screen, and the request that "try again" repeats.
    Failed {
        failure: Failure,
        retry: Option<Request>,
    },
    Closed {
        params: Option<Map<String, Value>>,
    },
}

/// A request whose reply is not there yet.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Waiting {
    pub request: Request,
    /// The public key was fetched again for this request.
    pub key_refreshed: bool,
}

impl Client {
    /// Opens the flow as a message does. The token is that of the message.
    pub fn open(
        flow: FlowJson,
        opening: Opening,
        flow_token: impl Into<String>,
        settings: Settings,
    ) -> (Self, Vec<Effect>) {
        let mut client = Self::closed(flow, flow_token.into(), settings);
        client.phase = Phase::Ready;
        match opening {
            Opening::DataExchange => {
                let (screen, data) = (String::new(), Map::new());
                client.send(Request { action: RequestAction::Init, screen, data, line: 0 });
            }
            Opening::Navigate { screen, data } => client.navigate(&screen, data, 0),
        }
        let effects = client.take_effects();
        (client, effects)
    }

    /// Creates a client whose flow is not open yet.
    pub fn closed(flow: FlowJson, token: String, settings: Settings) -> Self {
        Self {
            flow,
            settings,
            token,
            screens: HashMap::new(),
            history: Vec::new(),
            phase: Phase::Closed { params: None },
            snackbar: None,
            focus: None,
            online: true,
            effects: Vec::new(),
        }
    }

    /// Shows one screen with its `__example__` data, without an endpoint, as a preview does.
    ///
    /// # Errors
    ///
    /// Returns the ids of the screens if there is no such screen.
    pub fn preview(flow: FlowJson, screen: &str, settings: Settings) -> Result<Self, Vec<String>> {
        let Some(data) = flow.examples(screen).cloned() else {
            return Err(flow.screens().map(str::to_owned).collect());
        };
        let mut client = Self::closed(flow, "preview".into(), settings);
        // The routing model decides which screen may be first; a preview shows any.
        client.history.push(screen.to_owned());
        client.phase = Phase::Ready;
        client.enter(screen, data, EntryBy::Navigate, RequestAction::Navigate, 0);
        client.take_effects();
        Ok(client)
    }

    /// The token of the message.
    pub fn flow_token(&self) -> &str {
        &self.token
    }

    /// The id of the current screen; empty before the first one.
    pub fn screen(&self) -> &str {
        self.history.last().map_or("", String::as_str)
    }

    /// The request whose reply the client waits for.
    pub fn pending(&self) -> Option<&Request> {
        match &self.phase {
            Phase::Waiting(waiting) => Some(&waiting.request),
            _ => None,
        }
    }

    /// The data of a screen that was visited.
    pub fn data(&self, screen: &str) -> Option<&Map<String, Value>> {
        Some(&self.screens.get(screen)?.data)
    }

    /// The values that the user entered on a screen, by the names of the fields.
    pub fn form(&self, screen: &str) -> Option<&Map<String, Value>> {
        Some(&self.screens.get(screen)?.form)
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Connects the client with the network, or disconnects it.
    pub fn set_online(&mut self, online: bool) {
        self.online = online;
    }

    /// The view of the user.
    pub fn view(&self) -> View {
        super::viewer::view(self)
    }

    /// Sends a request, or shows the error screen if there is no network.
    pub(super) fn send(&mut self, request: Request) {
        self.snackbar = None;
        if self.online {
            self.effects.push(Effect::Send(request.clone()));
            self.phase = Phase::Waiting(Waiting { request, key_refreshed: false });
        } else {
            let failure = FailureCause::Offline.with("there is no network").with_retry();
            self.phase = Phase::Failed { failure, retry: Some(request) };
        }
    }

    /// Shows an error screen, and notifies the endpoint if the cause is one that the client reports.
    pub(super) fn fail(&mut self, failure: Failure, action: RequestAction) {
        if let (Some(key), true) = (failure.cause.error_key(), self.flow.has_endpoint()) {
            let mut data = Map::new();
            data.insert("error".into(), key.into());
            data.insert("error_message".into(), failure.explanation.clone().into());
            let screen = self.screen().to_owned();
            self.effects.push(Effect::Notify(Request { action, screen, data, line: 0 }));
        }
        self.phase = Phase::Failed { failure, retry: None };
    }

    pub(super) fn close(&mut self, params: Option<Map<String, Value>>) {
        self.effects.push(Effect::Close { params: params.clone() });
        self.phase = Phase::Closed { params };
    }

    pub(super) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    pub(super) fn calendar(&self) -> Calendar {
        Calendar {
            version: self.flow.compiled().version,
            utc_offset: self.settings.utc_offset,
            now: self.settings.now,
        }
    }

    /// The current screen in the document.
    pub(super) fn current<'f>(&self, flow: &'f FlowJson) -> Option<&'f Screen> {
        flow.compiled().screens.get(self.screen())
    }

    /// The state of the current screen.
    pub(super) fn state(&self) -> Option<&ScreenState> {
        self.screens.get(self.screen())
    }

    pub(super) fn state_mut(&mut self) -> &mut ScreenState {
        let screen = self.screen().to_owned();
        self.screens.entry(screen).or_default()
    }

    /// The components of the current screen.
    pub(super) fn resolve<'f>(
        &self,
        flow: &'f FlowJson,
    ) -> Result<Vec<Resolved<'f>>, ComponentError> {
        let Some(screen) = self.current(flow) else { return Ok(Vec::new()) };
        let scope = Screens { states: &self.screens, current: self.screen() };
        resolve(screen, flow.compiled().version, &scope)
    }
}
