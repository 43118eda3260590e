//! Lists of options and of NavigationList items: unique ids, and actions on the list or on its
//! items.

use std::collections::HashSet;

use super::collector::Diagnostics;
use super::images::{check_image, check_item_image};
use super::rules;
use super::site::{name_span, value_span};
use crate::catalog::Version;
use crate::json::{Kind, Value};
use crate::model::expression::whole_reference;
use crate::model::screen::ReferenceTarget;
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
            check_ids(options, out);
            check_image_or_color(options, out);
            check_action_on_both(component, options, out);
        }
        match &*component.kind() {
            "NavigationList" => {
                check_navigation_list(component, out);
                check_bound_list(document, screen, component, out);
            }
            "Image" => check_image(component.property("src"), out),
            _ => {}
        }
        for value in component.own_values() {
            let inside = value.parent().is_some_and(|parent| !parent.is_same(component.value()));
            match value.name().map(|name| name.text) {
                Some(name) if name == "src" && inside => check_image(Some(value), out),
                Some(name) if name == "image" && inside => check_item_image(value, version, out),
                _ => {}
            }
        }
    }
}

/// Checks that a flow has at most three carousels.
pub fn check_flow(document: &Document<'_>, out: &mut Diagnostics) {
    let all = document.screens().iter().flat_map(|screen| screen.components());
    let carousels: Vec<_> = all.filter(|component| component.kind() == "ImageCarousel").collect();
    if let Some(extra) = carousels.get(3) {
        let place = extra.property("type").map_or_else(|| value_span(extra.value()), value_span);
        let message = format!("the flow has {} ImageCarousel; the maximum is 3", carousels.len());
        out.add(&rules::CAROUSELS_OVER, place, message, "remove one");
    }
}

/// Checks that ids are unique. Clients reject duplicate ids.
fn check_ids(list: Value<'_>, out: &mut Diagnostics) {
    let mut seen = HashSet::new();
    for id in list.items().filter_map(|item| item.member("id")) {
        let Some(text) = id.as_str() else { continue };
        if !text.is_empty() && !seen.insert(text.clone()) {
            let message = format!("the id `{text}` is already used by another item");
            out.add(&rules::OPTION_ID_TWICE, value_span(id), message, "give each item a unique id");
        }
    }
}

fn check_image_or_color(list: Value<'_>, out: &mut Diagnostics) {
    let first = |name| list.items().find_map(|item| item.member(name));
    if let (Some(image), Some(color)) = (first("image"), first("color")) {
        let later = if image.span().start > color.span().start { image } else { color };
        let message = "some options have an image, and others have a color".to_owned();
        let help = "use images for all of them, or colors for all of them";
        out.add(&rules::IMAGE_AND_COLOR, name_span(later), message, help);
    }
    for color in list.items().filter_map(|item| item.member("color")) {
        if color.as_str().is_some_and(|text| !is_color(&text)) {
            let message = "a color is `#` and six digits from 0 to F".to_owned();
            out.add(&rules::PATTERN, value_span(color), message, "write \"#FF0000\" for red");
        }
    }
}

/// Checks that either the component or its options have the action, not both.
fn check_action_on_both(component: &Component<'_>, options: Value<'_>, out: &mut Diagnostics) {
    for name in ["on-select-action", "on-unselect-action"] {
        let inner = options.items().find_map(|item| item.member(name));
        if let (Some(inner), Some(_)) = (inner, component.property(name)) {
            let message = format!("`{name}` is on the component and on an option");
            out.add(&rules::OPTION_ACTION_TWICE, name_span(inner), message, "keep one of the two");
        }
    }
}

fn check_navigation_list(component: &Component<'_>, out: &mut Diagnostics) {
    const RULE: &rules::Rule = &rules::LIST_TWICE;
    let Some(items) = component.property("list-items").filter(|i| i.kind() == Kind::Array) else {
        return;
    };
    check_ids(items, out);
    let own = component.property("on-click-action");
    let inner = items.items().find_map(|item| item.member("on-click-action"));
    if let (Some(_), Some(inner)) = (own, inner) {
        let message = "`on-click-action` is on the list and on an item".to_owned();
        out.add(RULE, name_span(inner), message, "keep one of the two");
    }
    let without = items.items().find(|item| item.member("on-click-action").is_none());
    if let (None, Some(item)) = (own, without) {
        let message = "tapping this item has no effect".to_owned();
        let help = "add an `on-click-action` to the list, or to every item";
        out.add(&rules::MEMBER_MISSING, value_span(item), message, help);
    }
    if let Some(badge) = items.items().filter_map(|item| item.member("badge")).nth(1) {
        let message = "only one item may have a badge".to_owned();
        out.add(&rules::ITEMS_OVER, name_span(badge), message, "remove it");
    }
    let large = component.property("media-size").filter(|size| size.source() == "\"large\"");
    for end in items.items().filter_map(|item| item.member("end")) {
        let count = end.members().count();
        if end.kind() == Kind::Object && !(1..=2).contains(&count) {
            let message = format!("`end` has {count} texts; it must have one or two");
            let help = "write one or two of `title`, `description` and `metadata`";
            out.add(RULE, value_span(end), message, help);
        }
        if let Some(size) = large {
            let message = "`end` is not displayed beside large images".to_owned();
            let help = "write \"media-size\": \"regular\", or remove `end`";
            out.add(&rules::LIST_SIZE, value_span(size), message, help);
        }
    }
}

/// Checks a list that is bound to the screen's data. Its items may contain their own actions, as
/// the example shows.
fn check_bound_list(
    document: &Document<'_>,
    screen: &Screen<'_>,
    component: &Component<'_>,
    out: &mut Diagnostics,
) {
    const ACTION: &str = "on-click-action";
    let Some(items) = component.property("list-items") else { return };
    let Some(reference) = whole_reference(items) else { return };
    let on = document.referred_screen(screen, &reference);
    let Some(ReferenceTarget::Data(schema)) = on.and_then(|on| on.find(&reference)) else { return };
    let has_action_schema = schema.items().is_some_and(|item| item.property(ACTION).is_some());
    let mut examples = schema.example().into_iter().flat_map(Value::items).peekable();
    let known = examples.peek().is_some();
    if component.property(ACTION).is_none()
        && known
        && !has_action_schema
        && examples.all(|item| item.member(ACTION).is_none())
    {
        let message = "tapping an item has no effect".to_owned();
        let help = "add an `on-click-action` to the list, or to every item of the data";
        out.add(&rules::LIST_WITHOUT_ACTION, value_span(items), message, help);
    }
}
