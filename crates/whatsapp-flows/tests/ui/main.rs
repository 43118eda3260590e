//! Common mistakes do not compile, and the error names the cause.
//!
//! Each file in cases/ starts with the sentence that must be part of the error. The whole text of the error is pinned
//! beside it, as [`PINNED`] prints it. Other compilers print it differently, so for them only the sentence is compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The compiler whose errors are pinned.
const PINNED: &str = "rustc 1.95.";

/// Set in the process that compiles copies of the cases.
const COPIES: &str = "UI_COPIES";

#[test]
fn compile_errors_name_the_mistake() {
    let pinned = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/cases");
    let errors = if compiler().starts_with(PINNED) {
        // Runs when it is dropped.
        trybuild::TestCases::new().compile_fail("tests/ui/cases/*.rs");
        pinned.clone()
    } else {
        compile_copies()
    };
    let mut cases = 0;
    for entry in fs::read_dir(pinned).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            let case = fs::read_to_string(&path).unwrap();
            let sentence = case.lines().next().unwrap().strip_prefix("//! Says: ");
            let sentence = sentence.unwrap_or_else(|| panic!("{path:?} starts with //! Says:"));
            let error = errors.join(path.file_name().unwrap()).with_extension("stderr");
            let error = fs::read_to_string(error).unwrap_or_default();
            assert!(error.contains(sentence), "{path:?}: not in the error: {sentence}\n{error}");
            cases += 1;
        }
    }
    assert!(cases >= 13, "only {cases} cases");
}

/// Also runs on the compiler whose errors are pinned, so that the path of the others is tested.
#[test]
#[ignore = "compiles all cases again: make test"]
fn other_compilers_do_not_overwrite_pinned_errors() {
    let folder = compile_copies();
    let error = fs::read_to_string(folder.join("wrong_transition.stderr")).unwrap();
    assert!(error.starts_with("error"), "{error}");
}

/// The child process, which writes the errors of the copies beside them.
#[test]
fn copies() {
    if let Ok(folder) = std::env::var(COPIES) {
        trybuild::TestCases::new().compile_fail(format!("{folder}/*.rs"));
    }
}

/// Compiles copies of the cases, and returns the folder of their errors.
fn compile_copies() -> PathBuf {
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
    let _ = fs::remove_dir_all(&copies);
    for folder in ["cases", "changed"] {
        fs::create_dir_all(copies.join(folder)).unwrap();
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui").join(folder);
        for entry in fs::read_dir(ours).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "rs") {
                fs::copy(&path, copies.join(folder).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "copies"])
        .env(COPIES, copies.join("cases"))
        .env("TRYBUILD", "overwrite")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    copies.join("cases")
}

fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
