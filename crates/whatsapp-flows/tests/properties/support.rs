//! The macro of a property.

/// A property, tested with so many cases. A failing case is printed, not stored in a file.
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
