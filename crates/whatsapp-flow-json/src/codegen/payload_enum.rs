//! Writes the enum of a screen's payloads, and its `Deserialize`.

use super::comment::{escape, line_list};
use super::ir::{Guard, Variant};
use super::name::{self, Scope};
use super::types::{Field, Type};
use super::writer::{Usage, WIDTH, Writer, defaults_when_absent, fits};

impl Writer<'_> {
    pub fn variant(&mut self, variant: &Variant<'_>, renamed: bool) {
        let Variant { wire, name, sender, lines, fields, .. } = variant;
        self.line(&format!(
            "    /// {} ({}).",
            escape(sender).replace("\\`", "`"),
            line_list(lines)
        ));
        if let (Some(wire), true) = (wire, renamed) {
            self.attribute("    ", &[format!("rename = {wire:?}")]);
        }
        let mut scope = Scope::default();
        let named: Vec<_> = fields
            .iter()
            .map(|field| {
                (field, scope.take(&name::member_name(&field.wire)), usage(field, &variant.guard))
            })
            .collect();
        let plain = named
            .iter()
            .all(|(field, name, usage)| self.serde_arguments(field, name, *usage).is_empty());
        let members: Vec<_> = named
            .iter()
            .map(|(field, name, usage)| format!("{name}: {}", self.type_of_field(field, *usage)))
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
        for (field, name, usage) in named {
            self.member("        ", "", field, &name, usage);
        }
        self.line("    },");
    }

    /// Writes the `Deserialize` implementation, which selects the variant and reads its members.
    pub fn deserialize_impl(&mut self, name: &str, tag: Option<&str>, variants: &[Variant<'_>]) {
        self.used.extend(["Deserializer", "Payload"]);
        self.line("");
        self.line(&format!("impl<'de> Deserialize<'de> for {name} {{"));
        self.line("    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {");
        self.line("        let sent = Payload::deserialize(from)?;");
        if let Some(tag) = tag {
            self.line(&format!("        match &*sent.text({tag:?}) {{"));
        }
        for variant in variants {
            let (start, members) = read_variant(variant);
            match (&variant.wire, condition(&variant.guard)) {
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
                        false => self.construct("            ", (&arm, ","), &start, &members),
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
                    self.construct(indent, (&format!("{indent}return "), ";"), &start, &members);
                    self.line("        }");
                }
                (None, None) => self.construct("        ", ("        ", ""), &start, &members),
            }
        }
        if let Some(tag) = tag {
            self.line(&format!("            _ => Err(sent.invalid({tag:?})),"));
            self.line("        }");
        }
        self.line("    }");
        self.line("}");
    }

    /// `Ok(Self::Variant { … })`, on one line if it fits.
    pub fn construct(
        &mut self,
        indent: &str,
        around: (&str, &str),
        start: &str,
        members: &[String],
    ) {
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
}

/// Without the members of its guard, a payload would be read as another one.
fn usage(field: &Field<'_>, guard: &Guard) -> Usage {
    let (Guard::Any(names) | Guard::All(names)) = guard;
    if names.contains(&field.wire.to_string()) { Usage::Guard } else { Usage::Variant }
}

/// The constructor of a variant, and the expressions that read its members.
fn read_variant(variant: &Variant<'_>) -> (String, Vec<String>) {
    let mut scope = Scope::default();
    let members = variant.fields.iter().map(|field| {
        let name = scope.take(&name::member_name(&field.wire));
        let how = match (&field.kind, defaults_when_absent(field, Usage::Input)) {
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

/// The parts of the condition for this payload; `None` for the last payload.
fn condition(by: &Guard) -> Option<Vec<String>> {
    let (names, between) = match by {
        Guard::Any(names) => (names, " || "),
        Guard::All(names) => (names, " && "),
    };
    let parts = names.iter().enumerate().map(|(at, name)| {
        let between = if at == 0 { "" } else { between };
        format!("{between}sent.has({name:?})")
    });
    Some(parts.collect()).filter(|parts: &Vec<_>| !parts.is_empty())
}
