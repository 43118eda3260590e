//! The player: a page with the phone, and beside it everything that the phone sends.
//!
//! The page is a thin view. The conversation is here: the client of `whatsapp-flow-json`, real encryption, and a list of
//! the exchanges with what each of them did.

mod api;
mod browser;
mod copy;
mod exchange;
mod flows;
mod guard;
mod log;
mod misbehave;
mod page;
mod send;
mod sessions;
mod stage;
mod state;
mod steps;
mod talk;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;
use tokio::sync::watch;
use whatsapp_flows::protocol::token::FlowToken;

pub use browser::{OpenArgs, open_page};
pub use flows::{FlowFile, local_flows};
pub use log::ProgramLog;
pub use sessions::Sessions;
pub use stage::Build;

use crate::play::exchange::Endpoint;
use stage::{Mode, Stage};

/// A player. Clones share it.
#[derive(Clone)]
pub struct Player(Arc<Shared>);

struct Shared {
    stage: Mutex<Stage>,
    /// The revision of the stage, for those who wait for the next one.
    revision: watch::Sender<u64>,
    /// The page proves with it that it is ours: no other page can read it.
    page_token: String,
    port: u16,
    sessions: Option<Sessions>,
    log: ProgramLog,
}

impl Player {
    /// A player of these flows, with a program that runs here, on this port of 127.0.0.1.
    pub fn of_program(
        port: u16,
        flows: Vec<FlowFile>,
        sessions: Sessions,
        log: ProgramLog,
    ) -> Self {
        Self::new(Mode::Dev, port, flows, Some(sessions), log)
    }

    /// A player of a flow whose endpoint runs elsewhere.
    pub fn of_endpoint(port: u16, flow: FlowFile) -> Self {
        Self::new(Mode::Endpoint, port, vec![flow], None, ProgramLog::default())
    }

    /// Only the screens of a flow.
    pub fn of_screens(port: u16, flow: FlowFile) -> Self {
        Self::new(Mode::Preview, port, vec![flow], None, ProgramLog::default())
    }

    fn new(
        mode: Mode,
        port: u16,
        flows: Vec<FlowFile>,
        sessions: Option<Sessions>,
        log: ProgramLog,
    ) -> Self {
        let page_token = random_token();
        let stage = Mutex::new(Stage::new(mode, flows, random_token()));
        let (revision, _) = watch::channel(1);
        Self(Arc::new(Shared { stage, revision, page_token, port, sessions, log }))
    }

    /// The address of the page.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/_player/", self.0.port)
    }

    /// Sets the endpoint of the flow with this file, whose path is relative to the package.
    pub fn set_endpoint(&self, file: &Path, endpoint: Endpoint) {
        self.change(|stage| {
            if let Some(flow) = stage.flows.iter_mut().find(|flow| flow.is_file(file)) {
                flow.endpoint = Some(Arc::new(endpoint));
            }
        });
    }

    /// Shows the state of the program's build.
    pub fn show_build(&self, build: Build) {
        self.change(|stage| stage.build = build);
    }

    /// Serves the page, and follows the changes of the Flow JSONs. Every path but the page's goes to `rest`.
    pub async fn serve(self, listener: TcpListener, rest: Router) -> std::io::Result<()> {
        self.follow_flows();
        axum::serve(listener, api::router(self, rest)).await
    }

    fn follow_flows(&self) {
        /// Short, because the developer looks at the page after a save.
        const INTERVAL: Duration = Duration::from_millis(150);
        let player = self.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(INTERVAL).await;
                if player.stage().flows.iter().any(FlowFile::is_changed) {
                    player.change(Stage::reload);
                }
            }
        });
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.0.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the stage, and tells those who wait for a change.
    fn change<T>(&self, change: impl FnOnce(&mut Stage) -> T) -> T {
        let mut stage = self.stage();
        let result = change(&mut stage);
        self.0.revision.send_modify(|revision| *revision += 1);
        result
    }
}

/// The rest of the server of a player without a program.
pub fn nothing_else() -> Router {
    Router::new().fallback(async || (StatusCode::NOT_FOUND, "only the player is served here"))
}

fn random_token() -> String {
    FlowToken::random().as_str().to_owned()
}
