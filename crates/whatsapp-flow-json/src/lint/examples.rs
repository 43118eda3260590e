//! Examples and initial values: whether the components that display them accept them.
//!
//! The rules are those for replies. Meta accepts all of these documents, so a violation is a
//! warning.

use super::collector::Diagnostics;
use super::rules;
use super::site::value_span;
use crate::binding::{self, Binding, Bindings};
use crate::catalog::{Property, ValueType, Version};
use crate::json::Value;
use crate::model::{DataType, Document, Schema, Screen};
use crate::node::{Node, ScreenData};
use crate::value::{ValueError, check_value};

/// A screen has at most a hundred components. Further ones are not compared with the examples, to
/// limit the time.
const MAX_INITIAL_VALUES: usize = 100;

/// The examples of a screen's data model.
#[derive(Clone, Copy)]
struct Examples<'d, 'j>(&'d Screen<'j>);

impl<'j> ScreenData<'j> for Examples<'_, 'j> {
    type Node = Value<'j>;

    fn get(self, name: &str) -> Option<Value<'j>> {
        self.0.data_member(name)?.example()
    }
}

pub fn check(document: &Document<'_>, version: Version, out: &mut Diagnostics) {
    let root = document.value();
    let mut bindings = binding::read(root, version);
    // Many components may be bound to one large example.
    let mut budget = 1_000_000 + 8 * root.source().len();
    for screen in document.screens() {
        let Some(bindings) = screen.id().and_then(|id| bindings.remove(&*id)) else { continue };
        let Bindings { bound, initial_values } = bindings;
        for bound in bound {
            if let Some(size) = check_example(screen, &bound, out) {
                budget = budget.saturating_sub(size);
            }
            if budget == 0 {
                return;
            }
        }
        for initial_value in initial_values.iter().take(MAX_INITIAL_VALUES) {
            if let Err(rejection) = initial_value.check(Examples(screen)) {
                let node = rejection.at.unwrap_or(initial_value.node);
                let message = match rejection.error {
                    ValueError::MissingInitialOption => {
                        format!(
                            "the initial value of the {} is missing here",
                            initial_value.component
                        )
                    }
                    _ => format!("the {} has no option with this id", initial_value.component),
                };
                out.add(&rules::FIRST_VALUE, value_span(node), message, help_for(rejection.error));
            }
        }
    }
}

/// Checks the example of a bound member, and returns its length.
fn check_example(screen: &Screen<'_>, bound: &Binding, out: &mut Diagnostics) -> Option<usize> {
    let examples = Examples(screen);
    let state = bound.state(examples);
    // A missing example is reported by `data_model`.
    let (first, rest) = bound.path.split_first()?;
    let whole = examples.get(first)?;
    let schema = screen.data_member(first)?;
    let schema = rest.iter().try_fold(schema, |schema, name| schema.property(name));
    // A reference to data that the model does not declare is reported by `references`.
    let described = schema.map_or(bound.from_form, |schema| is_described(schema, bound.property));
    if !described {
        return None;
    }
    let (component, property) = (bound.component, bound.property.name);
    let Some(value) = Node::at_path(whole, rest) else {
        if bound.required && state.shown {
            let message = format!("the example has no `{}`", rest.join("."));
            let help = format!("add it: it is the `{property}` of {component}");
            out.add(&rules::EXAMPLE, value_span(whole), message, help);
        }
        return None;
    };
    if let Err(rejection) = check_value(bound.property, value, state) {
        // A value of another type than the model's is reported by `data_model`.
        let is_type = matches!(rejection.error, ValueError::NotText | ValueError::NotAnObject);
        let is_free = |schema: Schema<'_>| {
            schema.data_type() == Some(DataType::Object) && schema.properties().next().is_none()
        };
        if !is_type || schema.is_none_or(is_free) {
            let expected = rejection.error.expected();
            let message = format!("`{property}` of {component} requires {expected}");
            out.add(&rules::EXAMPLE, value_span(rejection.at), message, help_for(rejection.error));
        }
    }
    Some(value.source().len())
}

/// Returns whether the model declares what a list's items require. If it does not, `references`
/// reports it.
fn is_described(list: Schema<'_>, property: &Property) -> bool {
    let (ValueType::Items(members, _), Some(item)) = (property.value_type, list.items()) else {
        return true;
    };
    let needed = members.iter().filter(|member| member.required.is_some());
    needed.into_iter().all(|member| item.property(member.name).is_some())
}

/// The suggested fix for a value that is not accepted.
pub(super) fn help_for(error: ValueError) -> String {
    let help = match error {
        ValueError::Blank => "write the text to display",
        ValueError::NotText | ValueError::NotAnObject | ValueError::NotInList([]) => {
            "write another value"
        }
        ValueError::ImageAddress => {
            "clients do not load images from addresses; write the file's bytes in base64"
        }
        ValueError::ImageDataUrl => "remove the text before the base64: `data:image/…;base64,`",
        ValueError::NotBase64 => "write the file's bytes in base64",
        ValueError::UnknownImageFormat => "convert the image to JPEG or PNG",
        ValueError::NotADay => "write the date as YYYY-MM-DD, such as 2026-11-30",
        ValueError::NotASingleDay => "write one value, or \"mode\": \"range\"",
        ValueError::NotARange => "write { \"start-date\": …, \"end-date\": … }",
        ValueError::NotAColor => "write \"#FF0000\" for red",
        ValueError::NotInList(known) => {
            return format!("write one of {}", super::site::join_names(known));
        }
        ValueError::TooSmall => "write a larger number",
        ValueError::NotAnInteger => "leave out the fraction",
        ValueError::ItemCount(_) => "write as many items as the component accepts",
        ValueError::BlankId | ValueError::DuplicateId => "give each item a unique id",
        ValueError::ImagesAndColors => "use images for all of them, or colors for all of them",
        ValueError::NotAnOption => "write the id of an option, or remove the value",
        ValueError::MissingInitialOption => {
            "add an option with its id, or remove the initial value"
        }
        ValueError::Missing => "add it",
    };
    help.to_owned()
}
