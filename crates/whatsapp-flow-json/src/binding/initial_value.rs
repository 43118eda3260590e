//! The initial value of a component with options: the id of one option, or of several.

use std::borrow::Cow;

use crate::node::{Node, ScreenData};
use crate::value::{Rejection, ValueError, is_blank};

/// An initial value, and the options of which it must be one.
#[derive(Debug, Clone)]
pub(crate) struct InitialValue<P> {
    /// The type of the component.
    pub component: &'static str,
    pub options: IdSource,
    pub value: IdSource,
    /// The value in the document.
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub node: P,
}

/// The maximum number of options of any component, and of values of a component that accepts
/// several. A longer list is rejected for its length, and is not searched.
const MAX_OPTIONS: usize = 200;
const MAX_SELECTED: usize = 20;

/// The source of the ids.
#[derive(Debug, Clone)]
pub(crate) enum IdSource {
    Literal(Vec<Box<str>>),
    /// A member of the screen's data, or a value within a member.
    Data(Vec<Box<str>>),
}

impl<P> InitialValue<P> {
    pub fn without_position(self) -> InitialValue<()> {
        InitialValue {
            component: self.component,
            options: self.options,
            value: self.value,
            node: (),
        }
    }

    /// Checks that the value is one of the options. If either of them is not in the data, the check
    /// succeeds: the screen still has the one from an earlier reply.
    ///
    /// The position of a rejection is in the data; `None` if the document itself contains both.
    pub fn check<'j, D: ScreenData<'j>>(&self, data: D) -> Result<(), Rejection<Option<D::Node>>> {
        let options = match &self.options {
            IdSource::Data(path) => data.find(path),
            IdSource::Literal(_) => None,
        };
        if matches!(self.options, IdSource::Data(_)) && options.is_none() {
            return Ok(());
        }
        let is_offered = |id: &str| match &self.options {
            IdSource::Literal(ids) => ids.iter().any(|known| **known == *id),
            IdSource::Data(_) => options.and_then(Node::items).is_some_and(|mut options| {
                options
                    .any(|option| option.member("id").and_then(Node::text).as_deref() == Some(id))
            }),
        };
        let count = match &self.options {
            IdSource::Literal(ids) => ids.len(),
            IdSource::Data(_) => options.and_then(Node::items).map_or(0, Iterator::count),
        };
        // If there are no options, the client leaves a value unchanged.
        let searched = (1..=MAX_OPTIONS).contains(&count);
        let is_unknown = |id: &Cow<'_, str>| searched && !is_blank(id) && !is_offered(id);
        match &self.value {
            IdSource::Literal(ids) => {
                let missing = ids.iter().any(|id| is_unknown(&Cow::Borrowed(id)));
                let error = ValueError::MissingInitialOption;
                match (missing, &self.options) {
                    (false, _) => Ok(()),
                    (true, IdSource::Data(path)) => {
                        Err(Rejection::new(options, error).in_path(path))
                    }
                    (true, IdSource::Literal(_)) => {
                        Err(Rejection::new(None, ValueError::NotAnOption))
                    }
                }
            }
            IdSource::Data(path) => {
                let Some(value) = data.find(path) else { return Ok(()) };
                if value.text().is_some_and(|id| is_unknown(&id)) {
                    return Err(Rejection::new(Some(value), ValueError::NotAnOption).in_path(path));
                }
                for (at, item) in value.items().into_iter().flatten().take(MAX_SELECTED).enumerate()
                {
                    if item.text().is_some_and(|id| is_unknown(&id)) {
                        let rejection = Rejection::new(Some(item), ValueError::NotAnOption);
                        return Err(rejection.in_item(at).in_path(path));
                    }
                }
                Ok(())
            }
        }
    }
}
