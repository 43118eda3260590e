//! Random events: most of them fit what is on the screen, some do not.

use fastrand::Rng;
use whatsapp_flow_json::client::{
    ComponentKind as Kind, ComponentView, DatePart, Event, Frame, PickedFile, Upload, View,
};

use super::replies::one;

/// Texts that a user may type, or that are unusual.
const TEXTS: [&str; 22] = [
    "",
    " ",
    "Ada",
    "ada@example.com",
    "+49 30 1234",
    "12",
    "1,5",
    "-0",
    "1e999",
    "1234",
    "2026-01-05",
    "${form.name}",
    "${data}",
    "`1 + 1`",
    "`'",
    "'",
    "\u{0}",
    "🔥",
    "👩‍👩‍👧",
    "e\u{301}",
    "مرحبا",
    "\u{202e}x",
];

const DAYS: [&str; 12] = [
    "2026-01-05",
    "2026-01-06",
    "2026-01-10",
    "2026-02-28",
    "2026-05-04",
    "2026-05-06",
    "2026-02-30",
    "9999-12-31",
    "0000-01-01",
    "-99-01-01",
    "today",
    "２０２６-01-05",
];

/// An event. Some do not fit the view.
pub fn random(view: &View, random: &mut Rng) -> Event {
    match random.u8(..40) {
        0 => return Event::Back,
        1 => return Event::DismissSnackbar,
        2 => return Event::Blur,
        3 => return Event::Retry,
        4 if random.u8(..4) == 0 => return Event::Close,
        _ => {}
    }
    if let (Frame::Error { .. }, true) = (&view.frame, random.bool()) {
        return Event::Retry;
    }
    let usable = view.components.iter().filter(|found| found.kind.is_field() || found.tappable);
    let found = random.choice(usable.collect::<Vec<_>>());
    match found.filter(|_| random.u8(..12) > 0) {
        Some(component) if random.u8(..12) > 0 => fitting(component, random),
        Some(component) => any(component.id, random),
        None => any(random.usize(..40), random),
    }
}

/// An event for which the component is there.
fn fitting(view: &ComponentView, random: &mut Rng) -> Event {
    let component = view.id;
    match view.kind {
        Kind::TextInput | Kind::TextArea => match random.u8(..6) {
            0 => Event::Focus { component },
            1 => Event::Clear { component, part: DatePart::Day },
            _ => Event::Type { component, text: suitable(view, random) },
        },
        Kind::Dropdown if random.u8(..8) == 0 => Event::Clear { component, part: DatePart::Day },
        kind if kind.is_choice() => Event::Choose { component, option: option(view, random) },
        Kind::OptIn if random.u8(..3) > 0 => Event::Tick { component },
        Kind::DatePicker | Kind::CalendarPicker => {
            let is_range = view.properties.get("mode").is_some_and(|mode| mode == "range");
            let part = match is_range {
                true => one(random, &[DatePart::Start, DatePart::End]),
                false => DatePart::Day,
            };
            match random.u8(..6) {
                0 => Event::Clear { component, part },
                _ => Event::SetDate { component, part, day: one(random, &DAYS).into() },
            }
        }
        Kind::PhotoPicker | Kind::DocumentPicker if random.u8(..4) > 0 => pick(component, random),
        Kind::PhotoPicker | Kind::DocumentPicker => {
            let file_name = file_name(random).into();
            match random.bool() {
                true => Event::RemoveFile { component, file_name },
                false => Event::RetryUpload { component, file_name },
            }
        }
        Kind::NavigationList => Event::TapItem { component, item: option(view, random) },
        _ => Event::Tap { component },
    }
}

/// A text that the field accepts, so that conversations come further than the first Footer.
fn suitable(view: &ComponentView, random: &mut Rng) -> String {
    let kind = view.properties.get("input-type").and_then(serde_json::Value::as_str);
    match (random.u8(..3), kind) {
        (0, _) => text(random),
        (_, Some("email")) => "ada@example.com".into(),
        (_, Some("phone")) => "+44 20 7946 0000".into(),
        (_, Some("number")) => random.u16(..).to_string(),
        (_, Some("passcode")) => one(random, &["1234", "123456", "10115"]).into(),
        _ => one(random, &["Ada Byron", "ABC-123", "1234-5678"]).into(),
    }
}

fn text(random: &mut Rng) -> String {
    match random.u8(..20) {
        0 => one(random, &TEXTS).repeat(2_000),
        _ => one(random, &TEXTS).into(),
    }
}

/// An option of the view, or one that is made up.
fn option(view: &ComponentView, random: &mut Rng) -> String {
    match random.choice(&view.options).filter(|_| random.u8(..10) > 0) {
        Some(option) => option.id.clone(),
        None => text(random),
    }
}

fn pick(component: usize, random: &mut Rng) -> Event {
    let files = (0..random.usize(..4)).map(|_| {
        let bytes = one(random, &[0, 1000, 1 << 20, 30 << 20, u64::MAX]);
        let file = PickedFile::uploaded(file_name(random), "image/jpeg", bytes);
        PickedFile { upload: upload(random), ..file }
    });
    Event::Pick { component, files: files.collect() }
}

pub fn file_name(random: &mut Rng) -> &'static str {
    one(random, &["a.jpg", "b.pdf", "c", "🔥.png"])
}

/// An upload, which is done in most cases.
pub fn upload(random: &mut Rng) -> Upload {
    match random.u8(..6) {
        0 => Upload::InProgress,
        1 => Upload::Failed(random.u16(..)),
        _ => PickedFile::uploaded("a", "image/jpeg", 0).upload,
    }
}

/// Any event, whatever the component is.
fn any(component: usize, random: &mut Rng) -> Event {
    let part = one(random, &[DatePart::Day, DatePart::Start, DatePart::End]);
    match random.u8(..10) {
        0 => Event::Focus { component },
        1 => Event::Type { component, text: text(random) },
        2 => Event::Choose { component, option: text(random) },
        3 => Event::Tick { component },
        4 => Event::SetDate { component, part, day: one(random, &DAYS).into() },
        5 => Event::Clear { component, part },
        6 => pick(component, random),
        7 if random.bool() => Event::RetryUpload { component, file_name: text(random) },
        7 => Event::RemoveFile { component, file_name: text(random) },
        8 => Event::TapItem { component, item: text(random) },
        _ => Event::Tap { component },
    }
}
