//! The sample flows, played to the end.

use serde_json::json;
use whatsapp_flow_json::client::FlowJson;

use super::play::Play;

fn sample(name: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(format!("tests/flow_json/samples/{name}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn appointment_is_booked() {
    let mut play = Play::exchange(&sample("appointment"));
    assert_eq!((play.sent().action.name(), play.sent().screen.as_str()), ("INIT", ""));
    let choices = |name: &str| json!([{ "id": name, "title": name }]);
    play.reply("APPOINTMENT", json!({
        "department": [{ "id": "beauty", "title": "Beauty" }, { "id": "home", "title": "Home" }],
        "location": choices("1"), "is_location_enabled": false,
        "date": choices("2026-01-05"), "is_date_enabled": false,
        "time": choices("10:30"), "is_time_enabled": false,
        "chosen": {}, "typed": {},
    }));
    assert!(
        play.refused(|user| user.tap("Continue"))
            .contains("`Continue` is disabled: `Department` is required")
    );
    play.choose("Department", "Beauty");
    assert_eq!(play.sent().data["department"], "beauty");
}

#[test]
fn basic_is_completed() {
    let mut play = Play::exchange(&sample("basic"));
    let document = sample("basic");
    let flow = FlowJson::parse(&document.to_string()).unwrap();
    let screen = flow.screens().next().unwrap().to_owned();
    play.reply(&screen, serde_json::Value::Object(flow.examples(&screen).unwrap().clone()));
    eprintln!("{}", play.view());
}
