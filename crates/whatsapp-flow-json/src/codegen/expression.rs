//! The result types of expressions in backticks, as far as their operators show them.

use super::types::Type;

/// The type of an expression, and whether its result is never absent.
///
/// A comparison is a boolean, arithmetic is a number, and adjacent operands are text.
pub fn result_type(source: &str) -> (Type, bool) {
    let inner = source.trim_matches(|c| c == '"' || c == '`');
    let (mut rest, mut parts, mut text, mut operators) = (inner, 0, false, String::new());
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\'' => {
                let end = rest[1..].find('\'').map_or(rest.len(), |end| end + 2);
                parts += 1;
                text |= end > 2;
                end
            }
            '$' => {
                parts += 1;
                rest.find('}').map_or(rest.len(), |end| end + 1)
            }
            c if c.is_ascii_alphanumeric() => {
                parts += 1;
                let word = |c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_';
                rest.find(word).unwrap_or(rest.len())
            }
            c => {
                if !c.is_whitespace() && c != '\\' {
                    operators.push(c);
                }
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    match operators {
        all if all.contains(['=', '!', '<', '>', '&', '|']) => (Type::Boolean, true),
        all if all.contains(['+', '-', '*', '/', '%']) => (Type::Number, false),
        all if (parts > 1 || text) && !all.contains(['?', ',']) => (Type::Text, text),
        _ => (Type::Value, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_determine_the_type() {
        for (source, expected) in [
            ("\"`${form.a} == 'x'`\"", (Type::Boolean, true)),
            ("\"`!${data.a} || (${form.b} >= 2)`\"", (Type::Boolean, true)),
            ("\"`${form.a} + 1`\"", (Type::Number, false)),
            ("\"`(${form.a} / 2.5) % 3`\"", (Type::Number, false)),
            ("\"`${form.first} ${form.last}`\"", (Type::Text, false)),
            ("\"`'Hello - ' ${form.name}`\"", (Type::Text, true)),
            ("\"`'a == b'`\"", (Type::Text, true)),
            ("\"`${form.a}`\"", (Type::Value, false)),
            ("\"`'`\"", (Type::Value, false)),
            ("\"`é ${`\"", (Type::Value, false)),
        ] {
            assert_eq!(result_type(source), expected, "{source}");
        }
    }
}
