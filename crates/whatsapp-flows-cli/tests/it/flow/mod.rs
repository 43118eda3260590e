//! `flowctl flow` against the stand-in for the Graph API.

mod arguments;
mod publish;
mod push;
