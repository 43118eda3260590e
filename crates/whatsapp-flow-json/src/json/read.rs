//! Reads a text into nodes, and explains syntax errors.

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

use super::node::{NONE, RawNode};

/// A syntax error, and its offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The byte offset at which reading stopped.
    pub offset: usize,
    /// The message.
    pub message: &'static str,
    /// The suggested fix.
    pub help: &'static str,
}

/// Reads the nodes of a text of less than 4 GB.
pub(super) fn read(text: &str) -> Result<Vec<RawNode>, SyntaxError> {
    if text.len() >= NONE as usize {
        return Err(SyntaxError { offset: 0, message: "the text is too long", help: "" });
    }
    if text.starts_with('\u{feff}') {
        let message = "the file starts with a byte order mark";
        return Err(SyntaxError {
            offset: 0,
            message,
            help: "save it as UTF-8 without a byte order mark",
        });
    }
    let mut reader = TreeBuilder { text, jiter: Jiter::new(text.as_bytes()), nodes: Vec::new() };
    reader.run().map_err(|error| syntax_error(text, &error))?;
    Ok(reader.nodes)
}

/// Builds the nodes while jiter reads the text. Jiter checks the grammar and tracks the offset;
/// when it is stepped it does not use a stack, and ours is the chain of parents.
struct TreeBuilder<'t> {
    text: &'t str,
    jiter: Jiter<'t>,
    nodes: Vec<RawNode>,
}

impl TreeBuilder<'_> {
    fn run(&mut self) -> Result<(), JiterError> {
        let mut peek = self.jiter.peek()?;
        let (mut parent, mut before, mut name) = (NONE, NONE, NONE);
        loop {
            let node = self.nodes.len() as u32;
            let start = self.jiter.current_index() as u32;
            let (first, next, count) = (NONE, NONE, 0);
            self.nodes.push(RawNode { start, end: start, name, parent, first, next, count });
            if parent != NONE {
                self.nodes[parent as usize].count += 1;
            }
            match before {
                NONE if parent != NONE => self.nodes[parent as usize].first = node,
                NONE => {}
                before => self.nodes[before as usize].next = node,
            }
            // Enter the value: read its first child, or its end if it is empty.
            let inner = match peek {
                Peek::Object => self.member(true)?,
                Peek::Array => self.jiter.known_array()?.map(|peek| (peek, NONE)),
                Peek::String => self.jiter.known_bytes().map(|_| None)?,
                Peek::Null => self.jiter.known_null().map(|()| None)?,
                Peek::True | Peek::False => self.jiter.known_bool(peek).map(|_| None)?,
                _ => self.jiter.known_number_bytes(peek).map(|_| None)?,
            };
            if let Some(first) = inner {
                (peek, name) = first;
                (parent, before) = (node, NONE);
                continue;
            }
            self.nodes[node as usize].end = self.jiter.current_index() as u32;
            before = node;
            // Leave the value: read the next member or item, leaving as many values as end here.
            loop {
                if parent == NONE {
                    return self.jiter.finish();
                }
                let opened = self.text.as_bytes()[self.nodes[parent as usize].start as usize];
                let step = match opened {
                    b'{' => self.member(false)?,
                    _ => self.jiter.array_step()?.map(|peek| (peek, NONE)),
                };
                if let Some(next) = step {
                    (peek, name) = next;
                    break;
                }
                let closed = &mut self.nodes[parent as usize];
                closed.end = self.jiter.current_index() as u32;
                (before, parent) = (parent, closed.parent);
            }
        }
    }

    /// Reads the first or next member of the current object: the start of its value, and the offset
    /// of its name.
    fn member(&mut self, first: bool) -> Result<Option<(Peek, u32)>, JiterError> {
        let from = self.jiter.current_index() + usize::from(first);
        let key = if first { self.jiter.known_object()? } else { self.jiter.next_key()? };
        if key.is_none() {
            return Ok(None);
        }
        // Only white space and a comma precede the name.
        let before = self.text[from..].bytes().take_while(|byte| *byte != b'"').count();
        Ok(Some((self.jiter.peek()?, (from + before) as u32)))
    }
}

fn syntax_error(text: &str, error: &JiterError) -> SyntaxError {
    let JiterErrorType::JsonError(kind) = &error.error_type else {
        // Jiter reads the type that was peeked, so it cannot find another one.
        return SyntaxError { offset: error.index, message: "not a JSON value", help: "" };
    };
    let (message, help) = explain(kind);
    let mut offset = error.index.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    if *kind == JsonErrorType::TrailingComma {
        // Jiter stops at the token after the comma.
        offset = text[..offset].rfind(',').unwrap_or(offset);
    }
    SyntaxError { offset, message, help }
}

fn explain(kind: &JsonErrorType) -> (&'static str, &'static str) {
    use JsonErrorType::*;
    match kind {
        EofWhileParsingList => ("the text ends inside an array", "close it with `]`"),
        EofWhileParsingObject => ("the text ends inside an object", "close it with `}`"),
        EofWhileParsingString => ("the text ends inside a string", "close it with `\"`"),
        EofWhileParsingValue => ("the text ends where a value is expected", "write the value"),
        ExpectedColon => ("expected a colon between a name and its value", "write `:` here"),
        ExpectedListCommaOrEnd => {
            ("expected a comma or the end of the array", "write `,` before the next item, or `]`")
        }
        ExpectedObjectCommaOrEnd => {
            ("expected a comma or the end of the object", "write `,` before the next name, or `}`")
        }
        ExpectedSomeIdent => ("not a JSON value", "write `true`, `false` or `null`"),
        ExpectedSomeValue => (
            "not a JSON value",
            "JSON does not allow comments, single quotes or words without quotes",
        ),
        InvalidEscape | UnexpectedEndOfHexEscape => {
            ("not a JSON escape", "write `\\\\` for a backslash, or `\\u` and four digits")
        }
        InvalidNumber => (
            "not a JSON number",
            "a number has digits on both sides of `.`, and neither leading zeros nor `+`",
        ),
        ControlCharacterWhileParsingString => (
            "a string contains a line break or another control character",
            "write `\\n` for a line break",
        ),
        KeyMustBeAString => ("a member's name must be a string", "put the name in double quotes"),
        LoneLeadingSurrogateInHexEscape | InvalidUnicodeCodePoint => (
            "an escape contains half of a surrogate pair",
            "write both halves, or the character itself",
        ),
        TrailingComma => ("trailing comma", "remove it"),
        TrailingCharacters => ("unexpected text after the end of the document", "remove it"),
        _ => ("not JSON", "fix the syntax here"),
    }
}
