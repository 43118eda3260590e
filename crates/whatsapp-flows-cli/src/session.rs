//! `flowctl session`: registers a flow token, or deletes its session.

use std::path::PathBuf;
use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use clap::{Args, Subcommand};
use whatsapp_flows::aws::Aws;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::session::{Registration, conversation};

use super::{Error, files};

/// The name of the session table of `flowctl dev`.
pub const SESSIONS: &str = "sessions";

/// Register a flow token, delete its session, or find its log lines
#[derive(Args)]
pub struct Session {
    #[command(subcommand)]
    command: SessionCommand,
}

#[derive(Subcommand)]
enum SessionCommand {
    Register(Register),
    Forget(Forget),
    Trace(Trace),
}

/// Register the flow token of a message before you send it, and print the token
///
/// The token is valid for one flow. Flows with `registered_tokens_only` reject all other tokens.
#[derive(Args)]
#[command(after_help = "Region and credentials are those of the AWS CLI.\n\nExamples:\n  \
    flowctl session register --flow /appointment --table flows-Sessions-1ABC\n  \
    flowctl session register --flow /quote --state state.json --days 7 --tables http://127.0.0.1:38401")]
struct Register {
    /// Flow token [default: a random one]
    #[arg(value_name = "TOKEN")]
    token: Option<String>,
    /// Path of the flow, for example /appointment
    #[arg(long, value_name = "PATH")]
    flow: String,
    /// JSON file with the initial state of the session
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Days until the session expires at the earliest; 0 for never
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    days: u64,
    #[command(flatten)]
    table: TableArgs,
}

/// Delete the session of a flow token, to erase a user's data or to reuse a preview token
#[derive(Args)]
#[command(after_help = "Region and credentials are those of the AWS CLI.\n\nExamples:\n  \
    flowctl session forget 6f1c0e --table flows-Sessions-1ABC\n  \
    flowctl session forget me --tables http://127.0.0.1:38401")]
struct Forget {
    /// Flow token
    #[arg(value_name = "TOKEN")]
    token: String,
    #[command(flatten)]
    table: TableArgs,
}

/// Print the member `conversation` of a flow token's log lines, to find them
///
/// One line is printed for each app secret of the secret, the newest first: the one that signed a request names it.
#[derive(Args)]
#[command(after_help = "Example:\n  \
    aws logs tail flows --filter-pattern \"{ $.conversation = \\\"$(flowctl session trace 6f1c0e | head -1)\\\" }\"")]
struct Trace {
    /// Flow token
    #[arg(value_name = "TOKEN")]
    token: String,
    /// Secret of the endpoint
    #[arg(long, value_name = "FILE", default_value = ".flows/secret.json")]
    secret: PathBuf,
}

/// The session table.
#[derive(Args)]
struct TableArgs {
    /// Session table [default: $FLOWS_TABLE, or with --tables the table of flowctl dev]
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// URL of a DynamoDB emulator; flowctl dev prints the URL of its emulator
    #[arg(long, value_name = "URL")]
    tables: Option<String>,
}

impl Session {
    pub fn run(self) -> Result<(), Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            match self.command {
                SessionCommand::Register(register) => register.run().await,
                SessionCommand::Forget(forget) => forget.run().await,
                SessionCommand::Trace(trace) => trace.run(),
            }
        })
    }
}

impl TableArgs {
    /// Returns the AWS clients and the name of the table.
    async fn connect(self) -> Result<(Aws, String), Error> {
        connect(self.table, self.tables.as_deref(), None).await
    }
}

/// Returns the AWS clients and the name of the table. With `tables` they are those of an emulator.
pub async fn connect(
    table: Option<String>,
    tables: Option<&str>,
    region: Option<&str>,
) -> Result<(Aws, String), Error> {
    let name = table.or_else(|| std::env::var("FLOWS_TABLE").ok());
    let connected = match tables {
        Some(url) => (Aws::at(url).await, name.unwrap_or_else(|| SESSIONS.into())),
        None => {
            let table = name.ok_or("no session table; name it with --table or FLOWS_TABLE")?;
            let aws = match region {
                Some(region) => {
                    let region = aws_config::Region::new(region.to_owned());
                    let config = aws_config::defaults(aws_config::BehaviorVersion::latest());
                    Aws::from_config(&config.region(region).load().await)
                }
                None => Aws::from_env().await,
            };
            (aws, table)
        }
    };
    if let Some(missing) = connected.0.missing_configuration().await {
        return Err(missing.into());
    }
    Ok(connected)
}

impl Register {
    async fn run(self) -> Result<(), Error> {
        let token = match self.token {
            Some(token) => {
                FlowToken::new(token).map_err(|_| "the token is longer than 2,048 bytes")?
            }
            None => FlowToken::random(),
        };
        if !self.flow.starts_with('/') {
            return Err(
                "`--flow` does not start with a slash; pass the path of the flow, for example /appointment"
                    .into()
            );
        }
        let days = Duration::from_secs(self.days.saturating_mul(24 * 3600));
        let lifetime = (self.days > 0).then_some(days);
        let mut registration = Registration::of(&self.flow).with_lifetime(lifetime);
        if let Some(path) = &self.state {
            let text = files::read(path)?;
            let state: serde_json::Value = serde_json::from_str(&text)
                .map_err(|error| format!("{} is not JSON: {error}", path.display()))?;
            registration = registration.with_state(&state)?;
        }
        let (aws, table) = self.table.connect().await?;
        registration.register(&aws.sessions(table), &token).await?;
        println!("{}", token.as_str());
        Ok(())
    }
}

impl Forget {
    async fn run(self) -> Result<(), Error> {
        let token =
            FlowToken::new(self.token).map_err(|_| "the token is longer than 2,048 bytes")?;
        let (aws, table) = self.table.connect().await?;
        let delete = aws.dynamodb().delete_item().table_name(table);
        let delete = delete.key("flow_token", AttributeValue::S(token.as_str().into()));
        let done = delete.return_values(ReturnValue::AllOld).send().await;
        let done = done.map_err(|error| match error {
            SdkError::DispatchFailure(_) => {
                "cannot connect to DynamoDB; check the network and the region".into()
            }
            SdkError::TimeoutError(_) => "DynamoDB did not respond in time; try again".into(),
            error => Error::from(error.into_service_error()),
        })?;
        println!(
            "{}",
            match done.attributes {
                Some(_) => "session deleted",
                None => "no session under this token",
            }
        );
        Ok(())
    }
}

impl Trace {
    fn run(self) -> Result<(), Error> {
        let token =
            FlowToken::new(self.token).map_err(|_| "the token is longer than 2,048 bytes")?;
        let json = files::read_text(&self.secret)?;
        let secret = Keyring::from_json(json.as_bytes());
        let (secret, _) = secret.map_err(|error| format!("{}: {error}", self.secret.display()))?;
        for app_secret in secret.app_secrets() {
            println!("{}", conversation(app_secret, &token));
        }
        Ok(())
    }
}
