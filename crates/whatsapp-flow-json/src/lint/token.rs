//! Tokens of an expression: operands, operators and parentheses.
//!
//! Operands are references, texts in single quotes, numbers, `true` and `false`. Operators are `==
//! != < <= > >= && || !`; an expression in backticks (6.0) also has `+ - * / %`, and joins adjacent
//! operands as text.

use crate::model::DataType;
use crate::model::expression::Reference;

/// The two kinds of expressions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// An expression in backticks.
    Nested,
    /// The condition of an If, without backticks.
    Condition,
}

/// A token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Token {
    /// `${…}`, with any target.
    Reference,
    /// A literal.
    Literal(DataType),
    /// A binary operator, such as `==`.
    Binary(&'static str),
    Not,
    Open,
    Close,
}

/// An error in an expression, and a suggested fix. The caller knows the position.
pub struct TokenError {
    pub message: String,
    pub help: String,
    /// The number of bytes to mark.
    pub length: usize,
}

const COMPARISONS: [&str; 8] = ["==", "!=", "<=", ">=", "&&", "||", "<", ">"];
const ARITHMETIC: [&str; 5] = ["+", "-", "*", "/", "%"];

/// Reads the first token of a text that does not start with white space. Returns the token and its
/// length in bytes.
pub fn token(rest: &str, style: Style) -> Result<(Token, usize), TokenError> {
    if rest.starts_with("${") {
        let Some(end) = rest.find('}') else {
            return Err(error("the reference is not closed", "close it with `}`", 2));
        };
        return match operator_outside(&rest[2..end]) {
            Some(fixed) => Err(TokenError {
                message: "a reference contains an operator".to_owned(),
                help: format!("close it before the operator: {fixed}"),
                length: end + 1,
            }),
            None => Ok((Token::Reference, end + 1)),
        };
    }
    if rest.starts_with('\'') {
        let end = string_length(rest)
            .ok_or_else(|| error("the text is not closed", "close it with `'`", 1))?;
        return Ok((Token::Literal(DataType::String), end));
    }
    if rest.starts_with("===") || rest.starts_with("!==") {
        let help = format!("write `{}`", &rest[..2]);
        return Err(TokenError {
            length: 3,
            ..error("expressions do not support strict equality", &help, 3)
        });
    }
    if let Some(operator) = COMPARISONS.iter().find(|operator| rest.starts_with(**operator)) {
        return Ok((Token::Binary(operator), operator.len()));
    }
    let digits = |text: &str| text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let first = rest.chars().next().unwrap_or_default();
    if first.is_ascii_digit() {
        return Ok((Token::Literal(DataType::Number), digits(rest)));
    }
    if first == '-' && style == Style::Condition && digits(&rest[1..]) > 0 {
        return Ok((Token::Literal(DataType::Number), 1 + digits(&rest[1..])));
    }
    if let Some(operator) = ARITHMETIC.iter().find(|operator| rest.starts_with(**operator)) {
        let help = "use comparisons only, or put the whole condition into backticks (6.0)";
        return match style {
            Style::Nested => Ok((Token::Binary(operator), 1)),
            Style::Condition => Err(error("a condition does not support arithmetic", help, 1)),
        };
    }
    match first {
        '!' => Ok((Token::Not, 1)),
        '(' => Ok((Token::Open, 1)),
        ')' => Ok((Token::Close, 1)),
        '=' => Err(error("a single `=` is not an operator", "write `==`", 1)),
        '&' | '|' => {
            Err(error("this operator consists of two characters", "write `&&` or `||`", 1))
        }
        _ => bare_word(rest, first, style),
    }
}

/// Reads a word without quotes, or reports a character that expressions do not have.
fn bare_word(rest: &str, first: char, style: Style) -> Result<(Token, usize), TokenError> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    let length = rest.find(|c| !part(c)).unwrap_or(rest.len());
    let bare_word = &rest[..length];
    match bare_word {
        "true" | "false" => return Ok((Token::Literal(DataType::Boolean), length)),
        "null" | "undefined" => {
            let message = format!("expressions do not support `{bare_word}`");
            let help = "compare with '': an absent value is equal to it";
            return Err(error(&message, help, length));
        }
        "and" => return Err(error("expressions do not support `and`", "write `&&`", length)),
        "or" => return Err(error("expressions do not support `or`", "write `||`", length)),
        "not" => return Err(error("expressions do not support `not`", "write `!`", length)),
        _ => {}
    }
    if Reference::read(bare_word, 0..0).is_some() {
        let help = format!("write ${{{bare_word}}}");
        return Err(error("a reference must be between `${` and `}`", &help, length));
    }
    let operators = match style {
        Style::Nested => "the operators are == != < <= > >= && || ! + - * / % and parentheses",
        Style::Condition => "the operators are == != < <= > >= && || ! and parentheses",
    };
    let (message, help) = match first {
        '?' | ':' => ("expressions do not support `? :`".to_owned(), {
            format!("show one of two components, with `visible` or an If; {operators}")
        }),
        '.' | '[' => ("expressions do not support properties and calls".to_owned(), {
            format!("let the endpoint send the value; {operators}")
        }),
        '"' => ("text must be in single quotes".to_owned(), "write 'word'".to_owned()),
        '`' => ("a backtick is allowed only at the start and at the end".to_owned(), {
            "remove it, or write \\\\` within a text".to_owned()
        }),
        _ if first.is_alphanumeric() => {
            ("text must be in single quotes".to_owned(), format!("write '{}'", describe(bare_word)))
        }
        _ => (format!("expressions do not support `{first}`"), operators.to_owned()),
    };
    let length = if first.is_alphanumeric() { length } else { first.len_utf8() };
    Err(TokenError { message, help, length })
}

fn describe(bare_word: &str) -> &str {
    const SHOWN: usize = 40;
    bare_word.char_indices().nth(SHOWN).map_or(bare_word, |(at, _)| &bare_word[..at])
}

fn error(message: &str, help: &str, length: usize) -> TokenError {
    TokenError { message: message.to_owned(), help: help.to_owned(), length }
}

/// The contents of `${…}` with the operator moved outside, if they are a reference followed by an
/// operator.
pub fn operator_outside(inner: &str) -> Option<String> {
    let inner = inner.trim();
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let end = inner.find(|c| !part(c))?;
    let rest = inner[end..].trim_start();
    let operator = COMPARISONS.iter().chain(&ARITHMETIC).any(|operator| rest.starts_with(operator));
    let reference = Reference::read(&inner[..end], 0..0).is_some();
    (operator && reference).then(|| format!("${{{}}} {rest}", &inner[..end]))
}

/// The length of a text in single quotes; a backslash escapes a quote.
fn string_length(rest: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\'' if !escaped => return Some(at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}
