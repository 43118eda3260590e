//! The content of the catalog, as paths.

use crate::catalog::{Property, ValueType, components};

/// The path of every component, property, enumerated value and action of the catalog: `Footer`,
/// `Dropdown.data-source.title`, `Image.scale-type = cover`, `Footer.on-click-action: navigate`.
pub fn catalog_paths() -> Vec<String> {
    let mut paths = Vec::new();
    for component in components() {
        paths.push(component.name.to_owned());
        read(component.name, component.properties, &mut paths);
    }
    paths
}

fn read(owner: &str, properties: &[Property], paths: &mut Vec<String>) {
    for property in properties {
        let path = format!("{owner}.{}", property.name);
        match property.value_type {
            ValueType::Items(members, _) | ValueType::Object(members) => {
                read(&path, members, paths);
            }
            ValueType::OneOf(values) | ValueType::LiteralOneOf(values) => {
                paths.extend(values.iter().map(|value| format!("{path} = {value}")));
            }
            ValueType::Action(allowed) => {
                paths.extend(allowed.iter().map(|action| format!("{path}: {}", action.name)));
            }
            _ => {}
        }
        paths.push(path);
    }
}
