//! Generated files: they are current, narrow, and represent the data of their documents.

use super::*;

#[test]
fn generated_files_are_current() {
    let mut stale = Vec::new();
    for (document, screens) in generated() {
        let name = Path::new(&document).file_name().unwrap().to_str().unwrap();
        let text = print(&read(&document), name).unwrap();
        if std::fs::read_to_string(root().join(&screens)).ok() != Some(text) {
            stale.push(format!("flowctl types --force {document} > {screens}"));
        }
    }
    assert!(stale.is_empty(), "to renew what is stale:\n{}", stale.join("\n"));
}

#[test]
fn generated_lines_are_at_most_100_columns_wide() {
    for (_, screens) in generated() {
        for line in read(&screens).lines() {
            let long = line.chars().count() > 100;
            assert!(!long || line.trim_start().starts_with("rename = "), "{screens}: {line}");
        }
    }
}

#[test]
fn every_example_survives_a_round_trip_through_its_struct() {
    let mut shown = Vec::new();
    let mut tried = |document: &str, screens: &[RoundTrip]| {
        let document: Value = serde_json::from_str(&read(document)).unwrap();
        for screen in document["screens"].as_array().unwrap() {
            let id = screen["id"].as_str().unwrap();
            let no_data = Map::new();
            let model = screen["data"].as_object().unwrap_or(&no_data);
            let examples = model
                .iter()
                .filter(|(name, model)| *name != "required" || !model.is_array())
                .map(|(name, model)| (name.clone(), without_nulls(model["__example__"].clone())));
            let examples: Map<_, _> = examples.collect();
            if !examples.is_empty() {
                let known = screens.iter().find(|(known, _)| *known == id);
                let (_, round_trip) = known.unwrap_or_else(|| panic!("{id} is not tried"));
                shown.push(examples.len());
                round_trip(&examples.into());
            }
        }
    };
    tried(
        "tests/types/appointment.json",
        &[
            of::<appointment::Appointment>(),
            of::<appointment::Details>(),
            of::<appointment::Summary>(),
        ],
    );
    tried("tests/types/basic.json", &[of::<basic::MyScreen>()]);
    tried(
        "tests/types/data.json",
        &[of::<data::Data>(), of::<data::MoreData>(), of::<data::InitScreen>()],
    );
    tried(
        "tests/types/own_words.json",
        &[
            of::<own_words::SelfScreen>(),
            of::<own_words::Items>(),
            of::<own_words::AnyItems>(),
            of::<own_words::OtherItems>(),
        ],
    );
    tried("tests/types/fields.json", &[of::<fields::Fields>()]);
    tried("tests/types/numbers.json", &[of::<numbers::Order>(), of::<numbers::Pay>()]);
    tried("tests/types/passed_on.json", &[of::<passed_on::Second>(), of::<passed_on::Third>()]);
    tried("tests/types/payloads.json", &[of::<payloads::Triggers>(), of::<payloads::Members>()]);
    println!("{} examples of {} screens", shown.iter().sum::<usize>(), shown.len());
    assert!(shown.len() >= 12 && shown.iter().sum::<usize>() >= 60, "{shown:?}");
}

/// A screen's id, and the round trip of its examples.
type RoundTrip = (&'static str, fn(&Value));

fn of<S: Screen + DeserializeOwned>() -> RoundTrip {
    fn round_trip<S: Serialize + DeserializeOwned>(value: &Value) {
        let screen: S = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&screen).unwrap(), *value);
    }
    (S::ID, round_trip::<S>)
}

/// Removes nulls, as the library does.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !value.is_null());
            members.map(|(name, value)| (name, without_nulls(value))).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}
