//! The actions of a user, and those that a user cannot do.

use std::fmt;

use serde::Deserialize;

use super::media::PickedFile;

/// Something that a user does. `component` is the [`id`](super::ComponentView::id) of a component in the view.
///
/// As JSON, an event has its name in `type`: `{"type":"set_date","component":3,"part":"start","day":"2026-01-05"}`.
#[allow(missing_docs)] // the names say it
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// Puts the cursor into a text field.
    Focus { component: usize },
    /// Takes the cursor out of the field that has it.
    Blur,
    /// Replaces the text of a TextInput or a TextArea.
    Type { component: usize, text: String },
    /// Taps an option: selects it, or removes the selection where the component allows it.
    Choose { component: usize, option: String },
    /// Ticks an OptIn, or removes the tick.
    Tick { component: usize },
    /// Sets a day, `YYYY-MM-DD`, of a DatePicker or a CalendarPicker.
    SetDate {
        component: usize,
        #[serde(default)]
        part: DatePart,
        day: String,
    },
    /// Empties a field: a text, a Dropdown, a date. `part` is the end of a range.
    Clear {
        component: usize,
        #[serde(default)]
        part: DatePart,
    },
    /// Adds files to a PhotoPicker or a DocumentPicker.
    Pick { component: usize, files: Vec<PickedFile> },
    /// Removes the file with this name, or cancels its upload.
    RemoveFile { component: usize, file_name: String },
    /// Uploads the file with this name again, after its upload failed.
    RetryUpload { component: usize, file_name: String },
    /// Taps the button of a Footer, an EmbeddedLink, or the link of an OptIn.
    Tap { component: usize },
    /// Taps an item of a NavigationList.
    TapItem { component: usize, item: String },
    /// Goes back to the previous screen.
    Back,
    /// Closes the flow.
    Close,
    /// Taps "try again" on an error screen.
    Retry,
    /// Hides the snackbar.
    DismissSnackbar,
}

/// The part of a date field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// The only day of the field.
    #[default]
    Day,
    /// The first day of a range.
    Start,
    /// The last day of a range.
    End,
}

/// The event is not possible: a user could not do this.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// The screen has no visible component with this id.
    NoComponent,
    /// The component does not react to such an event.
    WrongComponent,
    /// The component is disabled, by the document or by the data.
    Disabled,
    /// The Footer is disabled because the form is invalid; the reasons.
    FormInvalid(Vec<String>),
    /// The component has no such option or item; the ids that it has.
    NoOption(Vec<String>),
    /// The option is disabled.
    OptionDisabled,
    /// As many options are selected as the component allows.
    SelectionFull(usize),
    /// The field is required, so its choice can be replaced but not removed.
    NotRemovable,
    /// The field is empty, so it has no cross that empties it.
    NothingToClear,
    /// The Dropdown shows an error in place of the cross that empties it.
    NotClearable,
    /// The text is not a day.
    NotADay,
    /// The day cannot be selected.
    DayNotSelectable,
    /// As many files are picked as the component allows.
    FilesFull(usize),
    /// There is no file with this name.
    NoFile,
    /// The file is not being uploaded.
    NoUpload,
    /// The client waits for the endpoint.
    Waiting,
    /// An error screen covers the flow.
    ErrorScreen,
    /// The flow is closed.
    Closed,
    /// This is the first screen.
    FirstScreen,
    /// There is nothing to try again.
    NothingToRetry,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoComponent => f.write_str("is not on the screen"),
            Self::WrongComponent => f.write_str("is not a component for this"),
            Self::Disabled => f.write_str("is disabled"),
            Self::FormInvalid(reasons) => write!(f, "is disabled: {}", reasons.join(", ")),
            Self::NoOption(ids) if ids.is_empty() => f.write_str("has no options"),
            Self::NoOption(ids) => write!(f, "has no such option; it has {}", ids.join(", ")),
            Self::OptionDisabled => f.write_str("has this option, but it is disabled"),
            Self::SelectionFull(max) => write!(f, "already has {max} options selected"),
            Self::NotRemovable => f.write_str("is required, so its choice cannot be removed"),
            Self::NothingToClear => f.write_str("is empty already"),
            Self::NotClearable => {
                f.write_str("shows an error, so it cannot be emptied; choose another option")
            }
            Self::NotADay => f.write_str("requires a day, YYYY-MM-DD"),
            Self::DayNotSelectable => f.write_str("does not allow this day"),
            Self::FilesFull(max) => write!(f, "already has {max} files"),
            Self::NoFile => f.write_str("has no such file"),
            Self::NoUpload => f.write_str("has this file, but it is not being uploaded"),
            Self::Waiting => f.write_str("cannot be used while the client waits for the endpoint"),
            Self::ErrorScreen => f.write_str("is covered by an error screen"),
            Self::Closed => f.write_str("is gone: the flow is closed"),
            Self::FirstScreen => f.write_str("is the first screen, so there is no way back"),
            Self::NothingToRetry => f.write_str("has nothing to try again"),
        }
    }
}

impl std::error::Error for Refused {}
