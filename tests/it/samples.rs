//! The copies of the sample flows in the crates are those of the application.

use std::fs;
use std::path::Path;

#[test]
fn sample_copies_equal_the_application() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    for sample in ["appointment", "basic"] {
        let document = read(&format!("src/{sample}/flow.json"));
        let screens = read(&format!("src/{sample}/screens.rs"));
        for folder in [
            "whatsapp-flow-json/tests/flow_json/samples",
            "whatsapp-flows/tests/types",
            "whatsapp-flows-cli/tests/samples",
        ] {
            assert_eq!(read(&format!("crates/{folder}/{sample}.json")), document, "{folder}");
        }
        for folder in ["whatsapp-flows/tests/types", "whatsapp-flows-cli/tests/samples"] {
            let copy = read(&format!("crates/{folder}/{sample}.rs"));
            assert_eq!(copy.replace(&format!("{sample}.json"), "flow.json"), screens, "{folder}");
        }
    }
}
