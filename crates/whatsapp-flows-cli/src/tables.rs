//! `flowctl tables`: serves DynamoDB locally, for `cargo lambda watch` and `sam local`.

use std::path::{Path, PathBuf};

use clap::Args;
use local_lambda::dynamodb::{DynamoDb, Table};
use tokio::net::TcpListener;

use super::Error;
use super::session::SESSIONS;
use super::template::{TableArg, Template};

/// The name of the bookings table, which belongs to the sample.
pub const BOOKINGS: &str = "bookings";

/// Serve DynamoDB locally with the tables of template.yaml, for cargo lambda watch or sam local
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
    /// One more table, with keys of type S; can be repeated
    #[arg(long, value_name = "NAME:KEY[:SORTKEY]")]
    table: Vec<TableArg>,
}

impl Tables {
    pub fn run(self) -> Result<(), Error> {
        tokio::runtime::Runtime::new()?.block_on(async {
            let address = format!("127.0.0.1:{}", self.port);
            let listener =
                TcpListener::bind(&address).await.map_err(|error| format!("{address}: {error}"))?;
            let template = Template::find(Path::new(""))?.unwrap_or_else(sample);
            let template = template.with_tables(&self.table);
            let tables = DynamoDb::open(self.file.as_deref(), &template.tables)?;
            println!("export AWS_ENDPOINT_URL_DYNAMODB=http://{}", listener.local_addr()?);
            let names: Vec<_> = template.tables.iter().map(Table::name).collect();
            let of_tables = template.variables.iter().filter(|(_, v)| names.contains(&v.as_str()));
            for (name, value) in of_tables {
                println!("export {name}={value}");
            }
            Ok(tables.serve_on(listener, interrupted()).await?)
        })
    }
}

/// The tables of the samples, for a program whose template is not at hand.
pub fn sample() -> Template {
    Template {
        tables: vec![
            Table::new(SESSIONS, "flow_token"),
            Table::with_sort_key(BOOKINGS, "location_date", "start_time"),
        ],
        variables: [("FLOWS_BOOKINGS_TABLE".into(), BOOKINGS.into())].into(),
        unknown: Vec::new(),
    }
}

async fn interrupted() {
    let _ = tokio::signal::ctrl_c().await;
}
