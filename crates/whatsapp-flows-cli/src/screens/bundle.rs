//! The modules of the page as one script, and its style sheets as one, for a page that loads at
//! once, and one without a server.
//!
//! A browser does not load modules of a file, so each module becomes a function that returns what it exports. The
//! modules keep to three forms: `import { … } from '…';`, and `export` before `function`, `class` or `const`.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::player_files::PlayerFile;

/// The modules as one script. A module must stand after those that it imports.
pub fn script<'a>(modules: impl IntoIterator<Item = &'a PlayerFile>) -> Result<String, Error> {
    let mut script = String::from("\"use strict\";\nconst modules = {};\n");
    let mut known = Vec::new();
    for module in modules {
        let (body, exports) = convert(module, &known)?;
        let (path, exports) = (module.path, exports.join(", "));
        let _ = write!(
            script,
            "modules['{path}'] = (() => {{\n{body}return {{ {exports} }};\n}})();\n"
        );
        known.push(path);
    }
    for forbidden in ["</script", "<!--"] {
        if script.contains(forbidden) {
            return Err(format!("a module of the page contains {forbidden}").into());
        }
    }
    Ok(script)
}

/// The style sheets as one.
pub fn style(sheets: &[PlayerFile]) -> String {
    sheets.iter().map(|sheet| sheet.text).collect()
}

/// The hash of an inline script or style, as a content security policy names it.
pub fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}

/// The body of the function of a module, and the names that it exports.
fn convert(module: &PlayerFile, known: &[&str]) -> Result<(String, Vec<String>), Error> {
    let unclear = |line: &str| format!("{}: cannot convert `{line}`", module.path);
    let (mut body, mut exports) = (String::new(), Vec::new());
    let mut lines = module.text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("import ") {
            let mut statement = line.to_owned();
            while !statement.ends_with(';') {
                statement.push_str(lines.next().ok_or_else(|| unclear(line))?);
            }
            let (names, path) = import(&statement).ok_or_else(|| unclear(line))?;
            let path = resolve(module.path, path);
            if !known.contains(&&*path) {
                return Err(format!(
                    "{} imports {path}, which does not stand before it",
                    module.path
                )
                .into());
            }
            let _ =
                writeln!(body, "const {{{}}} = modules['{path}'];", names.replace(" as ", ": "));
        } else if let Some(declaration) = line.strip_prefix("export ") {
            exports.push(declared(declaration).ok_or_else(|| unclear(line))?.to_owned());
            let _ = writeln!(body, "{declaration}");
        } else {
            let _ = writeln!(body, "{line}");
        }
    }
    Ok((body, exports))
}

/// The names and the path of `import { names } from 'path';`.
fn import(statement: &str) -> Option<(&str, &str)> {
    let (names, path) = statement.strip_prefix("import {")?.split_once("} from '")?;
    Some((names, path.strip_suffix("';")?))
}

/// The name that a declaration declares.
fn declared(declaration: &str) -> Option<&str> {
    let mut forms = ["function ", "async function ", "class ", "const "].into_iter();
    let rest = forms.find_map(|form| declaration.strip_prefix(form))?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    Some(&rest[..end]).filter(|name| !name.is_empty())
}

/// The path of an imported module in the folder of the page.
fn resolve(from: &str, path: &str) -> String {
    let mut folders: Vec<_> = from.split('/').collect();
    folders.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(folders.pop()),
            part => folders.push(part),
        }
    }
    folders.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &'static str, text: &'static str) -> PlayerFile {
        PlayerFile { path, text }
    }

    #[test]
    fn modules_become_functions_that_return_their_exports() {
        let first = file("a/x.js", "export const one = 1;\nexport function two() {}\n");
        let second = file("b/y.js", "import { one, two as zwei } from '../a/x.js';\nzwei(one);\n");
        let script = script(&[first, second]).unwrap();
        assert!(
            script.contains("const one = 1;\nfunction two() {}\nreturn { one, two };"),
            "{script}"
        );
        assert!(script.contains("const { one, two: zwei } = modules['a/x.js'];\nzwei(one);"));
    }

    #[test]
    fn a_module_that_cannot_be_converted_is_an_error() {
        for text in [
            "export default 1;",
            "import './a.js';",
            "import { a } from './late.js';",
            "\"</script>\"",
        ] {
            assert!(script(&[file("x.js", text)]).is_err(), "{text}");
        }
    }
}
