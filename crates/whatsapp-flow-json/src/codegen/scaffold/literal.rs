//! Rust expressions for the examples of a data model.

use serde_json::Value;

use crate::codegen::name::{self, Scope};
use crate::codegen::structs::StructTable;
use crate::codegen::types::{Field, Type};

/// Writes expressions, and records what they need.
pub struct Literals<'a, 'd> {
    pub structs: &'a StructTable<'d>,
    /// The names of the structs that were written.
    pub used: std::collections::BTreeSet<String>,
    /// An expression uses `json!`.
    pub uses_json: bool,
}

impl Literals<'_, '_> {
    /// The members of a struct with these examples: `{ a: 1, b: None }`.
    pub fn members(&mut self, fields: &[Field<'_>], example: &Value) -> String {
        let mut scope = Scope::default();
        let members: Vec<_> = fields
            .iter()
            .map(|field| {
                let name = scope.take(&name::member_name(&field.wire));
                let value = self.field(field, example.get(&*field.wire));
                format!("{name}: {value}")
            })
            .collect();
        format!("{{ {} }}", members.join(", "))
    }

    fn field(&mut self, field: &Field<'_>, example: Option<&Value>) -> String {
        let example = example.filter(|example| !example.is_null());
        let is_optional = field.absent && field.kind != Type::Choices;
        match example {
            None if is_optional => "None".into(),
            None => self.value(&field.kind, &Value::Null),
            Some(example) if is_optional => format!("Some({})", self.value(&field.kind, example)),
            Some(example) => self.value(&field.kind, example),
        }
    }

    fn value(&mut self, kind: &Type, example: &Value) -> String {
        match kind {
            Type::Text => match example.as_str() {
                None | Some("") => "String::new()".into(),
                Some(text) => format!("{text:?}.into()"),
            },
            Type::Number => {
                let number = example.as_f64().unwrap_or_default();
                format!("{number:?}")
            }
            Type::Integer => example.as_i64().unwrap_or_default().to_string(),
            Type::Boolean => example.as_bool().unwrap_or_default().to_string(),
            Type::Value | Type::Media | Type::DateRange => {
                self.uses_json = true;
                match kind {
                    Type::Value => format!("json!({example})"),
                    _ => "Default::default()".into(),
                }
            }
            Type::Members => {
                self.uses_json = true;
                let object = if example.is_object() { example.to_string() } else { "{}".into() };
                format!("json!({object}).as_object().cloned().unwrap_or_default()")
            }
            Type::Choices => {
                let ids = example.as_array().into_iter().flatten().filter_map(Value::as_str);
                let ids: Vec<_> = ids.map(|id| format!("{id:?}.into()")).collect();
                format!("vec![{}]", ids.join(", "))
            }
            Type::List(item) => {
                let items = example.as_array().into_iter().flatten();
                let items: Vec<_> = items.map(|example| self.value(item, example)).collect();
                format!("vec![{}]", items.join(", "))
            }
            Type::Struct(index) => {
                let structure = self.structs.get(*index);
                let name = structure.name.clone();
                self.used.insert(name.clone());
                let members = self.members(&structure.fields, example);
                format!("{name} {members}")
            }
        }
    }
}
