//! Registers the flow token of a message before it is sent, for flows that accept only registered ones.

use clap::Args;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::Registration;

use crate::Error;
use crate::flow::Target;
use crate::flows_toml::FlowEntry;
use crate::report::progress;
use crate::session::connect;

/// Registration of the token.
#[derive(Args)]
pub struct RegistrationArgs {
    /// Register the token first [default: as `registered_tokens` in flows.toml]
    #[arg(long)]
    register: bool,
    /// URL of a DynamoDB emulator with the table of the sessions
    #[arg(long, value_name = "URL")]
    tables: Option<String>,
}

impl RegistrationArgs {
    /// Registers the token if the flow asks for it. Returns whether it did.
    pub fn register(
        &self,
        target: &Target,
        entry: Option<&FlowEntry>,
        token: &FlowToken,
    ) -> Result<bool, Error> {
        if !self.register && !entry.is_some_and(|entry| entry.registered_tokens) {
            return Ok(false);
        }
        let entry = entry.ok_or(
            "`--register` needs the path of the flow; list it in flows.toml, or pass --flow-json and --path",
        )?;
        let environment = &target.settings.environment;
        let table = match &self.tables {
            Some(_) => environment.table.clone(),
            None => Some(target.settings.table()?.to_owned()),
        };
        progress("registering the token");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let region = environment.region.as_deref();
            let (aws, table) = connect(table, self.tables.as_deref(), region).await?;
            Registration::of(&entry.path).register(&aws.sessions(table), token).await?;
            Ok(true)
        })
    }
}
