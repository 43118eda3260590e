//! `flowctl play`: plays a flow by its Flow JSON, by a script or in the terminal, against any endpoint.

mod conversation;
pub(crate) mod exchange;
mod parser;
mod runner;
pub(crate) mod script;
mod terminal;
mod words;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::testing::client::{FlowJson, Mode, Numbers, Opening, Settings};

use crate::peer::Peer;
use crate::{Error, files, flow_path};
use conversation::Conversation;
use exchange::{Endpoint, Exchange};
use script::Script;

/// Play a flow by its Flow JSON as WhatsApp does, by a script or in the terminal
#[derive(Args)]
#[command(
    after_help = "Without --script, each screen is printed, and you are asked for what it asks for.\n\n\
    Exit codes: 0 if every step succeeded, 1 if a step failed or the client rejects a reply, 2 if the Flow JSON, \
    the script or the keys cannot be read, or the endpoint cannot be reached.\n\n\
    Examples:\n  \
    flowctl play src/appointment/flow.json\n  \
    flowctl play flow.json --script booking.play\n  \
    flowctl play flow.json --script booking.play --endpoint https://example.com/flow \\\n      \
    --public-key public.pem --app-secret-file app_secret"
)]
pub struct Play {
    /// Flow JSON to play
    #[arg(value_name = "FLOW.json")]
    flow: PathBuf,
    /// Script of the conversation; docs/play.md describes the steps
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// URL of the endpoint [default: http://127.0.0.1:3000/FOLDER, with the name of the folder of FLOW.json, and hyphens]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    #[command(flatten)]
    peer: Peer,
    /// Flow token of the message [default: a random one]
    #[arg(long)]
    token: Option<String>,
    /// JSON type of the numbers that a user types
    #[arg(long, value_enum, default_value_t = NumberArg::AsDeclared)]
    numbers: NumberArg,
    /// Play as a draft: mistakes in lists of options are banners, not error screens
    #[arg(long)]
    draft: bool,
    /// Print the result as JSON
    #[arg(long, requires = "script")]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(clippy::enum_variant_names)] // the values of the argument
enum NumberArg {
    /// A number where the target screen of a navigate declares one, and text everywhere else
    AsDeclared,
    /// Text, everywhere
    AsText,
    /// A number wherever the text is one
    AsNumber,
}

impl Play {
    pub fn run(self) -> u8 {
        match self.play() {
            Ok(true) => 0,
            Ok(false) => 1,
            Err(error) => {
                eprintln!("flowctl: {error}");
                2
            }
        }
    }

    /// Returns true if every step succeeded.
    fn play(&self) -> Result<bool, Error> {
        let text = files::read(&self.flow)?;
        let flow = FlowJson::parse(&text).map_err(|e| format!("{}: {e}", self.flow.display()))?;
        let script = match &self.script {
            None => None,
            Some(path) => {
                let parsed = Script::parse(&files::read(path)?);
                Some((path, parsed.map_err(|error| format!("{}:{error}", path.display()))?))
            }
        };
        let endpoint = match flow.has_endpoint() {
            true => Some(self.endpoint()?),
            false => None,
        };
        let token = self.token.clone().unwrap_or_else(|| FlowToken::random().as_str().into());
        let mut conversation = Conversation::new(flow.clone(), self.settings(), endpoint, token);
        match script {
            Some((path, script)) => self.run_script(path, &script, &mut conversation),
            None => self.run_in_terminal(&flow, &mut conversation),
        }
    }

    fn run_script(
        &self,
        path: &Path,
        script: &Script,
        conversation: &mut Conversation,
    ) -> Result<bool, Error> {
        let mut output = std::io::stdout().lock();
        let report = runner::run(script, conversation, |step, conversation| {
            if self.json {
                return;
            }
            // A reader may close the pipe early, as `head` does.
            let _ = writeln!(output, "{:>4}  {}", step.step.line, step.step.text);
            for exchange in &conversation.exchanges[step.exchanges.clone()] {
                let _ = writeln!(output, "        {}", describe(exchange));
            }
        });
        if self.json {
            let _ = writeln!(output, "{:#}", report.json(conversation));
        }
        let Some((step, message)) = &report.failure else { return Ok(true) };
        let message =
            message.replace(" of the Flow JSON)", &format!(" of {})", self.flow.display()));
        eprintln!("{}:{}:{}: {message}", path.display(), step.line, step.column);
        Ok(false)
    }

    fn run_in_terminal(
        &self,
        flow: &FlowJson,
        conversation: &mut Conversation,
    ) -> Result<bool, Error> {
        let opening = match flow.has_endpoint() {
            true => Opening::DataExchange,
            false => {
                let screen = flow.screens().next().unwrap_or_default().to_owned();
                let data = flow.examples(&screen).cloned().unwrap_or_default();
                Opening::Navigate { screen, data }
            }
        };
        let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
        terminal::run(conversation, opening, &mut input, &mut output)?;
        Ok(true)
    }

    fn endpoint(&self) -> Result<Endpoint, Error> {
        let (sealer, app_secret) = self.peer.resolve()?;
        let url = match &self.endpoint {
            Some(url) => url.clone(),
            None => format!("http://127.0.0.1:3000{}", flow_path::of(&self.flow)),
        };
        Ok(Endpoint { url, sealer, app_secret })
    }

    fn settings(&self) -> Settings {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Settings {
            numbers: match self.numbers {
                NumberArg::AsDeclared => Numbers::AsDeclared,
                NumberArg::AsText => Numbers::AsText,
                NumberArg::AsNumber => Numbers::AsNumber,
            },
            mode: if self.draft { Mode::Draft } else { Mode::Published },
            now: now.map_or(0, |now| now.as_secs()),
            ..Settings::default()
        }
    }
}

/// Plays a script against an endpoint, and prints it. Returns true if every step succeeded.
#[cfg(feature = "dev")]
pub fn run_script_at(url: &str, flow: &Path, script: &Path, peer: Peer) -> Result<bool, Error> {
    let play = Play {
        flow: flow.to_owned(),
        script: Some(script.to_owned()),
        endpoint: Some(url.to_owned()),
        peer,
        token: None,
        numbers: NumberArg::AsDeclared,
        draft: false,
        json: false,
    };
    play.play()
}

/// One line about an exchange: `data_exchange MENU -> 200 in 3.1 ms, TIME`.
fn describe(exchange: &Exchange) -> String {
    let text = |name: &str| exchange.plaintext[name].as_str().unwrap_or_default().to_owned();
    let reply = &exchange.reply;
    let shown = reply["screen"].as_str().or(reply["error_msg"].as_str()).unwrap_or_default();
    let status = match exchange.status {
        0 => "no response".to_owned(),
        status => format!("{status} in {:.1} ms", exchange.elapsed.as_secs_f64() * 1e3),
    };
    let from = [text("action"), text("screen")].join(" ");
    let shown = if shown.is_empty() { String::new() } else { format!(", {shown}") };
    format!("{} -> {status}{shown}", from.trim_end())
}
