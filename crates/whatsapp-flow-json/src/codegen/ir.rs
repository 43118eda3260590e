//! The types of a printed file, before they are text.

use super::structs::StructTable;
use super::types::Field;

/// A printed file.
pub struct File<'d> {
    pub source: &'d str,
    pub screens: Vec<ScreenType<'d>>,
    pub structs: StructTable<'d>,
    /// The screens of each `impl Reaches<To> for From`, `To` first; `None` is `Init`.
    pub transitions: Vec<(usize, Option<usize>)>,
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
    pub guard: Guard,
}

/// The members by which a payload is known among those that are printed from it on.
pub enum Guard {
    /// Each of these is in no other one.
    Any(Vec<String>),
    /// No other one has all of these. Of the last one there are none.
    All(Vec<String>),
}
