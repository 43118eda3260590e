//! The files of the page.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};

use super::Player;
use crate::Error;
use crate::player_files::{MODULES, PlayerFile, STYLES};
use crate::screens::bundle;

/// The page itself, with a place for the token of this start.
const INDEX: &str = include_str!("../../player/index.html");

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(PlayerFile { path: $path, text: include_str!(concat!("../../player/", $path)) }),*]
    };
}

/// The modules and the style sheet around the phone, with the imported ones before those that import them.
const FRAME: &[PlayerFile] = files![
    "api.js",
    "head.js",
    "inspector/json.js",
    "inspector/misbehave.js",
    "inspector/list.js",
    "inspector/detail.js",
    "inspector/build.js",
    "inspector/conversation.js",
    "inspector/inspector.js",
    "app.js",
    "app.css",
];

/// The place of the token in the page.
const TOKEN: &str = "{{player-token}}";

/// A style sheet and a module of the page of `flowctl screens` only.
const NOT_HERE: [&str; 2] = ["theme/page.css", "gallery/file.js"];

impl Player {
    pub fn index(&self) -> Html<String> {
        Html(INDEX.replace(TOKEN, &self.0.page_token))
    }
}

/// A file of the page, by its path. All modules are one script and all style sheets one, because sixty requests take
/// longer than everything else until the first paint.
pub async fn file(uri: Uri) -> Response {
    match uri.path().strip_prefix("/_player/") {
        Some("player.js") => match &*SCRIPT {
            Ok(script) => {
                ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], &**script).into_response()
            }
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        },
        Some("styles.css") => {
            ([(CONTENT_TYPE, "text/css; charset=utf-8")], styles()).into_response()
        }
        _ => (StatusCode::NOT_FOUND, "the page has no such file").into_response(),
    }
}

static SCRIPT: LazyLock<Result<String, Error>> = LazyLock::new(|| {
    let modules = MODULES.iter().filter(|file| !NOT_HERE.contains(&file.path));
    bundle::script(modules.chain(FRAME.iter().filter(|file| file.path.ends_with(".js"))))
});

fn styles() -> String {
    let frame = FRAME.iter().filter(|file| file.path.ends_with(".css"));
    let files = STYLES.iter().filter(|file| !NOT_HERE.contains(&file.path)).chain(frame);
    files.map(|file| file.text).collect()
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
    fn every_file_of_the_folder_is_part_of_the_page() {
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
    fn modules_of_the_page_become_one_script() {
        let script = SCRIPT.as_ref().expect("the modules can be converted");
        assert!(script.contains("modules['app.js']") && script.contains("modules['phone/dom.js']"));
        assert!(styles().contains(".bubble"));
    }

    #[test]
    fn the_page_is_under_200_kb() {
        let files = FRAME.iter().chain(MODULES).chain(STYLES).map(|file| file.text.len());
        let size = files.sum::<usize>() + INDEX.len();
        assert!((100_000..200 * 1024).contains(&size), "{size}");
    }
}
