//! Example values of fields, data and expressions.

use serde_json::{Map, Value, json};

use super::expression::result_type;
use super::types::Type;
use crate::json;
use crate::model::expression::whole_reference;
use crate::model::{Component, DataType, Document, FieldKind, Meaning, Schema, Screen};

/// A text that no rule about the value of a field rejects.
const TEXT: &str = "text";
const DAY: &str = "2026-01-31";
/// The same day in milliseconds, which a DatePicker sends before version 5.0.
const DAY_IN_MILLISECONDS: &str = "1769817600000";

/// The value of a member of a payload, at a time when the user has filled in every field.
pub fn payload_value<'j>(
    document: &Document<'j>,
    screen: &Screen<'j>,
    value: json::Value<'j>,
) -> Value {
    if is_in_example(value) {
        return read(value);
    }
    match document.meaning(screen, value) {
        Meaning::Constant(value) => read(value),
        Meaning::Field(field) => {
            let reference = whole_reference(value);
            let owner = reference.as_ref().and_then(|of| document.referred_screen(screen, of));
            match reference.is_some_and(|reference| reference.path.len() > 1) {
                true => DAY.into(),
                false => field_value(document, owner.unwrap_or(screen), field),
            }
        }
        Meaning::Data(schema) => match data_value(schema) {
            // An empty text counts as absent.
            Value::String(text) if text.is_empty() => TEXT.into(),
            value => value,
        },
        Meaning::Expression(value) => match result_type(value.source()).0 {
            Type::Boolean => true.into(),
            Type::Number => 1.into(),
            _ => TEXT.into(),
        },
        Meaning::Nested(value) if value.kind() == json::Kind::Object => {
            let members = value.members();
            let members = members
                .map(|(name, value)| (name.text.into(), payload_value(document, screen, value)));
            Value::Object(members.collect())
        }
        Meaning::Nested(value) => {
            value.items().map(|item| payload_value(document, screen, item)).collect()
        }
        Meaning::Unknown(_) => TEXT.into(),
    }
}

/// The example of a schema, or a value of its type.
pub fn data_value(schema: Schema<'_>) -> Value {
    if let Some(example) = schema.example() {
        return without_nulls(read(example));
    }
    match schema.data_type() {
        Some(DataType::Number | DataType::Integer) => 1.into(),
        Some(DataType::Boolean) => true.into(),
        Some(DataType::Array) => schema.items().map(data_value).into_iter().collect(),
        Some(DataType::Object) => {
            let members = schema.properties();
            let members = members.map(|(name, schema)| (name.text.into(), data_value(schema)));
            Value::Object(members.collect())
        }
        Some(DataType::String) | None => TEXT.into(),
    }
}

/// The value of a field that the user has filled in.
fn field_value<'j>(document: &Document<'j>, screen: &Screen<'j>, field: &Component<'j>) -> Value {
    match field.field_kind() {
        Some(FieldKind::Text) => match &*field.input_type() {
            "email" => "ada@example.com".into(),
            "phone" => "+442079460000".into(),
            "passcode" => "1234".into(),
            _ => TEXT.into(),
        },
        Some(FieldKind::Number) => 1.into(),
        Some(FieldKind::Choice) => option_id(document, screen, field),
        Some(FieldKind::Choices) => json!([option_id(document, screen, field)]),
        Some(FieldKind::Agreement) => true.into(),
        Some(FieldKind::Date) => {
            let old = document.version().is_some_and(|version| version < (5, 0));
            if old && field.kind() == "DatePicker" { DAY_IN_MILLISECONDS } else { DAY }.into()
        }
        Some(FieldKind::DateRange) => json!({ "start-date": DAY, "end-date": DAY }),
        Some(FieldKind::Media) => json!([{
            "media_id": "1",
            "cdn_url": "https://mmg.whatsapp.net/v/1",
            "file_name": "1.jpg",
            "encryption_metadata": { "encrypted_hash": "a", "iv": "a", "encryption_key": "a",
                "hmac_key": "a", "plaintext_hash": "a" },
        }]),
        None => TEXT.into(),
    }
}

/// The id of the first option of a field, as far as the document shows it.
fn option_id<'j>(document: &Document<'j>, screen: &Screen<'j>, field: &Component<'j>) -> Value {
    let options = ["data-source", "list-items"].iter().find_map(|name| field.property(name));
    let list = options.and_then(|options| match document.meaning(screen, options) {
        Meaning::Data(schema) => schema.example(),
        _ => Some(options),
    });
    let ids = list.into_iter().flat_map(json::Value::items).filter_map(|item| item.member("id"));
    let first = ids.filter_map(json::Value::as_str).find(|id| !id.is_empty());
    first.as_deref().unwrap_or("1").into()
}

/// Returns whether a value is part of the example of a screen's data, in which nothing is
/// evaluated.
fn is_in_example(value: json::Value<'_>) -> bool {
    let mut parents = std::iter::successors(Some(value), |value| value.parent());
    parents.any(|value| value.name().is_some_and(|name| name.text == "__example__"))
}

fn read(value: json::Value<'_>) -> Value {
    serde_json::from_str(value.source()).unwrap_or_default()
}

/// Removes nulls, as an endpoint does before it sends data.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !value.is_null());
            members.map(|(name, value)| (name, without_nulls(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}
