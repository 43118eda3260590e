//! The usual path of a flow.

use std::path::Path;

/// The path on which a Flow JSON is served unless its program says otherwise: the name of its folder, with hyphens.
pub fn of(flow_json: &Path) -> String {
    let absolute = flow_json.canonicalize().unwrap_or_else(|_| flow_json.to_owned());
    let folder = absolute.parent().and_then(Path::file_name).unwrap_or_default();
    format!("/{}", folder.to_string_lossy().replace('_', "-"))
}

/// The name of a Flow JSON: that of its folder for a `flow.json`, otherwise its own.
pub fn name(flow_json: &Path) -> String {
    let absolute = flow_json.canonicalize().unwrap_or_else(|_| flow_json.to_owned());
    let stem = flow_json.file_stem().unwrap_or_default();
    let name = match absolute.parent().and_then(Path::file_name) {
        Some(folder) if stem == "flow" => folder,
        _ => stem,
    };
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_the_folder_with_hyphens() {
        assert_eq!(of(Path::new("src/book_a_table/flow.json")), "/book-a-table");
    }

    #[test]
    fn the_name_is_the_folder_or_that_of_the_file() {
        let names = ["src/lunch/flow.json", "src/lunch/dinner.json"];
        assert_eq!(names.map(|path| name(Path::new(path))), ["lunch", "dinner"]);
    }
}
