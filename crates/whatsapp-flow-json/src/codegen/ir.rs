//! The types of a printed file, before they are text.

use std::collections::HashMap;

use super::name::{self, Scope};

/// A printed file.
pub struct File<'d> {
    pub source: &'d str,
    pub screens: Vec<ScreenType<'d>>,
    pub shapes: Shapes<'d>,
    /// The screens of each `impl Reaches<To> for From`, `To` first; `None` is `Init`.
    pub ways: Vec<(usize, Option<usize>)>,
}

/// A screen.
pub struct ScreenType<'d> {
    pub id: String,
    pub name: String,
    pub title: String,
    pub line: usize,
    pub fields: Vec<Field<'d>>,
    pub input: Input<'d>,
    pub input_name: String,
}

/// What a screen sends.
pub enum Input<'d> {
    /// Nothing that a handler needs.
    Nothing,
    /// An object of which the document does not tell the members.
    Members,
    /// Always the same members.
    Struct { fields: Vec<Field<'d>>, lines: Vec<usize> },
    /// One of several, told apart by the text of the member `tag`, or else by their members.
    Enum { tag: Option<String>, variants: Vec<Variant<'d>> },
}

/// One of the payloads of a screen.
pub struct Variant<'d> {
    /// The text of the tag.
    pub wire: Option<String>,
    pub name: String,
    /// What sends it.
    pub sender: String,
    pub lines: Vec<usize>,
    pub fields: Vec<Field<'d>>,
    /// How it is known where no tag tells.
    pub known_by: KnownBy,
}

/// The members by which a payload is known among those that are printed from it on.
pub enum KnownBy {
    /// Each of these is in no other one.
    Any(Vec<String>),
    /// No other one has all of these. Of the last one there are none.
    All(Vec<String>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field<'d> {
    /// Its name in JSON.
    pub wire: std::borrow::Cow<'d, str>,
    pub kind: Type,
    /// It may be absent.
    pub absent: bool,
    /// It holds what the endpoint has shown, or what the phone makes of that, and so may be `""`. That is
    /// taken out of what a phone sends.
    pub shown: bool,
}

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    Text,
    Number,
    Integer,
    Boolean,
    /// Any JSON.
    Value,
    /// An object of which no member is known.
    Members,
    DateRange,
    Media,
    List(Box<Type>),
    /// The ids of what was chosen in a list.
    Choices,
    /// One of the file's own.
    Struct(usize),
}

/// The structs for nested objects. What looks the same and is called the same is one struct.
#[derive(Default)]
pub struct Shapes<'d> {
    structs: Vec<Struct<'d>>,
    known: HashMap<Key<'d>, usize>,
}

/// What makes two structs one: the name that they would have, and their members, shown or not.
type Key<'d> = (String, Vec<Field<'d>>);

/// The struct for a nested object.
pub struct Struct<'d> {
    pub name: String,
    pub fields: Vec<Field<'d>>,
    /// Screens and members that hold it.
    pub holders: Vec<(usize, String)>,
    /// It is one of a list.
    pub item: bool,
    /// What it might be called, the best name first.
    wishes: Vec<String>,
}

/// Where an object is found: the words that lead to it, from the screen's name on.
#[derive(Clone)]
pub struct Way {
    pub screen: usize,
    words: Vec<String>,
    /// It is one of a list.
    item: bool,
    /// How many objects and arrays it is in.
    pub depth: usize,
}

impl Way {
    /// To what a screen shows or sends.
    pub fn from(screen: usize, name: &str) -> Self {
        Self { screen, words: vec![name.to_owned()], item: false, depth: 0 }
    }

    /// To a member of the object.
    pub fn member(&self, name: &str) -> Self {
        let mut words = self.words.clone();
        words.push(name.to_owned());
        Self { words, item: false, depth: self.depth + 1, ..*self }
    }

    /// To each item of the array.
    pub fn items(&self) -> Self {
        Self { item: true, depth: self.depth + 1, ..self.clone() }
    }
}

/// What the options of a component are called wherever they stand.
const CHOICE: &str = "Choice";

impl<'d> Shapes<'d> {
    /// The struct for an object with these members.
    pub fn add(&mut self, fields: Vec<Field<'d>>, way: &Way) -> usize {
        let last = way.words.last().map(String::as_str).unwrap_or_default();
        let own = match way.item {
            true => name::of_type(&name::singular(&name::of_member(last)), "Item"),
            false => name::of_type(last, "Part"),
        };
        // Longer and longer: the object's own name, then with what it stands in, up to the screen.
        let outer = way.words.iter().rev().skip(1).map(|word| name::of_type(word, "Part"));
        let mut wishes = vec![own.clone()];
        for word in outer {
            let longest = wishes.last().map(String::as_str).unwrap_or_default();
            wishes.push(name::of_type(&format!("{word}_{longest}"), "Part"));
        }
        let choice = way.item && is_option(&fields);
        if choice {
            wishes = wishes.iter().map(|wish| format!("{wish}{CHOICE}")).collect();
            wishes.insert(0, CHOICE.into());
        }
        let alike = fields.iter().map(|field| Field { shown: false, ..field.clone() }).collect();
        let key = (if choice { CHOICE.into() } else { own }, alike);
        let holder = (way.screen, last.to_owned());
        if let Some(index) = self.known.get(&key) {
            let known = &mut self.structs[*index];
            for (field, other) in known.fields.iter_mut().zip(&fields) {
                field.shown |= other.shown;
            }
            if !known.holders.contains(&holder) {
                known.holders.push(holder);
            }
            return *index;
        }
        let (name, holders) = (String::new(), vec![holder]);
        self.structs.push(Struct { name, fields, holders, item: way.item, wishes });
        self.known.insert(key, self.structs.len() - 1);
        self.structs.len() - 1
    }

    /// Names the structs. Two that would have the same name get longer ones, both; of the options of
    /// components, the first to come is the plain one.
    pub fn name_all(&mut self, names: &mut Scope) {
        let mut unnamed: Vec<usize> = (0..self.structs.len()).collect();
        for level in 0.. {
            let wish = |index: usize| self.structs[index].wishes.get(level).cloned();
            let mut wanted: HashMap<String, Vec<usize>> = HashMap::new();
            for index in &unnamed {
                if let Some(wish) = wish(*index) {
                    wanted.entry(wish).or_default().push(*index);
                }
            }
            if wanted.is_empty() {
                break;
            }
            for (wish, wanting) in wanted {
                if (wanting.len() == 1 || wish == CHOICE) && !names.has(&wish) {
                    let first = wanting[0];
                    self.structs[first].name = names.take(&wish);
                    unnamed.retain(|index| *index != first);
                }
            }
        }
        for index in unnamed {
            let wish = self.structs[index].wishes.last().cloned().unwrap_or_default();
            self.structs[index].name = names.take(&wish);
        }
    }

    /// One of them.
    pub fn get(&self, index: usize) -> &Struct<'d> {
        &self.structs[index]
    }
}

/// Whether objects with these members are options of a component (CMP): all have an id and a title.
fn is_option(fields: &[Field<'_>]) -> bool {
    let text = |name: &str| {
        fields.iter().any(|field| field.wire == name && field.kind == Type::Text && !field.absent)
    };
    text("id") && text("title")
}

impl Field<'_> {
    /// Whether a phone may send it without the text that it should hold.
    pub fn may_be_empty(&self) -> bool {
        self.shown && matches!(self.kind, Type::Text | Type::Value)
    }
}

impl Type {
    /// Whether it is a number or a list of some.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Number => true,
            Self::List(item) => item.is_number(),
            _ => false,
        }
    }

    /// The struct that it is, or is a list of.
    pub fn of_struct(&self) -> Option<usize> {
        match self {
            Self::Struct(index) => Some(*index),
            Self::List(item) => item.of_struct(),
            _ => None,
        }
    }
}
