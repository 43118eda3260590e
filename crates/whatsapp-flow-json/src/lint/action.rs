//! Actions: allowed types and their members.

use super::collector::Diagnostics;
use super::rules;
use super::site::{join_names, name_span, value_span};
use super::suggest::{has_misspelling, suggest_property};
use super::value::Site;
use crate::catalog::AllowedAction;
use crate::json::{Kind, Value};
use crate::model::expression::is_dynamic;

pub fn check(
    value: Value<'_>,
    allowed: &[AllowedAction],
    component: &str,
    site: Site,
    out: &mut Diagnostics,
) {
    let on = value.name().map(|name| name.text.into_owned()).unwrap_or_default();
    if value.kind() != Kind::Object {
        let message = format!("`{on}` must be an action, but is of type {}", value.kind().name());
        let help = "write { \"name\": …, \"payload\": { … } }";
        return out.add(&rules::TYPE, value_span(value), message, help);
    }
    if has_misspelling(value, "name", &MEMBERS) {
        return check_members(value, "", on == "on-click-action", site, out);
    }
    let Some(name) = value.member("name") else {
        let message = "the action has no `name`".to_owned();
        return out.add(
            &rules::MEMBER_MISSING,
            value_span(value),
            message,
            allowed_actions(allowed),
        );
    };
    let text = name.as_str().unwrap_or_default();
    let click = on == "on-click-action";
    match allowed.iter().find(|action| action.name == text) {
        Some(action) if site.version >= action.since => {}
        Some(action) => {
            let (major, minor) = action.since;
            let message = format!("{component} supports {text} since {major}.{minor}");
            let error = if click { &rules::ENUM } else { &rules::VALUE };
            return out.add(error, value_span(name), message, "set a later `version`");
        }
        None => {
            let message =
                format!("{component} does not support {} in `{on}`", super::site::describe(name));
            let error = if click { &rules::ENUM } else { &rules::VALUE };
            return out.add(error, value_span(name), message, allowed_actions(allowed));
        }
    }
    check_members(value, &text, click, site, out);
    if let Some(payload) = value.member("payload")
        && payload.kind() != Kind::Object
    {
        let message =
            format!("`payload` must be an object, but is of type {}", payload.kind().name());
        out.add(&rules::TYPE, value_span(payload), message, "write { \"name\": value }");
    }
    if !click && value.member("payload").is_none() && !has_misspelling(value, "payload", &MEMBERS) {
        let message = format!("`{on}` requires a `payload`");
        out.add(&rules::MEMBER_MISSING, value_span(value), message, "write \"payload\": { … }");
    }
    check_next(value, &text, out);
    check_url(value, &text, out);
}

/// The members of an action.
pub(super) const MEMBERS: [&str; 4] = ["name", "payload", "next", "url"];

fn allowed_actions(allowed: &[AllowedAction]) -> String {
    let names: Vec<_> = allowed.iter().map(|action| action.name).collect();
    format!("supported: {}", join_names(&names))
}

fn check_members(value: Value<'_>, text: &str, click: bool, site: Site, out: &mut Diagnostics) {
    for (name, member) in value.members() {
        let known = match &*name.text {
            "name" | "payload" => true,
            "next" => click,
            "url" => click && site.version >= (6, 0),
            _ => false,
        };
        if !known {
            let message = format!("an action has no member `{}` here", name.text);
            let help = match suggest_property(&name.text, &MEMBERS) {
                Some(meant) if meant != name.text => format!("did you mean `{meant}`?"),
                _ => "an action has `name` and `payload`; navigate has `next`, open_url has `url`"
                    .to_owned(),
            };
            out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
            continue;
        }
        let owner = match &*name.text {
            "next" => "navigate",
            "url" => "open_url",
            _ => continue,
        };
        if text != owner && !text.is_empty() {
            let message = format!("{text} has no `{}`", name.text);
            let help = format!("remove it, or write \"name\": \"{owner}\"");
            out.add(&rules::EXCLUDED, name_span(member), message, help);
        }
    }
    if text == "open_url"
        && let Some(payload) = value.member("payload")
    {
        let message = "open_url has no `payload`".to_owned();
        let help = "remove it: nothing is sent to the page";
        out.add(&rules::EXCLUDED, name_span(payload), message, help);
    }
}

fn check_next(value: Value<'_>, text: &str, out: &mut Diagnostics) {
    if text != "navigate" {
        return;
    }
    let help = "write \"next\": { \"type\": \"screen\", \"name\": \"SCREEN\" }";
    if has_misspelling(value, "next", &MEMBERS) {
        return;
    }
    let Some(next) = value.member("next") else {
        let message = "navigate has no target".to_owned();
        return out.add(&rules::MEMBER_MISSING, value_span(value), message, help);
    };
    if next.kind() != Kind::Object {
        let message = format!("`next` must be an object, but is of type {}", next.kind().name());
        return out.add(&rules::TYPE, value_span(next), message, help);
    }
    for (name, member) in next.members() {
        if name.text != "name" && name.text != "type" {
            let message = format!("`next` has no member `{}`", name.text);
            out.add(&rules::MEMBER_UNKNOWN, name.span, message, help);
        } else if member.kind() != Kind::String {
            let message =
                format!("`{}` must be text, but is of type {}", name.text, member.kind().name());
            out.add(&rules::TYPE, value_span(member), message, help);
        } else if name.text == "type" && member.as_str().as_deref() != Some("screen") {
            // Meta's pages mention no other type. The client ignores the type.
            let message = "the only `type` of `next` is \"screen\"".to_owned();
            out.add(&rules::NEXT_TYPE, value_span(member), message, help);
        }
    }
    const KNOWN: [&str; 2] = ["name", "type"];
    let missing =
        |name: &&&str| next.member(name).is_none() && !has_misspelling(next, name, &KNOWN);
    for missing in KNOWN.iter().filter(missing) {
        let message = format!("`next` has no `{missing}`");
        out.add(&rules::MEMBER_MISSING, value_span(next), message, help);
    }
}

fn check_url(value: Value<'_>, text: &str, out: &mut Diagnostics) {
    if text != "open_url" {
        return;
    }
    let help = "write \"url\": \"https://…\"";
    if has_misspelling(value, "url", &MEMBERS) {
        return;
    }
    let Some(url) = value.member("url") else {
        let message = "open_url has no `url`".to_owned();
        return out.add(&rules::MEMBER_MISSING, value_span(value), message, help);
    };
    let address = url.as_str().unwrap_or_default();
    let rest = address.strip_prefix("https://").or(address.strip_prefix("http://"));
    if rest.is_none_or(|rest| rest.is_empty() || rest.contains(' ')) && !is_dynamic(url) {
        let message = "`url` is not the address of a web page".to_owned();
        out.add(&rules::VALUE_FORMAT, value_span(url), message, help);
    }
}
