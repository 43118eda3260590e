//! Generates Rust from a Flow JSON: a struct for each screen, its input, and the transitions
//! between screens.
//!
//! `data` reads the data models, and `input` the payloads, with the help of `presence` and
//! `expression`. `ir`, `types` and `structs` are the result, `name` names it, and `rust` writes it.
//! `examples` has values of the same types.

mod comment;
mod data;
mod error;
mod example_value;
pub(crate) mod examples;
mod expression;
mod input;
mod ir;
mod name;
mod payload;
mod payload_enum;
mod presence;
mod rust;
mod scaffold;
mod structs;
mod types;
mod writer;

pub use error::Error;
pub use name::is_keyword;
pub use scaffold::{Plan, PlannedPayload, PlannedScreen, Scaffold, ScaffoldFunction, scaffold};

use std::collections::{HashMap, HashSet};

use crate::json::{Json, Value};
use crate::model::{Document, Screen};
use crate::span;
use data::DataTypes;
use input::PayloadReader;
use ir::{File, ScreenType};
use name::Scope;
use presence::Presence;
use structs::Path;

/// Generates the Rust types of a Flow JSON, formatted and ready to be checked in. `source_name` is
/// the name of the document in the generated comments, such as `flow.json`.
///
/// # Errors
///
/// Returns an error if the text is not JSON, or contains something that has no Rust equivalent.
pub fn generate(flow_json: &str, source_name: &str) -> Result<String, Error> {
    let json = Json::parse(flow_json).map_err(|error| Error {
        position: span::position(flow_json, error.offset),
        message: error.message.to_owned(),
    })?;
    generate_document(&Document::read(&json), source_name)
}

fn generate_document(document: &Document<'_>, source_name: &str) -> Result<String, Error> {
    Ok(rust::write(&read_document(document, source_name)?))
}

/// Reads the contents of the generated file.
fn read_document<'j>(document: &Document<'j>, source_name: &'j str) -> Result<File<'j>, Error> {
    let mut names = Scope::of_file();
    let ids = ids(document)?;
    let screen_names: Vec<_> = ids
        .iter()
        .map(|id| {
            let name = name::type_name(id, "Screen");
            names.take(&if names.has(&name) { format!("{name}Screen") } else { name })
        })
        .collect();
    let input_names: Vec<_> =
        screen_names.iter().map(|name| names.take(&format!("{name}Input"))).collect();

    let mut data = DataTypes::of(document);
    let mut fields = Vec::new();
    for (index, screen) in document.screens().iter().enumerate() {
        fields.push(data.screen(screen.data(), &Path::from(index, &ids[index]))?);
    }
    let presence = Presence::of(document);
    let mut screens = Vec::new();
    for (index, (screen, fields)) in document.screens().iter().zip(fields).enumerate() {
        let mut reader = PayloadReader { document, presence: &presence, data: &mut data };
        let input = reader.screen(screen, &Path::from(index, &ids[index]))?;
        screens.push(ScreenType {
            id: ids[index].clone(),
            name: screen_names[index].clone(),
            title: screen.title().unwrap_or_default().into(),
            line: screen.line(),
            fields,
            input,
            input_name: input_names[index].clone(),
        });
    }
    let transitions = transitions(document, &ids)?;
    data.structs.assign_names(&mut names);
    Ok(File { source: source_name, screens, structs: data.structs, transitions })
}

/// The ids of the screens, which must be unique.
fn ids(document: &Document<'_>) -> Result<Vec<String>, Error> {
    let mut known = HashSet::new();
    let id = |screen: &Screen<'_>| {
        let value = screen.value();
        let id = screen.id().filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| Error::at(value, "the screen has no id".into()))?;
        if !known.insert(id.to_string()) {
            let place = value.member("id").unwrap_or(value);
            return Err(Error::at(place, format!("duplicate screen {id}")));
        }
        Ok(id.into())
    };
    let ids: Vec<String> = document.screens().iter().map(id).collect::<Result<_, _>>()?;
    match ids.is_empty() {
        true => Err(Error::at(document.value(), "the document has no screens".into())),
        false => Ok(ids),
    }
}

/// The transitions of the routing model: from INIT to each screen without incoming routes, and each
/// route forward and directly back.
fn transitions(
    document: &Document<'_>,
    ids: &[String],
) -> Result<Vec<(usize, Option<usize>)>, Error> {
    let Some(routes) = document.routing_model() else {
        let what = match document.data_api_version() {
            Some(_) => "the document has no routing_model",
            None => {
                "a flow without an endpoint has no handlers; to use an endpoint, add \
                 data_api_version and routing_model"
            }
        };
        return Err(Error::at(document.value(), what.into()));
    };
    let indices: HashMap<&str, usize> = ids.iter().map(String::as_str).zip(0..).collect();
    let index = |id: &str, value: Value<'_>, verb: &str| {
        let unknown = || Error::at(value, format!("the routing model {verb} unknown screen {id}"));
        indices.get(id).copied().ok_or_else(unknown)
    };
    let mut forward = Vec::new();
    for route in &routes {
        let from = index(&route.from.text, route.value, "has routes from")?;
        for (to, value) in &route.to {
            let to = index(to, *value, "points to")?;
            // Every screen may be shown again.
            if to != from {
                forward.push((to, from));
            }
        }
    }
    let has_incoming: HashSet<usize> = forward.iter().map(|(to, _)| *to).collect();
    let first = (0..ids.len()).filter(|index| !has_incoming.contains(index)).map(|to| (to, None));
    let both = forward.iter().flat_map(|(to, from)| [(*to, Some(*from)), (*from, Some(*to))]);
    let mut known = HashSet::new();
    Ok(first.chain(both).filter(|transition| known.insert(*transition)).collect())
}
