//! Remarks for the developer about what the client does with a component, which a user does not see.

use serde_json::Value;

use super::kind::ComponentKind as Kind;
use super::resolve::Resolved;
use crate::catalog::Version;

/// The maximum size of an image, in kilobytes; a larger one is a placeholder (CMP).
const IMAGE_KILOBYTES: usize = 300;
/// That of an image in an option, and the version that introduced it.
const OPTION_IMAGE_KILOBYTES: usize = 100;
const SMALL_OPTION_IMAGES: Version = (6, 0);

/// Adds the remarks about a component.
pub(super) fn warn(component: &Resolved<'_>, version: Version, warnings: &mut Vec<String>) {
    let definition = component.component;
    let mut add = |text: &str| {
        let name = definition.name.as_deref().unwrap_or(&definition.type_name);
        warnings.push(format!("{name} (line {}): {text}", definition.line));
    };
    if !component.is_visible() {
        if component.is_required() {
            add("the field is required but hidden");
        }
        return;
    }
    if component.evaluated_data {
        add("a text in the data looks like a binding, and the client evaluates it");
    }
    if definition.kind == Kind::Unknown {
        add("Flow JSON up to 7.3 has no component of this type; it is not drawn");
    }
    if component.is_required() && !component.is_enabled() {
        add("the field is required but disabled");
    }
    if let Some(problem) = images(component, version).find_map(|(image, max)| problem(image, max)) {
        add(&problem);
    }
}

/// The images of a component, with the maximum size of each in kilobytes.
fn images<'r>(
    component: &'r Resolved<'_>,
    version: Version,
) -> impl Iterator<Item = (&'r str, usize)> {
    let carousel = component.property("images").and_then(Value::as_array).into_iter().flatten();
    let own = component.property("src").into_iter().chain(carousel.map(|image| &image["src"]));
    let of_option = |option: &'r Value| [&option["image"], &option["start"]["image"]];
    let max = match version >= SMALL_OPTION_IMAGES {
        true => OPTION_IMAGE_KILOBYTES,
        false => IMAGE_KILOBYTES,
    };
    let options = component.options().iter().flat_map(of_option).map(move |image| (image, max));
    let all = own.map(|image| (image, IMAGE_KILOBYTES)).chain(options);
    all.filter_map(|(image, max)| Some((image.as_str()?, max)))
}

/// The reason for which an image is drawn as a placeholder. The client tells formats by the first character.
fn problem(image: &str, max: usize) -> Option<String> {
    if !image.starts_with(['/', 'i', 'R', 'U', 'P']) {
        let formats = "a JPEG, PNG, GIF, WebP or SVG";
        return Some(format!("an image is not base64 of {formats}; a placeholder is drawn"));
    }
    (image.len() / 4 * 3 > max * 1024)
        .then(|| format!("an image is over {max} KB; a placeholder is drawn"))
}
