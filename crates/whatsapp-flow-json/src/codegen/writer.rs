//! Writes members with their types and serde attributes, as rustfmt leaves them with this project's `rustfmt.toml`.

use std::collections::BTreeSet;

use super::ir::{Field, Shapes, Type};
use super::name::{self, Scope};

/// rustfmt's `max_width`.
pub const WIDTH: usize = 100;

/// Where a member stands.
#[derive(Clone, Copy, PartialEq)]
pub enum On {
    /// In data. What is absent is left out of a reply.
    Data,
    /// In data that a screen sends back.
    Returned,
    /// In an object that is only sent.
    Sent,
    /// In what a screen sends. It is read, and a list that is absent is an empty one.
    Input,
    /// In one of several payloads, which are read member by member.
    Variant,
}

/// The text of the generated file.
pub struct Writer<'a> {
    shapes: &'a Shapes<'a>,
    pub text: String,
    /// The names of other crates that the text uses.
    pub used: BTreeSet<&'static str>,
}

impl<'a> Writer<'a> {
    pub fn new(shapes: &'a Shapes<'a>) -> Self {
        let used = BTreeSet::from(["Deserialize", "Screen", "Serialize"]);
        Self { shapes, text: String::new(), used }
    }

    pub fn line(&mut self, line: &str) {
        self.text += line;
        self.text.push('\n');
    }

    /// A struct with these members; a unit struct without any.
    pub fn members_of(&mut self, name: &str, fields: &[Field<'_>], on: On) {
        if fields.is_empty() {
            return self.line(&format!("pub struct {name};"));
        }
        self.line(&format!("pub struct {name} {{"));
        let mut scope = Scope::default();
        for field in fields {
            let name = scope.take(&name::of_member(&field.wire));
            self.member("    ", "pub ", field, &name, on);
        }
        self.line("}");
    }

    pub fn member(&mut self, indent: &str, public: &str, field: &Field<'_>, name: &str, on: On) {
        let serde = self.serde(field, name, on);
        self.attribute(indent, &serde);
        let kind = self.kind_of(field, on);
        let line = format!("{indent}{public}{name}: {kind},");
        match line.len() <= WIDTH {
            true => self.line(&line),
            false => self.line(&format!("{indent}{public}{name}:\n{indent}    {kind},")),
        }
    }

    /// `#[serde(…)]`, on a line of its own for each argument if they do not fit on one.
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

    pub fn kind_of(&mut self, field: &Field<'_>, on: On) -> String {
        let kind = self.kind(&field.kind, on);
        match (field.absent, on, &field.kind) {
            (false, ..) | (_, _, Type::Choices) => kind,
            (true, On::Input | On::Variant, Type::List(_)) => kind,
            (true, ..) => format!("Option<{kind}>"),
        }
    }

    pub fn kind(&mut self, kind: &Type, on: On) -> String {
        let used: &[&str] = match kind {
            // The endpoint's own numbers have no text of a user's.
            Type::Number if on != On::Data => &["Number"],
            Type::Value => &["Value"],
            Type::Members => &["Map", "Value"],
            Type::DateRange => &["DateRange"],
            Type::Media => &["Media"],
            _ => &[],
        };
        self.used.extend(used);
        match kind {
            Type::Text => "String".into(),
            Type::Number if on == On::Data => "f64".into(),
            Type::Number => "Number".into(),
            Type::Integer => "i64".into(),
            Type::Boolean => "bool".into(),
            Type::Value => "Value".into(),
            Type::Members => "Map<String, Value>".into(),
            Type::DateRange => "DateRange".into(),
            Type::Media => "Media".into(),
            Type::Choices => "Vec<String>".into(),
            Type::List(item) => format!("Vec<{}>", self.kind(item, on)),
            Type::Struct(index) => self.shapes.get(*index).name.clone(),
        }
    }

    /// What serde must know of a member that is called `name` in Rust.
    pub fn serde(&mut self, field: &Field<'_>, name: &str, on: On) -> Vec<String> {
        let mut arguments = Vec::new();
        if field.wire != name {
            arguments.push(format!("rename = {:?}", field.wire));
        }
        if on == On::Variant {
            return arguments;
        }
        // What is shown must be a number there; what is only sent keeps its text in a session, too.
        let number = field.kind.is_number() && matches!(on, On::Data | On::Returned);
        let choices = field.kind == Type::Choices;
        if (field.absent && number) || may_lack(field, on) {
            arguments.push("default".into());
        }
        if field.absent && on != On::Input && !choices {
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

/// Whether a member that is absent is the default of its type.
pub fn may_lack(field: &Field<'_>, on: On) -> bool {
    match (field.absent, &field.kind) {
        (true, Type::Choices) => true,
        (true, Type::List(_)) => on == On::Input,
        // What is absent is an option already.
        (true, _) => false,
        (false, _) => field.may_be_empty() && on != On::Data,
    }
}

pub fn fits(before: &str, line: &str, after: &str) -> bool {
    [before, line, after].iter().map(|part| part.chars().count()).sum::<usize>() <= WIDTH
}
