//! The grammar of conditions and of expressions in backticks.
//!
//! Operands are references, words in single quotes, numbers, `true` and `false`. Operators are
//! `== != < <= > >= && || !`; an expression in backticks (6.0) also has `+ - / %`, and puts operands
//! that stand side by side together.

use super::Version;
use super::finding::{Findings, at};
use crate::document::json::{Kind, Value};
use crate::document::model::expression::{is_nested, references};
use crate::document::model::{DataType, Document, Screen};
use crate::document::place::Span;

const NAME: &str = "INVALID_PROPERTY_VALUE";

pub fn check(document: &Document<'_>, screen: &Screen<'_>, version: Version, out: &mut Findings) {
    for component in screen.components() {
        for value in component.own_values().filter(|value| value.kind() == Kind::String) {
            let condition = component.kind() == "If"
                && component.property("condition").is_some_and(|c| c.is(value));
            let nested = is_nested(value) && version >= (6, 0);
            if nested || condition {
                let text = if is_nested(value) { Style::Nested } else { Style::Condition };
                expression(document, screen, value, text, out);
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Nested,
    Condition,
}

/// A part of an expression.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Token<'t> {
    Reference,
    Literal,
    /// `==` and the like, that take an operand on both sides.
    Between(&'t str),
    Not,
    Open,
    Close,
}

fn expression(
    document: &Document<'_>,
    screen: &Screen<'_>,
    value: Value<'_>,
    style: Style,
    out: &mut Findings,
) {
    let ticks = usize::from(style == Style::Nested);
    let start = value.span().start + 1 + ticks;
    let text = &value.json().text()[start..value.span().end - 1 - ticks];
    let mut fail = |at: Span, message: &str, help: &str| {
        out.error(NAME, start + at.start..start + at.end, message.to_owned(), help);
    };
    if text.trim().is_empty() {
        let help = "write a comparison, such as ${form.age} > 17";
        return out.error(NAME, at(value), "the expression is empty".to_owned(), help);
    }
    let mut tokens: Vec<(Token<'_>, Span)> = Vec::new();
    let mut position = 0;
    while position < text.len() {
        let rest = &text[position..];
        if let Some(space) = rest.chars().next().filter(|c| c.is_whitespace()) {
            position += space.len_utf8();
            continue;
        }
        let (token, length) = match token(rest, style) {
            Ok(token) => token,
            Err((message, help)) => {
                let end = rest.chars().next().map_or(1, char::len_utf8);
                return fail(position..position + end, message, help);
            }
        };
        tokens.push((token, position..position + length));
        position += length;
    }
    if let Err((at, message, help)) = grammar(&tokens, style) {
        return fail(at, message, help);
    }
    if style == Style::Condition {
        meaning(document, screen, value, &tokens, start, out);
    }
}

type Fault = (&'static str, &'static str);

/// The first token of a text, and its length in bytes.
fn token(rest: &str, style: Style) -> Result<(Token<'_>, usize), Fault> {
    const BETWEEN: [&str; 8] = ["==", "!=", "<=", ">=", "&&", "||", "<", ">"];
    const ARITHMETIC: [&str; 4] = ["+", "-", "/", "%"];
    if rest.starts_with("${") {
        let end = rest.find('}').ok_or(("the reference is not closed", "close it with `}`"))?;
        return Ok((Token::Reference, end + 1));
    }
    if rest.starts_with('\'') {
        let end = quoted(rest).ok_or(("the words are not closed", "close them with `'`"))?;
        return Ok((Token::Literal, end));
    }
    if let Some(operator) = BETWEEN.iter().find(|operator| rest.starts_with(**operator)) {
        return Ok((Token::Between(operator), operator.len()));
    }
    let word = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'.').count();
    let negative =
        rest.strip_prefix('-').is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()));
    if matches!(&rest[..word], "true" | "false") || rest[..word].parse::<f64>().is_ok() {
        return Ok((Token::Literal, word));
    }
    if negative && style == Style::Condition {
        let digits = rest[1..].bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        return Ok((Token::Literal, 1 + digits));
    }
    if style == Style::Nested
        && let Some(operator) = ARITHMETIC.iter().find(|operator| rest.starts_with(**operator))
    {
        return Ok((Token::Between(operator), 1));
    }
    match rest.as_bytes()[0] {
        b'!' => Ok((Token::Not, 1)),
        b'(' => Ok((Token::Open, 1)),
        b')' => Ok((Token::Close, 1)),
        b'=' => Err(("a single `=` compares nothing", "write `==`")),
        b'&' | b'|' => Err(("this operator is written twice", "write `&&` or `||`")),
        _ if word > 0 => Err(("words stand in single quotes", "write 'word'")),
        _ => Err(("this is nothing that an expression has", "words stand in single quotes")),
    }
}

/// The length of words in single quotes; a backslash keeps a quote in.
fn quoted(rest: &str) -> Option<usize> {
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

/// Whether operands and operators follow each other as they should. Depth is a number, not a stack.
fn grammar(
    tokens: &[(Token<'_>, Span)],
    style: Style,
) -> Result<(), (Span, &'static str, &'static str)> {
    let mut open: Vec<Span> = Vec::new();
    // Whether an operand has just ended, so that an operator may follow.
    let mut after_operand = false;
    for (token, at) in tokens {
        let at = at.clone();
        match token {
            Token::Reference | Token::Literal | Token::Open | Token::Not if after_operand => {
                if style == Style::Condition {
                    return Err((
                        at,
                        "an operator is missing before this",
                        "write `&&`, `||` or `==`",
                    ));
                }
                if *token == Token::Open {
                    open.push(at);
                }
                after_operand = matches!(token, Token::Reference | Token::Literal);
            }
            Token::Reference | Token::Literal => after_operand = true,
            Token::Open => open.push(at),
            Token::Not => {}
            // In an expression a number may have its sign.
            Token::Between("-") if !after_operand => {}
            Token::Between(_) if !after_operand => {
                return Err((at, "nothing stands before this operator", "write what it compares"));
            }
            Token::Between(_) => after_operand = false,
            Token::Close if !after_operand => {
                return Err((
                    at,
                    "nothing stands before this bracket",
                    "write what the brackets hold",
                ));
            }
            Token::Close => {
                if open.pop().is_none() {
                    return Err((at, "this bracket was never opened", "take it away, or open it"));
                }
            }
        }
    }
    match (tokens.last(), open.pop()) {
        (Some((_, at)), _) if !after_operand => {
            Err((at.clone(), "nothing stands after this operator", "write what it compares"))
        }
        (_, Some(at)) => Err((at, "this bracket is never closed", "close it with `)`")),
        _ => Ok(()),
    }
}

/// A condition looks at something, and compares like with like.
fn meaning(
    document: &Document<'_>,
    screen: &Screen<'_>,
    value: Value<'_>,
    tokens: &[(Token<'_>, Span)],
    start: usize,
    out: &mut Findings,
) {
    if !tokens.iter().any(|(token, _)| *token == Token::Reference) {
        let message = "the condition looks at nothing, so it is always the same".to_owned();
        let help = "refer to a field or to the screen's data";
        return out.error(NAME, at(value), message, help);
    }
    for pair in tokens.windows(3) {
        let [(left, _), (Token::Between(operator), at), (right, _)] = pair else { continue };
        let logic = matches!(*operator, "&&" | "||");
        let sides = [&pair[0], &pair[2]].map(|(token, at)| {
            side(document, screen, value, *token, start + at.start..start + at.end)
        });
        if let [Some(left), Some(right)] = sides
            && !logic
            && left != right
        {
            let message = format!("the type {left} is compared with the type {right}");
            let at = start + at.start..start + at.end;
            out.error(NAME, at, message, "compare values of one type");
        }
        if !logic && (left, right) == (&Token::Literal, &Token::Literal) {
            let at = start + at.start..start + at.end;
            let message = "both sides are written out, so this is always the same".to_owned();
            out.error(NAME, at, message, "refer to a field or to the screen's data on one side");
        }
    }
    // One operand alone must be a boolean, whatever brackets are around it.
    let bracket = |token: &Token<'_>| matches!(token, Token::Open | Token::Close);
    let mut operands = tokens.iter().filter(|(token, _)| !bracket(token));
    if let (Some((token, at)), None) = (operands.next(), operands.next())
        && let Some(kind) = side(document, screen, value, *token, start + at.start..start + at.end)
        && kind != "boolean"
    {
        let message = format!("a condition is a boolean, and this is of type {kind}");
        let at = start + at.start..start + at.end;
        out.error(NAME, at, message, "compare it with something");
    }
}

/// The type of one side of a comparison, if it is known.
fn side(
    document: &Document<'_>,
    screen: &Screen<'_>,
    value: Value<'_>,
    token: Token<'_>,
    at: Span,
) -> Option<&'static str> {
    let source = &value.json().text()[at.clone()];
    match token {
        Token::Literal if source.starts_with('\'') => Some("string"),
        Token::Literal if matches!(source, "true" | "false") => Some("boolean"),
        Token::Literal => Some("number"),
        Token::Reference => {
            let reference = references(value).find(|reference| reference.span == at)?;
            let found = document.referred_screen(screen, &reference)?.find(&reference)?;
            match super::references::types(&found).as_slice() {
                [DataType::Number, DataType::Integer] | [DataType::Integer] => Some("number"),
                [only] => Some(only.name()),
                _ => None,
            }
        }
        _ => None,
    }
}
