//! Links and anchors, and the paths that are named.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use crate::pages::{self, Page, root};

#[test]
fn relative_links_and_anchors_resolve() {
    let pages = pages::all();
    let anchors: HashMap<&Path, Vec<String>> =
        pages.iter().map(|page| (page.path.as_path(), anchors(page))).collect();
    let mut checked = 0;
    let mut broken = Vec::new();
    for page in &pages {
        for (line, target) in links(page) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let path = match path {
                "" => page.path.clone(),
                path => normal(&page.path.parent().unwrap().join(path)),
            };
            let found = root().join(&path).exists()
                && (anchor.is_empty()
                    || anchors
                        .get(path.as_path())
                        .is_some_and(|known| known.iter().any(|a| a == anchor)));
            if !found {
                broken.push(format!("{}:{line}: {target}", page.path.display()));
            }
            checked += 1;
        }
    }
    assert!(broken.is_empty(), "these links lead nowhere:\n{}", broken.join("\n"));
    assert!(checked > 60, "only {checked} links were found");
}

#[test]
fn every_chapter_is_in_the_index() {
    let index = links(&pages::page("docs/README.md"));
    let pages = pages::all();
    let chapters = pages.iter().filter(|page| page.path.starts_with("docs"));
    for page in chapters.filter(|page| !page.path.ends_with("README.md")) {
        let name = page.path.file_name().unwrap().to_str().unwrap();
        assert!(
            index.iter().any(|(_, target)| target == name),
            "docs/README.md does not link {name}"
        );
    }
}

/// Paths in backticks, as in `tests/it/faults.rs`, in the guide and in DESIGN.md.
#[test]
fn named_paths_exist() {
    let folders = ["crates/", "src/", "tests/", "docs/", "events/", "benches/", "fuzz/"];
    let mut checked = 0;
    let mut missing = Vec::new();
    for page in pages::all()
        .iter()
        .filter(|page| page.path.starts_with("docs") || page.path.ends_with("DESIGN.md"))
    {
        for (line, text) in page.prose() {
            let code = text.split('`').skip(1).step_by(2);
            for path in code.filter(|code| folders.iter().any(|folder| code.starts_with(folder))) {
                // The flow that the reader of docs/start.md writes.
                if path.contains([' ', '*', '…']) || path.starts_with("src/quote") {
                    continue;
                }
                if !root().join(path).exists() {
                    missing.push(format!("{}:{line}: {path}", page.path.display()));
                }
                checked += 1;
            }
        }
    }
    assert!(missing.is_empty(), "these paths do not exist:\n{}", missing.join("\n"));
    assert!(checked > 20, "only {checked} paths were found");
}

/// The targets of all links, with the lines in which they end.
fn links(page: &Page) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    for (number, line) in page.prose() {
        for part in line.split("](").skip(1) {
            let target = part.split(')').next().unwrap_or_default();
            links.push((number, target.to_owned()));
        }
    }
    links
}

/// The anchors of a page's headings, as GitHub makes them.
fn anchors(page: &Page) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let prose = page.prose();
    let headings = prose.iter().filter(|(_, line)| line.starts_with('#'));
    headings
        .map(|(_, line)| {
            let text = line.trim_start_matches('#').trim().to_lowercase();
            let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            let anchor: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
            let before = seen.entry(anchor.clone()).or_default();
            *before += 1;
            if *before == 1 { anchor } else { format!("{anchor}-{}", *before - 1) }
        })
        .collect()
}

/// Without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}
