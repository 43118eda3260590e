//! Generated screens agree with their documents, and no member of a payload can be renamed without being noticed.

use whatsapp_flows::testing::assert_screen_agrees;
use whatsapp_flows::{Context, Flow, ReplyTo, Result, assert_agrees, close};

use super::*;

async fn on<S: Screen>(_: Context<()>, _: Input<S>) -> Result<ReplyTo<S>> {
    Ok(close())
}

async fn back<S: Screen>(_: Context<()>) -> Result<ReplyTo<S>> {
    Ok(close())
}

fn empty() -> Flow<()> {
    Flow::new(())
}

/// Each document, and a flow with a handler for each screen that sends something.
fn flows() -> Vec<(&'static str, Flow<()>)> {
    use own_words::{AnyItems, Items, OtherItems, SelfScreen};
    use payloads::{Alike, Members, NamedTriggers, Nothing, Triggers};
    let appointment = empty()
        .on::<appointment::Appointment>(on::<appointment::Appointment>)
        .on::<appointment::Details>(on::<appointment::Details>)
        .on::<appointment::Summary>(on::<appointment::Summary>)
        .on_back::<appointment::Details>(back::<appointment::Details>)
        .on_back::<appointment::Summary>(back::<appointment::Summary>);
    let fields = empty()
        .on::<fields::Fields>(on::<fields::Fields>)
        .on::<fields::Uploads>(on::<fields::Uploads>)
        .on::<fields::Done>(on::<fields::Done>);
    let numbers =
        empty().on::<numbers::Order>(on::<numbers::Order>).on::<numbers::Pay>(on::<numbers::Pay>);
    let own_words = empty()
        .on::<SelfScreen>(on::<SelfScreen>)
        .on::<Items>(on::<Items>)
        .on::<AnyItems>(on::<AnyItems>)
        .on::<OtherItems>(on::<OtherItems>);
    let payloads = empty()
        .on::<Triggers>(on::<Triggers>)
        .on::<NamedTriggers>(on::<NamedTriggers>)
        .on::<Members>(on::<Members>)
        .on::<Alike>(on::<Alike>)
        .on::<Nothing>(on::<Nothing>);
    vec![
        ("appointment", appointment),
        ("basic", empty().on::<basic::MyScreen>(on::<basic::MyScreen>)),
        ("fields", fields),
        ("numbers", numbers),
        ("own_words", own_words),
        ("passed_on", empty().on::<passed_on::Third>(on::<passed_on::Third>)),
        ("payloads", payloads),
    ]
}

fn document(name: &str) -> String {
    read(&format!("tests/types/{name}.json"))
}

#[test]
fn generated_inputs_agree_with_their_documents() {
    for (name, flow) in flows() {
        assert_agrees(&flow, &document(name));
    }
}

#[test]
fn a_renamed_member_of_any_payload_is_noticed() {
    let mut renamed = 0;
    for (name, flow) in flows() {
        let document: Value = serde_json::from_str(&document(name)).unwrap();
        for path in payload_members(&document, String::new()) {
            let (payload, member) = path.rsplit_once('/').unwrap();
            let mut changed = document.clone();
            let payload = changed.pointer_mut(payload).unwrap().as_object_mut().unwrap();
            let value = payload.remove(member).unwrap();
            // Only a constant null is not sent.
            if !value.is_null() {
                payload.insert("renamed".into(), value);
                let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    assert_agrees(&flow, &changed.to_string());
                }));
                let found = found.err().map(|text| *text.downcast::<String>().unwrap());
                let words = found.unwrap_or_else(|| panic!("{name}: {path}"));
                assert!(words.contains("flowctl types"), "{name}: {path}: {words}");
                renamed += 1;
            }
        }
    }
    println!("{renamed} renamed");
    assert!(renamed > 90, "{renamed}");
}

/// The paths of the members of all payloads of `data_exchange` actions.
fn payload_members(value: &Value, path: String) -> Vec<String> {
    let mut found = Vec::new();
    if value["name"] == "data_exchange" {
        let members = value["payload"].as_object().into_iter().flatten();
        found.extend(members.map(|(name, _)| format!("{path}/payload/{name}")));
    }
    match value {
        Value::Object(members) => found.extend(
            members
                .iter()
                .flat_map(|(name, value)| payload_members(value, format!("{path}/{name}"))),
        ),
        Value::Array(items) => found.extend(
            items
                .iter()
                .enumerate()
                .flat_map(|(at, item)| payload_members(item, format!("{path}/{at}"))),
        ),
        _ => {}
    }
    found
}

#[test]
fn generated_screens_agree_with_their_data_models() {
    assert_screen_agrees::<appointment::Appointment>(&document("appointment"));
    assert_screen_agrees::<appointment::Terms>(&document("appointment"));
    assert_screen_agrees::<basic::MyScreen>(&document("basic"));
    assert_screen_agrees::<data::Data>(&document("data"));
    assert_screen_agrees::<data::MoreData>(&document("data"));
    assert_screen_agrees::<data::InitScreen>(&document("data"));
    assert_screen_agrees::<fields::Fields>(&document("fields"));
    assert_screen_agrees::<numbers::Order>(&document("numbers"));
    assert_screen_agrees::<numbers::Pay>(&document("numbers"));
    assert_screen_agrees::<own_words::SelfScreen>(&document("own_words"));
    assert_screen_agrees::<own_words::Items>(&document("own_words"));
    assert_screen_agrees::<passed_on::Second>(&document("passed_on"));
    assert_screen_agrees::<payloads::Members>(&document("payloads"));
}
