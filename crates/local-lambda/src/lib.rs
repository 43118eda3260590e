//! Runs a Lambda program on the local machine: a [Lambda Runtime API](runtime_api), an HTTP [gateway] that
//! sends API Gateway [events](event), and [DynamoDB](dynamodb) in process.
//!
//! The program is an ordinary executable, built for Lambda with any runtime library. It needs no container and no
//! change.
//!
//! # Example
//!
//! Serves a program on `http://127.0.0.1:3000`, with an empty table in memory:
//!
//! ```no_run
//! # #[cfg(feature = "dynamodb")]
//! # async fn example() -> std::io::Result<()> {
//! use local_lambda::dynamodb::{DynamoDb, Table};
//! use local_lambda::gateway;
//! use local_lambda::runtime_api::{Lambda, Log, Program};
//!
//! let orders = Table::new("orders", "id");
//! let dynamodb = DynamoDb::open(None, &[orders])?.serve().await?;
//!
//! let lambda = Lambda::start().await?;
//! let program = Program {
//!     path: "target/debug/bootstrap".into(),
//!     env: vec![("AWS_ENDPOINT_URL_DYNAMODB".into(), dynamodb)],
//!     log: Log::Inherit,
//!     keep_aws: false,
//! };
//! lambda.run(program, |exit| eprintln!("the program ended: {exit:?}"));
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//! gateway::serve(listener, lambda, Box::new(|_headers, _body| ())).await
//! # }
//! ```
//!
//! A test needs no gateway: [`Lambda::invoke`](runtime_api::Lambda::invoke) sends an event and returns the response.
//!
//! # Features
//!
//! - `dynamodb` (default): [`dynamodb`]. It builds SQLite.

#[cfg(feature = "dynamodb")]
pub mod dynamodb;
pub mod event;
pub mod gateway;
mod output;
pub mod runtime_api;
