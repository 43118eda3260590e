//! The types of data that properties accept, and that references have.

use crate::catalog::ValueType;
use crate::model::screen::ReferenceTarget;
use crate::model::{DataType, FieldKind};

/// The types of data to which a property can be bound.
pub fn bindable_types(value_type: ValueType) -> &'static [DataType] {
    match value_type {
        ValueType::Text
        | ValueType::NonBlankText
        | ValueType::Image
        | ValueType::OneOf(_)
        | ValueType::Day
        | ValueType::Color => &[DataType::String],
        ValueType::Markdown => &[DataType::String, DataType::Array],
        ValueType::Boolean => &[DataType::Boolean],
        ValueType::Number(_) | ValueType::Integer => &[DataType::Number, DataType::Integer],
        ValueType::Texts | ValueType::Days | ValueType::Subset(_) | ValueType::Items(..) => {
            &[DataType::Array]
        }
        ValueType::AnyObject => &[DataType::Object],
        ValueType::DateTexts | ValueType::DateDays | ValueType::FileMessages => {
            &[DataType::String, DataType::Object]
        }
        ValueType::DateBooleans => &[DataType::Boolean, DataType::Object],
        _ => &[],
    }
}

/// The types of a reference's target, as the client sees them.
pub fn types_of(found: &ReferenceTarget<'_, '_>) -> Vec<DataType> {
    match found {
        ReferenceTarget::Data(schema) => schema.data_type().into_iter().collect(),
        ReferenceTarget::Field(component) => match component.field_kind() {
            // The client treats a passcode as a number; it is not known whether other clients do.
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
