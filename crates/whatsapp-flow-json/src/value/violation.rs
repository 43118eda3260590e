//! A violation of a rule for values, with its path.

/// What does not fit: where, by the model's own names, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub member: String,
    pub expected: &'static str,
}

impl Violation {
    /// The same, seen from the object that has it as the member `name`.
    pub fn in_member(self, name: &str) -> Self {
        let member = match self.member.as_str() {
            "" => name.to_owned(),
            inner if inner.starts_with('[') => format!("{name}{inner}"),
            inner => format!("{name}.{inner}"),
        };
        Self { member, ..self }
    }

    /// The same, seen from the array that has it as this item.
    pub fn in_item(self, place: usize) -> Self {
        let member = match self.member.as_str() {
            "" => format!("[{place}]"),
            inner => format!("[{place}].{inner}"),
        };
        Self { member, ..self }
    }
}
