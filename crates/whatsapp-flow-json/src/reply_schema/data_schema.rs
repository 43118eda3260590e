//! The data model of a screen (FJ, *Data model*): the part of JSON Schema that Flow JSON knows, and what
//! does not fit it.

use serde_json::{Map, Value};

use crate::value::Misfit;

/// What a value must be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Schema {
    kind: Kind,
    properties: Members,
    required: Vec<String>,
    items: Option<Box<Schema>>,
}

/// The members of an object by name, in order.
pub(crate) type Members = Vec<(String, Schema)>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    String,
    Number,
    Boolean,
    Object,
    Array,
    /// No type, or one that Meta's page does not list.
    #[default]
    Any,
}

impl Schema {
    /// Reads a schema. What is not understood is not demanded.
    pub fn read(json: &Value) -> Self {
        let kind = match json["type"].as_str() {
            Some("string") => Kind::String,
            Some("number") => Kind::Number,
            Some("boolean") => Kind::Boolean,
            Some("object") => Kind::Object,
            Some("array") => Kind::Array,
            _ => Kind::Any,
        };
        let properties = json["properties"].as_object().map(Self::read_all).unwrap_or_default();
        let names = json["required"].as_array().into_iter().flatten();
        let required = names.filter_map(|name| name.as_str().map(str::to_owned)).collect();
        let items = json.get("items").filter(|items| items.is_object());
        Self { kind, properties, required, items: items.map(|items| Box::new(Self::read(items))) }
    }

    /// The schemas of an object's members.
    pub fn read_all(members: &Map<String, Value>) -> Members {
        let mut read: Members =
            members.iter().map(|(name, schema)| (name.clone(), Self::read(schema))).collect();
        read.sort_by(|(a, _), (b, _)| a.cmp(b));
        read
    }

    /// Whether a value fits.
    pub fn fits(&self, value: &Value) -> Result<(), Misfit> {
        match (self.kind, value) {
            (Kind::Any, _)
            | (Kind::String, Value::String(_))
            | (Kind::Number, Value::Number(_))
            | (Kind::Boolean, Value::Bool(_)) => Ok(()),
            (Kind::Object, Value::Object(members)) => self.members_fit(members),
            (Kind::Array, Value::Array(items)) => match &self.items {
                Some(schema) => all_fit(schema, items),
                None => Ok(()),
            },
            (kind, _) => Err(Misfit { member: String::new(), expected: kind.name() }),
        }
    }

    /// What the items of a list are.
    pub fn items(&self) -> Option<&Self> {
        self.items.as_deref().filter(|_| self.kind == Kind::Array)
    }

    /// The schemas of these members, if it is of objects that have no others.
    pub fn members<'n>(&self, names: impl Iterator<Item = &'n str>) -> Option<Vec<Option<&Self>>> {
        if self.kind != Kind::Object || !self.required.is_empty() {
            return None;
        }
        let find = |name| self.properties.iter().find(|(known, _)| known == name);
        let named: Vec<_> = names.map(|name| find(name).map(|(_, schema)| schema)).collect();
        (named.iter().flatten().count() == self.properties.len()).then_some(named)
    }

    fn members_fit(&self, members: &Map<String, Value>) -> Result<(), Misfit> {
        members_fit(&self.properties, members, |_, schema, value| schema.fits(value))?;
        match self.required.iter().find(|name| !members.contains_key(*name)) {
            Some(missing) => {
                Err(Misfit { member: missing.clone(), expected: "a member that is required" })
            }
            None => Ok(()),
        }
    }
}

/// Whether every member that a model names fits it, if it is there; others are left alone. `fits` is told
/// its place in the model.
pub(crate) fn members_fit<'v>(
    model: &[(String, Schema)],
    members: &'v Map<String, Value>,
    mut fits: impl FnMut(usize, &Schema, &'v Value) -> Result<(), Misfit>,
) -> Result<(), Misfit> {
    // Most often both have the same names, in the same order.
    let mut next = members.iter().peekable();
    for (at, (name, schema)) in model.iter().enumerate() {
        let found = next.next_if(|(found, _)| *found == name).map(|(_, value)| value);
        if let Some(value) = found.or_else(|| members.get(name)) {
            fits(at, schema, value).map_err(|misfit| misfit.under(name))?;
        }
    }
    Ok(())
}

fn all_fit(schema: &Schema, items: &[Value]) -> Result<(), Misfit> {
    for (at, item) in items.iter().enumerate() {
        schema.fits(item).map_err(|misfit| misfit.at(at))?;
    }
    Ok(())
}

impl Kind {
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

    fn misfit(schema: Value, value: Value) -> Option<(String, &'static str)> {
        let misfit = Schema::read(&schema).fits(&value).err()?;
        Some((misfit.member, misfit.expected))
    }

    #[test]
    fn types_are_held_however_deep_and_what_is_not_named_is_free() {
        let options = json!({ "type": "array", "items": { "type": "object", "properties": {
            "id": { "type": "string" }, "enabled": { "type": "boolean" },
            "more": { "type": "object", "properties": { "n": { "type": "number" } }, "required": ["n"] },
        } } });
        let fits = |value: Value| misfit(options.clone(), value);
        assert_eq!(fits(json!([])), None);
        assert_eq!(fits(json!([{ "id": "1", "other": null }, { "enabled": true }])), None);
        assert_eq!(fits(json!({})), Some((String::new(), "an array")));
        assert_eq!(fits(json!([{ "id": "1" }, 7])), Some(("[1]".into(), "an object")));
        assert_eq!(fits(json!([{ "id": 1 }])), Some(("[0].id".into(), "a string")));
        assert_eq!(fits(json!([{ "enabled": null }])), Some(("[0].enabled".into(), "a boolean")));
        assert_eq!(
            fits(json!([{ "more": {} }])),
            Some(("[0].more.n".into(), "a member that is required"))
        );
        assert_eq!(
            fits(json!([{ "more": { "n": "1" } }])),
            Some(("[0].more.n".into(), "a number"))
        );
        assert_eq!(misfit(json!({ "type": "date" }), json!(1)), None, "an unknown type");
        assert_eq!(misfit(json!({}), json!(null)), None);
    }
}
