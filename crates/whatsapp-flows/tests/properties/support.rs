//! Tests that say what holds for any input.

/// A property, tried on as many cases as the number says. A failing case is printed, not kept in a file.
macro_rules! properties {
    ($cases:literal: fn $name:ident($($arguments:tt)*) $body:block) => {
        proptest! {
            #![proptest_config(ProptestConfig {
                cases: $cases,
                max_global_rejects: 100_000,
                failure_persistence: None,
                ..ProptestConfig::default()
            })]
            #[test]
            fn $name($($arguments)*) $body
        }
    };
}
pub(crate) use properties;
