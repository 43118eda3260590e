//! JSON with the position of every value, to any depth.
//!
//! The tree is flat: a list of nodes in document order, each with the numbers of its parent, its
//! first child and its next sibling. Reading, dropping and walking are not recursive, so that no
//! document is too deep. A node has 28 bytes; its contents are read from the text on demand.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

mod decoded;
mod kind;
mod node;
mod read;
mod string;

pub use decoded::Decoded;
pub use kind::Kind;
pub use read::SyntaxError;

use decoded::Unescaped;
use node::{NONE, RawNode};
use string::{string_at, unquote};

use crate::span::{Lines, Position, Span};

/// A parsed text.
#[derive(Debug)]
pub struct Json<'t> {
    text: &'t str,
    nodes: Vec<RawNode>,
    lines: Lines,
    /// The members of large objects by name, built on first use.
    indexed: OnceLock<HashMap<u32, MemberIndex>>,
    /// The strings with escapes, unescaped on first use.
    unescaped: OnceLock<HashMap<u32, Unescaped>>,
}

/// The last member of each name.
type MemberIndex = HashMap<Box<str>, u32>;

/// Objects with more members than this have an index.
const INDEXED_MEMBERS: u32 = 32;

/// A value: a handle that is cheap to copy.
#[derive(Clone, Copy)]
pub struct Value<'j> {
    json: &'j Json<'j>,
    node: u32,
}

/// The name of a member, and its span with the quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name<'j> {
    /// The unescaped name.
    pub text: Cow<'j, str>,
    /// The span.
    pub span: Span,
}

impl<'t> Json<'t> {
    /// Parses a text of less than 4 GB.
    pub fn parse(text: &'t str) -> Result<Self, SyntaxError> {
        let nodes = read::read(text)?;
        let lines = Lines::of(text);
        let (indexed, unescaped) = (OnceLock::new(), OnceLock::new());
        Ok(Self { text, nodes, lines, indexed, unescaped })
    }

    /// The top-level value.
    pub fn root(&self) -> Value<'_> {
        Value { json: self, node: 0 }
    }

    /// The whole text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The position of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        self.lines.position(self.text, offset)
    }

    /// All values, in document order.
    pub fn values(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.nodes.len() as u32).map(|node| Value { json: self, node })
    }
}

impl<'j> Value<'j> {
    /// The span of the value; for a string, with the quotes.
    pub fn span(self) -> Span {
        let node = self.node();
        node.start as usize..node.end as usize
    }

    /// The position of the start of the value.
    pub fn position(self) -> Position {
        self.json.position(self.node().start as usize)
    }

    /// The source text of the value.
    pub fn source(self) -> &'j str {
        &self.json.text[self.span()]
    }

    /// The type of the value.
    pub fn kind(self) -> Kind {
        match self.json.text.as_bytes()[self.node().start as usize] {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'"' => Kind::String,
            b't' | b'f' => Kind::Boolean,
            b'n' => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// The unescaped text of a string.
    pub fn as_str(self) -> Option<Cow<'j, str>> {
        (self.kind() == Kind::String).then(|| unquote(self.source()))
    }

    /// The unescaped text of a string, with positions.
    pub fn decoded(self) -> Option<Decoded<'j>> {
        if self.kind() != Kind::String {
            return None;
        }
        let start = self.node().start as usize + 1;
        let inner = &self.json.text[start..self.node().end as usize - 1];
        if !inner.contains('\\') {
            return Some(Decoded::plain(inner, start));
        }
        self.json.unescaped().get(&self.node).map(|unescaped| unescaped.decoded(start))
    }

    /// The value of a boolean.
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == Kind::Boolean).then(|| self.source() == "true")
    }

    /// The value of a number; infinite if it is too large for an `f64`.
    pub fn as_f64(self) -> Option<f64> {
        (self.kind() == Kind::Number).then(|| self.source().parse().ok()).flatten()
    }

    /// A member of an object; of duplicates the last one, as in the client.
    pub fn member(self, name: &str) -> Option<Self> {
        if self.node().count > INDEXED_MEMBERS {
            let members = self.json.indexed().get(&self.node)?;
            return self.json.value(*members.get(name)?);
        }
        self.members().filter(|(member, _)| member.text == name).last().map(|(_, value)| value)
    }

    /// The members of an object, in document order; empty for any other value.
    pub fn members(self) -> impl Iterator<Item = (Name<'j>, Value<'j>)> {
        self.children().filter_map(|value| Some((value.name()?, value)))
    }

    /// The items of an array, in document order; empty for any other value.
    pub fn items(self) -> impl Iterator<Item = Value<'j>> {
        self.children().filter(|value| value.node().name == NONE)
    }

    /// The name of the member that this value belongs to.
    pub fn name(self) -> Option<Name<'j>> {
        let start = self.node().name;
        (start != NONE).then(|| {
            let source = string_at(self.json.text, start as usize);
            Name { text: unquote(source), span: start as usize..start as usize + source.len() }
        })
    }

    /// The object or array that contains this value.
    pub fn parent(self) -> Option<Self> {
        self.json.value(self.node().parent)
    }

    /// The document of this value.
    pub fn json(self) -> &'j Json<'j> {
        self.json
    }

    /// Returns whether both are the same value of the same document.
    pub fn is_same(self, other: Self) -> bool {
        std::ptr::eq(self.json, other.json) && self.node == other.node
    }

    /// A number that is unique in the document.
    pub fn id(self) -> usize {
        self.node as usize
    }

    /// This value and all values within it, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Value<'j>> {
        let end = self.node().end;
        let later = self.json.nodes[self.node as usize..].iter().take_while(move |n| n.start < end);
        let json = self.json;
        (self.node..).zip(later).map(move |(node, _)| Value { json, node })
    }

    fn children(self) -> impl Iterator<Item = Value<'j>> {
        let json = self.json;
        std::iter::successors(json.value(self.node().first), move |value| {
            json.value(value.node().next)
        })
    }

    fn node(self) -> &'j RawNode {
        &self.json.nodes[self.node as usize]
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at {:?}", self.kind(), self.span())
    }
}

impl Json<'_> {
    fn value(&self, node: u32) -> Option<Value<'_>> {
        (node != NONE).then_some(Value { json: self, node })
    }

    fn unescaped(&self) -> &HashMap<u32, Unescaped> {
        self.unescaped.get_or_init(|| {
            let strings = self.values().filter(|value| value.kind() == Kind::String);
            let read = |value: Value<'_>| {
                let (start, end) = (value.node().start as usize + 1, value.node().end as usize - 1);
                let inner = &self.text[start..end];
                inner.contains('\\').then(|| (value.node, Unescaped::read(inner, start)))
            };
            strings.filter_map(read).collect()
        })
    }

    fn indexed(&self) -> &HashMap<u32, MemberIndex> {
        self.indexed.get_or_init(|| {
            let mut indexed: HashMap<u32, MemberIndex> = HashMap::new();
            for (index, node) in self.nodes.iter().enumerate() {
                let held = node.parent != NONE && node.name != NONE;
                if held && self.nodes[node.parent as usize].count > INDEXED_MEMBERS {
                    let name = unquote(string_at(self.text, node.name as usize));
                    indexed.entry(node.parent).or_default().insert(name.into(), index as u32);
                }
            }
            indexed
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_names_have_spans() {
        let text = "{ \"a\\\"é\" : [1, {\"b\":null}], \"c\": \"x\" }";
        let json = Json::parse(text).unwrap();
        let root = json.root();
        let members: Vec<_> = root.members().collect();
        assert_eq!(members.len(), 2);
        assert_eq!((&*members[0].0.text, &text[members[0].0.span.clone()]), ("a\"é", "\"a\\\"é\""));
        let items: Vec<_> = members[0].1.items().collect();
        assert_eq!((items[0].source(), items[1].source()), ("1", "{\"b\":null}"));
        assert_eq!(items[1].member("b").unwrap().kind(), Kind::Null);
        assert_eq!(items[1].parent().unwrap().source(), "[1, {\"b\":null}]");
        assert_eq!(root.member("c").unwrap().position(), Position { line: 1, column: 34 });
        assert_eq!(root.descendants().count(), 6);
        assert_eq!(members[0].1.descendants().count(), 4);
    }

    #[test]
    fn a_million_levels_can_be_read_and_dropped() {
        let deep = "[{\"a\":".repeat(500_000) + "1" + &"}]".repeat(500_000);
        let json = Json::parse(&deep).unwrap();
        assert_eq!(json.values().count(), 1_000_001);
        assert_eq!(json.root().span(), 0..deep.len());
        assert!(Json::parse(&deep[..deep.len() - 1]).is_err());
    }

    #[test]
    fn syntax_errors_have_offsets() {
        let cases = [
            ("", 0, "the text ends where a value is expected"),
            ("{\"a\": 1,\n}", 7, "trailing comma"),
            ("[1 2]", 3, "expected a comma or the end of the array"),
            ("{\"a\" 1}", 5, "expected a colon between a name and its value"),
            ("{a: 1}", 1, "a member's name must be a string"),
            ("[01]", 2, "not a JSON number"),
            ("{} {}", 3, "unexpected text after the end of the document"),
            ("// x\n{}", 0, "not a JSON value"),
            ("\u{feff}{}", 0, "the file starts with a byte order mark"),
        ];
        for (text, offset, message) in cases {
            let error = Json::parse(text).unwrap_err();
            assert_eq!((error.offset, error.message), (offset, message), "{text}");
        }
    }
}
