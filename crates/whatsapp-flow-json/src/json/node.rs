//! A node of the flat tree.

#[derive(Debug)]
pub struct RawNode {
    pub start: u32,
    pub end: u32,
    /// Where the name's opening quote is, if this is a member of an object.
    pub name: u32,
    pub parent: u32,
    pub first: u32,
    pub next: u32,
    /// How many members or items it holds.
    pub count: u32,
}

/// No node, no name.
pub const NONE: u32 = u32::MAX;
