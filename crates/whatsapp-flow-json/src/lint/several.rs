//! Properties that hold several values: so many at least and at most, each of its form.

use super::catalog::{Limits, Property, Shape};
use super::diagnostic::{Diagnostics, at};
use super::rules;
use super::shape::{Site, one_of, plain, too_long, typed};
use super::structure;
use crate::json::{Kind, Value};

pub fn some_of(value: Value<'_>, name: &str, known: &[&str], out: &mut Diagnostics) {
    typed(value, name, Kind::Array, false, out);
    if value.kind() == Kind::Array && value.items().next().is_none() {
        let message = format!("`{name}` lists at least one");
        out.add(&rules::ITEMS_MISSING, at(value), message, "list one, or take it away");
    }
    for item in value.items() {
        one_of(item, name, known, false, out);
    }
}

pub fn tags(value: Value<'_>, name: &str, length: usize, most: usize, out: &mut Diagnostics) {
    typed(value, name, Kind::Array, false, out);
    let count = value.items().count();
    if value.kind() == Kind::Array && count == 0 {
        let message = format!("`{name}` lists at least one");
        out.add(&rules::ITEMS_MISSING, at(value), message, "list one, or take it away");
    }
    if let Some(first) = value.items().nth(most) {
        let message = format!("`{name}` lists {count}, at most {most}");
        out.add(&rules::ITEMS_OVER, at(first), message, "take some away");
    }
    for item in value.items() {
        typed(item, name, Kind::String, false, out);
        too_long(item, &Property { name: "tags", most: length, ..TAG }, out);
    }
}

const TAG: Property = Property {
    name: "tags",
    shape: Shape::Text,
    since: (6, 2),
    required: None,
    most: 0,
    outside_form: false,
};

pub fn items(
    value: Value<'_>,
    property: &Property,
    (members, limits): (&'static [Property], Limits),
    site: Site,
    out: &mut Diagnostics,
) {
    let name = property.name;
    typed(value, name, Kind::Array, false, out);
    if value.kind() != Kind::Array {
        return;
    }
    let Limits { least, most, .. } = limits;
    let count = value.items().count();
    if count == 0 {
        let message = format!("`{name}` lists at least one");
        out.add(&rules::ITEMS_MISSING, at(value), message, "list one, or bind it to the data");
    } else if count < least {
        let message = format!("`{name}` lists {count}, at least {least}");
        out.add(&rules::OPTIONS_COUNT, at(value), message, "list more");
    }
    if let Some(first) = value.items().nth(most) {
        let message = format!("`{name}` lists {count}, at most {most}");
        // The client has a name for too many images, and none for too many options.
        let help = "take some away";
        match name {
            "images" => out.add(&rules::CAROUSELS_OVER, at(first), message, help),
            _ => out.add(&rules::OPTIONS_COUNT, at(first), message, help),
        }
    }
    if let Some((most, _)) = limits.with_images
        && let Some(extra) = value.items().nth(most)
        && value.items().any(|item| item.member("image").is_some())
    {
        let message = format!("`{name}` lists at most {most} if options have images");
        out.add(&rules::OPTIONS_COUNT, at(extra), message, "take some away, or the images");
    }
    for item in value.items() {
        if item.kind() == Kind::Object {
            structure::members(item, members, &format!("an item of `{name}`"), site, out);
        } else {
            typed(item, name, Kind::Object, false, out);
        }
    }
}

/// An array of components. What they are is not looked at here.
pub fn components(value: Value<'_>, name: &str, out: &mut Diagnostics) {
    plain(value, name, Kind::Array, out);
    for item in value.items() {
        plain(item, "a component", Kind::Object, out);
    }
}
