//! The library does not compile where a panic would end the process.

use std::path::Path;
use std::process::Command;

#[test]
fn panic_abort_is_a_compile_error_with_a_remedy() {
    let errors = compiled_with("abort");
    for part in ["requires `panic = \"unwind\"`", "[profile.release]", "cargo lambda build"] {
        assert!(errors.contains(part), "{part} is not in\n{errors}");
    }
    let errors = compiled_with("unwind");
    assert!(!errors.contains("requires `panic"), "{errors}");
}

/// Returns the errors of rustc for `src/lib.rs`. Without the dependencies there are many others, after this one.
fn compiled_with(strategy: &str) -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--crate-name", "whatsapp_flows", "--crate-type", "lib", "--edition", "2024"])
        .args(["--emit", "metadata", "-C", &format!("panic={strategy}"), "-o"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("panic_strategy.rmeta"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs"))
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && errors.contains("error"),
        "rustc did not report errors: {errors}"
    );
    errors
}
