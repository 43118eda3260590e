//! The arguments of every command for flows: which flows, in which account, over which connection.

use clap::Args;

use crate::flows_toml::{EnvironmentArgs, FlowEntry, FlowFileArgs, Settings};
use crate::graph::{Graph, GraphArgs, PhoneNumberId, WabaId};
use crate::stop::Stop;

/// The flows of an environment, and the connection to Meta.
#[derive(Args)]
pub struct TargetArgs {
    /// Print one JSON object with stable codes
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    flow: FlowFileArgs,
    #[command(flatten)]
    environment: EnvironmentArgs,
    #[command(flatten)]
    graph: GraphArgs,
}

/// The flows of an environment, and the connection to Meta.
pub struct Target {
    pub settings: Settings,
    pub waba: WabaId,
    pub graph: Graph,
    flow: FlowFileArgs,
}

impl TargetArgs {
    /// Reads `flows.toml` and the access token. Nothing is sent yet.
    pub fn resolve(self) -> Result<Target, Stop> {
        let settings = self.flow.add_to(self.environment.resolve()?)?;
        let waba = settings.waba_id()?.clone();
        let graph = self.graph.connect()?;
        Ok(Target { settings, waba, graph, flow: self.flow })
    }
}

impl Target {
    /// The name of the flow and, if it is known here, its entry. A flow that is only at Meta can be named with `--flow`.
    pub fn named(&self) -> Result<(String, Option<&FlowEntry>), Stop> {
        let entry = match (&self.flow.flow.flow, self.settings.flows.is_empty()) {
            (Some(name), true) => return Ok((name.clone(), None)),
            _ => self.one()?,
        };
        Ok((entry.name.clone(), Some(entry)))
    }

    /// The named flow, or all.
    pub fn all(&self) -> Result<Vec<&FlowEntry>, Stop> {
        Ok(self.flow.flow.all(&self.settings)?)
    }

    /// The named flow, or the only one.
    pub fn one(&self) -> Result<&FlowEntry, Stop> {
        Ok(self.flow.flow.one(&self.settings)?)
    }

    /// The number whose health and key are looked at; `None` if none is set.
    pub fn number(&self) -> Option<&PhoneNumberId> {
        self.settings.environment.phone_number_ids.first()
    }
}
