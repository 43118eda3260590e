//! DynamoDB in this process: the two tables of the sample, in memory or in a file.
//!
//! `flowctl tables` serves them alone, for `cargo lambda watch` and `sam local`.

use std::path::{Path, PathBuf};

use clap::Args;
use dynoxide::Database;
use serde_json::json;
use tokio::net::TcpListener;

use super::Error;

/// The names that `flowctl` gives the tables.
pub const SESSIONS: &str = "sessions";
/// The sample's own.
pub const BOOKINGS: &str = "bookings";

/// Serve DynamoDB with the sample's tables, for programs that run under other emulators
#[derive(Args)]
#[command(after_help = "Example:\n  flowctl tables --port 8000 &\n  \
    AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 cargo lambda watch")]
pub struct ServeTables {
    /// Port on 127.0.0.1
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// File to keep them in; without it they end with this program
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl ServeTables {
    pub fn run(self) -> Result<(), Error> {
        tokio::runtime::Runtime::new()?.block_on(async {
            let address = format!("127.0.0.1:{}", self.port);
            let listener =
                TcpListener::bind(&address).await.map_err(|error| format!("{address}: {error}"))?;
            let tables = open(self.file.as_deref())?;
            println!("export AWS_ENDPOINT_URL_DYNAMODB=http://{}", listener.local_addr()?);
            println!("export FLOWS_TABLE={SESSIONS} FLOWS_BOOKINGS_TABLE={BOOKINGS}");
            Ok(dynoxide::server::serve_with_shutdown(listener, tables, interrupted()).await?)
        })
    }
}

/// Opens the database and makes the tables that are missing.
pub fn open(file: Option<&Path>) -> Result<Database, Error> {
    let database = match file {
        None => Database::memory()?,
        Some(path) => {
            let name = path.to_str().ok_or("the path is not UTF-8")?;
            Database::new(name).map_err(|error| format!("{name}: {error}"))?
        }
    };
    for (table, key) in [(SESSIONS, "flow_token"), (BOOKINGS, "slot")] {
        let names = database.list_tables(serde_json::from_value(json!({}))?)?.table_names;
        if !names.iter().any(|name| name == table) {
            database.create_table(serde_json::from_value(json!({
                "TableName": table,
                "KeySchema": [{ "AttributeName": key, "KeyType": "HASH" }],
                "AttributeDefinitions": [{ "AttributeName": key, "AttributeType": "S" }],
                "BillingMode": "PAY_PER_REQUEST",
            }))?)?;
        }
    }
    Ok(database)
}

/// Serves a database on a free port and gives its address.
pub async fn serve(database: Database) -> Result<String, Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(dynoxide::server::serve_with_shutdown(listener, database, std::future::pending()));
    Ok(address)
}

async fn interrupted() {
    let _ = tokio::signal::ctrl_c().await;
}
