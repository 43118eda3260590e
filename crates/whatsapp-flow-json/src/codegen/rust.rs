//! The text of a printed file, as rustfmt leaves it with this project's `rustfmt.toml`.

use std::collections::{BTreeSet, HashSet};

use super::comment::{at, list, plain};
use super::ir::{Field, File, Input, ScreenType, Struct, Type};
use super::name;
use super::writer::{On, WIDTH, Writer};

const DERIVES: &str = "#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]";
/// An enum of payloads has a reader of its own.
const DERIVES_OF_ENUM: &str = "#[derive(Debug, Clone, PartialEq, Serialize)]";
/// What is put together step by step may start empty. A screen may not: whoever adds a member to it
/// wants to hear where it is missing.
const DERIVES_WITH_DEFAULT: &str =
    "#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]";

/// Writes the file.
pub fn write(file: &File<'_>) -> String {
    let mut printer = Printer {
        file,
        writer: Writer::new(&file.shapes),
        printed: HashSet::new(),
        shown: within(file, file.screens.iter().flat_map(|screen| &screen.fields)),
        sent: within(file, file.screens.iter().flat_map(|screen| sent(&screen.input))),
    };
    for screen in &file.screens {
        printer.screen(screen);
    }
    printer.ways();
    head(file.source, &printer.writer.used) + &printer.writer.text
}

/// The members of what a screen sends.
fn sent<'a, 'd>(input: &'a Input<'d>) -> Vec<&'a Field<'d>> {
    match input {
        Input::Nothing | Input::Members => Vec::new(),
        Input::Struct { fields, .. } => fields.iter().collect(),
        Input::Enum { variants, .. } => variants.iter().flat_map(|v| &v.fields).collect(),
    }
}

/// The structs that are in these members.
fn within<'a, 'd: 'a>(
    file: &'a File<'d>,
    members: impl Iterator<Item = &'a Field<'d>>,
) -> HashSet<usize> {
    let mut found = HashSet::new();
    let mut left: Vec<&Field<'_>> = members.collect();
    while let Some(field) = left.pop() {
        if let Some(index) = field.kind.of_struct()
            && found.insert(index)
        {
            left.extend(&file.shapes.get(index).fields);
        }
    }
    found
}

/// What stands before the first screen.
fn head(source: &str, used: &BTreeSet<&str>) -> String {
    let source = plain(source);
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
    /// The structs that are in the text already.
    printed: HashSet<usize>,
    /// The structs that are in what screens show.
    shown: HashSet<usize>,
    /// The structs that are in what screens send.
    sent: HashSet<usize>,
}

impl Printer<'_> {
    fn screen(&mut self, screen: &ScreenType<'_>) {
        let ScreenType { id, name, title, line, .. } = screen;
        let title = match title.as_str() {
            "" => String::new(),
            title => format!(", \"{}\"", plain(title)),
        };
        self.writer.line("");
        self.writer.line(&format!("/// {}{title} (line {line}).", plain(id)));
        self.writer.line(DERIVES);
        self.writer.members_of(name, &screen.fields, On::Data);
        self.nested_in(&screen.fields);
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
            Input::Members => self.writer.kind(&Type::Members, On::Input),
            _ => screen.input_name.clone(),
        };
        self.writer.line(&format!("    type Input = {input};"));
        self.writer.line("}");
    }

    /// The structs of these members, and of theirs, if they are not in the text yet.
    fn nested_in(&mut self, fields: &[Field<'_>]) {
        let file = self.file;
        for field in fields {
            if let Some(index) = field.kind.of_struct()
                && self.printed.insert(index)
            {
                let nested = file.shapes.get(index);
                let on = match (self.shown.contains(&index), self.sent.contains(&index)) {
                    (true, true) => On::Returned,
                    (true, false) => On::Data,
                    (false, _) => On::Sent,
                };
                self.nested(nested, on);
                self.nested_in(&nested.fields);
            }
        }
    }

    fn nested(&mut self, nested: &Struct<'_>, on: On) {
        let mut members: Vec<&str> = Vec::new();
        let mut screens: Vec<&str> = Vec::new();
        for (screen, member) in &nested.holders {
            let screen = self.file.screens[*screen].id.as_str();
            if !members.contains(&member.as_str()) {
                members.push(member);
            }
            if !screens.contains(&screen) {
                screens.push(screen);
            }
        }
        let members = list(members.iter().map(|member| format!("`{}`", plain(member))));
        let screens = list(screens.iter().map(|screen| plain(screen)));
        let one = if nested.item { "One of " } else { "" };
        self.writer.line("");
        self.writer.line(&format!("/// {one}{members} of {screens}."));
        self.writer.line(DERIVES_WITH_DEFAULT);
        self.writer.members_of(&nested.name, &nested.fields, on);
    }

    fn input(&mut self, screen: &ScreenType<'_>) {
        let (name, id) = (&screen.input_name, plain(&screen.id));
        match &screen.input {
            Input::Nothing | Input::Members => {}
            Input::Struct { fields, lines } => {
                self.writer.line("");
                self.writer.line(&format!("/// What {id} sends ({}).", at(lines)));
                self.writer.line(DERIVES_WITH_DEFAULT);
                self.writer.members_of(name, fields, On::Input);
                self.nested_in(fields);
            }
            Input::Enum { tag, variants } => {
                let plainly = variants.iter().all(|variant| {
                    variant.wire.as_ref().is_none_or(|w| *w == name::as_serde_does(&variant.name))
                });
                self.writer.line("");
                self.writer.line(&format!("/// What {id} sends: one of these."));
                self.writer.line(DERIVES_OF_ENUM);
                let serde = match tag {
                    Some(tag) if plainly => {
                        vec![format!("tag = {tag:?}"), "rename_all = \"snake_case\"".into()]
                    }
                    Some(tag) => vec![format!("tag = {tag:?}")],
                    None => vec!["untagged".into()],
                };
                self.writer.attribute("", &serde);
                self.writer.line(&format!("pub enum {name} {{"));
                for variant in variants {
                    self.writer.variant(variant, !plainly);
                }
                self.writer.line("}");
                self.writer.reader(name, tag.as_deref(), variants);
                for variant in variants {
                    self.nested_in(&variant.fields);
                }
            }
        }
    }

    /// The routing model.
    fn ways(&mut self) {
        if !self.file.ways.is_empty() {
            self.writer.line("");
            self.writer.used.insert("Reaches");
        }
        for (to, from) in &self.file.ways {
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
