//! `flowctl flow diff`: shows what a push would change.

use clap::Args;
use serde_json::{Value, json};

use super::plan::Plan;
use super::target::TargetArgs;
use crate::report::progress;
use crate::stop::Stop;

/// Show what `flowctl flow push` would change
#[derive(Args)]
#[command(
    after_help = "Nothing is changed. The exit code is 0 if nothing differs, and 1 otherwise."
)]
pub struct Diff {
    #[command(flatten)]
    target: TargetArgs,
}

impl Diff {
    pub fn json(&self) -> bool {
        self.target.json
    }

    pub fn run(self) -> Result<u8, Stop> {
        let as_json = self.target.json;
        let target = self.target.resolve()?;
        let mut flows = Vec::new();
        let mut differs = false;
        for entry in target.all()? {
            progress(format_args!("{}: comparing", entry.name));
            let plan = Plan::make(&target, entry)?;
            differs |= !plan.changes.is_empty();
            match as_json {
                true => flows.push(object(&plan)),
                false => print!("{}", text(&plan)),
            }
        }
        if as_json {
            let json = json!({ "command": "flow diff", "ok": !differs, "flows": flows });
            println!("{json:#}");
        }
        Ok(u8::from(differs))
    }
}

fn text(plan: &Plan<'_>) -> String {
    let name = &plan.entry.name;
    let mut text = match &plan.remote {
        Some(flow) => format!("{name} (flow {}, {})", flow.id, flow.status),
        None => name.clone(),
    };
    if plan.changes.is_empty() {
        return text + ": no difference\n";
    }
    text += "\n";
    for change in &plan.changes {
        text += &format!("  {:<12}  {}\n", change.code(), change.describe(&plan.local.bytes));
    }
    text
}

fn object(plan: &Plan<'_>) -> Value {
    json!({
        "name": plan.entry.name,
        "id": plan.remote.as_ref().map(|flow| flow.id.as_str()),
        "status": plan.remote.as_ref().map(|flow| flow.status.to_string()),
        "changes": plan.changes.iter().map(|change| change.to_json(&plan.local.bytes)).collect::<Vec<_>>(),
    })
}
