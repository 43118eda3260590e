//! The usual path of a flow.

use std::path::Path;

/// The path on which a Flow JSON is served unless its program says otherwise: the name of its folder, with hyphens.
pub fn of(flow_json: &Path) -> String {
    let absolute = flow_json.canonicalize().unwrap_or_else(|_| flow_json.to_owned());
    let folder = absolute.parent().and_then(Path::file_name).unwrap_or_default();
    format!("/{}", folder.to_string_lossy().replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_the_folder_with_hyphens() {
        assert_eq!(of(Path::new("src/book_a_table/flow.json")), "/book-a-table");
    }
}
