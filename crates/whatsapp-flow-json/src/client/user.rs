//! A user, who knows components by their labels.

use std::fmt;

use super::event::{DatePart, Event, Refused};
use super::kind::ComponentKind as Kind;
use super::machine::{Client, Effect};
use super::media::PickedFile;
use super::view::{ComponentView, View};

/// A user of a [`Client`]. Every method finds its component by the label that a user reads; where labels repeat, by the
/// component's `name` in the Flow JSON.
#[derive(Debug, Clone)]
pub struct User {
    /// The client.
    pub client: Client,
}

/// Something that a user could not do. The message shows the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impossible(String);

type Done = Result<Vec<Effect>, Impossible>;

impl User {
    /// A user of this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Types into a TextInput or a TextArea, and leaves it.
    ///
    /// # Errors
    ///
    /// If a user could not do this.
    pub fn fill(&mut self, field: &str, text: &str) -> Done {
        let component =
            self.find(field, |kind| matches!(kind, Kind::TextInput | Kind::TextArea))?;
        let text = text.to_owned();
        self.all(field, [Event::Focus { component }, Event::Type { component, text }, Event::Blur])
    }

    /// Selects an option, by its title or its id. Other options of a group stay selected.
    ///
    /// # Errors
    ///
    /// If a user could not do this, or if the option is already selected.
    pub fn choose(&mut self, field: &str, option: &str) -> Done {
        self.toggle(field, option, false)
    }

    /// Removes an option from the selection.
    ///
    /// # Errors
    ///
    /// If a user could not do this, or if the option is not selected.
    pub fn unchoose(&mut self, field: &str, option: &str) -> Done {
        self.toggle(field, option, true)
    }

    /// Ticks an OptIn.
    ///
    /// # Errors
    ///
    /// If a user could not do this, or if it is already ticked.
    pub fn tick(&mut self, field: &str) -> Done {
        self.set_tick(field, false)
    }

    /// Removes the tick of an OptIn.
    ///
    /// # Errors
    ///
    /// If a user could not do this, or if it is not ticked.
    pub fn untick(&mut self, field: &str) -> Done {
        self.set_tick(field, true)
    }

    /// Sets the day, `YYYY-MM-DD`, of a DatePicker or a CalendarPicker. An end of a range is found by its own label.
    ///
    /// # Errors
    ///
    /// If a user could not do this.
    pub fn pick_date(&mut self, field: &str, day: &str) -> Done {
        let (component, part) = self.find_date(field)?;
        self.all(field, [Event::SetDate { component, part, day: day.to_owned() }])
    }

    /// Sets both ends of a range of a CalendarPicker.
    ///
    /// # Errors
    ///
    /// If a user could not do this.
    pub fn pick_range(&mut self, field: &str, start: &str, end: &str) -> Done {
        let component = self.find(field, |kind| kind == Kind::CalendarPicker)?;
        let set = |part, day: &str| Event::SetDate { component, part, day: day.to_owned() };
        self.all(field, [set(DatePart::Start, start), set(DatePart::End, end)])
    }

    /// Adds files to a PhotoPicker or a DocumentPicker.
    ///
    /// # Errors
    ///
    /// If a user could not do this.
    pub fn pick_files(&mut self, field: &str, files: Vec<PickedFile>) -> Done {
        let component = self.find(field, Kind::is_media)?;
        self.all(field, [Event::Pick { component, files }])
    }

    /// Empties a field: a text, a Dropdown, or a date.
    ///
    /// # Errors
    ///
    /// If a user could not do this.
    pub fn clear(&mut self, field: &str) -> Done {
        if let Ok((component, part)) = self.find_date(field) {
            return self.all(field, [Event::Clear { component, part }]);
        }
        let component = self.find(field, Kind::is_field)?;
        self.all(field, [Event::Clear { component, part: DatePart::Day }])
    }

    /// Taps the button of a Footer, a link, or an item of a NavigationList.
    ///
    /// # Errors
    ///
    /// If a user could not do this.
    pub fn tap(&mut self, label: &str) -> Done {
        let view = self.client.view();
        let lists = view.components.iter().filter(|list| list.kind == Kind::NavigationList);
        let items: Vec<_> =
            lists.filter_map(|list| Some((list.id, list.option(label)?.id.clone()))).collect();
        let buttons: Vec<_> = view
            .components
            .iter()
            .filter(|button| button.tappable && button.goes_by(label))
            .collect();
        let event = match (buttons.as_slice(), items.as_slice()) {
            ([button], []) => Event::Tap { component: button.id },
            ([], [(component, item)]) => {
                Event::TapItem { component: *component, item: item.clone() }
            }
            ([], []) => return Err(no_such(label, "button, link or item", &view)),
            _ => return Err(repeated(label, &view)),
        };
        self.all(label, [event])
    }

    /// Goes back to the previous screen.
    ///
    /// # Errors
    ///
    /// If a user could not do this.
    pub fn back(&mut self) -> Done {
        self.all("the way back", [Event::Back])
    }

    /// Closes the flow.
    ///
    /// # Errors
    ///
    /// If it is closed already.
    pub fn close(&mut self) -> Done {
        self.all("the flow", [Event::Close])
    }

    /// Taps "try again" on an error screen.
    ///
    /// # Errors
    ///
    /// If there is no such screen.
    pub fn retry(&mut self) -> Done {
        self.all("the screen", [Event::Retry])
    }

    fn toggle(&mut self, field: &str, option: &str, is_selected: bool) -> Done {
        let component = self.find(field, Kind::is_choice)?;
        let view = self.client.view();
        let found = view.component(component);
        let chosen = found.and_then(|found| found.option(option)).ok_or_else(|| {
            let titles: Vec<_> =
                found.into_iter().flat_map(|found| &found.options).map(|o| &*o.title).collect();
            let titles = if titles.is_empty() { "no options".into() } else { titles.join(", ") };
            impossible(&format!("`{field}` has no option `{option}`; it has {titles}"), &view)
        })?;
        if chosen.selected != is_selected {
            let state = if is_selected { "is not selected" } else { "is already selected" };
            return Err(impossible(&format!("`{option}` of `{field}` {state}"), &view));
        }
        let option = chosen.id.clone();
        self.all(field, [Event::Choose { component, option }])
    }

    fn set_tick(&mut self, field: &str, is_ticked: bool) -> Done {
        let component = self.find(field, |kind| kind == Kind::OptIn)?;
        let view = self.client.view();
        if view.component(component).is_some_and(|field| (field.value == true) != is_ticked) {
            let state = if is_ticked { "is not ticked" } else { "is already ticked" };
            return Err(impossible(&format!("`{field}` {state}"), &view));
        }
        self.all(field, [Event::Tick { component }])
    }

    /// Finds the one component that goes by this label or name.
    fn find(&self, label: &str, is_kind: fn(Kind) -> bool) -> Result<usize, Impossible> {
        let view = self.client.view();
        let found: Vec<_> =
            view.find(label).into_iter().filter(|found| is_kind(found.kind)).collect();
        match found.as_slice() {
            [only] => Ok(only.id),
            [] => match view.find(label).first() {
                Some(other) => {
                    let text = format!("`{label}` is a {}, which is not used this way", other.kind);
                    Err(impossible(&text, &view))
                }
                None => Err(no_such(label, "component", &view)),
            },
            _ => Err(repeated(label, &view)),
        }
    }

    /// Finds a date field, or an end of a range by its own label.
    fn find_date(&self, label: &str) -> Result<(usize, DatePart), Impossible> {
        let view = self.client.view();
        for component in view.components.iter().filter(|found| found.kind == Kind::CalendarPicker) {
            let labels = component.properties.get("label");
            for (end, part) in [("start-date", DatePart::Start), ("end-date", DatePart::End)] {
                if labels.is_some_and(|labels| labels[end] == label) {
                    return Ok((component.id, part));
                }
            }
        }
        let is_date = |kind| matches!(kind, Kind::DatePicker | Kind::CalendarPicker);
        Ok((self.find(label, is_date)?, DatePart::Day))
    }

    fn all(&mut self, label: &str, events: impl IntoIterator<Item = Event>) -> Done {
        let mut effects = Vec::new();
        for event in events {
            match self.client.handle(event) {
                Ok(more) => effects.extend(more),
                Err(refused) => return Err(self.refused(label, &refused)),
            }
        }
        Ok(effects)
    }

    fn refused(&self, label: &str, refused: &Refused) -> Impossible {
        impossible(&format!("`{label}` {refused}"), &self.client.view())
    }
}

impl ComponentView {
    fn goes_by(&self, label: &str) -> bool {
        self.label == label || self.name.as_deref() == Some(label)
    }
}

fn no_such(label: &str, kind: &str, view: &View) -> Impossible {
    impossible(&format!("there is no {kind} `{label}`"), view)
}

fn repeated(label: &str, view: &View) -> Impossible {
    impossible(&format!("several components go by `{label}`; use the `name` of one"), view)
}

fn impossible(text: &str, view: &View) -> Impossible {
    Impossible(format!("{text}; on screen: {view}"))
}

impl fmt::Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Impossible {}
