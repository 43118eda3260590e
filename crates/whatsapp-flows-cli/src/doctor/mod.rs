//! `flowctl doctor`: one look at everything between a tap and the handler.

mod certificate;
mod checks;
mod clock;
mod endpoint;
mod flow;
mod function;
mod lambda;
mod number;
mod ping;
mod secret;
mod token;
mod view;
mod webhook;

use clap::Args;

use crate::Error;
use crate::flows_toml::{EnvironmentArgs, FlowFileArgs};
use crate::graph::GraphArgs;
use crate::report::{Report, Status, count, progress};
use crate::stop::Stop;
use checks::{CHECKS, Check};
use view::View;

/// Check everything between a user's tap and the handler: token, app, keys, function, endpoint, flow, webhook
///
/// Changes nothing. Sends two or three health checks to the endpoint, and reads from the secret, from Meta and from Lambda.
#[derive(Args)]
#[command(
    after_help = "Each finding is ok, warning, fail or cannot see. The exit code is 1 if something failed.\n\nExamples:\n  \
    flowctl doctor\n  \
    flowctl doctor --env prod --json\n  \
    flowctl doctor --endpoint https://example.com/basic --secret-file secret.json --waba-id 100000000000001 \\\n    \
    --phone-number-id 300000000000003 --app-id 400000000000004"
)]
pub struct Doctor {
    #[command(flatten)]
    environment: EnvironmentArgs,
    #[command(flatten)]
    flow: FlowFileArgs,
    /// Name or ARN of the Lambda function, with its alias if you like: NAME:live
    #[arg(long, value_name = "NAME")]
    function: Option<String>,
    #[command(flatten)]
    graph: GraphArgs,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Print the table of all checks, and check nothing
    #[arg(long)]
    list: bool,
}

impl Doctor {
    /// Runs the checks and returns the exit code.
    pub fn run(self) -> u8 {
        if self.list {
            for Check { code, looks_at, .. } in CHECKS {
                println!("{code:<16}  {looks_at}");
            }
            return 0;
        }
        match self.report() {
            Ok(report) => {
                let code = report.print(self.json);
                if !self.json {
                    summary(&report);
                }
                code
            }
            Err(error) => Stop::exit_code("doctor", self.json, Err(error.into())),
        }
    }

    fn report(&self) -> Result<Report, Error> {
        let mut settings = self.flow.add_to(self.environment.resolve()?)?;
        if let Some(function) = &self.function {
            settings.environment.function = Some(function.clone());
        }
        let entries = match (&self.flow.flow.flow, settings.flows.is_empty()) {
            (_, true) => Vec::new(),
            (_, false) => self.flow.flow.all(&settings)?.into_iter().cloned().collect(),
        };
        let mut report = Report::new("doctor");
        let mut view = View::new(settings, entries, &self.graph);
        progress("looking at the secret and the access token");
        secret::check(&mut view, &mut report);
        token::check(&mut view, &mut report);
        progress("looking at flows, app and numbers");
        view.fetch_flows(self.flow.flow.flow.as_deref(), &mut report);
        flow::check_state(&view, &mut report);
        token::check_apps(&view, &mut report);
        number::check(&mut view, &mut report);
        progress("looking at the function and the endpoint");
        function::check(&view.settings.environment, &mut report);
        endpoint::check(&mut view, &mut report);
        clock::check(&view, &mut report);
        progress("looking at Flow JSON, health and webhooks");
        flow::check_document(&view, &mut report);
        webhook::check(&view, &mut report);
        Ok(report)
    }
}

fn summary(report: &Report) {
    let number = |status| report.findings().iter().filter(|found| found.status == status).count();
    println!(
        "\n{} ok, {}, {} failed, {} not seen",
        number(Status::Ok),
        count(number(Status::Warning), "warning"),
        number(Status::Fail),
        number(Status::CannotSee)
    );
}
