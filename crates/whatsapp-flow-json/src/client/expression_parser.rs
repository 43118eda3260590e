//! The grammar of expressions in backticks.
//!
//! The operators have the precedence of JavaScript; parts that follow each other without an operator are joined as text.

use super::expression::{Binary, Expression, Unary};
use super::number::json_number;
use super::path::Path;
use crate::catalog::Version;

/// The operators by their text; longer ones first.
const OPERATORS: [(&str, Binary); 13] = [
    ("||", Binary::Or),
    ("&&", Binary::And),
    ("==", Binary::Equal),
    ("!=", Binary::NotEqual),
    ("<=", Binary::LessOrEqual),
    (">=", Binary::GreaterOrEqual),
    ("<", Binary::Less),
    (">", Binary::Greater),
    ("+", Binary::Add),
    ("-", Binary::Subtract),
    ("*", Binary::Multiply),
    ("/", Binary::Divide),
    ("%", Binary::Remainder),
];

/// The maximum nesting of parentheses and unary operators.
const MAX_DEPTH: usize = 100;
/// The maximum number of binary operators and member accesses: the tree is as deep as a chain of them is long.
const MAX_LENGTH: usize = 1_000;

impl Expression {
    /// Parses a text between backticks.
    ///
    /// # Errors
    ///
    /// Returns the reason, for the developer.
    pub fn parse(text: &str, version: Version) -> Result<Self, String> {
        let mut parser = Parser { rest: text.trim(), version, depth: 0, length: 0 };
        let expression = parser.joined()?;
        match parser.rest.chars().next() {
            None => Ok(expression),
            Some(c) => Err(format!("unexpected `{c}`")),
        }
    }
}

struct Parser<'t> {
    rest: &'t str,
    version: Version,
    depth: usize,
    length: usize,
}

type Parsed = Result<Expression, String>;

impl Parser<'_> {
    /// Parts that follow each other.
    fn joined(&mut self) -> Parsed {
        let mut parts = vec![self.binary(0)?];
        while !self.rest.is_empty() && !self.rest.starts_with([')', ']']) {
            parts.push(self.binary(0)?);
        }
        match parts.pop() {
            Some(only) if parts.is_empty() => Ok(only),
            last => {
                parts.extend(last);
                Ok(Expression::Joined(parts))
            }
        }
    }

    /// Operators of at least this precedence.
    fn binary(&mut self, precedence: u8) -> Parsed {
        let mut left = self.unary()?;
        while let Some((text, operator)) = self.operator() {
            if operator.precedence() < precedence {
                break;
            }
            self.lengthen()?;
            self.skip(text.len());
            let right = self.binary(operator.precedence() + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn operator(&self) -> Option<(&'static str, Binary)> {
        OPERATORS.into_iter().find(|(text, _)| self.rest.starts_with(text))
    }

    fn unary(&mut self) -> Parsed {
        let operator = match self.rest.chars().next() {
            Some('!') => Unary::Not,
            Some('-') => Unary::Minus,
            Some('+') => Unary::Plus,
            _ => return self.member(),
        };
        self.skip(1);
        let operand = self.nested(Self::unary)?;
        Ok(Expression::Unary(operator, Box::new(operand)))
    }

    fn member(&mut self) -> Parsed {
        let mut of = self.operand()?;
        // A dot or bracket belongs to the operand only if nothing is between them.
        while let Some(first) = self.rest.chars().next().filter(|c| matches!(c, '.' | '[')) {
            self.lengthen()?;
            self.skip(1);
            let name = if first == '[' {
                let name = self.nested(Self::joined)?;
                self.close(']')?;
                name
            } else {
                let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
                let end = self.rest.find(|c| !plain(c)).unwrap_or(self.rest.len());
                let name = Expression::Literal(self.rest[..end].into());
                self.skip(end);
                name
            };
            of = Expression::Member(Box::new(of), Box::new(name));
        }
        Ok(of)
    }

    fn operand(&mut self) -> Parsed {
        if self.rest.starts_with("${") {
            let end = self.rest.find('}').ok_or("a `${` is not closed")?;
            let inner = &self.rest[2..end];
            let path = Path::parse(inner, self.version)
                .ok_or_else(|| format!("`${{{inner}}}` is not a binding"))?;
            self.skip(end + 1);
            return Ok(Expression::Path(path));
        }
        let first = self.rest.chars().next().ok_or("an operand is missing at the end")?;
        match first {
            '(' => {
                self.skip(1);
                let inner = self.nested(Self::joined)?;
                self.close(')')?;
                Ok(inner)
            }
            '\'' => self.text(),
            '0'..='9' => {
                let digit = |c: char| c.is_ascii_digit() || c == '.';
                let end = self.rest.find(|c| !digit(c)).unwrap_or(self.rest.len());
                let number = self.rest[..end].parse().map_err(|_| "a number is malformed")?;
                self.skip(end);
                Ok(Expression::Literal(json_number(number)))
            }
            _ => self.word(first),
        }
    }

    fn word(&mut self, first: char) -> Parsed {
        let end = self.rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(self.rest.len());
        let value = match &self.rest[..end] {
            "true" => true,
            "false" => false,
            "" => return Err(format!("unexpected `{first}`")),
            word => return Err(format!("`{word}` is not a value")),
        };
        self.skip(end);
        Ok(Expression::Literal(value.into()))
    }

    /// `'text'`; a backslash escapes the character that follows.
    fn text(&mut self) -> Parsed {
        let mut text = String::new();
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                '\'' if !escaped => {
                    self.skip(at + 1);
                    return Ok(Expression::Literal(text.into()));
                }
                '\\' if !escaped => escaped = true,
                c => {
                    text.push(c);
                    escaped = false;
                }
            }
        }
        Err("a text is not closed".into())
    }

    fn nested(&mut self, parse: fn(&mut Self) -> Parsed) -> Parsed {
        if self.depth == MAX_DEPTH {
            return Err("too many parentheses".into());
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn lengthen(&mut self) -> Result<(), String> {
        self.length += 1;
        if self.length > MAX_LENGTH { Err("too many operators".into()) } else { Ok(()) }
    }

    fn close(&mut self, bracket: char) -> Result<(), String> {
        match self.rest.starts_with(bracket) {
            true => self.skip(1),
            false => return Err(format!("`{bracket}` is missing")),
        }
        Ok(())
    }

    /// Skips the bytes of a token, and the white space after it.
    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest[bytes..].trim_start();
    }
}

impl Binary {
    fn precedence(self) -> u8 {
        match self {
            Self::Or => 0,
            Self::And => 1,
            Self::Equal | Self::NotEqual => 2,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide | Self::Remainder => 5,
        }
    }
}
