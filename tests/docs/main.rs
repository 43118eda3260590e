//! The guide: its shell blocks run, its links resolve, and the facts that it states once are those of the code.
//! Its Rust blocks are documentation tests (`src/guide.rs`).

mod facts;
mod links;
mod pages;
#[allow(unused_imports)] // main.rs of the tutorial's reader uses it
mod quote;
mod shell;
