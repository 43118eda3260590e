//! The player of `flowctl dev`, through its HTTP interface, with the real program.

mod conversation;
mod copies;
mod live;
mod misbehaviour;
mod page;
mod security;
