//! The members in which two JSON documents differ.

use serde_json::Value;

/// Returns the paths, such as `screens[0].title`, at which the documents differ, in the order of the first.
pub fn differing_paths(local: &Value, remote: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    compare(local, remote, String::new(), &mut paths);
    paths
}

fn compare(local: &Value, remote: &Value, path: String, paths: &mut Vec<String>) {
    match (local, remote) {
        _ if local == remote => {}
        (Value::Object(local), Value::Object(remote)) => {
            let names = local.keys().chain(remote.keys().filter(|name| !local.contains_key(*name)));
            for name in names {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                match (local.get(name), remote.get(name)) {
                    (Some(local), Some(remote)) => compare(local, remote, path, paths),
                    _ => paths.push(path),
                }
            }
        }
        (Value::Array(local), Value::Array(remote)) => {
            for index in 0..local.len().max(remote.len()) {
                let path = format!("{path}[{index}]");
                match (local.get(index), remote.get(index)) {
                    (Some(local), Some(remote)) => compare(local, remote, path, paths),
                    _ => paths.push(path),
                }
            }
        }
        _ => paths.push(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lead_to_the_smallest_difference() {
        let paths = |local, remote| differing_paths(&local, &remote);
        assert_eq!(paths(json!({ "a": 1, "b": 2 }), json!({ "b": 2, "a": 1 })), [""; 0]);
        assert_eq!(
            paths(
                json!({ "screens": [{ "title": "A", "x": 1 }, {}], "n": 1 }),
                json!({ "screens": [{ "title": "B", "y": 1 }], "n": 1 })
            ),
            ["screens[0].title", "screens[0].x", "screens[0].y", "screens[1]"]
        );
        assert_eq!(paths(json!(1), json!([])), [""]);
    }
}
