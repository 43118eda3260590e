//! Examples of what each screen shows and sends, by which tests compare a developer's types with
//! the document.

use super::data::DataTypes;
use super::error::Error;
use super::example_value::{data_value, payload_value};
use super::input::PayloadReader;
use super::payload::{Payload, PayloadMember};
use super::presence::Presence;
use super::structs::Path;
use crate::json::{Json, Value};
use crate::model::{Document, Screen};
use crate::span;

/// The examples of one screen.
#[derive(Debug)]
pub struct ScreenExamples {
    /// The id of the screen.
    pub screen: String,
    /// The line on which the screen starts.
    pub line: usize,
    /// Its data.
    pub data: Vec<ExampleMember>,
    /// The payload of each `data_exchange` action; `None` if the document does not show all of
    /// them.
    pub payloads: Option<Vec<ExamplePayload>>,
}

/// The payload of an action.
#[derive(Debug)]
pub struct ExamplePayload {
    /// The line of the action.
    pub line: usize,
    /// Its members, all of which have a value.
    pub members: Vec<ExampleMember>,
}

/// A member of a screen's data, or of a payload.
#[derive(Debug)]
pub struct ExampleMember {
    /// Its name.
    pub name: String,
    /// The line of its value.
    pub line: usize,
    /// A value as a client or an endpoint may send it.
    pub value: serde_json::Value,
    /// The substitute that is sent when it has no value.
    pub when_empty: WhenEmpty,
}

/// The form in which a member without a value is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenEmpty {
    /// It always has a value.
    NeverEmpty,
    /// It is left out.
    LeftOut,
    /// It is sent as `""`.
    EmptyText,
}

/// Returns the examples of every screen of a Flow JSON.
///
/// # Errors
///
/// Returns an error for a text of which no types can be generated.
pub fn screen_examples(flow_json: &str) -> Result<Vec<ScreenExamples>, Error> {
    let json = Json::parse(flow_json).map_err(|error| Error {
        position: span::position(flow_json, error.offset),
        message: error.message.to_owned(),
    })?;
    let document = &Document::read(&json);
    let ids = super::ids(document)?;
    let screens = || document.screens().iter().enumerate();
    let path = |index: usize| Path::from(index, &ids[index]);
    let mut data = DataTypes::of(document);
    let mut shown = Vec::new();
    for (index, screen) in screens() {
        let fields = data.screen(screen.data(), &path(index))?;
        let members = fields.into_iter().filter_map(|field| {
            let schema = screen.data_member(&field.wire)?;
            let when_empty = if field.absent { WhenEmpty::LeftOut } else { WhenEmpty::NeverEmpty };
            Some(member(&field.wire, schema.value(), data_value(schema), when_empty))
        });
        shown.push(members.collect());
    }
    let presence = Presence::of(document);
    let mut examples = Vec::new();
    for ((index, screen), data_members) in screens().zip(shown) {
        let mut reader = PayloadReader { document, presence: &presence, data: &mut data };
        let payloads = reader.payloads(screen, &path(index))?;
        let payloads = payloads
            .map(|all| all.iter().map(|payload| read_payload(document, screen, payload)).collect());
        let (id, line) = (ids[index].clone(), screen.line());
        examples.push(ScreenExamples { screen: id, line, data: data_members, payloads });
    }
    Ok(examples)
}

fn read_payload<'j>(
    document: &Document<'j>,
    screen: &Screen<'j>,
    payload: &Payload<'j>,
) -> ExamplePayload {
    let members = payload.members.iter().map(|sent| {
        let value = payload_value(document, screen, sent.value);
        member(&sent.field.wire, sent.value, value, when_empty(sent))
    });
    let line = payload.lines.first().copied().unwrap_or_default();
    ExamplePayload { line, members: members.collect() }
}

fn when_empty(member: &PayloadMember<'_>) -> WhenEmpty {
    match (member.field.absent, member.certain) {
        (false, _) => WhenEmpty::NeverEmpty,
        (true, false) => WhenEmpty::LeftOut,
        (true, true) => WhenEmpty::EmptyText,
    }
}

fn member(
    name: &str,
    place: Value<'_>,
    value: serde_json::Value,
    when_empty: WhenEmpty,
) -> ExampleMember {
    ExampleMember { name: name.to_owned(), line: place.position().line, value, when_empty }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn payloads_have_values_that_a_client_sends() {
        let flow = r#"{ "screens": [ { "id": "A",
            "data": { "required": ["x"], "x": { "type": "string", "__example__": "" },
                "days": { "type": "array", "__example__": [ { "id": "mon", "note": null } ] } },
            "layout": { "children": [
                { "type": "TextInput", "name": "mail", "input-type": "email" },
                { "type": "Dropdown", "name": "day", "data-source": "${data.days}",
                  "on-select-action": { "name": "data_exchange", "payload": { "day": "${form.day}" } } },
                { "type": "Footer", "on-click-action": { "name": "data_exchange", "payload": {
                    "x": "${data.x}",
                    "mail": "${form.mail}", "constant": 7, "nothing": null,
                    "in": { "day": ["${form.day}"] } } } } ] } } ] }"#;
        let found = screen_examples(flow).unwrap().remove(0);
        let members = |members: Vec<ExampleMember>| -> Vec<_> {
            members.into_iter().map(|m| (m.name, m.line, m.value, m.when_empty)).collect()
        };
        use WhenEmpty::{EmptyText, LeftOut, NeverEmpty};
        assert_eq!((found.screen.as_str(), found.line), ("A", 1));
        assert_eq!(
            members(found.data),
            [
                ("x".into(), 2, json!(""), NeverEmpty),
                ("days".into(), 3, json!([{ "id": "mon" }]), LeftOut),
            ]
        );
        let mut payloads = found.payloads.unwrap().into_iter();
        let select = payloads.next().unwrap();
        assert_eq!(select.line, 7);
        assert_eq!(members(select.members), [("day".into(), 7, json!("mon"), EmptyText)]);
        let footer = payloads.next().unwrap();
        assert_eq!(footer.line, 8);
        assert_eq!(
            members(footer.members),
            [
                ("x".into(), 9, json!("text"), NeverEmpty),
                ("mail".into(), 10, json!("ada@example.com"), LeftOut),
                ("constant".into(), 10, json!(7), NeverEmpty),
                ("in".into(), 11, json!({ "day": ["mon"] }), NeverEmpty),
            ]
        );
    }

    #[test]
    fn payloads_of_items_without_an_example_are_unknown() {
        let list = |example: &str| {
            format!(
                r#"{{ "screens": [ {{ "id": "A",
                    "data": {{ "items": {{ "type": "array", "__example__": {example} }} }},
                    "layout": {{ "children": [
                        {{ "type": "NavigationList", "list-items": "${{data.items}}" }} ] }} }} ] }}"#
            )
        };
        let found = screen_examples(&list("[]")).unwrap();
        assert!(found[0].payloads.is_none());
        let action = r#"{ "name": "data_exchange", "payload": { "sel": "${x}" } }"#;
        let found = screen_examples(&list(&format!(r#"[{{ "on-click-action": {action} }}]"#)));
        let payloads = found.unwrap().remove(0).payloads.unwrap();
        assert_eq!(payloads[0].members[0].value, "${x}", "an example is not evaluated");
    }
}
