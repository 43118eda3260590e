//! `flowctl tables`: serves DynamoDB locally with the sample's tables, for `cargo lambda watch` and `sam local`.

use std::path::{Path, PathBuf};

use clap::Args;
use local_lambda::dynamodb::{DynamoDb, Table};
use tokio::net::TcpListener;

use super::Error;
use super::session::SESSIONS;

/// The name of the bookings table, which belongs to the sample.
pub const BOOKINGS: &str = "bookings";

/// Serve DynamoDB locally with the sample's tables, for cargo lambda watch or sam local
#[derive(Args)]
#[command(
    after_help = "Prints the environment variables that point the endpoint at the tables.\n\nExample:\n  \
    flowctl tables\n\nIn another terminal, export the printed variables:\n  cargo lambda watch"
)]
pub struct Tables {
    /// Port on 127.0.0.1
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// File for the tables [default: in memory]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Tables {
    pub fn run(self) -> Result<(), Error> {
        tokio::runtime::Runtime::new()?.block_on(async {
            let address = format!("127.0.0.1:{}", self.port);
            let listener =
                TcpListener::bind(&address).await.map_err(|error| format!("{address}: {error}"))?;
            let tables = open(self.file.as_deref())?;
            println!("export AWS_ENDPOINT_URL_DYNAMODB=http://{}", listener.local_addr()?);
            println!("export FLOWS_TABLE={SESSIONS} FLOWS_BOOKINGS_TABLE={BOOKINGS}");
            Ok(tables.serve_on(listener, interrupted()).await?)
        })
    }
}

/// Opens the database, and creates the sample's tables that do not exist yet.
pub fn open(file: Option<&Path>) -> std::io::Result<DynamoDb> {
    DynamoDb::open(
        file,
        &[
            Table { name: SESSIONS, partition_key: "flow_token" },
            Table { name: BOOKINGS, partition_key: "slot" },
        ],
    )
}

async fn interrupted() {
    let _ = tokio::signal::ctrl_c().await;
}
