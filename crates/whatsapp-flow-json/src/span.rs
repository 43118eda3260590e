//! Positions in a text: byte offsets, lines and columns.

/// A range of bytes of the text.
pub type Span = std::ops::Range<usize>;

/// A line and a column, both from 1. A column counts characters (Unicode scalar values), not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// The starts of lines. A position is found without reading the whole text, even if all of it is
/// one line of 10 MB.
#[derive(Debug)]
pub(crate) struct Lines {
    starts: Vec<usize>,
    /// The number of characters before each block of bytes.
    characters: Vec<usize>,
}

/// The position of a byte in a text, for a single lookup.
pub(crate) fn position(text: &str, offset: usize) -> Position {
    Lines::of(text).position(text, offset)
}

/// The size of a block, in bytes.
const BLOCK: usize = 1024;

impl Lines {
    pub fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        let mut before = 0;
        let block = |block: &[u8]| {
            let here = before;
            before += count(block);
            here
        };
        let characters = text.as_bytes().chunks(BLOCK).map(block).collect();
        Self { starts, characters }
    }

    /// The position of a byte offset. The end of the text is a position, too.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        let column = self.characters_before(text, offset) - self.characters_before(text, start);
        Position { line, column: column + 1 }
    }

    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let block = offset / BLOCK;
        match self.characters.get(block) {
            Some(before) => before + count(&text.as_bytes()[block * BLOCK..offset]),
            None if block == 0 => 0,
            // The offset is the end of a text that fills its last block.
            None => {
                self.characters[block - 1] + count(&text.as_bytes()[(block - 1) * BLOCK..offset])
            }
        }
    }
}

/// The number of characters that start in these bytes of UTF-8.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters() {
        let text = "ab\n“é”x\n";
        let lines = Lines::of(text);
        let place = |needle: &str| lines.position(text, text.find(needle).unwrap());
        assert_eq!(place("b"), Position { line: 1, column: 2 });
        assert_eq!(place("x"), Position { line: 2, column: 4 });
        assert_eq!(lines.position(text, text.len()), Position { line: 3, column: 1 });
    }

    #[test]
    fn end_of_a_full_block_has_a_position() {
        for length in [0, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            let text = "x".repeat(length);
            let place = Lines::of(&text).position(&text, length);
            assert_eq!(place, Position { line: 1, column: length + 1 });
        }
    }
}
