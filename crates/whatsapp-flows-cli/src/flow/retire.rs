//! `flowctl flow deprecate` and `flowctl flow delete`: end a flow.

use clap::Args;
use serde_json::json;

use super::plan::find;
use super::target::TargetArgs;
use crate::graph::{ControlPlane, FlowStatus};
use crate::report::{Finding, Report, Status};
use crate::stop::Stop;

/// Retire a published flow for good: messages no longer open it
#[derive(Args)]
pub struct Deprecate {
    #[command(flatten)]
    retire: RetireArgs,
}

/// Delete a draft
#[derive(Args)]
pub struct Delete {
    #[command(flatten)]
    retire: RetireArgs,
}

#[derive(Args)]
struct RetireArgs {
    /// Confirm, because it cannot be undone
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    target: TargetArgs,
}

impl Deprecate {
    pub fn json(&self) -> bool {
        self.retire.target.json
    }

    pub fn run(self) -> Result<u8, Stop> {
        self.retire.run("flow deprecate")
    }
}

impl Delete {
    pub fn json(&self) -> bool {
        self.retire.target.json
    }

    pub fn run(self) -> Result<u8, Stop> {
        self.retire.run("flow delete")
    }
}

impl RetireArgs {
    fn run(self, command: &'static str) -> Result<u8, Stop> {
        let as_json = self.target.json;
        let target = self.target.resolve()?;
        let (name, _) = target.named()?;
        let deprecate = command == "flow deprecate";
        let mut report = Report::new(command);
        let found = find(&target.graph, &target.waba, &name)?;
        let (status, text) = match found {
            // As after a run before this one.
            None if !deprecate => (Status::Ok, "Meta has no flow of this name".to_owned()),
            None => (Status::Fail, "Meta has no flow of this name".to_owned()),
            Some(flow) if deprecate && flow.status == FlowStatus::Deprecated => {
                (Status::Ok, format!("the flow {} is deprecated already", flow.id))
            }
            Some(flow) if !self.yes => {
                let text = format!(
                    "the flow {} is {}; pass --yes, because this cannot be undone",
                    flow.id, flow.status
                );
                (Status::Fail, text)
            }
            Some(flow) if deprecate => {
                target.graph.deprecate_flow(&target.waba, &flow.id)?;
                (Status::Ok, format!("the flow {} is deprecated", flow.id))
            }
            Some(flow) => {
                target.graph.delete_flow(&target.waba, &flow.id)?;
                (Status::Ok, format!("the flow {} is deleted", flow.id))
            }
        };
        report.add(Finding::new("ended", status, text).about(&name));
        report.member("flow", json!({ "name": name }));
        Ok(report.print(as_json))
    }
}
