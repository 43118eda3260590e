//! The adapters to AWS: Lambda, Secrets Manager, DynamoDB and the log. No other module depends on AWS crates.

mod config;
mod connection;
mod deadline;
mod dispatch_error;
mod dynamodb;
mod item;
pub mod lambda;
pub mod log;
mod secrets_manager;
mod serve;
mod timeouts;

pub use config::variable;
pub use connection::Aws;
pub use dynamodb::DynamoDbStore;
pub use secrets_manager::SecretsManagerSource;
pub use serve::{Error, serve};
