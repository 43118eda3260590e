//! The adapters to AWS. The only place of the library that names its crates.

mod connection;
mod deadline;
mod dynamodb;
mod item;
pub mod lambda;
pub mod log;
mod secrets_manager;

pub use connection::Aws;
pub use dynamodb::DynamoDbSessions;
pub use secrets_manager::SecretsManagerSource;
