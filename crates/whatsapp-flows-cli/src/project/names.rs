//! The names of a project and of its flows.

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

const KEYWORDS: &str = " as async await break const continue crate dyn else enum extern false fn for gen if impl in let \
    loop match mod move mut pub ref return self static struct super trait true type union unsafe use where while \
    abstract become box do final macro override priv try typeof unsized virtual yield ";

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
    if RESERVED.contains(&name) || KEYWORDS.contains(&format!(" {} ", module(name))) {
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
