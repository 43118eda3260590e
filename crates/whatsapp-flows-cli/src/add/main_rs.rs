//! Adds a flow to the `main.rs` of a project.

use crate::Error;
use crate::project::names::{module, path};
use crate::project::rust_text::{after_group, code, has_word};

/// The text of `main.rs` with one more flow: its module, and its path.
pub fn with_flow(main: &str, name: &str) -> Result<String, Error> {
    let (module, path) = (module(name), path(name));
    let call = format!(".serve(\"{path}\", {module}::flow({module}::App))");
    let refuse = |reason: &str| -> Error {
        format!(
            "src/main.rs {reason}, so the flow cannot be added safely; write `mod {module};` and `{call}` there by hand \
             after `flowctl new {name} --flow …` in another folder. Nothing was written"
        )
        .into()
    };
    let masked = code(main);
    if has_word(&masked, &module) {
        return Err(format!("src/main.rs already has `{module}`; choose another name").into());
    }
    if main.contains(&format!("\"{path}\"")) {
        return Err(format!("src/main.rs already serves {path}; choose another name").into());
    }
    let last = masked.rfind(".serve(").ok_or_else(|| refuse("has no call of `.serve(…)`"))?;
    let end = after_group(&masked, last + ".serve".len());
    let end = end.ok_or_else(|| refuse("has a bracket that is not closed"))?;
    let modules = masked.lines().filter(|line| line.starts_with("mod ") && line.ends_with(';'));
    let first = modules.min_by_key(|line| masked.find(*line));
    let first = first.ok_or_else(|| refuse("has no line `mod …;`"))?;
    let at = masked.find(first).ok_or_else(|| refuse("has no line `mod …;`"))?;
    Ok(format!(
        "{}mod {module};\n{}\n            {call}{}",
        &main[..at],
        &main[at..end],
        &main[end..]
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = "//! It has .serve( in a comment.\n\nmod lunch;\n\nasync fn main() {\n    \
        Ok(endpoint.serve(\"/lunch\", lunch::flow(App { name: \"a)\" })))\n}\n";

    #[test]
    fn a_flow_is_added_behind_the_last_one() {
        let added = with_flow(MAIN, "get-quote").unwrap();
        assert!(added.contains("mod get_quote;\nmod lunch;\n"), "{added}");
        let call = "lunch::flow(App { name: \"a)\" }))\n            \
                    .serve(\"/get-quote\", get_quote::flow(get_quote::App)))\n}";
        assert!(added.contains(call), "{added}");
        assert!(with_flow(&added, "get-quote").unwrap_err().to_string().contains("already has"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for main in [
            "fn main() {}",
            "mod a;\nfn main() {}",
            "fn main() { e.serve(a) }",
            "mod a;\nfn f() { e.serve(a }",
        ] {
            let error = with_flow(main, "quote").unwrap_err().to_string();
            assert!(error.contains("Nothing was written"), "{main}: {error}");
        }
        assert!(with_flow(MAIN, "lunch").unwrap_err().to_string().contains("choose another name"));
    }
}
