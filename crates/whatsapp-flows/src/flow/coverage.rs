//! A check that a flow has the handlers that its Flow JSON needs, for tests.

use super::builder::Flow;
use whatsapp_flow_json::ReplySchema;

/// Checks, in a test, that a flow and its Flow JSON belong together: there is a handler for every screen with a
/// `data_exchange` action and for every screen with `refresh_on_back`, and none for a screen or an action that does not
/// exist.
///
/// # Panics
///
/// With every difference, one per line; or if the text is not Flow JSON.
#[track_caller]
pub fn assert_agrees<App, State>(flow: &Flow<App, State>, flow_json: &str) {
    let schema = ReplySchema::parse(flow_json).unwrap_or_else(|error| panic!("{error}"));
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
    differences.sort();
    differences.dedup();
    assert!(differences.is_empty(), "flow and Flow JSON differ:\n{}", differences.join("\n"));
}
