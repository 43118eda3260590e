//! Examples, and values that are given first: whether the components that show them accept them.
//!
//! The rules are those that replies are held to. Meta refuses none of these documents, so what is found
//! is a warning.

use super::collector::{Diagnostics, at};
use super::rules;
use crate::binding::{self, Bindings, Bound};
use crate::catalog::Version;
use crate::catalog::{Property, Shape};
use crate::json::Value;
use crate::model::{DataType, Document, Schema, Screen};
use crate::node::{Data, Node};
use crate::value::{Fault, accepts};

/// A screen has at most a hundred components. What a document has beyond that is not compared with its
/// examples, so that it takes no time.
const MOST_FIRST_VALUES: usize = 100;

/// The examples of a screen's data model.
#[derive(Clone, Copy)]
struct Examples<'d, 'j>(&'d Screen<'j>);

impl<'j> Data<'j> for Examples<'_, 'j> {
    type Node = Value<'j>;

    fn get(self, name: &str) -> Option<Value<'j>> {
        self.0.data_member(name)?.example()
    }
}

pub fn check(document: &Document<'_>, version: Version, out: &mut Diagnostics) {
    let root = document.value();
    let mut bindings = binding::read(root, version);
    // Many components may be bound to one large example.
    let mut left = 1_000_000 + 8 * root.source().len();
    for screen in document.screens() {
        let Some(bindings) = screen.id().and_then(|id| bindings.remove(&*id)) else { continue };
        let Bindings { bound, first_values } = bindings;
        for bound in bound {
            if let Some(size) = example(screen, &bound, out) {
                left = left.saturating_sub(size);
            }
            if left == 0 {
                return;
            }
        }
        for first_value in first_values.iter().take(MOST_FIRST_VALUES) {
            if let Err(refused) = first_value.is_an_option(Examples(screen)) {
                let place = refused.at.unwrap_or(first_value.place);
                let message = match refused.fault {
                    Fault::LacksFirstValue => {
                        format!("the first value of the {} is missing here", first_value.of)
                    }
                    _ => format!("the {} has no option with this id", first_value.of),
                };
                out.add(&rules::FIRST_VALUE, at(place), message, help(refused.fault));
            }
        }
    }
}

/// Judges the example of a bound member, and returns its length.
fn example(screen: &Screen<'_>, bound: &Bound, out: &mut Diagnostics) -> Option<usize> {
    let examples = Examples(screen);
    let setting = bound.setting(examples);
    // An example that is missing as a whole is the data model's own rule.
    let (first, rest) = bound.path.split_first()?;
    let whole = examples.get(first)?;
    let schema = screen.data_member(first)?;
    let schema = rest.iter().try_fold(schema, |schema, name| schema.property(name));
    // A reference to what the model does not have is a diagnostic of its own.
    let described = schema.map_or(bound.of_form, |schema| describes(schema, bound.property));
    if !described {
        return None;
    }
    let (of, property) = (bound.of, bound.property.name);
    let Some(value) = Node::within(whole, rest) else {
        if bound.needed && setting.shown {
            let message = format!("the example has no `{}`", rest.join("."));
            let help = format!("add it: it is the `{property}` of {of}");
            out.add(&rules::EXAMPLE, at(whole), message, help);
        }
        return None;
    };
    if let Err(refused) = accepts(bound.property, value, setting) {
        // A value of another type than the model's is a diagnostic of its own as well.
        let is_type = matches!(refused.fault, Fault::NotText | Fault::NotAnObject);
        let is_free = |schema: Schema<'_>| {
            schema.data_type() == Some(DataType::Object) && schema.properties().next().is_none()
        };
        if !is_type || schema.is_none_or(is_free) {
            let expected = refused.fault.expected();
            let message = format!("`{property}` of {of} requires {expected}");
            out.add(&rules::EXAMPLE, at(refused.at), message, help(refused.fault));
        }
    }
    Some(value.source().len())
}

/// Whether the model describes what a list's items need. That it does not is a diagnostic of its own.
fn describes(list: Schema<'_>, property: &Property) -> bool {
    let (Shape::Items(members, _), Some(item)) = (property.shape, list.items()) else {
        return true;
    };
    let needed = members.iter().filter(|member| member.required.is_some());
    needed.into_iter().all(|member| item.property(member.name).is_some())
}

/// What to write instead.
pub(super) fn help(fault: Fault) -> String {
    let help = match fault {
        Fault::Blank => "write the text that is shown",
        Fault::NotText | Fault::NotAnObject | Fault::NotListed([]) => "write another value",
        Fault::ImageAddress => "clients load no address: write the file's bytes in base64",
        Fault::ImageDataUrl => "cut off what stands before the base64: `data:image/…;base64,`",
        Fault::NotBase64 => "write the file's bytes in base64",
        Fault::OtherImageFormat => "convert the image to JPEG or PNG",
        Fault::NotADay => "write the day as YYYY-MM-DD, such as 2026-11-30",
        Fault::NotOneDay => "write one value, or \"mode\": \"range\"",
        Fault::NotARange => "write { \"start-date\": …, \"end-date\": … }",
        Fault::NotAColor => "write \"#FF0000\" for red",
        Fault::NotListed(known) => {
            return format!("write one of {}", super::collector::list(known));
        }
        Fault::TooSmall => "write a larger number",
        Fault::Fraction => "leave out the fraction",
        Fault::Count(_) => "list as many as the component accepts",
        Fault::BlankId | Fault::SameId => "give each item its own id",
        Fault::ImagesAndColors => "give all of them images, or all of them colors",
        Fault::NotAnOption => "write the id of an option, or nothing",
        Fault::LacksFirstValue => "add an option with its id, or take the first value away",
        Fault::Missing => "add it",
    };
    help.to_owned()
}
