//! Mistakes that panic when a flow or an endpoint is built.

use super::*;

#[test]
#[should_panic(expected = "screen FORM already has an `on` or `once` handler; remove one")]
fn a_second_handler_of_a_screen_panics() {
    let _ = flow().on::<Form>(submit);
}

#[test]
#[should_panic(expected = "two flows are served on /form/")]
fn a_second_flow_on_a_path_panics() {
    let _ = endpoint(MemoryStore::new()).serve("/form/", flow());
}
