//! The value of a property: a literal, a binding, or an expression that the client evaluates.

use serde_json::{Map, Value};

use super::expression::Expression;
use super::path::{Path, Scope};
use crate::catalog::Version;
use crate::json::{self, Kind};

/// The value of a property in the document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Template {
    Literal(Value),
    Path(Path),
    Expression(Expression),
    /// An expression that cannot be read; the reason.
    Malformed(String),
    List(Vec<Template>),
    Object(Vec<(String, Template)>),
}

/// An expression cannot be evaluated; the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EvaluationError(pub String);

/// The version that introduced expressions in backticks.
const EXPRESSIONS: Version = (6, 0);

impl Template {
    /// Compiles a value of the document. Nesting is bounded by the caller's document: deeper values are literals.
    pub fn compile(value: json::Value<'_>, version: Version) -> Self {
        Self::compile_to(value, version, 0)
    }

    fn compile_to(value: json::Value<'_>, version: Version, depth: usize) -> Self {
        /// Values of components nest a few levels; a value beyond this is left out.
        const MAX_DEPTH: usize = 64;
        if depth == MAX_DEPTH {
            return Self::Literal(Value::Null);
        }
        match value.kind() {
            Kind::String => Self::from_text(&value.as_str().unwrap_or_default(), version),
            Kind::Array => {
                let items: Vec<_> =
                    value.items().map(|item| Self::compile_to(item, version, depth + 1)).collect();
                Self::list(items)
            }
            Kind::Object => {
                let members = value.members().map(|(name, value)| {
                    (name.text.into_owned(), Self::compile_to(value, version, depth + 1))
                });
                Self::object(members.collect())
            }
            Kind::Boolean | Kind::Number | Kind::Null => {
                Self::Literal(serde_json::from_str(value.source()).unwrap_or_default())
            }
        }
    }

    /// Compiles a value that arrived as data, such as an action in the items of a list.
    pub fn from_value(value: &Value, version: Version) -> Self {
        match value {
            Value::String(text) => Self::from_text(text, version),
            Value::Array(items) => {
                Self::list(items.iter().map(|item| Self::from_value(item, version)).collect())
            }
            Value::Object(members) => Self::object(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), Self::from_value(value, version)))
                    .collect(),
            ),
            other => Self::Literal(other.clone()),
        }
    }

    /// Compiles a text: a binding or an expression if it consists of one, and else the text as written.
    pub fn from_text(text: &str, version: Version) -> Self {
        if let Some(path) = Path::parse_whole(text, version) {
            return Self::Path(path);
        }
        let inner = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
        match inner.filter(|_| version >= EXPRESSIONS) {
            Some(inner) => match Expression::parse(inner, version) {
                Ok(expression) => Self::Expression(expression),
                Err(reason) => Self::Malformed(reason),
            },
            None => Self::Literal(text.into()),
        }
    }

    fn list(items: Vec<Self>) -> Self {
        match items.iter().map(Self::literal).collect::<Option<Vec<_>>>() {
            Some(literals) => Self::Literal(literals.into_iter().cloned().collect()),
            None => Self::List(items),
        }
    }

    fn object(members: Vec<(String, Self)>) -> Self {
        let literals =
            members.iter().map(|(name, value)| Some((name.clone(), value.literal()?.clone())));
        match literals.collect::<Option<Map<_, _>>>() {
            Some(literals) => Self::Literal(Value::Object(literals)),
            None => Self::Object(members),
        }
    }

    /// The value, if the client does not evaluate it.
    pub fn literal(&self) -> Option<&Value> {
        match self {
            Self::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// A member of an object in the document.
    pub fn members(&self) -> Vec<(String, Template)> {
        match self {
            Self::Object(members) => members.clone(),
            Self::Literal(Value::Object(members)) => members
                .iter()
                .map(|(name, value)| (name.clone(), Self::Literal(value.clone())))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The value; `None` if it is undefined. Members of an object without a value are left out.
    pub fn evaluate(
        &self,
        scope: &(impl Scope + ?Sized),
    ) -> Result<Option<Value>, EvaluationError> {
        Ok(match self {
            Self::Literal(value) => Some(value.clone()),
            Self::Path(path) => path.look_up(scope).cloned(),
            Self::Expression(expression) => expression.evaluate(scope),
            Self::Malformed(reason) => return Err(EvaluationError(reason.clone())),
            Self::List(items) => {
                let items = items.iter().map(|item| Ok(item.evaluate(scope)?.unwrap_or_default()));
                Some(Value::Array(items.collect::<Result<_, _>>()?))
            }
            Self::Object(members) => {
                let mut object = Map::new();
                for (name, member) in members {
                    if let Some(value) = member.evaluate(scope)? {
                        object.insert(name.clone(), value);
                    }
                }
                Some(Value::Object(object))
            }
        })
    }
}

/// Evaluates the texts of a value once more, as the client does for the children of a Form. Returns true if a text
/// looked like a binding or an expression.
pub(crate) fn evaluate_again(
    value: &mut Value,
    version: Version,
    scope: &(impl Scope + ?Sized),
) -> Result<bool, EvaluationError> {
    match value {
        Value::String(text) if text.starts_with("${") || text.starts_with('`') => {
            let template = Template::from_text(text, version);
            if template.literal().is_some() {
                return Ok(false);
            }
            *value = template.evaluate(scope)?.unwrap_or_default();
            Ok(true)
        }
        Value::Array(items) => items
            .iter_mut()
            .try_fold(false, |found, item| Ok(evaluate_again(item, version, scope)? | found)),
        Value::Object(members) => members
            .values_mut()
            .try_fold(false, |found, member| Ok(evaluate_again(member, version, scope)? | found)),
        _ => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::path::tests::Screens;
    use super::*;

    #[test]
    fn only_whole_texts_are_bindings() {
        let screens = Screens(json!({ "OWN": { "data": { "n": 7, "text": "${data.n}" } } }));
        let evaluate = |value: Value, version| {
            Template::from_value(&value, version).evaluate(&screens).unwrap()
        };
        assert_eq!(evaluate(json!("${data.n}"), (7, 3)), Some(json!(7)));
        assert_eq!(evaluate(json!("is ${data.n}"), (7, 3)), Some(json!("is ${data.n}")));
        assert_eq!(evaluate(json!("`'is ' ${data.n}`"), (7, 3)), Some(json!("is 7")));
        assert_eq!(evaluate(json!("`1 + 1`"), (5, 1)), Some(json!("`1 + 1`")), "before 6.0");
        assert_eq!(
            evaluate(json!({ "a": "${data.gone}", "b": [1] }), (7, 3)),
            Some(json!({ "b": [1] }))
        );
        assert_eq!(evaluate(json!("${data.text}"), (7, 3)), Some(json!("${data.n}")), "once");
        assert!(Template::from_text("`1 +`", (7, 3)).evaluate(&screens).is_err());
        let mut text = json!(["${data.n}", "plain"]);
        assert_eq!(evaluate_again(&mut text, (7, 3), &screens), Ok(true));
        assert_eq!(text, json!([7, "plain"]));
    }
}
