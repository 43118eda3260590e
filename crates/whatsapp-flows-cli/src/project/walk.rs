//! Plays a scaffold's flow before it is built, to write its test: a user who fills in what is required, and taps what
//! leads on.

use std::collections::{HashSet, VecDeque};

use serde_json::{Value, json};
use whatsapp_flow_json::codegen::Plan;
use whatsapp_flows::testing::client::{
    Client, ComponentKind as Kind, ComponentView, Effect, FlowJson, Frame, Impossible, Opening,
    PickedFile, Reply, Request, RequestAction, Settings, User, View,
};

/// A step of the user.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Fill(String, String),
    Choose(String, String),
    Tick(String),
    Date(String, String),
    Range(String, String, String),
    File(String, String),
    Tap(String),
}

/// A way through the flow.
#[derive(Debug, Clone)]
pub struct Walk {
    /// The steps, and after some of them the screen that is shown then.
    pub steps: Vec<(Step, Option<String>)>,
    /// The screen at the end; `None` if the flow ended with a message.
    pub end: Option<String>,
}

/// A position on a way.
#[derive(Clone)]
struct Position {
    user: User,
    steps: Vec<(Step, Option<String>)>,
}

/// The largest number of positions that are looked at.
const MAX_POSITIONS: usize = 300;

/// Finds ways to all screens, and to the end. Returns them, and the screens to which none was found.
pub fn walk(flow: &FlowJson, plan: &Plan) -> (Vec<Walk>, Vec<String>) {
    let (client, effects) =
        Client::open(flow.clone(), Opening::DataExchange, "walk", Settings::default());
    let mut start = Position { user: User::new(client), steps: Vec::new() };
    let endpoint = Endpoint { flow, plan };
    endpoint.answer(&mut start.user, effects);
    let mut seen = HashSet::from([start.user.client.screen().to_owned()]);
    let mut walks = Vec::new();
    let mut has_end = false;
    let mut queue = VecDeque::from([start]);
    let mut looked_at = 0;
    while let Some(mut position) = queue.pop_front() {
        looked_at += 1;
        if looked_at > MAX_POSITIONS {
            break;
        }
        endpoint.fill(&mut position);
        for label in ways_on(&position.user.client.view()) {
            let mut next = position.clone();
            let before = next.user.client.screen().to_owned();
            if !endpoint.act(&mut next, Step::Tap(label)) {
                continue;
            }
            let screen = next.user.client.screen().to_owned();
            match next.user.client.view().frame {
                Frame::Closed { params: Some(_) } if !has_end => {
                    has_end = true;
                    walks.push(Walk { steps: next.steps, end: None });
                }
                Frame::Ready if screen != before && seen.insert(screen.clone()) => {
                    walks.push(Walk { steps: next.steps.clone(), end: Some(screen) });
                    queue.push_back(next);
                }
                _ => {}
            }
        }
    }
    // A way that is the beginning of another is part of it.
    let is_part = |walk: &Walk| {
        walks.iter().any(|other| {
            other.steps.len() > walk.steps.len() && other.steps.starts_with(&walk.steps)
        })
    };
    let whole: Vec<_> = walks.iter().filter(|walk| !is_part(walk)).cloned().collect();
    let missed = flow.screens().filter(|id| !seen.contains(*id)).map(str::to_owned).collect();
    (whole, missed)
}

/// The labels of what leads on: buttons, links, and the first usable item of each list.
fn ways_on(view: &View) -> Vec<String> {
    let mut labels = Vec::new();
    for component in view.components.iter().filter(|component| component.enabled) {
        if component.kind == Kind::NavigationList {
            let items = component.options.iter().filter(|item| item.enabled);
            labels.extend(items.map(|item| item.title.clone()));
        } else if component.tappable {
            labels.push(handle(component, view));
        }
    }
    labels
}

/// The label of a component, or its name where labels repeat.
fn handle(component: &ComponentView, view: &View) -> String {
    let is_unique = view.find(&component.label).len() == 1;
    match &component.name {
        Some(name) if !is_unique || component.label.is_empty() => name.clone(),
        _ => component.label.clone(),
    }
}

/// The endpoint of the scaffold.
struct Endpoint<'a> {
    flow: &'a FlowJson,
    plan: &'a Plan,
}

impl Endpoint<'_> {
    /// Does a step, and answers what it asks for. Returns false if a user could not do it, or if the reply is rejected;
    /// the position is of no use then.
    fn act(&self, position: &mut Position, step: Step) -> bool {
        let before = position.user.client.screen().to_owned();
        let Ok(effects) = perform(&mut position.user, &step) else { return false };
        self.answer(&mut position.user, effects);
        let view = position.user.client.view();
        let screen = (view.screen != before).then(|| view.screen.clone());
        position.steps.push((step, screen));
        matches!(view.frame, Frame::Ready | Frame::Closed { .. })
    }

    fn answer(&self, user: &mut User, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Send(request) = effect {
                let more = user.client.receive(Reply::ok(self.reply(&request)));
                self.answer(user, more);
            }
        }
    }

    /// The reply of the scaffold's handler.
    fn reply(&self, request: &Request) -> Value {
        let planned = self.plan.screens.iter().find(|screen| screen.id == request.screen);
        let next = match request.action {
            RequestAction::Init => Some(&self.plan.first),
            RequestAction::Back => planned.and_then(|planned| planned.back.as_ref()),
            _ => {
                let payloads = planned.map_or(&[][..], |planned| &planned.payloads);
                let sent_by = |line: usize| payloads.iter().find(|p| p.lines.contains(&line));
                sent_by(request.line).or(payloads.first()).and_then(|payload| payload.next.as_ref())
            }
        };
        match next {
            Some(screen) => json!({ "screen": screen, "data": self.flow.examples(screen) }),
            None => json!({ "screen": "SUCCESS", "data": { "extension_message_response": {
                "params": { "flow_token": "walk" } } } }),
        }
    }

    /// Fills in what makes the form invalid.
    fn fill(&self, position: &mut Position) {
        let mut tried = HashSet::new();
        loop {
            let view = position.user.client.view();
            let screen = view.screen.clone();
            let invalid = view.components.iter().find(|component| {
                component.problem.is_some() && component.enabled && !tried.contains(&component.id)
            });
            let Some(field) = invalid else { return };
            tried.insert(field.id);
            let steps = attempts(field, &view, position.user.client.settings());
            for steps in steps {
                let mut next = position.clone();
                let all = steps.into_iter().all(|step| self.act(&mut next, step));
                let view = next.user.client.view();
                let problem = view.component(field.id).and_then(|field| field.problem.as_ref());
                if all && view.screen == screen && problem.is_none() {
                    *position = next;
                    // An option may have made other fields appear, or made them invalid again.
                    tried = HashSet::from([field.id]);
                    break;
                }
            }
        }
    }
}

/// The possible entries of a user, the likeliest first.
fn attempts(field: &ComponentView, view: &View, settings: &Settings) -> Vec<Vec<Step>> {
    let name = handle(field, view);
    let text = |text: &str| vec![Step::Fill(name.clone(), text.to_owned())];
    match field.kind {
        Kind::TextInput | Kind::TextArea => {
            let input_type = field.properties.get("input-type").and_then(Value::as_str);
            let texts: &[&str] = match input_type.unwrap_or("text") {
                "email" => &["ada@example.com"],
                "phone" => &["+44 20 7946 0000"],
                "number" => &["2", "10", "100", "1990", "12345", "123456", "1234567"],
                "passcode" => &["123456", "1234", "12345678"],
                "password" => &["Secret-2026", "secret-2026-and-more"],
                _ => &[
                    "Ada Lovelace",
                    "Ada",
                    "A",
                    "A text that is long enough for a longer minimum",
                    "1234",
                    "12345",
                    "123456",
                    "AB1234",
                    "AB-1234",
                    "2026-01-05",
                    "10:30",
                    "SW1A 1AA",
                    "ada@example.com",
                    "abc",
                    "ABC",
                ],
            };
            texts.iter().map(|given| text(given)).collect()
        }
        kind if kind.is_choice() => {
            let usable: Vec<_> =
                field.options.iter().filter(|option| option.enabled && !option.selected).collect();
            let choose = |count: usize| {
                let chosen = usable.iter().take(count);
                chosen.map(|option| Step::Choose(name.clone(), option.title.clone())).collect()
            };
            let most = if kind.is_multiple() { usable.len() } else { 1 };
            (1..=most.max(1)).map(choose).collect()
        }
        Kind::OptIn => vec![vec![Step::Tick(name)]],
        Kind::DatePicker | Kind::CalendarPicker => {
            let days = days(field, settings);
            let is_range = field.properties.get("mode").is_some_and(|mode| mode == "range");
            match is_range {
                false => days.into_iter().map(|day| vec![Step::Date(name.clone(), day)]).collect(),
                true => days
                    .windows(4)
                    .flat_map(|days| {
                        [(0, 1), (0, 2), (0, 3)].map(|(a, b)| (days[a].clone(), days[b].clone()))
                    })
                    .map(|(start, end)| vec![Step::Range(name.clone(), start, end)])
                    .collect(),
            }
        }
        kind if kind.is_media() => {
            let extension = if kind == Kind::PhotoPicker { "photo" } else { "document" };
            (1..=3)
                .map(|count| {
                    let file = |n| Step::File(name.clone(), format!("{extension}-{n}.jpg"));
                    (1..=count).map(file).collect()
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Days that the field may accept: around its period, from the client's own day on, and some of long ago and of later, as
/// a date of birth or an expiry needs them.
fn days(field: &ComponentView, settings: &Settings) -> Vec<String> {
    use jiff::ToSpan;
    use jiff::civil::Date;
    let epoch = jiff::civil::date(1970, 1, 1);
    let days_since_epoch = (settings.now / 86_400) as i64;
    let today = epoch.checked_add(days_since_epoch.days()).unwrap_or(epoch);
    let limit = |name: &str| {
        let text = field.properties.get(name)?.as_str()?;
        let milliseconds = || text.parse::<i64>().ok()?.checked_div(86_400_000);
        text.parse::<Date>().ok().or_else(|| epoch.checked_add(milliseconds()?.days()).ok())
    };
    let after =
        |day: Date, count: i64| (0..count).filter_map(move |n| day.checked_add(n.days()).ok());
    let from_start = limit("min-date").into_iter().flat_map(|day| after(day, 30));
    let to_end = limit("max-date")
        .into_iter()
        .flat_map(|day| (0..30).filter_map(move |n| day.checked_sub(n.days()).ok()));
    let far =
        [-30, -25, -1, 1, 2].into_iter().filter_map(|years| today.checked_add(years.years()).ok());
    from_start.chain(after(today, 60)).chain(to_end).chain(far).map(|day| day.to_string()).collect()
}

fn perform(user: &mut User, step: &Step) -> Result<Vec<Effect>, Impossible> {
    match step {
        Step::Fill(field, text) => user.fill(field, text),
        Step::Choose(field, option) => user.choose(field, option),
        Step::Tick(field) => user.tick(field),
        Step::Date(field, day) => user.pick_date(field, day),
        Step::Range(field, start, end) => user.pick_range(field, start, end),
        Step::File(field, name) => {
            user.pick_files(field, vec![PickedFile::uploaded(name, "image/jpeg", 10_000)])
        }
        Step::Tap(label) => user.tap(label),
    }
}

impl Step {
    /// The step in a Rust test.
    pub fn rust(&self) -> String {
        match self {
            Self::Fill(field, text) => format!("client.fill({field:?}, {text:?});"),
            Self::Choose(field, option) => format!("client.choose({field:?}, {option:?}).await;"),
            Self::Tick(field) => format!("client.tick({field:?}).await;"),
            Self::Date(field, day) => format!("client.pick_date({field:?}, {day:?}).await;"),
            Self::Range(field, start, end) => {
                format!("client.pick_range({field:?}, {start:?}, {end:?}).await;")
            }
            Self::File(field, name) => {
                format!(
                    "client.pick_files({field:?}, vec![PickedFile::uploaded({name:?}, \"image/jpeg\", 10_000)]);"
                )
            }
            Self::Tap(label) => format!("client.tap({label:?}).await;"),
        }
    }

    /// The step in a script.
    pub fn script(&self) -> String {
        let quote = |text: &str| Value::from(text).to_string();
        match self {
            Self::Fill(field, text) => format!("fill {} {}", quote(field), quote(text)),
            Self::Choose(field, option) => format!("choose {} {}", quote(field), quote(option)),
            Self::Tick(field) => format!("tick {}", quote(field)),
            Self::Date(field, day) => format!("date {} {day}", quote(field)),
            Self::Range(field, start, end) => format!("range {} {start} {end}", quote(field)),
            Self::File(field, name) => {
                format!("file {} {} image/jpeg 10000", quote(field), quote(name))
            }
            Self::Tap(label) => format!("tap {}", quote(label)),
        }
    }
}
