//! The types of a screen's data model (FJ, *Data model*): the part of JSON Schema that Flow JSON
//! supports.

use serde_json::{Map, Value};

use crate::value::Violation;

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DataSchema {
    kind: DataKind,
    properties: MemberSchemas,
    required: Vec<String>,
    items: Option<Box<DataSchema>>,
}

/// The members of an object by name, in order.
pub(crate) type MemberSchemas = Vec<(String, DataSchema)>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum DataKind {
    String,
    Number,
    Boolean,
    Object,
    Array,
    /// No type, or a type that Meta's page does not list.
    #[default]
    Any,
}

impl DataSchema {
    /// Reads a schema. Keywords that are not supported are ignored.
    pub fn read(json: &Value) -> Self {
        let kind = match json["type"].as_str() {
            Some("string") => DataKind::String,
            Some("number") => DataKind::Number,
            Some("boolean") => DataKind::Boolean,
            Some("object") => DataKind::Object,
            Some("array") => DataKind::Array,
            _ => DataKind::Any,
        };
        let properties = json["properties"].as_object().map(Self::read_all).unwrap_or_default();
        let names = json["required"].as_array().into_iter().flatten();
        let required = names.filter_map(|name| name.as_str().map(str::to_owned)).collect();
        let items = json.get("items").filter(|items| items.is_object());
        Self { kind, properties, required, items: items.map(|items| Box::new(Self::read(items))) }
    }

    /// The schemas of an object's members.
    pub fn read_all(members: &Map<String, Value>) -> MemberSchemas {
        let mut read: MemberSchemas =
            members.iter().map(|(name, schema)| (name.clone(), Self::read(schema))).collect();
        read.sort_by(|(a, _), (b, _)| a.cmp(b));
        read
    }

    /// Checks a value.
    pub fn check(&self, value: &Value) -> Result<(), Violation> {
        match (self.kind, value) {
            (DataKind::Any, _)
            | (DataKind::String, Value::String(_))
            | (DataKind::Number, Value::Number(_))
            | (DataKind::Boolean, Value::Bool(_)) => Ok(()),
            (DataKind::Object, Value::Object(members)) => self.check_members(members),
            (DataKind::Array, Value::Array(items)) => match &self.items {
                Some(schema) => check_items(schema, items),
                None => Ok(()),
            },
            (kind, _) => Err(Violation { member: String::new(), expected: kind.name() }),
        }
    }

    /// The schema of a list's items.
    pub fn items(&self) -> Option<&Self> {
        self.items.as_deref().filter(|_| self.kind == DataKind::Array)
    }

    /// The schemas of these members, if the schema describes objects without any others.
    pub fn members<'n>(&self, names: impl Iterator<Item = &'n str>) -> Option<Vec<Option<&Self>>> {
        if self.kind != DataKind::Object || !self.required.is_empty() {
            return None;
        }
        let find = |name| self.properties.iter().find(|(known, _)| known == name);
        let named: Vec<_> = names.map(|name| find(name).map(|(_, schema)| schema)).collect();
        (named.iter().flatten().count() == self.properties.len()).then_some(named)
    }

    fn check_members(&self, members: &Map<String, Value>) -> Result<(), Violation> {
        check_members(&self.properties, members, |_, schema, value| schema.check(value))?;
        match self.required.iter().find(|name| !members.contains_key(*name)) {
            Some(missing) => {
                Err(Violation { member: missing.clone(), expected: "a required member" })
            }
            None => Ok(()),
        }
    }
}

/// Checks the members that a model declares, as far as they are present; others are ignored.
/// `check` gets the index in the model.
pub(crate) fn check_members<'v>(
    model: &[(String, DataSchema)],
    members: &'v Map<String, Value>,
    mut fits: impl FnMut(usize, &DataSchema, &'v Value) -> Result<(), Violation>,
) -> Result<(), Violation> {
    // Usually both have the same names in the same order.
    let mut next = members.iter().peekable();
    for (at, (name, schema)) in model.iter().enumerate() {
        let found = next.next_if(|(found, _)| *found == name).map(|(_, value)| value);
        if let Some(value) = found.or_else(|| members.get(name)) {
            fits(at, schema, value).map_err(|violation| violation.in_member(name))?;
        }
    }
    Ok(())
}

fn check_items(schema: &DataSchema, items: &[Value]) -> Result<(), Violation> {
    for (at, item) in items.iter().enumerate() {
        schema.check(item).map_err(|violation| violation.in_item(at))?;
    }
    Ok(())
}

impl DataKind {
    fn name(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Object => "an object",
            Self::Array => "an array",
            Self::Any => "anything",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn violation(schema: Value, value: Value) -> Option<(String, &'static str)> {
        let violation = DataSchema::read(&schema).check(&value).err()?;
        Some((violation.member, violation.expected))
    }

    #[test]
    fn nested_types_are_checked() {
        let options = json!({ "type": "array", "items": { "type": "object", "properties": {
            "id": { "type": "string" }, "enabled": { "type": "boolean" },
            "more": { "type": "object", "properties": { "n": { "type": "number" } }, "required": ["n"] },
        } } });
        let fits = |value: Value| violation(options.clone(), value);
        assert_eq!(fits(json!([])), None);
        assert_eq!(fits(json!([{ "id": "1", "other": null }, { "enabled": true }])), None);
        assert_eq!(fits(json!({})), Some((String::new(), "an array")));
        assert_eq!(fits(json!([{ "id": "1" }, 7])), Some(("[1]".into(), "an object")));
        assert_eq!(fits(json!([{ "id": 1 }])), Some(("[0].id".into(), "a string")));
        assert_eq!(fits(json!([{ "enabled": null }])), Some(("[0].enabled".into(), "a boolean")));
        assert_eq!(fits(json!([{ "more": {} }])), Some(("[0].more.n".into(), "a required member")));
        assert_eq!(
            fits(json!([{ "more": { "n": "1" } }])),
            Some(("[0].more.n".into(), "a number"))
        );
        assert_eq!(violation(json!({ "type": "date" }), json!(1)), None, "an unknown type");
        assert_eq!(violation(json!({}), json!(null)), None);
    }
}
