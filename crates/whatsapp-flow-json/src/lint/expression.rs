//! Conditions and expressions in backticks: grammar and types.

use super::collector::Diagnostics;
use super::data_types;
use super::expression_types::{self, Operand, TypeError};
use super::grammar::check_grammar;
use super::rules;
use super::site::value_span;
use super::token::{self, Style, Token};
use crate::catalog::{self, ValueType, Version};
use crate::json::{Decoded, Kind, Value};
use crate::model::expression::{Reference, is_nested};
use crate::model::screen::ReferenceTarget;
use crate::model::{Component, DataType, Document, Screen};
use crate::span::Span;

pub fn check(
    document: &Document<'_>,
    screen: &Screen<'_>,
    version: Version,
    out: &mut Diagnostics,
) {
    for component in screen.components() {
        for value in component.own_values().filter(|value| value.kind() == Kind::String) {
            let condition = component.kind() == "If"
                && component.property("condition").is_some_and(|c| c.is_same(value));
            let nested = is_nested(value) && version >= (6, 0);
            if !nested && !condition {
                continue;
            }
            let style = if nested { Style::Nested } else { Style::Condition };
            match Expression::read(value, style) {
                Ok(expression) => {
                    let expected = if condition {
                        &[DataType::Boolean]
                    } else {
                        expected_types(component, value)
                    };
                    expression.check(document, screen, expected, out);
                }
                Err((at, message, help)) => out.add(&rules::EXPRESSION, at, message, help),
            }
        }
    }
}

/// The types that are expected of an expression. Only booleans and numbers are checked: any value
/// can be displayed as text.
fn expected_types(component: &Component<'_>, value: Value<'_>) -> &'static [DataType] {
    let own = value.parent().is_some_and(|parent| parent.is_same(component.value()));
    let name = value.name().map(|name| name.text).unwrap_or_default();
    let entry = catalog::component(&component.kind()).filter(|_| own);
    let property = entry.and_then(|entry| entry.properties.iter().find(|p| name == p.name));
    match property.map(|property| property.value_type) {
        Some(kind @ (ValueType::Boolean | ValueType::Number(_) | ValueType::Integer)) => {
            data_types::bindable_types(kind)
        }
        _ => &[],
    }
}

/// The type of an expression in backticks, if it is known.
pub(super) fn type_of(
    document: &Document<'_>,
    screen: &Screen<'_>,
    value: Value<'_>,
) -> Option<DataType> {
    let expression = Expression::read(value, Style::Nested).ok().filter(|_| is_nested(value))?;
    expression_types::infer(&expression.operands(document, screen)).0
}

/// An expression with a valid grammar.
struct Expression<'j> {
    value: Value<'j>,
    text: Decoded<'j>,
    style: Style,
    /// The tokens, with their spans in the text.
    tokens: Vec<(Token, Span)>,
}

/// A span in the document, a message and a suggested fix.
type GrammarError = (Span, String, String);

impl<'j> Expression<'j> {
    fn read(value: Value<'j>, style: Style) -> Result<Self, GrammarError> {
        let error = |at: Span, message: &str, help: &str| (at, message.to_owned(), help.to_owned());
        let Some(text) = value.decoded() else {
            return Err(error(
                value_span(value),
                "an expression must be text",
                "write it in quotes",
            ));
        };
        let ticks = usize::from(style == Style::Nested);
        let end = text.text().len().saturating_sub(ticks).max(ticks);
        let inner = text.text().get(..end).unwrap_or_default();
        if inner.get(ticks..).is_none_or(|inner| inner.trim().is_empty()) {
            let help = "write a comparison, such as ${form.age} > 17";
            return Err(error(value_span(value), "the expression is empty", help));
        }
        let mut tokens: Vec<(Token, Span)> = Vec::new();
        let mut position = ticks;
        while position < end {
            let rest = &inner[position..];
            if let Some(space) = rest.chars().next().filter(|c| c.is_whitespace()) {
                position += space.len_utf8();
                continue;
            }
            let (token, length) = token::token(rest, style).map_err(|error| {
                let at = text.span(position..position + error.length);
                (at, error.message, error.help)
            })?;
            tokens.push((token, position..position + length));
            position += length;
        }
        check_grammar(&tokens, style)
            .map_err(|(at, message, help)| error(text.span(at), message, help))?;
        Ok(Self { value, text, style, tokens })
    }

    /// Checks the types within the expression, and the type of the whole.
    fn check(
        &self,
        document: &Document<'_>,
        screen: &Screen<'_>,
        expected: &[DataType],
        out: &mut Diagnostics,
    ) {
        let condition = self.style == Style::Condition;
        let refers = |(token, _): &(Token, Span)| *token == Token::Reference;
        if condition && !self.tokens.iter().any(refers) {
            let message = "the condition does not depend on anything, so its result is always the \
                    same"
                .to_owned();
            let help = "refer to a field or to the screen's data";
            return out.add(&rules::CONDITION_CONSTANT, value_span(self.value), message, help);
        }
        for (_, at) in self.tokens.iter().filter(|token| refers(token)) {
            let inner = self.text.text().get(at.start + 2..at.end - 1).unwrap_or_default();
            if Reference::read(inner, at.clone()).is_none() {
                super::unevaluated_text::report_malformed(
                    screen,
                    inner,
                    self.text.span(at.clone()),
                    out,
                );
            }
        }
        let (kind, type_errors) = expression_types::infer(&self.operands(document, screen));
        let within = type_errors.is_empty();
        for error in type_errors {
            self.report(error, out);
        }
        let Some(found) =
            kind.filter(|found| within && !expected.is_empty() && !expected.contains(found))
        else {
            return;
        };
        let (of, at) = match self.value.name() {
            Some(name) if !condition => (format!("`{}`", name.text), value_span(self.value)),
            _ => ("a condition".to_owned(), self.operand_span()),
        };
        let (expected, found) = (expected[0].name(), found.name());
        let message = format!("{of} must be of type {expected}, but this is of type {found}");
        out.add(&rules::EXPRESSION_TYPES, at, message, "compare it with a value");
    }

    /// The span of the operands, without enclosing parentheses.
    fn operand_span(&self) -> Span {
        let bracket = |token: &Token| matches!(token, Token::Open | Token::Close);
        let mut parts = self.tokens.iter().filter(|(token, _)| !bracket(token)).map(|(_, at)| at);
        let first = parts.next().map_or(0, |at| at.start);
        let end =
            self.tokens.iter().rev().find(|(token, _)| !bracket(token)).map_or(0, |t| t.1.end);
        self.text.span(first..end)
    }

    fn report(&self, error: TypeError, out: &mut Diagnostics) {
        let span = |(start, end): (usize, usize)| self.text.span(start..end);
        match error {
            TypeError::Compared { left, right, at } => {
                let (left, right) = (left.name(), right.name());
                let message =
                    format!("a value of type {left} is compared with one of type {right}");
                let help = "compare values of the same type";
                out.add(&rules::EXPRESSION_TYPES, span(at), message, help);
            }
            TypeError::Constant { at } if self.style == Style::Condition => {
                let message =
                    "both sides are constants, so the result is always the same".to_owned();
                let help = "refer to a field or to the screen's data on one side";
                out.add(&rules::CONDITION_CONSTANT, span(at), message, help);
            }
            TypeError::Constant { .. } => {}
            TypeError::Logic { operator, found, at } => {
                let message = format!(
                    "`{operator}` requires a boolean, but this is of type {}",
                    found.name()
                );
                let help = match found {
                    DataType::String => "compare it with a value, such as != ''",
                    _ => "compare it with a value",
                };
                out.add(&rules::EXPRESSION_TYPES, span(at), message, help);
            }
            TypeError::Numbers { plus, found, at } => {
                let message = format!("expected a number, but this is of type {}", found.name());
                let help = if plus && found == DataType::String {
                    "texts are joined by writing them one after the other: 'Hello ' \
                        ${data.name}"
                } else {
                    "order comparisons and arithmetic are defined for numbers only"
                };
                out.add(&rules::EXPRESSION_NUMBERS, span(at), message, help);
            }
        }
    }

    /// The tokens with the types of the operands.
    fn operands(&self, document: &Document<'_>, screen: &Screen<'_>) -> Vec<(Token, Operand)> {
        let operand = |(token, at): &(Token, Span)| {
            let kind = match token {
                Token::Reference => self.reference_type(document, screen, at),
                Token::Literal(kind) => Some(*kind),
                _ => None,
            };
            let literal = matches!(token, Token::Literal(_));
            (*token, Operand { kind, literal, start: at.start, end: at.end })
        };
        self.tokens.iter().map(operand).collect()
    }

    /// The type of a reference's target, if it is known.
    fn reference_type(
        &self,
        document: &Document<'_>,
        screen: &Screen<'_>,
        at: &Span,
    ) -> Option<DataType> {
        let inner = self.text.text().get(at.start + 2..at.end - 1)?;
        let reference = Reference::read(inner, at.clone())?;
        let found = document.referred_screen(screen, &reference)?.find(&reference)?;
        // The ends of a range of days are text.
        if reference.path.len() > 1 && matches!(found, ReferenceTarget::Field(_)) {
            return Some(DataType::String);
        }
        match super::data_types::types_of(&found).as_slice() {
            [DataType::Number, DataType::Integer] | [DataType::Integer] => Some(DataType::Number),
            [only] => Some(*only),
            _ => None,
        }
    }
}
