//! Facts that the guide repeats from the code, and the form of its pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pages::{self, Page, root};
use crate::shell;

#[test]
fn files_of_the_tutorial_are_those_that_are_compiled_here() {
    let tutorial = shell::files(&pages::page("docs/start.md"));
    let names: Vec<_> = tutorial.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names, ["src/quote/flow.json", "src/quote/flow.rs", "src/quote/mod.rs"]);
    let quote = root().join("tests/docs/quote");
    for (path, text) in &tutorial {
        let ours = fs::read_to_string(quote.join(Path::new(path).file_name().unwrap())).unwrap();
        assert_eq!(*text, ours, "{path} in docs/start.md, and in tests/docs/quote");
    }
    let generated = Command::new(shell::flowctl())
        .args(["types", "--check", "flow.json", "screens.rs"])
        .current_dir(&quote)
        .output()
        .unwrap();
    assert!(generated.status.success(), "{}", String::from_utf8_lossy(&generated.stderr));
}

#[test]
fn errors_by_status_lists_every_cause() {
    let listed = pages::page("docs/errors.md").text;
    let causes = causes();
    assert!(causes.len() >= 35, "only {} causes were found", causes.len());
    let is_listed =
        |cause: &str| listed.contains(&format!("| `{}`", cause.split([':', ';']).next().unwrap()));
    let missing: Vec<_> = causes.iter().filter(|cause| !is_listed(cause)).collect();
    assert!(missing.is_empty(), "docs/errors.md lacks the causes {missing:#?}");
    let rows = listed.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    for (cause, _) in rows.filter(|(cause, _)| !cause.starts_with('"')) {
        assert!(
            causes.iter().any(|known| known.starts_with(cause)),
            "no request ends with `{cause}`"
        );
    }
}

/// The Graph API has a version in its address, which Meta retires after some years: one place to change it.
#[test]
fn graph_api_version_is_named_once() {
    let mut named = Vec::new();
    let mut read = 0;
    each_file(root(), &mut |path| {
        let Ok(text) = fs::read_to_string(path) else { return };
        read += 1;
        // In an address, or in quotes.
        for before in ["graph.facebook.com/v", "\"v"] {
            for after in text.split(before).skip(1) {
                let rest = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
                if rest.len() < after.len() && rest.starts_with(".0") {
                    named.push(path.strip_prefix(root()).unwrap().to_owned());
                }
            }
        }
    });
    assert!(read > 100, "only {read} files were read");
    assert_eq!(named, [Path::new("crates/whatsapp-flows-cli/src/graph/mod.rs")]);
}

/// The page is `flowctl check --rules` in a block, with a heading before it.
#[test]
fn check_rules_lists_the_rules_of_flowctl() {
    let rules = Command::new(shell::flowctl()).args(["check", "--rules"]).output().unwrap();
    let rules = String::from_utf8(rules.stdout).unwrap();
    assert!(rules.lines().count() > 200, "{rules}");
    let page = fs::read_to_string(root().join("docs/check-rules.md")).unwrap();
    let block = page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next());
    assert_eq!(block, Some(&*rules), "docs/check-rules.md: flowctl check --rules has changed");
}

/// The last block of the page is `flowctl probe --cases`.
#[test]
fn probe_lists_the_cases_of_flowctl() {
    let cases = Command::new(shell::flowctl()).args(["probe", "--cases"]).output().unwrap();
    let cases = String::from_utf8(cases.stdout).unwrap();
    assert!(cases.lines().count() > 100, "{cases}");
    let page = fs::read_to_string(root().join("docs/probe.md")).unwrap();
    let block = page.rsplit("```text\n").next().and_then(|rest| rest.split("```").next());
    assert_eq!(block, Some(&*cases), "docs/probe.md: flowctl probe --cases has changed");
}

#[test]
fn readme_has_at_most_200_lines() {
    let lines = pages::page("README.md").text.lines().count();
    assert!((50..=200).contains(&lines), "{lines}");
}

#[test]
fn design_asks_questions() {
    let design = pages::page("DESIGN.md");
    let questions: Vec<_> =
        design.prose().into_iter().filter_map(|(_, line)| line.strip_prefix("### ")).collect();
    assert!(questions.len() > 20, "{}", questions.len());
    for question in questions {
        assert!(question.ends_with('?'), "{question}");
    }
}

#[test]
fn prose_is_at_most_120_wide() {
    for page in pages::all() {
        for (number, line) in page.prose() {
            let place = format!("{}:{number}", page.path.display());
            assert!(
                line.starts_with('|') || line.trim_start().starts_with('|') || width(line) <= 120,
                "{place}"
            );
            assert!(!line.ends_with(' '), "{place} ends with a space");
        }
    }
}

#[test]
fn json_blocks_are_json() {
    let mut read = 0;
    for block in
        pages::all().iter().flat_map(Page::blocks).filter(|block| block.language().0 == "json")
    {
        let json: Result<serde_json::Value, _> = serde_json::from_str(&block.body);
        assert!(json.is_ok(), "{}: {json:?}", block.place);
        read += 1;
    }
    assert!(read >= 2, "only {read} JSON blocks were found");
}

#[test]
fn rust_blocks_are_documentation_tests() {
    let guide = fs::read_to_string(root().join("src/guide.rs")).expect("src/guide.rs is there");
    let mut found = 0;
    for page in pages::all() {
        let blocks = page.blocks();
        let rust: Vec<_> = blocks.iter().filter(|block| block.language().0 == "rust").collect();
        for block in &rust {
            assert!(!block.info.contains("ignore"), "{}: {}", block.place, block.info);
        }
        let included = guide.contains(&format!("\"../{}\"", page.path.display()));
        assert!(
            included || rust.is_empty(),
            "src/guide.rs does not include {}",
            page.path.display()
        );
        found += rust.len();
    }
    assert!(found >= 6, "only {found} Rust blocks were found");
}

fn width(line: &str) -> usize {
    line.chars().count()
}

/// The causes that the functions `cause` of status.rs return, and those of other places.
fn causes() -> Vec<String> {
    let mut sources = Vec::new();
    each_file(&root().join("crates/whatsapp-flows/src"), &mut |path| {
        if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(fs::read_to_string(path).unwrap());
        }
    });
    let mut causes = Vec::new();
    for source in &sources {
        for function in source.split("fn cause(").skip(1) {
            let function = function.split("\n    }\n").next().unwrap();
            if function.contains("SdkError") {
                continue; // errors of AWS, which docs/errors.md names as a group
            }
            causes.extend(function.split('"').skip(1).step_by(2).map(str::to_owned));
        }
        for state in source.split("State { cause: \"").skip(1) {
            causes.push(state.split('"').next().unwrap().to_owned());
        }
    }
    causes
}

/// Every file of the repository that is not made by a build.
fn each_file(folder: &Path, seen: &mut impl FnMut(&Path)) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_str().unwrap_or_default();
        let hidden = name.starts_with('.') && !matches!(name, ".github" | ".ci");
        if hidden || matches!(name, "target" | "node_modules" | "corpus") {
            continue;
        }
        match path.is_dir() {
            true => each_file(&path, seen),
            false => seen(&path),
        }
    }
}
