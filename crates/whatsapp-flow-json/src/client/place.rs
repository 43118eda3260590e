//! The screen and the component that a part of the document belongs to, for tools that show diagnostics beside a view.

use super::flow_json::FlowJson;
use crate::span::Span;

/// A place in a Flow JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The id of the screen.
    pub screen: String,
    /// The component, unless the part belongs to the screen itself.
    pub component: Option<PlacedComponent>,
}

/// The component of a [`Place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedComponent {
    /// Its [`id`](super::ComponentView::id) in the view of the screen.
    pub id: usize,
    /// Its line.
    pub line: usize,
}

impl FlowJson {
    /// The place of these bytes of the document; `None` for bytes outside the screens.
    pub fn place(&self, span: &Span) -> Option<Place> {
        let contains = |outer: &Span| outer.start <= span.start && span.end <= outer.end;
        let screen = self.compiled().screens.values().find(|screen| contains(&screen.span))?;
        // Components do not contain each other.
        let found = screen.components.iter().enumerate().find(|(_, found)| contains(&found.span));
        let component = found.map(|(id, found)| PlacedComponent { id, line: found.line });
        Some(Place { screen: screen.id.clone(), component })
    }
}
