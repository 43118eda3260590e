//! The properties whose values are restricted beyond their type.

use crate::catalog::{Property, ValueType};

/// Returns whether the property rejects some values of its type.
pub(crate) fn is_restricted(property: &Property) -> bool {
    !matches!(
        property.value_type,
        ValueType::Name
            | ValueType::Boolean
            | ValueType::LiteralBoolean
            | ValueType::LiteralInteger(..)
            | ValueType::LiteralOneOf(_)
            | ValueType::Texts
            | ValueType::LiteralSubset(_)
            | ValueType::DateBooleans
            | ValueType::AnyObject
            | ValueType::Expression
            | ValueType::Condition
            | ValueType::Action(_)
            | ValueType::Components
            | ValueType::Cases
    )
}
