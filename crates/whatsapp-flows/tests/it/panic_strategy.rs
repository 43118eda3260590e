//! The library does not compile where a panic would end the process.

use std::path::Path;
use std::process::Command;

#[test]
fn panic_abort_is_a_compile_error_that_says_what_to_write() {
    let words = compiled_with("abort");
    for part in ["requires `panic = \"unwind\"`", "[profile.release]", "cargo lambda build"] {
        assert!(words.contains(part), "{part} is not in\n{words}");
    }
    let words = compiled_with("unwind");
    assert!(!words.contains("requires `panic"), "{words}");
}

/// What rustc says to the library's first file. Without its dependencies it finds much else, after this.
fn compiled_with(strategy: &str) -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--crate-name", "whatsapp_flows", "--crate-type", "lib", "--edition", "2024"])
        .args(["--emit", "metadata", "-C", &format!("panic={strategy}"), "-o"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("panic_strategy.rmeta"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"))
        .output()
        .unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && words.contains("error"), "rustc has read it: {words}");
    words
}
