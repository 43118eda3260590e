//! Shell blocks. ```` ```sh ```` runs here: without an account, in a few seconds, each in a fresh copy of the samples.
//! ```` ```sh slow ```` builds or serves, and ```` ```sh account ```` needs AWS or Meta: of those, the targets,
//! commands and options exist.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::pages::{self, Block, Page, root};

const TIME_LIMIT: Duration = Duration::from_secs(60);

#[test]
fn shell_blocks_without_account_succeed() {
    let mut ran = 0;
    for page in pages::all() {
        for block in page.blocks().iter().filter(|block| block.info == "sh") {
            let folder = scratch(&page, ran);
            let output = run(block, &folder);
            assert!(
                output.status.success(),
                "{}: {}\n{}{}",
                block.place,
                output.status,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            ran += 1;
        }
    }
    assert!(ran >= 12, "only {ran} shell blocks ran");
}

#[test]
fn other_shell_blocks_name_targets_and_commands_that_exist() {
    let targets = make_targets();
    let mut help = HashMap::new();
    let mut named = 0;
    for block in pages::all().iter().flat_map(Page::blocks) {
        match block.info.as_str() {
            "sh" => continue,
            "sh slow" | "sh account" => {}
            _ if matches!(block.language().0, "sh" | "bash" | "shell" | "console" | "zsh") => {
                panic!(
                    "{}: `{}` is not checked; write sh, sh slow or sh account",
                    block.place, block.info
                )
            }
            _ => continue,
        }
        for command in commands(&block) {
            let words: Vec<_> = command.split_whitespace().collect();
            match words[..] {
                ["make", ..] => {
                    // `make -C lunch test` is a target of a project that `flowctl new` writes.
                    let is_elsewhere = words[1] == "-C";
                    let goals = words[1..].iter().filter(|word| !word.contains('='));
                    for goal in goals.filter(|_| !is_elsewhere) {
                        assert!(targets.iter().any(|t| t == goal), "{}: make {goal}", block.place);
                    }
                }
                ["flowctl", ..] => check_flowctl(&words[1..], &block.place, &mut help),
                ["cargo", "build" | "check" | "doc" | "install" | "run" | "test", ..]
                | ["export", _] => {}
                _ => {
                    assert!(
                        block.info == "sh account",
                        "{}: {command}: not make, cargo or flowctl",
                        block.place
                    );
                    continue;
                }
            }
            named += 1;
        }
    }
    assert!(named >= 12, "only {named} commands were looked at");
}

#[test]
fn readme_lists_every_flowctl_command() {
    let output = Command::new(flowctl()).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let (_, commands) = help.split_once("Commands:\n").expect("a list of commands");
    let commands = commands.lines().take_while(|line| line.starts_with("  "));
    let names = commands.map(|line| line.split_whitespace().next().unwrap());
    let names: Vec<_> = names.filter(|name| *name != "help").collect();
    assert!(names.len() >= 10, "{names:?}");
    let readme = pages::page("README.md").text;
    for name in names {
        assert!(
            readme.lines().any(|line| line.starts_with('|') && line.contains(&format!("`{name}"))),
            "{name}"
        );
    }
}

/// Runs a block with `sh -eu`, with flowctl on the PATH.
fn run(block: &Block, folder: &Path) -> Output {
    let flowctl = flowctl();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut child = Command::new("sh")
        .args(["-eu", "-c", &block.body])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", flowctl.parent().unwrap().display()))
        .stdin(Stdio::null())
        .stdout(fs::File::create(folder.join(".stdout")).unwrap())
        .stderr(fs::File::create(folder.join(".stderr")).unwrap())
        .spawn()
        .expect("there is a shell");
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > TIME_LIMIT {
            child.kill().unwrap();
            panic!("{}: still running after {TIME_LIMIT:?}", block.place);
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let read = |name| fs::read(folder.join(name)).unwrap();
    Output { status, stdout: read(".stdout"), stderr: read(".stderr") }
}

/// A folder with the samples, the events, and the files that the page has so far told its reader to write.
fn scratch(page: &Page, number: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("docs-{number}"));
    let _ = fs::remove_dir_all(&folder);
    for name in ["src", "events"] {
        copy(&root().join(name), &folder.join(name));
    }
    for (path, text) in files(page) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The files whose blocks name them, ```` ```json src/quote/flow.json ````. Several blocks make one file.
pub fn files(page: &Page) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for block in page.blocks() {
        let (language @ ("rs" | "json"), path) = block.language() else { continue };
        if path.is_empty() {
            assert_eq!(
                language, "json",
                "{}: name the file of a `rs` block, or write `rust`",
                block.place
            );
            continue;
        }
        match files.iter_mut().find(|(known, _)| known == path) {
            Some((_, text)) => {
                text.push('\n');
                text.push_str(&block.body);
            }
            None => files.push((path.into(), block.body)),
        }
    }
    files
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// `FLOWCTL`, or the program that was built beside this test.
pub fn flowctl() -> PathBuf {
    if let Some(path) = std::env::var_os("FLOWCTL") {
        return fs::canonicalize(path).expect("FLOWCTL is the path of flowctl");
    }
    let test = std::env::current_exe().unwrap();
    let built = test.ancestors().map(|folder| folder.join("flowctl")).find(|path| path.is_file());
    built.expect(
        "flowctl is not built; run cargo build --package whatsapp-flows-cli, or set FLOWCTL",
    )
}

/// The commands of a block, without comments, arguments of `curl` on further lines, and what follows a `|`.
fn commands(block: &Block) -> Vec<String> {
    let text = block.body.replace("\\\n", " ");
    let lines = text.lines().map(|line| line.split(" #").next().unwrap().trim());
    let commands =
        lines.flat_map(|line| line.split(" | ")).map(|part| part.trim_end_matches('|').trim());
    commands
        .filter(|command| !command.is_empty() && !command.starts_with('#'))
        .map(Into::into)
        .collect()
}

fn make_targets() -> Vec<String> {
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    let rules =
        makefile.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
    let heads =
        rules.filter_map(|line| line.split_once(':')).map(|(targets, _)| targets.to_owned());
    heads
        .flat_map(|targets| targets.split_whitespace().map(Into::into).collect::<Vec<_>>())
        .collect()
}

/// The command exists, and so does each option.
fn check_flowctl(words: &[&str], place: &str, help: &mut HashMap<Vec<String>, String>) {
    let name: Vec<String> = match words {
        [group @ ("flow" | "key" | "keys" | "session"), command, ..] => {
            vec![(*group).into(), (*command).into()]
        }
        [command, ..] => vec![(*command).into()],
        [] => vec![],
    };
    let text = help.entry(name.clone()).or_insert_with(|| {
        let output = Command::new(flowctl()).args(&name).arg("--help").output().unwrap();
        assert!(output.status.success(), "{place}: flowctl {}", name.join(" "));
        String::from_utf8(output.stdout).unwrap()
    });
    for option in words.iter().filter(|word| word.starts_with("--") && **word != "--help") {
        let known = text.split_whitespace().any(|word| word.trim_end_matches(',') == *option);
        assert!(known, "{place}: flowctl {} has no {option}", name.join(" "));
    }
}
