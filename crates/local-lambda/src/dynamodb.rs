//! DynamoDB in process, in memory or in a file.

use std::future::Future;
use std::io;
use std::path::Path;

use dynoxide::Database;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The definition of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    name: String,
    /// The request of `CreateTable`.
    definition: Value,
}

impl Table {
    /// A table with a partition key of type S and no sort key.
    pub fn new(name: &str, partition_key: &str) -> Self {
        Self::with_keys(name, &[(partition_key, "HASH")])
    }

    /// A table with a partition key and a sort key, both of type S.
    pub fn with_sort_key(name: &str, partition_key: &str, sort_key: &str) -> Self {
        Self::with_keys(name, &[(partition_key, "HASH"), (sort_key, "RANGE")])
    }

    fn with_keys(name: &str, keys: &[(&str, &str)]) -> Self {
        let schema =
            keys.iter().map(|(key, kind)| json!({ "AttributeName": key, "KeyType": kind }));
        let attributes =
            keys.iter().map(|(key, _)| json!({ "AttributeName": key, "AttributeType": "S" }));
        let definition = json!({
            "KeySchema": schema.collect::<Value>(),
            "AttributeDefinitions": attributes.collect::<Value>(),
        });
        Self::with_definition(name, definition)
    }

    /// A table with the `KeySchema`, the `AttributeDefinitions` and the indexes of a [CreateTable] request.
    ///
    /// [CreateTable]: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
    pub fn with_definition(name: &str, mut definition: Value) -> Self {
        definition["TableName"] = name.into();
        definition["BillingMode"] = "PAY_PER_REQUEST".into();
        Self { name: name.into(), definition }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A DynamoDB database. Clones share the same tables.
#[derive(Clone)]
pub struct DynamoDb(Database);

impl DynamoDb {
    /// Opens the database in `file`, or a new one in memory, and creates the tables that do not exist yet.
    pub fn open(file: Option<&Path>, tables: &[Table]) -> io::Result<Self> {
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
        opened.create_missing(tables)?;
        Ok(opened)
    }

    /// Creates the tables that do not exist yet.
    pub fn create_missing(&self, tables: &[Table]) -> io::Result<()> {
        tables.iter().try_for_each(|table| self.create(table))
    }

    fn create(&self, Table { name, definition }: &Table) -> io::Result<()> {
        let list = serde_json::from_value(json!({}))?;
        let names = self.0.list_tables(list).map_err(io::Error::other)?.table_names;
        if names.iter().any(|existing| existing == name) {
            return Ok(());
        }
        let describe = |error| io::Error::other(format!("table {name}: {error}"));
        let create =
            serde_json::from_value(definition.clone()).map_err(|e| describe(e.to_string()))?;
        self.0.create_table(create).map_err(|error| describe(error.to_string()))?;
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
