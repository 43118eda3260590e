//! A check that a flow has the handlers and inputs that its Flow JSON needs, for tests.

use super::builder::Flow;
use whatsapp_flow_json::ReplySchema;
use whatsapp_flow_json::internals::screen_examples;

/// Checks, in a test, that a flow and its Flow JSON belong together: there is a handler for every screen with a
/// `data_exchange` action and for every screen with `refresh_on_back`, and none for a screen or an action that does not
/// exist; and the `Input` of each screen accepts the payloads that the Flow JSON describes. Needs the feature `testing`.
///
/// A payload is read as it is sent when every field is filled in, and without each member that may be empty. The members
/// of a struct, or those that an enum reads from a [`Payload`](crate::flow::Payload), must be exactly those that the
/// screen sends. An `Input` that is `()`, a map, any JSON, or a type that serde buffers may ignore members. The data of
/// screens is compared by [`assert_screen_agrees`](crate::testing::assert_screen_agrees).
///
/// # Panics
///
/// With every difference, one per line; or if the text is not Flow JSON.
#[track_caller]
pub fn assert_agrees<App, State>(flow: &Flow<App, State>, flow_json: &str) {
    let schema = match ReplySchema::parse(flow_json) {
        Ok(schema) => schema,
        Err(error) => panic!("{error}"),
    };
    let mut differences = different_handlers(flow, &schema);
    let inputs = different_inputs(flow, flow_json);
    let advice = if inputs.is_empty() { "" } else { ADVICE };
    differences.extend(inputs);
    differences.sort();
    differences.dedup();
    let lines = differences.join("\n");
    assert!(differences.is_empty(), "flow and Flow JSON differ:\n{lines}{advice}");
}

const ADVICE: &str =
    "\nrun `flowctl types` to generate the screens again, or correct the Input that you wrote";

fn different_handlers<App, State>(flow: &Flow<App, State>, schema: &ReplySchema) -> Vec<String> {
    let mut differences = Vec::new();
    let mut differs = |screen: &str, words: &str| differences.push(format!("{screen}: {words}"));
    for screen in schema.screens() {
        let (sends, has) = (schema.has_data_exchange(screen), flow.forward.contains_key(screen));
        match (sends, has) {
            (true, false) => differs(screen, "it has a data_exchange action, but no `on` handler"),
            (false, true) if !schema.may_have_data_exchange(screen) => {
                differs(screen, "it has an `on` handler, but no data_exchange action");
            }
            _ => {}
        }
        let (asks, has) = (schema.refreshes_on_back(screen), flow.back.contains_key(screen));
        match (asks, has) {
            (true, false) => differs(screen, "it has refresh_on_back, but no `on_back` handler"),
            (false, true) => differs(screen, "it has an `on_back` handler, but no refresh_on_back"),
            _ => {}
        }
    }
    let known = |screen: &str| schema.screens().any(|known| known == screen);
    let handlers = flow.forward.keys().chain(flow.back.keys()).chain(flow.after_failure.keys());
    for screen in handlers.filter(|screen| !known(screen)) {
        differs(screen, "it has a handler, but is not a screen of the Flow JSON");
    }
    differences
}

fn different_inputs<App, State>(flow: &Flow<App, State>, flow_json: &str) -> Vec<String> {
    let examples = match screen_examples(flow_json) {
        Ok(examples) => examples,
        Err(error) => return vec![format!("{error}; run `flowctl check`")],
    };
    let mut differences = Vec::new();
    for example in &examples {
        let (Some(input), Some(payloads)) = (flow.inputs.get(&*example.screen), &example.payloads)
        else {
            continue;
        };
        // Without an action, the handler is the difference.
        if !payloads.is_empty() {
            let found = input.differences(payloads);
            differences.extend(found.iter().map(|words| format!("{}: {words}", example.screen)));
        }
    }
    differences
}
