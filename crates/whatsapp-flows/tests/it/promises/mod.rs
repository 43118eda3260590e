//! What is promised about `once`, tokens, bodies that come again, and error notifications: each sentence
//! through the front door.

mod bodies;
mod notifications;
mod opened;
mod operations;
mod requests;
mod shop;
mod tokens;
