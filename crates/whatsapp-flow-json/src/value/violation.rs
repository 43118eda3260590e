//! A violation of a rule for values, with its path.

/// A violation: the path in the model's own names, and the expected value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub member: String,
    pub expected: &'static str,
}

impl Violation {
    /// Prefixes the path with a member of the enclosing object.
    pub fn in_member(self, name: &str) -> Self {
        let member = match self.member.as_str() {
            "" => name.to_owned(),
            inner if inner.starts_with('[') => format!("{name}{inner}"),
            inner => format!("{name}.{inner}"),
        };
        Self { member, ..self }
    }

    /// Prefixes the path with an index of the enclosing array.
    pub fn in_item(self, place: usize) -> Self {
        let member = match self.member.as_str() {
            "" => format!("[{place}]"),
            inner => format!("[{place}].{inner}"),
        };
        Self { member, ..self }
    }
}
