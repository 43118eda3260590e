//! What a Lambda program needs around it, on this machine.
//!
//! [`Lambda`](runtime_api::Lambda) is a Lambda Runtime API that starts programs and invokes them, [`gateway`] turns HTTP
//! requests into [API Gateway events](event) and back, and [`dynamodb`] serves DynamoDB from this process.

#[cfg(feature = "dynamodb")]
pub mod dynamodb;
pub mod event;
pub mod fronts;
pub mod gateway;
pub mod runtime_api;
