//! The guarantees of docs/guarantees.md about `once`, tokens, repeated bodies and error notifications: each sentence,
//! through the front door.

mod bodies;
mod form;
mod notifications;
mod on_failure;
mod operations;
mod requests;
mod shop;
mod tokens;
