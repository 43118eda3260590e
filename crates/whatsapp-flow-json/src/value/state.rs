//! The state of the component that a property belongs to.

use crate::catalog::Version;

/// The state on which the rules depend beside the property itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ComponentState {
    pub version: Version,
    /// The component is always displayed. The values of a component that may be hidden may be
    /// empty.
    pub shown: bool,
    pub mode: CalendarMode,
}

/// The mode of the CalendarPicker that the property belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CalendarMode {
    Single,
    Range,
    /// Bound to data, or not a calendar.
    Either,
}
