//! The text of a printed file, as rustfmt leaves it with this project's `rustfmt.toml`.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write;

use super::name::{self, Scope};
use super::shape::{Field, File, Input, KnownBy, ScreenType, Struct, Type, Variant};

/// rustfmt's `max_width`.
const WIDTH: usize = 100;

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
        text: String::new(),
        printed: HashSet::new(),
        shown: within(file, file.screens.iter().flat_map(|screen| &screen.fields)),
        sent: within(file, file.screens.iter().flat_map(|screen| sent(&screen.input))),
        used: BTreeSet::from(["Deserialize", "Screen", "Serialize"]),
    };
    for screen in &file.screens {
        printer.screen(screen);
    }
    printer.ways();
    head(file.source, &printer.used) + &printer.text
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
    text: String,
    /// The structs that are in the text already.
    printed: HashSet<usize>,
    /// The structs that are in what screens show.
    shown: HashSet<usize>,
    /// The structs that are in what screens send.
    sent: HashSet<usize>,
    /// What the text uses of other crates.
    used: BTreeSet<&'static str>,
}

/// Where a member stands.
#[derive(Clone, Copy, PartialEq)]
enum On {
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

impl Printer<'_> {
    fn line(&mut self, line: &str) {
        self.text += line;
        self.text.push('\n');
    }

    fn screen(&mut self, screen: &ScreenType<'_>) {
        let ScreenType { id, name, title, line, .. } = screen;
        let title = match title.as_str() {
            "" => String::new(),
            title => format!(", \"{}\"", plain(title)),
        };
        self.line("");
        self.line(&format!("/// {}{title} (line {line}).", plain(id)));
        self.line(DERIVES);
        self.members_of(name, &screen.fields, On::Data);
        self.nested_in(&screen.fields);
        self.input(screen);
        self.line("");
        self.line(&format!("impl Screen for {name} {{"));
        let constant = format!("    const ID: &'static str = {id:?};");
        match constant.chars().count() <= WIDTH {
            true => self.line(&constant),
            false => self.line(&format!("    const ID: &'static str =\n        {id:?};")),
        }
        let input = match &screen.input {
            Input::Nothing => "()".into(),
            Input::Members => self.kind(&Type::Members, On::Input),
            _ => screen.input_name.clone(),
        };
        self.line(&format!("    type Input = {input};"));
        self.line("}");
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
        self.line("");
        self.line(&format!("/// {one}{members} of {screens}."));
        self.line(DERIVES_WITH_DEFAULT);
        self.members_of(&nested.name, &nested.fields, on);
    }

    fn input(&mut self, screen: &ScreenType<'_>) {
        let (name, id) = (&screen.input_name, plain(&screen.id));
        match &screen.input {
            Input::Nothing | Input::Members => {}
            Input::Struct { fields, lines } => {
                self.line("");
                self.line(&format!("/// What {id} sends ({}).", at(lines)));
                self.line(DERIVES_WITH_DEFAULT);
                self.members_of(name, fields, On::Input);
                self.nested_in(fields);
            }
            Input::Enum { tag, variants } => {
                let plainly = variants.iter().all(|variant| {
                    variant.wire.as_ref().is_none_or(|w| *w == name::as_serde_does(&variant.name))
                });
                self.line("");
                self.line(&format!("/// What {id} sends: one of these."));
                self.line(DERIVES_OF_ENUM);
                let serde = match tag {
                    Some(tag) if plainly => {
                        vec![format!("tag = {tag:?}"), "rename_all = \"snake_case\"".into()]
                    }
                    Some(tag) => vec![format!("tag = {tag:?}")],
                    None => vec!["untagged".into()],
                };
                self.attribute("", &serde);
                self.line(&format!("pub enum {name} {{"));
                for variant in variants {
                    self.variant(variant, !plainly);
                }
                self.line("}");
                self.reader(name, tag.as_deref(), variants);
                for variant in variants {
                    self.nested_in(&variant.fields);
                }
            }
        }
    }

    fn variant(&mut self, variant: &Variant<'_>, renamed: bool) {
        let Variant { wire, name, sender, lines, fields, .. } = variant;
        self.line(&format!("    /// {} ({}).", plain(sender).replace("\\`", "`"), at(lines)));
        if let (Some(wire), true) = (wire, renamed) {
            self.attribute("    ", &[format!("rename = {wire:?}")]);
        }
        let mut scope = Scope::default();
        let named: Vec<_> =
            fields.iter().map(|field| (field, scope.take(&name::of_member(&field.wire)))).collect();
        let plain =
            named.iter().all(|(field, name)| self.serde(field, name, On::Variant).is_empty());
        let members: Vec<_> = named
            .iter()
            .map(|(field, name)| format!("{name}: {}", self.kind_of(field, On::Variant)))
            .collect();
        let line = match (members.is_empty(), wire) {
            (true, Some(_)) => format!("    {name},"),
            (true, None) => format!("    {name} {{}},"),
            _ => format!("    {name} {{ {} }},", members.join(", ")),
        };
        if plain && line.len() <= WIDTH {
            return self.line(&line);
        }
        self.line(&format!("    {name} {{"));
        for (field, name) in named {
            self.member("        ", "", field, &name, On::Variant);
        }
        self.line("    },");
    }

    /// What decides which payload came, and reads it.
    fn reader(&mut self, name: &str, tag: Option<&str>, variants: &[Variant<'_>]) {
        self.used.extend(["Deserializer", "Payload"]);
        self.line("");
        self.line(&format!("impl<'de> Deserialize<'de> for {name} {{"));
        self.line("    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {");
        self.line("        let sent = Payload::deserialize(from)?;");
        if let Some(tag) = tag {
            self.line(&format!("        match &*sent.text({tag:?}) {{"));
        }
        for variant in variants {
            let (start, members) = read(variant);
            match (&variant.wire, known(&variant.known_by)) {
                (Some(wire), _) => {
                    let arm = format!("            {wire:?} => ");
                    let one = format!("Ok({})", one_line(&start, &members));
                    let block = !fits(&arm, &one, ",") && fits("                ", &one, "");
                    match block {
                        true => {
                            self.line(&format!("{arm}{{"));
                            self.line(&format!("                {one}"));
                            self.line("            }");
                        }
                        false => self.made("            ", (&arm, ","), &start, &members),
                    }
                }
                (None, Some(condition)) => {
                    let (open, indent) = ("        if ", "            ");
                    match fits(open, &condition.join(""), " {") {
                        true => self.line(&format!("{open}{} {{", condition.join(""))),
                        false => {
                            let rest = format!("\n{indent}");
                            let parts: Vec<_> =
                                condition.iter().map(|part| part.trim_start()).collect();
                            self.line(&format!("{open}{}\n        {{", parts.join(&rest)));
                        }
                    }
                    self.made(indent, (&format!("{indent}return "), ";"), &start, &members);
                    self.line("        }");
                }
                (None, None) => self.made("        ", ("        ", ""), &start, &members),
            }
        }
        if let Some(tag) = tag {
            self.line(&format!("            _ => Err(sent.unfit({tag:?})),"));
            self.line("        }");
        }
        self.line("    }");
        self.line("}");
    }

    /// `Ok(Self::Variant { … })`, on one line if it fits.
    fn made(&mut self, indent: &str, around: (&str, &str), start: &str, members: &[String]) {
        let (before, after) = around;
        let one = format!("Ok({})", one_line(start, members));
        if members.is_empty() || fits(before, &one, after) {
            return self.line(&format!("{before}{one}{after}"));
        }
        self.line(&format!("{before}Ok({start} {{"));
        for member in members {
            self.line(&format!("{indent}    {member},"));
        }
        self.line(&format!("{indent}}}){after}"));
    }

    /// A struct with these members; a unit struct without any.
    fn members_of(&mut self, name: &str, fields: &[Field<'_>], on: On) {
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

    fn member(&mut self, indent: &str, public: &str, field: &Field<'_>, name: &str, on: On) {
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
    fn attribute(&mut self, indent: &str, arguments: &[String]) {
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

    /// The routing model.
    fn ways(&mut self) {
        if !self.file.ways.is_empty() {
            self.line("");
            self.used.insert("Reaches");
        }
        for (to, from) in &self.file.ways {
            if from.is_none() {
                self.used.insert("Init");
            }
            let to = &self.file.screens[*to].name;
            let from = from.map_or("Init", |from| &self.file.screens[from].name);
            let line = format!("impl Reaches<{to}> for {from} {{}}");
            match line.len() <= WIDTH {
                true => self.line(&line),
                false => self.line(&format!("impl Reaches<{to}>\n    for {from}\n{{\n}}")),
            }
        }
    }

    fn kind_of(&mut self, field: &Field<'_>, on: On) -> String {
        let kind = self.kind(&field.kind, on);
        match (field.absent, on, &field.kind) {
            (false, ..) | (_, _, Type::Choices) => kind,
            (true, On::Input | On::Variant, Type::List(_)) => kind,
            (true, ..) => format!("Option<{kind}>"),
        }
    }

    fn kind(&mut self, kind: &Type, on: On) -> String {
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
            Type::Struct(index) => self.file.shapes.get(*index).name.clone(),
        }
    }

    /// What serde must know of a member that is called `name` in Rust.
    fn serde(&mut self, field: &Field<'_>, name: &str, on: On) -> Vec<String> {
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
fn may_lack(field: &Field<'_>, on: On) -> bool {
    match (field.absent, &field.kind) {
        (true, Type::Choices) => true,
        (true, Type::List(_)) => on == On::Input,
        // What is absent is an option already.
        (true, _) => false,
        (false, _) => field.may_be_empty() && on != On::Data,
    }
}

/// `Self::Variant`, and how its members are read.
fn read(variant: &Variant<'_>) -> (String, Vec<String>) {
    let mut scope = Scope::default();
    let members = variant.fields.iter().map(|field| {
        let name = scope.take(&name::of_member(&field.wire));
        let how = match (&field.kind, may_lack(field, On::Input)) {
            (Type::Choices, _) => "read_choices",
            (_, true) => "read_or_default",
            (_, false) => "read",
        };
        format!("{name}: sent.{how}({:?})?", field.wire)
    });
    let members: Vec<_> = members.collect();
    let open = if members.is_empty() && variant.wire.is_none() { " {}" } else { "" };
    (format!("Self::{}{open}", variant.name), members)
}

fn one_line(start: &str, members: &[String]) -> String {
    match members.is_empty() {
        true => start.to_owned(),
        false => format!("{start} {{ {} }}", members.join(", ")),
    }
}

/// The parts of the condition under which it is this payload; `None` if it is the last one.
fn known(by: &KnownBy) -> Option<Vec<String>> {
    let (names, between) = match by {
        KnownBy::Any(names) => (names, " || "),
        KnownBy::All(names) => (names, " && "),
    };
    let parts = names.iter().enumerate().map(|(at, name)| {
        let between = if at == 0 { "" } else { between };
        format!("{between}sent.has({name:?})")
    });
    Some(parts.collect()).filter(|parts: &Vec<_>| !parts.is_empty())
}

fn fits(before: &str, line: &str, after: &str) -> bool {
    [before, line, after].iter().map(|part| part.chars().count()).sum::<usize>() <= WIDTH
}

fn at(lines: &[usize]) -> String {
    let lines_are = if lines.len() == 1 { "line" } else { "lines" };
    format!("{lines_are} {}", list(lines.iter().map(usize::to_string)))
}

/// `a`, `a and b`, `a, b and c`; of many, the first ones.
fn list(all: impl Iterator<Item = String>) -> String {
    const SHOWN: usize = 5;
    let mut all: Vec<_> = all.collect();
    if all.len() > SHOWN {
        all.truncate(SHOWN - 1);
        all.push("others".into());
    }
    let last = all.pop().unwrap_or_default();
    if all.is_empty() { last } else { format!("{} and {last}", all.join(", ")) }
}

/// Text for a comment: one line, and nothing that rustdoc would read as more than text.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let words: Vec<_> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let words = words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ");
    for c in words.chars() {
        let marks = matches!(c, '[' | ']' | '<' | '>' | '`' | '*' | '\\' | ':' | '&');
        let turns = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        match (marks, turns) {
            (_, true) => {
                let _ = write!(plain, "{}", c.escape_unicode());
            }
            (true, _) => plain.extend(['\\', c]),
            _ => plain.push(c),
        }
    }
    plain
}
