//! The types of components.

use serde::Serialize;

/// The type of a component.
#[allow(missing_docs)] // the names say it
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum ComponentKind {
    TextHeading,
    TextSubheading,
    TextBody,
    TextCaption,
    RichText,
    Image,
    ImageCarousel,
    TextInput,
    TextArea,
    Dropdown,
    RadioButtonsGroup,
    CheckboxGroup,
    ChipsSelector,
    DatePicker,
    CalendarPicker,
    OptIn,
    EmbeddedLink,
    Footer,
    NavigationList,
    PhotoPicker,
    DocumentPicker,
    /// A type that is not in Flow JSON up to 7.3.
    Unknown,
}

/// The types by their names in Flow JSON.
const NAMES: [(&str, ComponentKind); 21] = [
    ("TextHeading", ComponentKind::TextHeading),
    ("TextSubheading", ComponentKind::TextSubheading),
    ("TextBody", ComponentKind::TextBody),
    ("TextCaption", ComponentKind::TextCaption),
    ("RichText", ComponentKind::RichText),
    ("Image", ComponentKind::Image),
    ("ImageCarousel", ComponentKind::ImageCarousel),
    ("TextInput", ComponentKind::TextInput),
    ("TextArea", ComponentKind::TextArea),
    ("Dropdown", ComponentKind::Dropdown),
    ("RadioButtonsGroup", ComponentKind::RadioButtonsGroup),
    ("CheckboxGroup", ComponentKind::CheckboxGroup),
    ("ChipsSelector", ComponentKind::ChipsSelector),
    ("DatePicker", ComponentKind::DatePicker),
    ("CalendarPicker", ComponentKind::CalendarPicker),
    ("OptIn", ComponentKind::OptIn),
    ("EmbeddedLink", ComponentKind::EmbeddedLink),
    ("Footer", ComponentKind::Footer),
    ("NavigationList", ComponentKind::NavigationList),
    ("PhotoPicker", ComponentKind::PhotoPicker),
    ("DocumentPicker", ComponentKind::DocumentPicker),
];

impl ComponentKind {
    pub(crate) fn from_name(name: &str) -> Self {
        NAMES.iter().find(|(known, _)| *known == name).map_or(Self::Unknown, |(_, kind)| *kind)
    }

    /// The name in Flow JSON.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, kind)| *kind == self).map_or("Unknown", |(name, _)| name)
    }

    /// Reports whether the user may choose several options.
    pub fn is_multiple(self) -> bool {
        matches!(self, Self::CheckboxGroup | Self::ChipsSelector)
    }

    /// Reports whether the user chooses from options.
    pub fn is_choice(self) -> bool {
        matches!(self, Self::Dropdown | Self::RadioButtonsGroup) || self.is_multiple()
    }

    /// Reports whether the user picks files.
    pub fn is_media(self) -> bool {
        matches!(self, Self::PhotoPicker | Self::DocumentPicker)
    }

    /// Reports whether the component may have a button or a link.
    pub fn is_tappable(self) -> bool {
        matches!(self, Self::Footer | Self::EmbeddedLink | Self::OptIn)
    }

    /// Reports whether the component has a value in the form.
    pub fn is_field(self) -> bool {
        self.is_choice()
            || self.is_media()
            || matches!(
                self,
                Self::TextInput
                    | Self::TextArea
                    | Self::DatePicker
                    | Self::CalendarPicker
                    | Self::OptIn
                    | Self::NavigationList
            )
    }
}

impl std::fmt::Display for ComponentKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
