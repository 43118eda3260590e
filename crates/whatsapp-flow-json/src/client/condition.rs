//! The condition of an If without backticks, which has an evaluator of its own.
//!
//! It knows texts, integers, booleans and bindings, and has no arithmetic. A condition that it cannot read is false.

use serde_json::Value;

use super::expression::{as_text, is_true};
use super::path::{Path, Scope};
use crate::catalog::Version;

/// A parsed condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    Literal(Value),
    Path(Path),
    Not(Box<Condition>),
    Compare(Comparison, Box<Condition>, Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

const COMPARISONS: [(&str, Comparison); 6] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

/// The maximum nesting of parentheses and negations.
const MAX_DEPTH: usize = 100;
/// The maximum number of binary operators: the tree is as deep as a chain of them is long.
const MAX_LENGTH: usize = 1_000;

impl Condition {
    /// Parses a condition; `None` if it contains something unknown, which makes it false.
    ///
    /// A comparison takes the operands directly beside it, and `&&` is applied before `||`.
    pub fn parse(text: &str, version: Version) -> Option<Self> {
        let mut parser = Parser { rest: text.trim(), version, depth: 0, length: 0 };
        let condition = parser.any()?;
        parser.rest.is_empty().then_some(condition)
    }

    /// Reports whether the condition holds. A result that is not a boolean is false.
    pub fn holds(&self, scope: &(impl Scope + ?Sized)) -> bool {
        self.evaluate(scope) == Some(Value::Bool(true))
    }

    fn evaluate(&self, scope: &(impl Scope + ?Sized)) -> Option<Value> {
        let truth = |condition: &Self| is_true(condition.evaluate(scope).as_ref());
        Some(Value::Bool(match self {
            Self::Literal(value) => return Some(value.clone()),
            Self::Path(path) => return path.look_up(scope).cloned(),
            Self::Not(inner) => !truth(inner),
            Self::And(left, right) => truth(left) && truth(right),
            Self::Or(left, right) => truth(left) || truth(right),
            Self::Compare(comparison, left, right) => {
                let (left, right) = (left.evaluate(scope), right.evaluate(scope));
                compare(*comparison, left.as_ref(), right.as_ref())
            }
        }))
    }
}

/// Two sides that look like numbers are compared as integers.
fn compare(comparison: Comparison, left: Option<&Value>, right: Option<&Value>) -> bool {
    use std::cmp::Ordering;
    let order = match (integer(left), integer(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => match (left, right) {
            (Some(Value::String(left)), Some(Value::String(right))) => Some(left.cmp(right)),
            _ => None,
        },
    };
    match comparison {
        Comparison::Equal => order == Some(Ordering::Equal) || same(left, right),
        Comparison::NotEqual => order != Some(Ordering::Equal) && !same(left, right),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
    }
}

/// An absent value equals an empty text.
fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    let absent = |value: Option<&Value>| value.is_none_or(Value::is_null);
    match (absent(left), absent(right)) {
        (true, true) => true,
        (true, false) => right.is_some_and(|value| value == ""),
        (false, true) => left.is_some_and(|value| value == ""),
        (false, false) => left == right,
    }
}

fn integer(value: Option<&Value>) -> Option<i64> {
    let text = match value? {
        value @ Value::Number(_) => as_text(Some(value)),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
    Some(number.trunc() as i64)
}

struct Parser<'t> {
    rest: &'t str,
    version: Version,
    depth: usize,
    length: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Option<Condition> {
        let mut left = self.all()?;
        while self.take("||") {
            self.lengthen()?;
            left = Condition::Or(Box::new(left), Box::new(self.all()?));
        }
        Some(left)
    }

    fn all(&mut self) -> Option<Condition> {
        let mut left = self.comparison()?;
        while self.take("&&") {
            self.lengthen()?;
            left = Condition::And(Box::new(left), Box::new(self.comparison()?));
        }
        Some(left)
    }

    fn comparison(&mut self) -> Option<Condition> {
        let mut left = self.operand()?;
        while let Some((text, comparison)) =
            COMPARISONS.into_iter().find(|(text, _)| self.rest.starts_with(text))
        {
            self.lengthen()?;
            self.skip(text.len());
            left = Condition::Compare(comparison, Box::new(left), Box::new(self.operand()?));
        }
        Some(left)
    }

    fn operand(&mut self) -> Option<Condition> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        if self.take("!") {
            self.depth += 1;
            let inner = self.operand();
            self.depth -= 1;
            return Some(Condition::Not(Box::new(inner?)));
        }
        if self.take("(") {
            self.depth += 1;
            let inner = self.any();
            self.depth -= 1;
            return inner.filter(|_| self.take(")"));
        }
        if self.rest.starts_with("${") {
            let end = self.rest.find('}')?;
            let path = Path::parse(&self.rest[2..end], self.version)?;
            self.skip(end + 1);
            return Some(Condition::Path(path));
        }
        if let Some(rest) = self.rest.strip_prefix('\'') {
            let end = rest.find('\'')?;
            let text = rest[..end].to_owned();
            self.skip(end + 2);
            return Some(Condition::Literal(text.into()));
        }
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let end = end.unwrap_or(self.rest.len());
        let value = match &self.rest[..end] {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            word => Value::from(word.parse::<i64>().ok()?),
        };
        self.skip(end);
        Some(Condition::Literal(value))
    }

    fn lengthen(&mut self) -> Option<()> {
        self.length += 1;
        (self.length <= MAX_LENGTH).then_some(())
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest.starts_with(text) && !(text == "!" && self.rest.starts_with("!="));
        if found {
            self.skip(text.len());
        }
        found
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest[bytes..].trim_start();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::path::tests::Screens;
    use super::*;

    fn holds(text: &str) -> bool {
        let screens = Screens(json!({ "OWN": {
            "data": { "n": 1.9, "yes": true, "none": null, "word": "cat" },
            "form": { "age": "18", "empty": "" },
        } }));
        Condition::parse(text, (7, 3)).is_some_and(|condition| condition.holds(&screens))
    }

    #[test]
    fn numbers_are_cut_to_integers() {
        assert!(holds("${data.n} == 1"));
        assert!(holds("${form.age} >= 18"));
        assert!(!holds("${data.n} > 1"));
        assert!(!holds("${data.n} == 1.9"), "a literal has no decimals");
    }

    #[test]
    fn an_absent_value_equals_an_empty_text() {
        assert!(holds("${form.gone} == ''"));
        assert!(holds("${form.empty} == ''"));
        assert!(holds("${data.none} == ''"));
        assert!(holds("${form.age} != ''"));
        assert!(!holds("${data.word} == ''"));
    }

    #[test]
    fn conditions_are_joined() {
        assert!(holds("${data.word} == 'cat' && ${form.age} > 17"));
        assert!(holds("(${data.word} == 'dog') || (${data.yes} == true)"));
        assert!(holds("${data.yes} || ${form.gone} && false"));
        assert!(!holds("!${data.yes}"));
        assert!(holds("!(${data.word} == 'dog')"));
    }

    #[test]
    fn what_is_not_a_boolean_is_false() {
        for text in ["${data.word}", "1", "'x'", "${data.n} + 1", "", "? 1", "${data.yes", "(true"]
        {
            assert!(!holds(text), "{text}");
        }
        assert!(Condition::parse(&"(".repeat(10_000), (7, 3)).is_none());
    }
}
