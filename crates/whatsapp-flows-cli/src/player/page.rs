//! The files of the page.

use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};

use super::Player;
use crate::player_files::{MODULES, PlayerFile, STYLES};

/// The page itself, with a place for the token of this start.
const INDEX: &str = include_str!("../../player/index.html");

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(PlayerFile { path: $path, text: include_str!(concat!("../../player/", $path)) }),*]
    };
}

/// The modules and the style sheet around the phone.
const FRAME: &[PlayerFile] = files![
    "api.js",
    "app.css",
    "app.js",
    "head.js",
    "inspector/build.js",
    "inspector/conversation.js",
    "inspector/detail.js",
    "inspector/inspector.js",
    "inspector/json.js",
    "inspector/list.js",
    "inspector/misbehave.js",
];

/// The places of the token and of the modules in the page.
const TOKEN: &str = "{{player-token}}";
const PRELOADS: &str = "{{preloads}}";

/// The style sheets in one file, because the browser paints nothing until it has all of them.
const ALL_STYLES: &str = "styles.css";

/// A style sheet and a module of the page of `flowctl screens` only.
const NOT_HERE: [&str; 2] = ["theme/page.css", "gallery/file.js"];

impl Player {
    /// The page. It names all modules, so that the browser need not find one import after the other.
    pub fn index(&self) -> Html<String> {
        let is_module =
            |file: &&PlayerFile| file.path.ends_with(".js") && !NOT_HERE.contains(&file.path);
        let modules = MODULES.iter().chain(FRAME).filter(is_module);
        let preloads: String = modules
            .map(|file| format!("<link rel=\"modulepreload\" href=\"{}\">\n", file.path))
            .collect();
        Html(INDEX.replace(PRELOADS, &preloads).replace(TOKEN, &self.0.page_token))
    }
}

/// A file of the page, by its path.
pub async fn file(uri: Uri) -> Response {
    let path = uri.path().strip_prefix("/_player/").unwrap_or_default();
    if path == ALL_STYLES {
        return ([(CONTENT_TYPE, media_type(path))], styles()).into_response();
    }
    let mut files = FRAME.iter().chain(MODULES).chain(STYLES);
    match files.find(|file| file.path == path) {
        Some(PlayerFile { text, .. }) => {
            ([(CONTENT_TYPE, media_type(path))], *text).into_response()
        }
        None => (StatusCode::NOT_FOUND, "the page has no such file").into_response(),
    }
}

fn styles() -> String {
    let frame = FRAME.iter().filter(|file| file.path.ends_with(".css"));
    let files = STYLES.iter().filter(|file| !NOT_HERE.contains(&file.path)).chain(frame);
    files.map(|file| file.text).collect()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// The files of the folder that are not part of the page: types, and what only `flowctl screens` needs.
    const NOT_SERVED: [&str; 2] = ["types.js", "inspector/types.js"];

    fn list(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match entry.path().is_dir() {
                true => list(&entry.path(), root, found),
                false => {
                    let path = entry.path().strip_prefix(root).unwrap().to_owned();
                    found.insert(path.to_str().unwrap().replace('\\', "/"));
                }
            }
        }
    }

    #[test]
    fn every_file_of_the_folder_is_served() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("player");
        let mut expected = BTreeSet::new();
        list(&root, &root, &mut expected);
        for absent in NOT_SERVED {
            assert!(expected.remove(absent), "{absent}");
        }
        let files = FRAME.iter().chain(MODULES).chain(STYLES);
        let mut served: BTreeSet<_> = files.map(|file| file.path.to_owned()).collect();
        served.insert("index.html".into());
        assert_eq!(served, expected);
    }

    #[test]
    fn the_page_is_under_200_kb() {
        let files = FRAME.iter().chain(MODULES).chain(STYLES).map(|file| file.text.len());
        let size = files.sum::<usize>() + INDEX.len();
        assert!((100_000..200 * 1024).contains(&size), "{size}");
    }
}
