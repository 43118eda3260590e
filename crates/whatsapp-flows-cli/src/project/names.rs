//! The names of a project and of its flows.

use whatsapp_flow_json::codegen::is_keyword;

use crate::Error;

/// Names that Cargo or a project has a meaning for.
const RESERVED: [&str; 13] = [
    "test",
    "core",
    "std",
    "alloc",
    "proc-macro",
    "build",
    "deps",
    "examples",
    "incremental",
    "main",
    "bin",
    "endpoint",
    "aws",
];

/// Checks that the name can be a package, a Rust module and a path.
pub fn check(name: &str) -> Result<(), Error> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !starts || !name.chars().all(plain) || name.ends_with(['-', '_']) || name.len() > 50 {
        return Err(format!(
            "`{name}` cannot be the name of a package and a path; use lower-case letters, digits and hyphens, and start \
             with a letter"
        )
        .into());
    }
    if RESERVED.contains(&name) || is_keyword(&module(name)) {
        return Err(format!(
            "`{name}` has a meaning of its own in Rust or Cargo; choose another name"
        )
        .into());
    }
    Ok(())
}

/// The Rust module of a flow.
pub fn module(name: &str) -> String {
    name.replace('-', "_")
}

/// The path that serves a flow.
pub fn path(name: &str) -> String {
    format!("/{}", name.replace('_', "-"))
}

/// `order-lunch` as `OrderLunch`.
pub fn pascal_case(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split(['-', '_']).map(word).collect()
}
