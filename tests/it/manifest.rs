//! The profiles and features of the program that ships.

use std::path::Path;
use std::process::Command;

/// `cargo lambda build` sets "abort" if the profile does not set `panic`.
#[test]
fn release_profiles_set_panic_unwind() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let section = manifest.split("[profile.release]\n").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    assert!(section.lines().any(|line| line == "panic = \"unwind\""), "{section}");
}

/// Uses the command line of the Makefile, without dev-dependencies.
#[test]
fn shipped_program_links_neither_testing_nor_rsa() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--package", "endpoint", "--edges", "normal,build", "--prefix", "none"])
        .args(["--format", "{p} [{f}]", "--no-dedupe", "--frozen"])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let library: Vec<_> = tree.lines().filter(|line| line.starts_with("whatsapp-flows ")).collect();
    assert!(!library.is_empty(), "{errors}");
    assert!(library.iter().all(|line| line.contains("[aws")), "{library:?}");
    for line in tree.lines() {
        assert!(!line.starts_with("rsa "), "{line}");
        assert!(!line.starts_with("whatsapp-") || !line.contains("testing"), "{line}");
        assert!(!line.starts_with("whatsapp-flow-json") || line.contains("[]"), "{line}");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
