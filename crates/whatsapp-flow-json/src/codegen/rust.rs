//! Writes a generated file, formatted as rustfmt formats it with this project's `rustfmt.toml`.

use std::collections::{BTreeSet, HashSet};

use super::comment::{escape, join, line_list};
use super::ir::{File, Input, ScreenType};
use super::name;
use super::structs::Struct;
use super::types::{Field, Type};
use super::writer::{Usage, WIDTH, Writer};

const DERIVES: &str = "#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]";
/// An enum of payloads has its own `Deserialize`.
const DERIVES_OF_ENUM: &str = "#[derive(Debug, Clone, PartialEq, Serialize)]";
/// Objects that are built step by step have a default. A screen does not: the compiler should
/// report where a new member is missing.
const DERIVES_WITH_DEFAULT: &str =
    "#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]";

/// Writes the file.
pub fn write(file: &File<'_>) -> String {
    let mut printer = Printer {
        file,
        writer: Writer::new(&file.structs),
        printed: HashSet::new(),
        shown: structs_in(file, file.screens.iter().flat_map(|screen| &screen.fields)),
        sent: structs_in(file, file.screens.iter().flat_map(|screen| input_fields(&screen.input))),
    };
    for screen in &file.screens {
        printer.screen(screen);
    }
    printer.transitions();
    header(file.source, &printer.writer.used) + &printer.writer.text
}

/// The members of a screen's input.
fn input_fields<'a, 'd>(input: &'a Input<'d>) -> Vec<&'a Field<'d>> {
    match input {
        Input::Nothing | Input::Members => Vec::new(),
        Input::Struct { fields, .. } => fields.iter().collect(),
        Input::Enum { variants, .. } => variants.iter().flat_map(|v| &v.fields).collect(),
    }
}

/// The structs that these members contain.
fn structs_in<'a, 'd: 'a>(
    file: &'a File<'d>,
    members: impl Iterator<Item = &'a Field<'d>>,
) -> HashSet<usize> {
    let mut found = HashSet::new();
    let mut left: Vec<&Field<'_>> = members.collect();
    while let Some(field) = left.pop() {
        if let Some(index) = field.kind.of_struct()
            && found.insert(index)
        {
            left.extend(&file.structs.get(index).fields);
        }
    }
    found
}

/// The header before the first screen.
fn header(source: &str, used: &BTreeSet<&str>) -> String {
    let source = escape(source);
    let mut head = format!(
        "//! The screens of {source}, printed by `flowctl types`.\n\
         //! Edit {source}, not this file.\n\
         #![allow(dead_code, clippy::all)] // names and shapes are the document's, used or not\n\
         #![cfg_attr(rustfmt, rustfmt_skip)] // the text is the same whatever your rustfmt.toml says\n\n",
    );
    let mut import = |from: &str, names: &[&'static str]| {
        let names: Vec<_> = names.iter().copied().filter(|name| used.contains(name)).collect();
        match names.as_slice() {
            [] => {}
            [one] => head += &format!("use {from}::{one};\n"),
            several => head += &format!("use {from}::{{{}}};\n", several.join(", ")),
        }
    };
    import("serde", &["Deserialize", "Deserializer", "Serialize"]);
    import("serde_json", &["Map", "Value"]);
    let flow = ["DateRange", "Media", "Number", "Payload", "choices", "number"];
    import("whatsapp_flows::flow", &flow);
    import("whatsapp_flows", &["Init", "Reaches", "Screen"]);
    head
}

struct Printer<'a> {
    file: &'a File<'a>,
    writer: Writer<'a>,
    /// The structs that have been written.
    printed: HashSet<usize>,
    /// The structs in the data of screens.
    shown: HashSet<usize>,
    /// The structs in the input of screens.
    sent: HashSet<usize>,
}

impl Printer<'_> {
    fn screen(&mut self, screen: &ScreenType<'_>) {
        let ScreenType { id, name, title, line, .. } = screen;
        let title = match title.as_str() {
            "" => String::new(),
            title => format!(", \"{}\"", escape(title)),
        };
        self.writer.line("");
        self.writer.line(&format!("/// {}{title} (line {line}).", escape(id)));
        self.writer.line(DERIVES);
        self.writer.struct_members(name, &screen.fields, Usage::Data);
        self.nested_structs(&screen.fields);
        self.input(screen);
        self.writer.line("");
        self.writer.line(&format!("impl Screen for {name} {{"));
        let constant = format!("    const ID: &'static str = {id:?};");
        match constant.chars().count() <= WIDTH {
            true => self.writer.line(&constant),
            false => self.writer.line(&format!("    const ID: &'static str =\n        {id:?};")),
        }
        let input = match &screen.input {
            Input::Nothing => "()".into(),
            Input::Members => self.writer.type_text(&Type::Members, Usage::Input),
            _ => screen.input_name.clone(),
        };
        self.writer.line(&format!("    type Input = {input};"));
        self.writer.line("}");
    }

    /// Writes the structs that these members contain, unless they have been written.
    fn nested_structs(&mut self, fields: &[Field<'_>]) {
        let file = self.file;
        for field in fields {
            if let Some(index) = field.kind.of_struct()
                && self.printed.insert(index)
            {
                let nested = file.structs.get(index);
                let usage = match (self.shown.contains(&index), self.sent.contains(&index)) {
                    (true, true) => Usage::Returned,
                    (true, false) => Usage::Data,
                    (false, _) => Usage::Sent,
                };
                self.nested_struct(nested, usage);
                self.nested_structs(&nested.fields);
            }
        }
    }

    fn nested_struct(&mut self, nested: &Struct<'_>, usage: Usage) {
        let mut members: Vec<&str> = Vec::new();
        let mut screens: Vec<&str> = Vec::new();
        for (screen, member) in &nested.owners {
            let screen = self.file.screens[*screen].id.as_str();
            if !members.contains(&member.as_str()) {
                members.push(member);
            }
            if !screens.contains(&screen) {
                screens.push(screen);
            }
        }
        let members = join(members.iter().map(|member| format!("`{}`", escape(member))));
        let screens = join(screens.iter().map(|screen| escape(screen)));
        let one = if nested.item { "One of " } else { "" };
        self.writer.line("");
        self.writer.line(&format!("/// {one}{members} of {screens}."));
        self.writer.line(DERIVES_WITH_DEFAULT);
        self.writer.struct_members(&nested.name, &nested.fields, usage);
    }

    fn input(&mut self, screen: &ScreenType<'_>) {
        let (name, id) = (&screen.input_name, escape(&screen.id));
        match &screen.input {
            Input::Nothing | Input::Members => {}
            Input::Struct { fields, lines } => {
                self.writer.line("");
                self.writer.line(&format!("/// What {id} sends ({}).", line_list(lines)));
                self.writer.line(DERIVES_WITH_DEFAULT);
                self.writer.struct_members(name, fields, Usage::Input);
                self.nested_structs(fields);
            }
            Input::Enum { tag, variants } => {
                let renamed_by_case = variants.iter().all(|variant| {
                    variant
                        .wire
                        .as_ref()
                        .is_none_or(|w| *w == name::serde_snake_case(&variant.name))
                });
                self.writer.line("");
                self.writer.line(&format!("/// What {id} sends: one of these."));
                self.writer.line(DERIVES_OF_ENUM);
                let serde = match tag {
                    Some(tag) if renamed_by_case => {
                        vec![format!("tag = {tag:?}"), "rename_all = \"snake_case\"".into()]
                    }
                    Some(tag) => vec![format!("tag = {tag:?}")],
                    None => vec!["untagged".into()],
                };
                self.writer.attribute("", &serde);
                self.writer.line(&format!("pub enum {name} {{"));
                for variant in variants {
                    self.writer.variant(variant, !renamed_by_case);
                }
                self.writer.line("}");
                self.writer.deserialize_impl(name, tag.as_deref(), variants);
                for variant in variants {
                    self.nested_structs(&variant.fields);
                }
            }
        }
    }

    /// Writes the routing model.
    fn transitions(&mut self) {
        if !self.file.transitions.is_empty() {
            self.writer.line("");
            self.writer.used.insert("Reaches");
        }
        for (to, from) in &self.file.transitions {
            if from.is_none() {
                self.writer.used.insert("Init");
            }
            let to = &self.file.screens[*to].name;
            let from = from.map_or("Init", |from| &self.file.screens[from].name);
            let line = format!("impl Reaches<{to}> for {from} {{}}");
            match line.len() <= WIDTH {
                true => self.writer.line(&line),
                false => self.writer.line(&format!("impl Reaches<{to}>\n    for {from}\n{{\n}}")),
            }
        }
    }
}
