//! The reasons for which a component does not accept a value.

/// A reason for which a component does not accept a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueError {
    Blank,
    NotText,
    NotAnObject,
    ImageAddress,
    ImageDataUrl,
    NotBase64,
    UnknownImageFormat,
    NotADay,
    /// A range for a calendar of one day.
    NotASingleDay,
    /// One day for a calendar of a range.
    NotARange,
    NotAColor,
    NotInList(&'static [&'static str]),
    TooSmall,
    NotAnInteger,
    /// Too few or too many items, with the limit.
    ItemCount(&'static str),
    BlankId,
    DuplicateId,
    ImagesAndColors,
    NotAnOption,
    /// The options do not include the component's initial value.
    MissingInitialOption,
    Missing,
}

impl ValueError {
    /// The expected value. It contains nothing of the actual value.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Blank => "text that is not blank",
            Self::NotText => "a string",
            Self::NotAnObject => "an object",
            Self::ImageAddress => "an image in base64, not its address",
            Self::ImageDataUrl => "an image in base64, without `data:image/…;base64,`",
            Self::NotBase64 => "an image in base64",
            Self::UnknownImageFormat => "a JPEG or PNG in base64",
            Self::NotADay => "a date as YYYY-MM-DD",
            Self::NotASingleDay => "one date: the calendar's mode is not `range`",
            Self::NotARange => "`start-date` and `end-date`: the calendar's mode is `range`",
            Self::NotAColor => "a color as `#` and six digits from 0 to F",
            Self::NotInList(_) => "one of the values that the property accepts",
            Self::TooSmall => "a number that is not below the property's minimum",
            Self::NotAnInteger => "an integer",
            Self::ItemCount(limit) => limit,
            Self::BlankId => "an id that is not empty",
            Self::DuplicateId => "an id that no other option has",
            Self::ImagesAndColors => "options with images or with colors, not with both",
            Self::NotAnOption => "the id of an option of the same list",
            Self::MissingInitialOption => "an option with the id of the component's initial value",
            Self::Missing => "a member that the component requires",
        }
    }
}
