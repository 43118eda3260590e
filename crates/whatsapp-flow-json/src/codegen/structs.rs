//! The structs of nested objects, and their names.

use std::collections::HashMap;

use super::name::{self, Scope};
use super::types::{Field, Type};

/// The structs for nested objects. Objects with the same name and the same members share a struct.
#[derive(Default)]
pub struct StructTable<'d> {
    structs: Vec<Struct<'d>>,
    known: HashMap<StructKey<'d>, usize>,
}

/// The identity of a struct: its first candidate name and its members, regardless of `shown`.
type StructKey<'d> = (String, Vec<Field<'d>>);

/// The struct for a nested object.
pub struct Struct<'d> {
    pub name: String,
    pub fields: Vec<Field<'d>>,
    /// Screens and members that contain it.
    pub owners: Vec<(usize, String)>,
    /// It is an item of a list.
    pub item: bool,
    /// Candidate names, the best one first.
    candidates: Vec<String>,
}

/// The path of an object: the names that lead to it, from the screen's name on.
#[derive(Clone)]
pub struct Path {
    pub screen: usize,
    segments: Vec<String>,
    /// It is an item of a list.
    item: bool,
    /// The number of enclosing objects and arrays.
    pub depth: usize,
}

impl Path {
    /// The path of a screen's data or input.
    pub fn from(screen: usize, name: &str) -> Self {
        Self { screen, segments: vec![name.to_owned()], item: false, depth: 0 }
    }

    /// The path of a member.
    pub fn member(&self, name: &str) -> Self {
        let mut segments = self.segments.clone();
        segments.push(name.to_owned());
        Self { segments, item: false, depth: self.depth + 1, ..*self }
    }

    /// The path of the items of the array.
    pub fn items(&self) -> Self {
        Self { item: true, depth: self.depth + 1, ..self.clone() }
    }
}

/// The name of options of components, wherever they are used.
const CHOICE: &str = "Choice";

impl<'d> StructTable<'d> {
    /// Adds the struct for an object with these members.
    pub fn add(&mut self, fields: Vec<Field<'d>>, path: &Path) -> usize {
        let last = path.segments.last().map(String::as_str).unwrap_or_default();
        let own = match path.item {
            true => name::type_name(&name::singular(&name::member_name(last)), "Item"),
            false => name::type_name(last, "Part"),
        };
        // The candidates get longer: the object's own name, then with each enclosing name, up to
        // the screen's.
        let outer = path.segments.iter().rev().skip(1).map(|word| name::type_name(word, "Part"));
        let mut candidates = vec![own.clone()];
        for word in outer {
            let longest = candidates.last().map(String::as_str).unwrap_or_default();
            candidates.push(name::type_name(&format!("{word}_{longest}"), "Part"));
        }
        let choice = path.item && is_option(&fields);
        if choice {
            candidates =
                candidates.iter().map(|candidate| format!("{candidate}{CHOICE}")).collect();
            candidates.insert(0, CHOICE.into());
        }
        let alike = fields.iter().map(|field| Field { shown: false, ..field.clone() }).collect();
        let key = (if choice { CHOICE.into() } else { own }, alike);
        let owner = (path.screen, last.to_owned());
        if let Some(index) = self.known.get(&key) {
            let known = &mut self.structs[*index];
            for (field, other) in known.fields.iter_mut().zip(&fields) {
                field.shown |= other.shown;
            }
            if !known.owners.contains(&owner) {
                known.owners.push(owner);
            }
            return *index;
        }
        let (name, owners) = (String::new(), vec![owner]);
        self.structs.push(Struct { name, fields, owners, item: path.item, candidates });
        self.known.insert(key, self.structs.len() - 1);
        self.structs.len() - 1
    }

    /// Names the structs. Two structs with the same candidate both get a longer name; for options
    /// of components, the first one keeps the short name.
    pub fn assign_names(&mut self, names: &mut Scope) {
        let mut unnamed: Vec<usize> = (0..self.structs.len()).collect();
        for level in 0.. {
            let candidate = |index: usize| self.structs[index].candidates.get(level).cloned();
            let mut wanted: HashMap<String, Vec<usize>> = HashMap::new();
            for index in &unnamed {
                if let Some(candidate) = candidate(*index) {
                    wanted.entry(candidate).or_default().push(*index);
                }
            }
            if wanted.is_empty() {
                break;
            }
            for (candidate, wanting) in wanted {
                if (wanting.len() == 1 || candidate == CHOICE) && !names.has(&candidate) {
                    let first = wanting[0];
                    self.structs[first].name = names.take(&candidate);
                    unnamed.retain(|index| *index != first);
                }
            }
        }
        for index in unnamed {
            let candidate = self.structs[index].candidates.last().cloned().unwrap_or_default();
            self.structs[index].name = names.take(&candidate);
        }
    }

    /// Returns a struct.
    pub fn get(&self, index: usize) -> &Struct<'d> {
        &self.structs[index]
    }
}

/// Returns whether objects with these members are options of a component (CMP): all of them have an
/// id and a title.
fn is_option(fields: &[Field<'_>]) -> bool {
    let text = |name: &str| {
        fields.iter().any(|field| field.wire == name && field.kind == Type::Text && !field.absent)
    };
    text("id") && text("title")
}
