//! Writes members with their types and serde attributes, formatted as rustfmt formats them with
//! this project's `rustfmt.toml`.

use std::collections::BTreeSet;

use super::name::{self, Scope};
use super::structs::StructTable;
use super::types::{Field, Type};

/// rustfmt's `max_width`.
pub const WIDTH: usize = 100;

/// The object that contains a member.
#[derive(Clone, Copy, PartialEq)]
pub enum Usage {
    /// The data of a screen. An absent member is omitted from a reply.
    Data,
    /// Data that a screen sends back.
    Returned,
    /// An object that is only sent.
    Sent,
    /// The input of a screen. An absent list is an empty list.
    Input,
    /// One of several payloads, which are read member by member.
    Variant,
    /// A member that distinguishes one of several payloads. It is sent even if it is empty.
    Guard,
}

/// The text of the generated file.
pub struct Writer<'a> {
    structs: &'a StructTable<'a>,
    pub text: String,
    /// The imported names that the text uses.
    pub used: BTreeSet<&'static str>,
}

impl<'a> Writer<'a> {
    pub fn new(structs: &'a StructTable<'a>) -> Self {
        let used = BTreeSet::from(["Deserialize", "Screen", "Serialize"]);
        Self { structs, text: String::new(), used }
    }

    pub fn line(&mut self, line: &str) {
        self.text += line;
        self.text.push('\n');
    }

    /// Writes a struct with these members; a unit struct if there are none.
    pub fn struct_members(&mut self, name: &str, fields: &[Field<'_>], usage: Usage) {
        if fields.is_empty() {
            return self.line(&format!("pub struct {name};"));
        }
        self.line(&format!("pub struct {name} {{"));
        let mut scope = Scope::default();
        for field in fields {
            let name = scope.take(&name::member_name(&field.wire));
            self.member("    ", "pub ", field, &name, usage);
        }
        self.line("}");
    }

    pub fn member(
        &mut self,
        indent: &str,
        public: &str,
        field: &Field<'_>,
        name: &str,
        usage: Usage,
    ) {
        let serde = self.serde_arguments(field, name, usage);
        self.attribute(indent, &serde);
        let kind = self.type_of_field(field, usage);
        let line = format!("{indent}{public}{name}: {kind},");
        match line.len() <= WIDTH {
            true => self.line(&line),
            false => self.line(&format!("{indent}{public}{name}:\n{indent}    {kind},")),
        }
    }

    /// Writes `#[serde(…)]`, with a line for each argument if they do not fit on one line.
    pub fn attribute(&mut self, indent: &str, arguments: &[String]) {
        if arguments.is_empty() {
            return;
        }
        let line = format!("{indent}#[serde({})]", arguments.join(", "));
        if line.chars().count() <= WIDTH {
            return self.line(&line);
        }
        for argument in arguments {
            let line = format!("{indent}#[serde({argument})]");
            match line.chars().count() <= WIDTH {
                true => self.line(&line),
                false => {
                    self.line(&format!("{indent}#[serde(\n{indent}    {argument}\n{indent})]"))
                }
            }
        }
    }

    pub fn type_of_field(&mut self, field: &Field<'_>, usage: Usage) -> String {
        let kind = self.type_text(&field.kind, usage);
        if is_option(field, usage) { format!("Option<{kind}>") } else { kind }
    }

    pub fn type_text(&mut self, kind: &Type, usage: Usage) -> String {
        let used: &[&str] = match kind {
            // A number in the endpoint's own data is not a text that a user typed.
            Type::Number if usage != Usage::Data => &["Number"],
            Type::Value => &["Value"],
            Type::Members => &["Map", "Value"],
            Type::DateRange => &["DateRange"],
            Type::Media => &["Media"],
            _ => &[],
        };
        self.used.extend(used);
        match kind {
            Type::Text => "String".into(),
            Type::Number if usage == Usage::Data => "f64".into(),
            Type::Number => "Number".into(),
            Type::Integer => "i64".into(),
            Type::Boolean => "bool".into(),
            Type::Value => "Value".into(),
            Type::Members => "Map<String, Value>".into(),
            Type::DateRange => "DateRange".into(),
            Type::Media => "Media".into(),
            Type::Choices => "Vec<String>".into(),
            Type::List(item) => format!("Vec<{}>", self.type_text(item, usage)),
            Type::Struct(index) => self.structs.get(*index).name.clone(),
        }
    }

    /// The serde arguments of a member with the Rust name `name`.
    pub fn serde_arguments(&mut self, field: &Field<'_>, name: &str, usage: Usage) -> Vec<String> {
        let mut arguments = Vec::new();
        if field.wire != name {
            arguments.push(format!("rename = {:?}", field.wire));
        }
        let read_by_serde = !matches!(usage, Usage::Variant | Usage::Guard);
        // Data must be a number; input that is only sent keeps its text, also in a session.
        let number = field.kind.is_number() && matches!(usage, Usage::Data | Usage::Returned);
        let choices = field.kind == Type::Choices && read_by_serde;
        let default = (field.absent && number) || defaults_when_absent(field, usage);
        if default && read_by_serde {
            arguments.push("default".into());
        }
        if is_option(field, usage) && usage != Usage::Guard {
            arguments.push("skip_serializing_if = \"Option::is_none\"".into());
        }
        if number {
            self.used.insert("number");
            arguments.push("with = \"number\"".into());
        }
        if choices {
            self.used.insert("choices");
            arguments.push("deserialize_with = \"choices\"".into());
        }
        arguments
    }
}

/// Returns whether an absent member is `None`.
fn is_option(field: &Field<'_>, usage: Usage) -> bool {
    field.absent
        && match &field.kind {
            Type::Choices => false,
            Type::List(_) => !matches!(usage, Usage::Input | Usage::Variant | Usage::Guard),
            _ => true,
        }
}

/// Returns whether an absent member is the default of its type.
pub fn defaults_when_absent(field: &Field<'_>, usage: Usage) -> bool {
    match (field.absent, &field.kind) {
        (true, Type::Choices) => true,
        (true, Type::List(_)) => usage == Usage::Input,
        // An absent member is an `Option` already.
        (true, _) => false,
        (false, _) => field.may_be_empty() && usage != Usage::Data,
    }
}

pub fn fits(before: &str, line: &str, after: &str) -> bool {
    [before, line, after].iter().map(|part| part.chars().count()).sum::<usize>() <= WIDTH
}
