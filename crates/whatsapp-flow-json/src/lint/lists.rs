//! Lists of options and pages, and images: ids of their own, actions in one place, base64.

use std::collections::HashSet;

use super::collector::{Diagnostics, at, name_of};
use super::images::{image, item_image};
use super::rules;
use crate::catalog::Version;
use crate::json::{Kind, Value};
use crate::model::expression::whole_reference;
use crate::model::screen::Found;
use crate::model::{Component, Document, Screen};
use crate::value::is_color;

pub fn check(
    document: &Document<'_>,
    screen: &Screen<'_>,
    version: Version,
    out: &mut Diagnostics,
) {
    for component in screen.components() {
        if let Some(options) = component.property("data-source").filter(|o| o.kind() == Kind::Array)
        {
            ids(options, out);
            image_or_color(options, out);
            one_place(component, options, out);
        }
        match &*component.kind() {
            "NavigationList" => {
                navigation(component, out);
                bound(document, screen, component, out);
            }
            "Image" => image(component.property("src"), out),
            _ => {}
        }
        for value in component.own_values() {
            let inside = value.parent().is_some_and(|parent| !parent.is(component.value()));
            match value.name().map(|name| name.text) {
                Some(name) if name == "src" && inside => image(Some(value), out),
                Some(name) if name == "image" && inside => item_image(value, version, out),
                _ => {}
            }
        }
    }
}

/// A flow has at most three carousels.
pub fn check_flow(document: &Document<'_>, out: &mut Diagnostics) {
    let all = document.screens().iter().flat_map(|screen| screen.components());
    if let Some(extra) = all.filter(|component| component.kind() == "ImageCarousel").nth(3) {
        let place = extra.property("type").map_or_else(|| at(extra.value()), at);
        let message = "a flow has at most 3 ImageCarousel".to_owned();
        out.add(&rules::CAROUSELS_OVER, place, message, "take one away");
    }
}

/// The phone refuses two options of one id, or an empty one.
fn ids(list: Value<'_>, out: &mut Diagnostics) {
    let mut seen = HashSet::new();
    for id in list.items().filter_map(|item| item.member("id")) {
        let Some(text) = id.as_str() else { continue };
        if !text.is_empty() && !seen.insert(text.clone()) {
            let message = format!("the id `{text}` is taken by another item");
            out.add(&rules::OPTION_ID_TWICE, at(id), message, "give each item its own id");
        }
    }
}

fn image_or_color(list: Value<'_>, out: &mut Diagnostics) {
    let first = |name| list.items().find_map(|item| item.member(name));
    if let (Some(image), Some(color)) = (first("image"), first("color")) {
        let later = if image.span().start > color.span().start { image } else { color };
        let message = "some options have an image and some a color".to_owned();
        let help = "give all of them images, or all of them colors";
        out.add(&rules::IMAGE_AND_COLOR, name_of(later), message, help);
    }
    for color in list.items().filter_map(|item| item.member("color")) {
        if color.as_str().is_some_and(|text| !is_color(&text)) {
            let message = "a color is `#` and six digits from 0 to F".to_owned();
            out.add(&rules::PATTERN, at(color), message, "write \"#FF0000\" for red");
        }
    }
}

/// What choosing does is said by the component or by its options, not by both.
fn one_place(component: &Component<'_>, options: Value<'_>, out: &mut Diagnostics) {
    for name in ["on-select-action", "on-unselect-action"] {
        let inner = options.items().find_map(|item| item.member(name));
        if let (Some(inner), Some(_)) = (inner, component.property(name)) {
            let message = format!("`{name}` is on the component and on an option");
            out.add(&rules::OPTION_ACTION_TWICE, name_of(inner), message, "keep one of the two");
        }
    }
}

fn navigation(component: &Component<'_>, out: &mut Diagnostics) {
    const TWICE: &rules::Rule = &rules::LIST_TWICE;
    let Some(items) = component.property("list-items").filter(|i| i.kind() == Kind::Array) else {
        return;
    };
    ids(items, out);
    let own = component.property("on-click-action");
    let inner = items.items().find_map(|item| item.member("on-click-action"));
    if let (Some(_), Some(inner)) = (own, inner) {
        let message = "`on-click-action` is on the list and on an item".to_owned();
        out.add(TWICE, name_of(inner), message, "keep one of the two");
    }
    let without = items.items().find(|item| item.member("on-click-action").is_none());
    if let (None, Some(item)) = (own, without) {
        let message = "nothing happens when this item is tapped".to_owned();
        let help = "write an `on-click-action` for the list, or for every item";
        out.add(&rules::MEMBER_MISSING, at(item), message, help);
    }
    if let Some(badge) = items.items().filter_map(|item| item.member("badge")).nth(1) {
        let message = "only one item has a badge".to_owned();
        out.add(&rules::ITEMS_OVER, name_of(badge), message, "take it away");
    }
    let large = component.property("media-size").filter(|size| size.source() == "\"large\"");
    for end in items.items().filter_map(|item| item.member("end")) {
        let count = end.members().count();
        if end.kind() == Kind::Object && !(1..=2).contains(&count) {
            let message = format!("`end` has {count} texts, one or two are shown");
            let help = "write one or two of `title`, `description` and `metadata`";
            out.add(TWICE, at(end), message, help);
        }
        if let Some(size) = large {
            let message = "large images leave no room for `end`".to_owned();
            let help = "write \"media-size\": \"regular\", or take `end` away";
            out.add(&rules::LIST_SIZE, at(size), message, help);
        }
    }
}

/// A list that shows the screen's data: its items may bring their actions along, as the example tells.
fn bound(
    document: &Document<'_>,
    screen: &Screen<'_>,
    component: &Component<'_>,
    out: &mut Diagnostics,
) {
    const ACTION: &str = "on-click-action";
    let Some(items) = component.property("list-items") else { return };
    let Some(reference) = whole_reference(items) else { return };
    let on = document.referred_screen(screen, &reference);
    let Some(Found::Data(schema)) = on.and_then(|on| on.find(&reference)) else { return };
    let described = schema.items().is_some_and(|item| item.property(ACTION).is_some());
    let mut shown = schema.example().into_iter().flat_map(Value::items).peekable();
    let known = shown.peek().is_some();
    if component.property(ACTION).is_none()
        && known
        && !described
        && shown.all(|item| item.member(ACTION).is_none())
    {
        let message = "nothing happens when an item is tapped".to_owned();
        let help = "write an `on-click-action` for the list, or for every item of the data";
        out.add(&rules::LIST_WITHOUT_ACTION, at(items), message, help);
    }
}
