//! The types of a screen's data model.
//!
//! The model declares the members; its `__example__` shows which are optional, and members that the
//! model does not declare.

use std::collections::{HashMap, HashSet};

use super::error::Error;
use super::structs::{Path, StructTable};
use super::types::{Field, Type};
use crate::json::{Kind, Name, Value};
use crate::model::{DataType, Document, Meaning, Schema};

/// The types that have been read.
#[derive(Default)]
pub struct DataTypes<'j> {
    pub structs: StructTable<'j>,
    /// The type of each schema by its id, and whether its value may be absent.
    known: HashMap<usize, (Type, bool)>,
    /// The ids of schemas of error messages, which have a member for each field.
    errors: HashSet<usize>,
}

/// The maximum depth: deeper data is not readable, and would need a deeper stack.
const MAX_DEPTH: usize = 16;

impl<'j> DataTypes<'j> {
    /// Finds the schemas of error messages. They have a member only for each field that is wrong.
    pub fn of(document: &Document<'j>) -> Self {
        let mut data = Self::default();
        for screen in document.screens() {
            let bound = screen.components().iter().flat_map(|component| {
                ["error-messages", "error-message"].map(|name| component.property(name))
            });
            for errors in bound.flatten() {
                if let Meaning::Data(schema) = document.meaning(screen, errors) {
                    data.errors.insert(schema.value().id());
                }
            }
        }
        data
    }

    /// The members of a screen's data.
    pub fn screen(
        &mut self,
        data: &[(Name<'j>, Schema<'j>)],
        path: &Path,
    ) -> Result<Vec<Field<'j>>, Error> {
        let mut fields = Vec::new();
        let mut members = last_of_each_name(data.iter().cloned());
        // The keyword of JSON Schema, as within an object; not a member of the data.
        let is_required = |(name, schema): &(Name<'j>, Schema<'j>)| {
            name.text == "required" && schema.value().kind() == Kind::Array
        };
        let required = members.iter().position(is_required).map(|at| members.remove(at).1);
        let required: Option<Vec<_>> =
            required.map(|names| names.value().items().filter_map(Value::as_str).collect());
        for (name, schema) in members {
            let absent = required.as_ref().is_some_and(|names| !names.contains(&name.text));
            let kind = self.read(Some(schema), Vec::new(), &path.member(&name.text), absent)?;
            fields.push(Field { wire: name.text, kind, absent, shown: true });
        }
        Ok(fields)
    }

    /// The type of a schema that has been read, and whether its value may be absent.
    pub fn known(&self, schema: Schema<'j>) -> Option<&(Type, bool)> {
        self.known.get(&schema.value().id())
    }

    /// The type of a value without a schema.
    pub fn of_value(&mut self, value: Value<'j>, path: &Path) -> Result<Type, Error> {
        self.read(None, vec![value], path, false)
    }

    /// Reads the type of a schema, or of examples.
    fn read(
        &mut self,
        schema: Option<Schema<'j>>,
        mut examples: Vec<Value<'j>>,
        path: &Path,
        absent: bool,
    ) -> Result<Type, Error> {
        let place = schema.map(Schema::value).or(examples.first().copied());
        if let (true, Some(value)) = (path.depth > MAX_DEPTH, place) {
            return Err(Error::at(value, format!("the data is deeper than {MAX_DEPTH} levels")));
        }
        examples.extend(schema.and_then(Schema::example));
        let kind = schema.and_then(Schema::data_type).or_else(|| common_type(&examples));
        let kind = match kind {
            Some(DataType::String) => Type::Text,
            Some(DataType::Number) => Type::Number,
            Some(DataType::Integer) => Type::Integer,
            Some(DataType::Boolean) => Type::Boolean,
            Some(DataType::Array) => {
                let items = examples.into_iter().flat_map(Value::items).collect();
                let schema = schema.and_then(Schema::items);
                Type::List(Box::new(self.read(schema, items, &path.items(), absent)?))
            }
            Some(DataType::Object) => {
                let fields = self.members(schema, examples, path, absent)?;
                match fields.is_empty() {
                    true => Type::Members,
                    false => Type::Struct(self.structs.add(fields, path)),
                }
            }
            None => Type::Value,
        };
        if let Some(schema) = schema {
            self.known.insert(schema.value().id(), (kind.clone(), absent));
        }
        Ok(kind)
    }

    fn members(
        &mut self,
        schema: Option<Schema<'j>>,
        mut examples: Vec<Value<'j>>,
        path: &Path,
        absent: bool,
    ) -> Result<Vec<Field<'j>>, Error> {
        examples.retain(|example| example.kind() == Kind::Object);
        let required = schema.filter(|schema| schema.value().member("required").is_some());
        let required = required.map(Schema::required);
        let errors = schema.is_some_and(|schema| self.errors.contains(&schema.value().id()));
        let described = schema.into_iter().flat_map(Schema::properties);
        let mut members: Vec<(Name<'j>, Option<Schema<'j>>)> =
            last_of_each_name(described.map(|(name, schema)| (name, Some(schema))));
        // Members of the examples that the model does not declare, in their order.
        let names = members.iter().map(|(name, _)| (name.text.clone(), Vec::new()));
        let mut shown: HashMap<_, Vec<Value<'j>>> = names.collect();
        for example in &examples {
            for (name, value) in example.members().filter(|(_, value)| value.kind() != Kind::Null) {
                match shown.get_mut(&name.text) {
                    Some(values) => values.push(value),
                    None => {
                        shown.insert(name.text.clone(), vec![value]);
                        members.push((name, None));
                    }
                }
            }
        }
        let mut fields = Vec::new();
        for (name, schema) in members {
            let values = shown.remove(&name.text).unwrap_or_default();
            let is_optional = match &required {
                Some(names) => !names.contains(&name.text),
                None => errors,
            };
            let may_be_absent = is_optional || values.len() < examples.len();
            let path = path.member(&name.text);
            let kind = self.read(schema, values, &path, absent || may_be_absent)?;
            fields.push(Field { wire: name.text, kind, absent: may_be_absent, shown: true });
        }
        Ok(fields)
    }
}

/// The common type of the values, if there is one. A null has no type.
fn common_type(values: &[Value<'_>]) -> Option<DataType> {
    let kind = |value: &Value<'_>| match value.kind() {
        Kind::String => Some(DataType::String),
        Kind::Number => Some(DataType::Number),
        Kind::Boolean => Some(DataType::Boolean),
        Kind::Object => Some(DataType::Object),
        Kind::Array => Some(DataType::Array),
        Kind::Null => None,
    };
    let first = kind(values.first()?)?;
    values.iter().all(|value| kind(value) == Some(first)).then_some(first)
}

/// Members without duplicates: the last one of each name counts, as everywhere in JSON.
pub fn last_of_each_name<'j, T>(
    members: impl Iterator<Item = (Name<'j>, T)>,
) -> Vec<(Name<'j>, T)> {
    let mut places = HashMap::new();
    let mut kept: Vec<Option<(Name<'j>, T)>> = Vec::new();
    for (name, value) in members {
        if let Some(before) = places.insert(name.text.clone(), kept.len()) {
            kept[before] = None;
        }
        kept.push(Some((name, value)));
    }
    kept.into_iter().flatten().collect()
}
