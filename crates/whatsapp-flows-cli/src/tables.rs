//! `flowctl tables`: DynamoDB with the tables of the sample, for `cargo lambda watch` and `sam local`.

use std::path::{Path, PathBuf};

use clap::Args;
use local_lambda::dynamodb::{DynamoDb, Table};
use tokio::net::TcpListener;

use super::Error;
use super::session::SESSIONS;

/// The name of the sample's own table.
pub const BOOKINGS: &str = "bookings";

/// Serve DynamoDB with the sample's tables, for programs that run under other emulators
#[derive(Args)]
#[command(after_help = "Example:\n  flowctl tables --port 8000 &\n  \
    AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 cargo lambda watch")]
pub struct Tables {
    /// Port on 127.0.0.1
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// File to keep them in; without it they end with this program
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

/// Opens the database and creates the sample's tables where they are missing.
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
