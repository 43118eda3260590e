//! Expressions in backticks (6.0): their syntax tree and their value. expression_parser.rs reads them.

use serde_json::Value;

use super::number::{json_number, number_text};
use super::path::{Path, Scope};

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    Literal(Value),
    Path(Path),
    /// `x.name`, `x[0]`
    Member(Box<Expression>, Box<Expression>),
    Unary(Unary, Box<Expression>),
    Binary(Binary, Box<Expression>, Box<Expression>),
    Joined(Vec<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unary {
    Not,
    Minus,
    Plus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Expression {
    /// The value; `None` for an undefined one.
    pub fn evaluate(&self, scope: &(impl Scope + ?Sized)) -> Option<Value> {
        match self {
            Self::Literal(value) => Some(value.clone()),
            Self::Path(path) => path.look_up(scope).cloned(),
            Self::Member(of, name) => {
                let (of, name) = (of.evaluate(scope)?, name.evaluate(scope)?);
                match &name {
                    Value::String(name) => of.get(name).cloned(),
                    name => of.get(name.as_u64()? as usize).cloned(),
                }
            }
            Self::Unary(operator, operand) => {
                let operand = operand.evaluate(scope);
                Some(match operator {
                    Unary::Not => Value::Bool(!is_true(operand.as_ref())),
                    Unary::Minus => rounded(-number(operand.as_ref())),
                    Unary::Plus => rounded(number(operand.as_ref())),
                })
            }
            Self::Binary(operator, left, right) => {
                let left = left.evaluate(scope);
                Some(apply(*operator, left.as_ref(), right.evaluate(scope).as_ref()))
            }
            Self::Joined(parts) => {
                let parts = parts.iter().map(|part| as_text(part.evaluate(scope).as_ref()));
                Some(Value::String(parts.collect()))
            }
        }
    }
}

fn apply(operator: Binary, left: Option<&Value>, right: Option<&Value>) -> Value {
    let arithmetic = |result: fn(f64, f64) -> f64| rounded(result(number(left), number(right)));
    let order = |holds: fn(f64, f64) -> bool| Value::Bool(compare(left, right, holds));
    match operator {
        Binary::Or => Value::Bool(is_true(left) || is_true(right)),
        Binary::And => Value::Bool(is_true(left) && is_true(right)),
        Binary::Equal => Value::Bool(equal(left, right)),
        Binary::NotEqual => Value::Bool(!equal(left, right)),
        Binary::Less => order(|a, b| a < b),
        Binary::LessOrEqual => order(|a, b| a <= b),
        Binary::Greater => order(|a, b| a > b),
        Binary::GreaterOrEqual => order(|a, b| a >= b),
        Binary::Add => arithmetic(|a, b| a + b),
        Binary::Subtract => arithmetic(|a, b| a - b),
        Binary::Multiply => arithmetic(|a, b| a * b),
        Binary::Divide => arithmetic(|a, b| if b == 0.0 { 0.0 } else { a / b }),
        Binary::Remainder => arithmetic(|a, b| if b == 0.0 { 0.0 } else { a % b }),
    }
}

/// An empty side equals only an empty side; with a number on either side both are numbers; otherwise the types count.
fn equal(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left.filter(|value| !is_empty(value)), right.filter(|value| !is_empty(value))) {
        (None, None) => true,
        (Some(left), Some(right)) if left.is_number() || right.is_number() => {
            number(Some(left)) == number(Some(right))
        }
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

/// An order requires two values, of which at least one is a number.
fn compare(left: Option<&Value>, right: Option<&Value>, holds: fn(f64, f64) -> bool) -> bool {
    match (left.filter(|value| !is_empty(value)), right.filter(|value| !is_empty(value))) {
        (Some(left), Some(right)) if left.is_number() || right.is_number() => {
            holds(number(Some(left)), number(Some(right)))
        }
        _ => false,
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value == ""
}

/// The truthiness of JavaScript.
pub(crate) fn is_true(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(value)) => *value,
        Some(Value::Number(number)) => number.as_f64().is_some_and(|number| number != 0.0),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(_) | Value::Object(_)) => true,
    }
}

/// The number of an operand: 0 if it is empty, and not a number (NaN) if it is another text.
fn number(value: Option<&Value>) -> f64 {
    match value {
        None | Some(Value::Null) => 0.0,
        Some(Value::Bool(value)) => f64::from(*value),
        Some(Value::Number(number)) => number.as_f64().unwrap_or(f64::NAN),
        Some(Value::String(text)) if text.trim().is_empty() => 0.0,
        Some(Value::String(text)) => text.trim().parse().unwrap_or(f64::NAN),
        Some(Value::Array(_) | Value::Object(_)) => f64::NAN,
    }
}

/// The result of arithmetic has two decimals.
fn rounded(number: f64) -> Value {
    json_number((number * 100.0).round() / 100.0)
}

/// The text of a value that is joined.
pub(crate) fn as_text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.as_f64().map_or_else(String::new, number_text),
        Some(value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::path::tests::Screens;
    use super::*;

    fn evaluate(text: &str) -> Value {
        let screens = Screens(json!({ "OWN": {
            "data": { "n": 7, "text": "12", "none": null, "yes": true, "list": [{ "id": "a" }] },
            "form": { "name": "Ada", "empty": "" },
        } }));
        let expression = Expression::parse(text, (7, 3)).unwrap_or_else(|error| panic!("{error}"));
        expression.evaluate(&screens).unwrap_or_else(|| json!("undefined"))
    }

    #[test]
    fn operators_have_the_precedence_of_javascript() {
        assert_eq!(evaluate("1 + 2 * 3 == 7 && !false"), json!(true));
        assert_eq!(evaluate("(1 + 2) * 3"), json!(9));
        assert_eq!(evaluate("7 % 4 - -1"), json!(4));
        assert_eq!(evaluate("1 < 2 == true"), json!(true));
        assert_eq!(evaluate("false && false || true"), json!(true));
    }

    #[test]
    fn parts_without_an_operator_are_joined() {
        assert_eq!(evaluate("'Hello ' ${form.name}"), json!("Hello Ada"));
        assert_eq!(evaluate("${form.gone} 'x' ${data.none} 1 ' ' true"), json!("x1 true"));
        assert_eq!(evaluate("'sum ' 1 + 2"), json!("sum 3"));
        assert_eq!(evaluate(r"'it\'s'"), json!("it's"));
    }

    #[test]
    fn arithmetic_rounds_and_divides_by_zero() {
        assert_eq!(evaluate("10 / 3"), json!(3.33));
        assert_eq!(evaluate("${data.n} / 0"), json!(0));
        assert_eq!(evaluate("${data.n} % ${data.none}"), json!(0));
        assert_eq!(evaluate("${data.gone} + 1"), json!(1));
        assert_eq!(evaluate("${form.empty} + 1"), json!(1));
        assert_eq!(evaluate("${data.text} * 2"), json!(24));
    }

    #[test]
    fn equality_treats_empty_values_alike() {
        assert_eq!(evaluate("${form.empty} == ''"), json!(true));
        assert_eq!(evaluate("${data.none} == ${form.gone}"), json!(true));
        assert_eq!(evaluate("${form.name} == ''"), json!(false));
        assert_eq!(evaluate("${data.text} == 12"), json!(true));
        assert_eq!(evaluate("${data.text} == '12.0'"), json!(false));
        assert_eq!(evaluate("${data.yes} == 'true'"), json!(false));
        assert_eq!(evaluate("0 == ''"), json!(false));
    }

    #[test]
    fn an_order_requires_a_number() {
        assert_eq!(evaluate("${data.text} > 2"), json!(true));
        assert_eq!(evaluate("${data.text} > '2'"), json!(false));
        assert_eq!(evaluate("${data.gone} < 2"), json!(false));
    }

    #[test]
    fn members_are_values() {
        assert_eq!(evaluate("${data.list}[0].id"), json!("a"));
        assert_eq!(evaluate("${data.list[0].id} == 'a'"), json!(true));
        assert_eq!(evaluate("${data.gone}"), json!("undefined"));
    }

    #[test]
    fn malformed_expressions_are_errors() {
        for text in
            ["", "1 +", "(1", "null", "a ? 1 : 2", "f(1)", "'x", "${x}", "1 & 2", ")", "== 1"]
        {
            assert!(Expression::parse(text, (7, 3)).is_err(), "{text}");
        }
        assert!(Expression::parse(&"(".repeat(10_000), (7, 3)).is_err());
        assert!(Expression::parse(&"!".repeat(10_000), (7, 3)).is_err());
    }
}
