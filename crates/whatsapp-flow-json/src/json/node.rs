//! A node of the flat tree.

#[derive(Debug)]
pub struct RawNode {
    pub start: u32,
    pub end: u32,
    /// The offset of the opening quote of the name, for a member of an object.
    pub name: u32,
    pub parent: u32,
    pub first: u32,
    pub next: u32,
    /// The number of members or items.
    pub count: u32,
}

/// No node, or no name.
pub const NONE: u32 = u32::MAX;
