//! The grammar of expressions.

use super::token::{Style, Token};
use crate::span::Span;

/// Checks the order of operands and operators, without recursion.
pub fn check_grammar(
    tokens: &[(Token, Span)],
    style: Style,
) -> Result<(), (Span, &'static str, &'static str)> {
    let mut open: Vec<Span> = Vec::new();
    // True after an operand, where an operator may follow.
    let mut after_operand = false;
    for (token, at) in tokens {
        let at = at.clone();
        match token {
            Token::Reference | Token::Literal(_) | Token::Open | Token::Not if after_operand => {
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
                after_operand = matches!(token, Token::Reference | Token::Literal(_));
            }
            Token::Reference | Token::Literal(_) => after_operand = true,
            Token::Open => open.push(at),
            Token::Not => {}
            // In an expression, a number may have a sign.
            Token::Binary("-") if !after_operand => {}
            Token::Binary(_) if !after_operand => {
                return Err((
                    at,
                    "an operand is missing before this operator",
                    "write the value to compare",
                ));
            }
            Token::Binary(_) => after_operand = false,
            Token::Close if !after_operand => {
                return Err((
                    at,
                    "an operand is missing before this parenthesis",
                    "write an expression in the parentheses",
                ));
            }
            Token::Close => {
                if open.pop().is_none() {
                    return Err((at, "this parenthesis was never opened", "remove it, or open it"));
                }
            }
        }
    }
    match (tokens.last(), open.pop()) {
        (Some((_, at)), _) if !after_operand => Err((
            at.clone(),
            "an operand is missing after this operator",
            "write the value to compare",
        )),
        (_, Some(at)) => Err((at, "this parenthesis is never closed", "close it with `)`")),
        _ => Ok(()),
    }
}
