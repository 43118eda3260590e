//! A check that a screen's data type is that of the Flow JSON, for tests.

use serde::de::DeserializeOwned;
use serde_json::Map;
use whatsapp_flow_json::internals::{ExampleMember, screen_examples};

use super::response::read_screen;
use crate::flow::{Screen, struct_members};

/// Checks, in a test, that the data of screen `S` in the Flow JSON has the type `S`: its examples deserialize, and the
/// members of a struct are exactly those of the data model.
///
/// # Panics
///
/// With every difference, one per line; or if no types can be generated from the text.
#[track_caller]
pub fn assert_screen_agrees<S: Screen + DeserializeOwned>(flow_json: &str) {
    let id = S::ID;
    let examples = match screen_examples(flow_json) {
        Ok(examples) => examples,
        Err(error) => panic!("{error}; run `flowctl check`"),
    };
    let Some(example) = examples.into_iter().find(|example| example.screen == id) else {
        panic!(
            "{id} is not a screen of the Flow JSON; run `flowctl types` to generate the screens again"
        );
    };
    let names = struct_members::<S>().map(|own| different_names(own, &example.data));
    let mut differences = names.unwrap_or_default();
    if differences.is_empty() {
        let data: Map<_, _> =
            example.data.into_iter().map(|member| (member.name, member.value)).collect();
        let read = read_screen::<S>(data);
        differences.extend(read.err().map(|error| {
            format!(
                "line {}: the examples do not have the type of the screen: {error}",
                example.line
            )
        }));
    }
    let lines: Vec<_> = differences.iter().map(|words| format!("{id}: {words}")).collect();
    assert!(
        lines.is_empty(),
        "screen and Flow JSON differ:\n{}\nrun `flowctl types` to generate the screens again",
        lines.join("\n")
    );
}

/// Returns the members of the type that the data model does not have, and those that only it has.
fn different_names(own: &[&str], model: &[ExampleMember]) -> Vec<String> {
    let stale = own.iter().filter(|name| model.iter().all(|member| member.name != **name));
    let stale = stale.map(|name| format!("the screen has `{name}`, which the data model lacks"));
    let missing = model.iter().filter(|member| !own.contains(&&*member.name));
    let missing = missing.map(|member| {
        format!(
            "line {}: the data model has `{}`, which the screen lacks",
            member.line, member.name
        )
    });
    stale.chain(missing).collect()
}
