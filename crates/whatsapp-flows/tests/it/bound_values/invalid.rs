//! Invalid values in a reply, in an example and in the document.

use super::cases::{Case, cases, replace};
use super::*;

#[tokio::test]
async fn an_invalid_value_in_a_reply_is_a_mismatch() {
    let mut count = 0;
    for Case { component, schema, accepted, rejected } in cases() {
        let mut model = schema;
        model["__example__"] = accepted.clone();
        let components = json!([replace(&component, &json!("${data.x}"))]);
        let document = document("7.3", &json!({ "x": model }), &components);
        let data = json!({ "x": accepted });
        assert_eq!(mismatch(&document, "START", &data), "agrees", "{component}");
        assert_eq!(statuses(&document, "START", &data).await, ACCEPTED, "{component}");
        for (value, member, expected) in rejected {
            let data = json!({ "x": value });
            let dot = if member.is_empty() || member.starts_with('[') { "" } else { "." };
            let expected_text = format!("screen SHOWN, member x{dot}{member}: expected {expected}");
            assert_eq!(mismatch(&document, "START", &data), expected_text, "{component} {value}");
            assert_eq!(statuses(&document, "START", &data).await, OBSERVED, "{component} {value}");
            count += 1;
        }
    }
    println!("{count} rejected values");
    assert!(count > 60);
}

#[test]
fn an_invalid_value_in_an_example_is_a_warning() {
    for Case { component, schema, accepted, rejected } in cases() {
        let components = json!([replace(&component, &json!("${data.x}"))]);
        let with = |example: &Value| {
            let mut model = schema.clone();
            model["__example__"] = example.clone();
            diagnostics(&document("7.3", &json!({ "x": model }), &components))
        };
        assert_eq!(with(&accepted), [], "{component}");
        for (value, _, expected) in rejected {
            let diagnostics = with(&value);
            let [(Severity::Warning, message)] = diagnostics.as_slice() else {
                panic!("{component} {value}: {diagnostics:?}");
            };
            assert!(
                message.ends_with(&format!("requires {expected}")),
                "{component} {value}: {message}"
            );
        }
    }
}

#[test]
fn an_invalid_value_in_the_document_is_diagnosed() {
    for Case { component, accepted, rejected, .. } in cases() {
        let with = |value: &Value| {
            diagnostics(&document("7.3", &json!({}), &json!([replace(&component, value)])))
        };
        // For some properties, an invalid number is only a warning.
        assert_eq!(with(&accepted), [], "{component}");
        for (value, _, _) in rejected {
            assert!(!with(&value).is_empty(), "{component} {value}");
        }
    }
}
