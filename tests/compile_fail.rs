//! The usual mistakes do not compile, and the compiler's words name the cause.
//!
//! Each file in compile_fail/ starts with the sentence that must be among those words. It runs where
//! the core is built alone: each case is compiled with it.
#![cfg(not(feature = "lambda"))]

use std::path::PathBuf;

#[test]
fn each_mistake_is_named() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/compile_fail");
    // Runs when it is dropped: the words are those that are pinned beside each case.
    drop(compile_all());
    let mut cases = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            let case = std::fs::read_to_string(&path).unwrap();
            let sentence = case.lines().next().unwrap().strip_prefix("//! Says: ");
            let sentence = sentence.unwrap_or_else(|| panic!("{path:?} starts with //! Says:"));
            let words = std::fs::read_to_string(path.with_extension("stderr")).unwrap_or_default();
            assert!(words.contains(sentence), "{path:?}: the compiler does not say: {sentence}");
            cases += 1;
        }
    }
    assert!(cases >= 13, "only {cases} cases");
}

fn compile_all() -> trybuild::TestCases {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/compile_fail/*.rs");
    cases
}
