//! The contents of a generated file, before they are text.

use super::structs::StructTable;
use super::types::Field;

/// A generated file.
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

/// The input of a screen.
pub enum Input<'d> {
    /// Nothing that a handler needs.
    Nothing,
    /// An object whose members the document does not declare.
    Members,
    /// One set of members.
    Struct { fields: Vec<Field<'d>>, lines: Vec<usize> },
    /// One of several payloads, distinguished by the text of the member `tag`, or by their members.
    Enum { tag: Option<String>, variants: Vec<Variant<'d>> },
}

/// One of the payloads of a screen.
pub struct Variant<'d> {
    /// The text of the tag.
    pub wire: Option<String>,
    pub name: String,
    /// The sender, for the comment.
    pub sender: String,
    pub lines: Vec<usize>,
    pub fields: Vec<Field<'d>>,
    /// The condition for this payload if there is no tag.
    pub guard: Guard,
}

/// The members that distinguish a payload from those that follow it.
pub enum Guard {
    /// None of these is in another payload.
    Any(Vec<String>),
    /// No other payload has all of these. Empty for the last payload.
    All(Vec<String>),
}
