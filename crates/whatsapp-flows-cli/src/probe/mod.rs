//! `flowctl probe`: tests whether an endpoint, in any language, does what Meta's guide asks for.

mod actions;
mod cases;
mod flow;
mod json;
mod junit;
mod latency;
mod output;
mod prober;
mod reading;
mod refusals;
mod reply;
mod report;
mod requests;
mod start;
mod target;
mod tolerance;

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::Value;
use whatsapp_flows::testing::RequestSealer;

use crate::Error;
use crate::diagnosis::Mistake;
use crate::diagnosis::request::Variant;
use crate::peer::Peer;
use cases::{CASES, Case};
use output::Layout;
use prober::{Plan, Prober};
use report::Report;
use target::{Signing, Target};

/// Test whether an endpoint in any language does what Meta's guide asks for, and name the mistake if it does not
#[derive(Args)]
#[command(
    after_help = "The probe sends health checks, opens the flow, goes back, sends error notifications, and sends \
    requests that must be refused. A screen is submitted only with --screen. Redirects are not followed.\n\n\
    Exit codes: 0 if no case failed (warnings are allowed), 1 if a case failed, 2 if the arguments are wrong or the \
    endpoint cannot be reached.\n\n\
    Examples:\n  \
    flowctl probe http://127.0.0.1:3000/appointment\n  \
    flowctl probe https://example.com/flow --public-key public.pem --app-secret-file app_secret\n  \
    flowctl probe https://example.com/flow --public-key public.pem --no-app-secret --flow-json flow.json\n  \
    flowctl probe https://example.com/flow --secret secret.json --junit probe.xml"
)]
pub struct Probe {
    /// URL of the flow's endpoint
    #[arg(required_unless_present = "cases")]
    url: Option<String>,
    #[command(flatten)]
    peer: Peer,
    /// The app secret is not known: requests are not signed, and the cases of signatures are skipped
    #[arg(long, conflicts_with = "app_secret_file")]
    no_app_secret: bool,
    /// Flow token of a message, for an endpoint that knows its tokens [default: random ones]
    #[arg(long)]
    token: Option<String>,
    /// Flow JSON: the reply to INIT is checked with it, and it names the screen for BACK
    #[arg(long, value_name = "FILE")]
    flow_json: Option<PathBuf>,
    /// Id of a screen to submit
    #[arg(long)]
    screen: Option<String>,
    /// Payload of the submission, a JSON object [default: {}]
    #[arg(long, value_name = "JSON", requires = "screen")]
    data: Option<String>,
    /// Id of a screen with `refresh_on_back`, which BACK leaves
    #[arg(long, value_name = "SCREEN")]
    back: Option<String>,
    /// Leave out a case, by its id or its name; can be repeated
    #[arg(long, value_name = "CASE", value_parser = parse_case)]
    skip: Vec<&'static Case>,
    /// Number of pings for the latency; 0 leaves it out
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(0..=1000))]
    requests: u16,
    /// Pings per second at most, one at a time
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=50))]
    rate: u16,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Write the report as JUnit XML too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Print all cases with their sources
    #[arg(long, exclusive = true)]
    cases: bool,
}

impl Probe {
    pub fn run(self) -> u8 {
        if self.cases {
            let _ = std::io::stdout().write_all(list_cases().as_bytes());
            return 0;
        }
        match self.probe() {
            Ok(report) => report.exit_code(),
            Err(error) => {
                eprintln!("flowctl: {error}");
                2
            }
        }
    }

    fn probe(&self) -> Result<Report, Error> {
        let target = self.target()?;
        let plan = self.plan()?;
        // A file that cannot be written is an error before the first request.
        let describe = |path: &PathBuf, error| format!("{}: {error}", path.display());
        let mut junit_file = match &self.junit {
            Some(path) => Some(File::create(path).map_err(|error| describe(path, error))?),
            None => None,
        };
        let mut output = std::io::stdout().lock();
        let mut layout = Layout {
            color: output.is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            width: columns(),
            skipped: Vec::new(),
        };
        if !self.json {
            let _ = writeln!(output, "Probe of {}\n", target.shown_url());
        }
        let report = Prober::new(target, &plan).run(|result| {
            if !self.json {
                // A reader may close the pipe early, as `head` does.
                let _ = output.write_all(layout.case(result).as_bytes());
                let _ = output.flush();
            }
        });
        let _ = match self.json {
            true => writeln!(output, "{:#}", json::json(&report)),
            false => {
                let rest = layout.flush();
                output.write_all((rest + &layout.summary(&report)).as_bytes())
            }
        };
        if let (Some(file), Some(path)) = (&mut junit_file, &self.junit) {
            let written = file.write_all(junit::junit(&report).as_bytes());
            written.map_err(|error| describe(path, error))?;
        }
        Ok(report)
    }

    fn target(&self) -> Result<Target, Error> {
        let url = self.url.clone().unwrap_or_default();
        let uri: http::Uri =
            url.parse().map_err(|_| "the URL is not valid; it starts with https://")?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() {
            return Err("the URL is not valid; it starts with https://".into());
        }
        let (public_key, app_secret) = self.peer.public_keys()?;
        let sealer = RequestSealer::for_key(&public_key)?;
        let app_secret = app_secret.filter(|_| !self.no_app_secret);
        if app_secret.is_none() && !self.no_app_secret {
            return Err("requests are signed, and `--public-key` has no app secret; pass --app-secret-file, or \
                 --no-app-secret to leave out the cases of signatures"
                .into());
        }
        let app_secret_line = match app_secret {
            Some(_) => self.peer.app_secret_line(),
            None => None,
        };
        let (variants, signing) = (Vec::new(), Signing::Exact);
        Ok(Target { url, uri, public_key, sealer, app_secret, app_secret_line, variants, signing })
    }

    fn plan(&self) -> Result<Plan, Error> {
        let flow = self.flow_json.as_deref().map(flow::Flow::read).transpose()?;
        let submission = match &self.screen {
            None => None,
            Some(screen) => Some((screen.clone(), parse_data(self.data.as_deref())?)),
        };
        for named in [&self.screen, &self.back].into_iter().flatten() {
            if flow.as_ref().is_some_and(|flow| !flow.has_screen(named)) {
                return Err(format!("{named} is not a screen of the Flow JSON").into());
            }
        }
        Ok(Plan {
            token: self.token.clone(),
            submission,
            flow,
            back_from: self.back.clone(),
            skipped: self.skip.clone(),
            requests: self.requests.into(),
            interval: Duration::from_secs(1) / u32::from(self.rate),
            secrets: self.peer.app_secret_text().into_iter().collect(),
        })
    }
}

fn parse_data(data: Option<&str>) -> Result<Value, Error> {
    let data = serde_json::from_str(data.unwrap_or("{}"))
        .map_err(|error| format!("`--data` is not JSON: {error}; quote it for your shell"))?;
    match data {
        Value::Object(_) => Ok(data),
        _ => Err("`--data` is not a JSON object; pass for example '{\"name\":\"Ada\"}'".into()),
    }
}

fn parse_case(text: &str) -> Result<&'static Case, String> {
    report::find_case(text).ok_or_else(|| "not a case; flowctl probe --cases lists them".into())
}

/// The table of all cases, as it stands in docs/probe.md.
fn list_cases() -> String {
    let mut text = String::new();
    for case in &CASES {
        let outcomes: Vec<_> = case.outcomes.iter().map(|outcome| outcome.code()).collect();
        text.push_str(&format!("{}  {}\n", case.id, case.name));
        for line in output::wrap(case.requires, 110) {
            text.push_str(&format!("     {line}\n"));
        }
        text.push_str(&format!("     {} ({})\n", outcomes.join(" or "), case.source));
    }
    text.push_str("\nMistakes that are found by trial, in P02 to P04, P06 and P07:\n");
    let signing = Signing::MISTAKES.iter().map(|signing| (signing.code(), signing.fact()));
    let variants = Variant::ALL.iter().map(|variant| (variant.code(), variant.fact()));
    let mistakes = Mistake::ALL.iter().map(|mistake| (mistake.code(), mistake.fact()));
    let mut last = "";
    for (code, fact) in signing.chain(variants).chain(mistakes) {
        // Two ways of writing a body again are one mistake.
        if code != last {
            text.push_str(&format!("     {code:<30} {fact}\n"));
        }
        last = code;
    }
    text
}

/// Columns of the terminal, as far as its environment tells.
fn columns() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(100).clamp(60, 120)
}
