//! The value that a component with options has first: the id of one of them, or several.

use std::borrow::Cow;

use crate::node::{Data, Node};
use crate::value::{Fault, Refused, is_blank};

/// A first value and the options that it is one of.
#[derive(Debug, Clone)]
pub(crate) struct FirstValue<P> {
    /// The type of the component.
    pub of: &'static str,
    pub options: Source,
    pub value: Source,
    /// Where the document says it.
    #[cfg_attr(not(feature = "lint"), expect(dead_code))] // read by flowctl
    pub place: P,
}

/// More options than any component accepts, and more values than any that has several. A longer list is
/// refused for its length, and is not searched.
const MOST_OPTIONS: usize = 200;
const MOST_VALUES: usize = 20;

/// Where ids come from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Written(Vec<Box<str>>),
    /// A member of the screen's data, or a value within it.
    Data(Vec<Box<str>>),
}

impl<P> FirstValue<P> {
    pub fn without_place(self) -> FirstValue<()> {
        FirstValue { of: self.of, options: self.options, value: self.value, place: () }
    }

    /// Whether it is among the options. Nothing is known of a side that the data does not have: then the
    /// screen has kept what an earlier reply gave.
    ///
    /// A refusal is placed in the data; `None` if the document says both.
    pub fn is_an_option<'j, D: Data<'j>>(&self, data: D) -> Result<(), Refused<Option<D::Node>>> {
        let options = match &self.options {
            Source::Data(path) => data.find(path),
            Source::Written(_) => None,
        };
        if matches!(self.options, Source::Data(_)) && options.is_none() {
            return Ok(());
        }
        let is_known = |id: &str| match &self.options {
            Source::Written(ids) => ids.iter().any(|known| **known == *id),
            Source::Data(_) => options.and_then(Node::items).is_some_and(|mut options| {
                options
                    .any(|option| option.member("id").and_then(Node::text).as_deref() == Some(id))
            }),
        };
        let count = match &self.options {
            Source::Written(ids) => ids.len(),
            Source::Data(_) => options.and_then(Node::items).map_or(0, Iterator::count),
        };
        // Without options, the client leaves a value as it is.
        let searched = (1..=MOST_OPTIONS).contains(&count);
        let other = |id: &Cow<'_, str>| searched && !is_blank(id) && !is_known(id);
        match &self.value {
            Source::Written(ids) => {
                let missing = ids.iter().any(|id| other(&Cow::Borrowed(id)));
                let fault = Fault::LacksFirstValue;
                match (missing, &self.options) {
                    (false, _) => Ok(()),
                    (true, Source::Data(path)) => Err(Refused::new(options, fault).within(path)),
                    (true, Source::Written(_)) => Err(Refused::new(None, Fault::NotAnOption)),
                }
            }
            Source::Data(path) => {
                let Some(value) = data.find(path) else { return Ok(()) };
                if value.text().is_some_and(|id| other(&id)) {
                    return Err(Refused::new(Some(value), Fault::NotAnOption).within(path));
                }
                for (at, item) in value.items().into_iter().flatten().take(MOST_VALUES).enumerate()
                {
                    if item.text().is_some_and(|id| other(&id)) {
                        let refused = Refused::new(Some(item), Fault::NotAnOption);
                        return Err(refused.item(at).within(path));
                    }
                }
                Ok(())
            }
        }
    }
}
