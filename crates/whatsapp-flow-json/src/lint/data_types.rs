//! The types of data that properties accept, and that references have.

use crate::catalog::Shape;
use crate::model::screen::Found;
use crate::model::{DataType, FieldKind};

/// The types of data to which a property can be bound.
pub fn fits(shape: Shape) -> &'static [DataType] {
    match shape {
        Shape::Text
        | Shape::FilledText
        | Shape::Image
        | Shape::AnyOf(_)
        | Shape::Day
        | Shape::Color => &[DataType::String],
        Shape::Markdown => &[DataType::String, DataType::Array],
        Shape::Boolean => &[DataType::Boolean],
        Shape::Number(_) | Shape::Integer => &[DataType::Number, DataType::Integer],
        Shape::Texts | Shape::Days | Shape::SomeOf(_) | Shape::Items(..) => &[DataType::Array],
        Shape::Values => &[DataType::Object],
        Shape::TextPerDate | Shape::DayPerDate | Shape::MediaMessage => {
            &[DataType::String, DataType::Object]
        }
        Shape::BooleanPerDate => &[DataType::Boolean, DataType::Object],
        _ => &[],
    }
}

/// The types that something can have, by what the client takes it for.
pub fn types(found: &Found<'_, '_>) -> Vec<DataType> {
    match found {
        Found::Data(schema) => schema.data_type().into_iter().collect(),
        Found::Field(component) => match component.field_kind() {
            // The client takes a passcode for a number; whether phones do is not known.
            Some(FieldKind::Text) if component.input_type() == "passcode" => {
                vec![DataType::String, DataType::Number]
            }
            Some(FieldKind::Text | FieldKind::Choice | FieldKind::Date) => vec![DataType::String],
            Some(FieldKind::Number) => vec![DataType::Number, DataType::Integer],
            Some(FieldKind::Choices | FieldKind::Media) => vec![DataType::Array],
            Some(FieldKind::Agreement) => vec![DataType::Boolean],
            Some(FieldKind::DateRange) => vec![DataType::Object],
            None => Vec::new(),
        },
    }
}
