//! `flowctl session`: what is kept under a flow token.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use clap::{Args, Subcommand};
use whatsapp_flows::aws::Aws;
use whatsapp_flows::protocol::token::FlowToken;

use super::{Error, tables};

/// Look after what is kept under a flow token
#[derive(Args)]
pub struct Session {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Forget(Forget),
}

/// Remove everything that is kept under a token: a person's right to erasure, or a preview token that
/// is to be used again
#[derive(Args)]
#[command(after_help = "Region and credentials are read as by the AWS CLI.\n\nExamples:\n  \
    flowctl session forget 6f1c0e --table flows-Sessions-1ABC\n  \
    flowctl session forget me --tables http://127.0.0.1:38401      (flowctl dev prints the address)")]
struct Forget {
    /// The flow token
    #[arg(value_name = "TOKEN")]
    token: String,
    /// The table of sessions; by default FLOWS_TABLE of the environment, and with --tables that of
    /// flowctl dev
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// Tables of flowctl dev or another emulator, instead of AWS
    #[arg(long, value_name = "URL")]
    tables: Option<String>,
}

impl Session {
    pub fn run(self) -> Result<(), Error> {
        let Verb::Forget(forget) = self.verb;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(forget.run())
    }
}

impl Forget {
    async fn run(self) -> Result<(), Error> {
        let token = FlowToken::new(self.token).map_err(|_| "no session has a token so long")?;
        let named = self.table.or_else(|| std::env::var("FLOWS_TABLE").ok());
        let (aws, table) = match &self.tables {
            Some(url) => (Aws::at(url).await, named.unwrap_or_else(|| tables::SESSIONS.into())),
            None => {
                let table =
                    named.ok_or("name the table of sessions with --table or FLOWS_TABLE")?;
                (Aws::from_env().await, table)
            }
        };
        let delete = aws.dynamodb().delete_item().table_name(table);
        let delete = delete.key("flow_token", AttributeValue::S(token.as_str().into()));
        let done = delete.return_values(ReturnValue::AllOld).send().await;
        let done = done.map_err(|error| error.into_service_error())?;
        println!(
            "{}",
            match done.attributes {
                Some(_) => "forgotten",
                None => "nothing was kept under this token",
            }
        );
        Ok(())
    }
}
