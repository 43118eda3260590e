//! Draws the view: what the user sees of the client's state.

use serde_json::{Map, Value};

use super::flow_json::NEWEST;
use super::kind::ComponentKind as Kind;
use super::machine::{Client, Phase};
use super::resolve::Resolved;
use super::settings::Mode;
use super::state::Screens;
use super::validate;
use super::view::{ComponentView, Frame, OptionView, View};
use super::warning::warn;
use crate::catalog::Version;
use crate::model::ActionKind;

/// The maximum lengths of the texts of a ChipsSelector, which are cut (CMP).
const CHIPS_LABEL: usize = 80;
const CHIPS_DESCRIPTION: usize = 300;
/// The maximum length of the label of an OptIn, which is cut (CMP).
const OPT_IN_LABEL: usize = 120;

pub(super) fn view(client: &Client) -> View {
    let flow = client.flow.clone();
    let screen = client.current(&flow);
    let scope = Screens { states: &client.screens, current: client.screen() };
    let title = screen.and_then(|screen| screen.title.evaluate(&scope).ok().flatten());
    let mut warnings = Vec::new();
    let resolved = client.resolve(&flow).unwrap_or_default();
    let version = flow.compiled().version;
    resolved.iter().for_each(|component| warn(component, version, &mut warnings));
    let visible: Vec<_> = resolved.iter().filter(|component| component.is_visible()).collect();
    let problems: Vec<_> = visible.iter().map(|component| client.problem(component)).collect();
    let is_valid = problems.iter().all(Option::is_none);
    let is_ready = matches!(client.phase, Phase::Ready);
    let mut components = Vec::new();
    for (component, problem) in visible.into_iter().zip(problems) {
        let mut drawn = draw(client, component, problem, is_ready);
        if component.component.kind == Kind::Footer {
            drawn.enabled &= is_valid;
        }
        components.push(drawn);
    }
    View {
        version: version_text(version),
        screen: client.screen().to_owned(),
        title: title.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
        frame: match &client.phase {
            Phase::Ready => Frame::Ready,
            Phase::Waiting(_) => Frame::Loading,
            Phase::Failed { failure, .. } => Frame::Error { failure: failure.clone() },
            Phase::Closed { params } => Frame::Closed { params: params.clone() },
        },
        can_go_back: client.history.len() > 1 && !matches!(client.phase, Phase::Failed { .. }),
        terminal: screen.is_some_and(|screen| screen.terminal),
        snackbar: client.snackbar.clone(),
        components,
        progress: progress(client),
        warnings,
    }
}

fn draw(
    client: &Client,
    component: &Resolved<'_>,
    problem: Option<super::Problem>,
    is_ready: bool,
) -> ComponentView {
    let definition = component.component;
    let kind = definition.kind;
    let state = client.state();
    let name = definition.name.as_deref();
    let value = name.and_then(|name| state?.form.get(name)).filter(|_| kind.is_field());
    let focused = client.focus == Some(component.id);
    let max = validate::max_selected(component);
    let is_full = kind.is_multiple()
        && value.and_then(Value::as_array).is_some_and(|chosen| chosen.len() >= max);
    let options = component.options().iter();
    let options = options.filter_map(|option| draw_option(option, value, is_full)).collect();
    let mut properties = component.properties.clone();
    match kind {
        Kind::ChipsSelector => {
            cut(&mut properties, "label", CHIPS_LABEL);
            cut(&mut properties, "description", CHIPS_DESCRIPTION);
        }
        Kind::OptIn => cut(&mut properties, "label", OPT_IN_LABEL),
        _ => {}
    }
    ComponentView {
        id: component.id,
        kind,
        type_name: definition.type_name.clone(),
        name: name.map(str::to_owned),
        line: definition.line,
        label: component.label(),
        enabled: component.is_enabled() && is_ready,
        required: component.is_required(),
        focused,
        value: value.cloned().unwrap_or_default(),
        problem,
        error: client.shown_error(component),
        options,
        tappable: kind.is_tappable() && definition.on_click.is_some(),
        opens_url: kind.is_tappable()
            && definition
                .on_click
                .as_ref()
                .is_some_and(|action| action.kind == Some(ActionKind::OpenUrl)),
        banner: banner(client, component),
        properties,
    }
}

fn version_text(version: Version) -> String {
    match version {
        NEWEST => String::new(),
        (major, minor) => format!("{major}.{minor}"),
    }
}

/// The mistake in the values of a component, which a draft shows.
fn banner(client: &Client, component: &Resolved<'_>) -> Option<String> {
    let flow = client.flow.clone();
    let screen = client.current(&flow).filter(|_| client.settings.mode == Mode::Draft)?;
    Some(client.rejection(screen, component)?.reason)
}

fn draw_option(option: &Value, value: Option<&Value>, is_full: bool) -> Option<OptionView> {
    let id = option["id"].as_str()?;
    let selected = match value {
        Some(Value::Array(ids)) => ids.iter().any(|chosen| chosen == id),
        Some(value) => value == id,
        None => false,
    };
    let title = option.get("title").or_else(|| option.get("main-content")?.get("title"));
    Some(OptionView {
        id: id.to_owned(),
        title: title.and_then(Value::as_str).unwrap_or_default().to_owned(),
        enabled: option["enabled"] != false && (selected || !is_full),
        selected,
        properties: option.as_object().cloned().unwrap_or_default(),
    })
}

/// Cuts a text that is too long, with an ellipsis.
fn cut(properties: &mut Map<String, Value>, name: &str, max: usize) {
    if let Some(Value::String(text)) = properties.get_mut(name)
        && let Some((at, _)) = text.char_indices().nth(max)
    {
        text.truncate(at);
        text.push('…');
    }
}

/// Visited screens, divided by these plus the mean length of the way to a screen without routes.
fn progress(client: &Client) -> f64 {
    let visited = client.history.len() as f64;
    let rest = client.flow.compiled().schema.mean_way_to_the_end(client.screen());
    if visited == 0.0 { 0.0 } else { visited / (visited + rest) }
}
