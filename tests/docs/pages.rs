//! The pages of the guide, and their code blocks.

use std::fs;
use std::path::{Path, PathBuf};

/// One Markdown file.
pub struct Page {
    /// Relative to the repository.
    pub path: PathBuf,
    pub text: String,
}

/// One fenced code block.
pub struct Block {
    /// The text after the three backticks, such as `sh account`.
    pub info: String,
    pub body: String,
    /// `docs/start.md:12`
    pub place: String,
}

/// The folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page, in a fixed order.
pub fn all() -> Vec<Page> {
    let mut paths: Vec<PathBuf> = ["README.md", "DESIGN.md", "CHANGELOG.md"].map(Into::into).into();
    let optional = ["CONTRIBUTING.md", "SECURITY.md", "AGENTS.md"].map(PathBuf::from);
    paths.extend(optional.into_iter().filter(|path| root().join(path).exists()));
    let chapters = fs::read_dir(root().join("docs")).expect("docs/ is a folder");
    let chapters = chapters.map(|entry| Path::new("docs").join(entry.unwrap().file_name()));
    paths.extend(
        chapters.filter(|path| path.extension().is_some_and(|extension| extension == "md")),
    );
    paths.sort();
    assert!(paths.len() > 15, "only {} pages were found", paths.len());
    paths.into_iter().map(Page::read).collect()
}

/// One page by its path.
pub fn page(path: &str) -> Page {
    Page::read(path.into())
}

impl Page {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(root().join(&path));
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path, text }
    }

    pub fn blocks(&self) -> Vec<Block> {
        self.split().0
    }

    /// The lines outside code blocks, with their numbers.
    pub fn prose(&self) -> Vec<(usize, &str)> {
        self.split().1
    }

    fn split(&self) -> (Vec<Block>, Vec<(usize, &str)>) {
        let (mut blocks, mut prose) = (Vec::new(), Vec::new());
        let mut lines = self.text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let Some(info) = line.trim_start().strip_prefix("```") else {
                prose.push((number + 1, line));
                continue;
            };
            let place = format!("{}:{}", self.path.display(), number + 1);
            let indent = line.len() - line.trim_start().len();
            let mut body = String::new();
            loop {
                let (_, line) =
                    lines.next().unwrap_or_else(|| panic!("{place}: the block has no end"));
                if line.trim_start().starts_with("```") {
                    break;
                }
                body.push_str(line.get(indent..).unwrap_or_default());
                body.push('\n');
            }
            blocks.push(Block { info: info.trim().into(), body, place });
        }
        (blocks, prose)
    }
}

impl Block {
    /// The language, and the rest of the info string.
    pub fn language(&self) -> (&str, &str) {
        self.info.split_once([' ', ',']).unwrap_or((&self.info, ""))
    }
}
