//! Expressions in backticks (6.0): their syntax tree and their value.
//!
//! The operators have the precedence of JavaScript; parts that follow each other without an operator are joined as text.

use serde_json::Value;

use super::number::{json_number, number_text};
use super::path::{Path, Scope};
use crate::catalog::Version;

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
