//! DynamoDB in process, in memory or in a file.

use std::future::Future;
use std::io;
use std::path::Path;

use dynoxide::Database;
use serde_json::json;
use tokio::net::TcpListener;

/// A table with a partition key of type S and no sort key.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// The table's name.
    pub name: &'a str,
    /// The name of its partition key.
    pub partition_key: &'a str,
}

/// A DynamoDB database. Clones share the same tables.
#[derive(Clone)]
pub struct DynamoDb(Database);

impl DynamoDb {
    /// Opens the database in `file`, or a new one in memory, and creates the tables that do not exist yet.
    pub fn open(file: Option<&Path>, tables: &[Table<'_>]) -> io::Result<Self> {
        let database = match file {
            None => Database::memory().map_err(io::Error::other)?,
            Some(path) => {
                let name = path
                    .to_str()
                    .ok_or_else(|| io::Error::other("the path of the database is not UTF-8"))?;
                Database::new(name).map_err(|error| io::Error::other(format!("{name}: {error}")))?
            }
        };
        let opened = Self(database);
        for table in tables {
            opened.create(table)?;
        }
        Ok(opened)
    }

    fn create(&self, Table { name, partition_key }: &Table<'_>) -> io::Result<()> {
        let list = serde_json::from_value(json!({}))?;
        let names = self.0.list_tables(list).map_err(io::Error::other)?.table_names;
        if names.iter().any(|existing| existing == name) {
            return Ok(());
        }
        let create = serde_json::from_value(json!({
            "TableName": name,
            "KeySchema": [{ "AttributeName": partition_key, "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": partition_key, "AttributeType": "S" }],
            "BillingMode": "PAY_PER_REQUEST",
        }))?;
        self.0.create_table(create).map_err(io::Error::other)?;
        Ok(())
    }

    /// Returns the underlying database, which can be queried without HTTP.
    #[doc(hidden)]
    pub fn database(&self) -> &Database {
        &self.0
    }

    /// Serves DynamoDB's HTTP API on a free port of 127.0.0.1 until the runtime ends, and returns its URL.
    pub async fn serve(self) -> io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(self.serve_on(listener, std::future::pending()));
        Ok(url)
    }

    /// Serves DynamoDB's HTTP API on `listener` until `shutdown` completes.
    pub async fn serve_on(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        dynoxide::server::serve_with_shutdown(listener, self.0, shutdown)
            .await
            .map_err(io::Error::other)
    }
}
