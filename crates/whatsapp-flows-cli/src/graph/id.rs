//! Ids of the control plane, one type for each kind.

use std::fmt;

use super::mask::shorten;

/// Declares a type of id.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes the text of an id.
            ///
            /// # Errors
            ///
            /// If it has other characters than letters, digits, `-` and `_`, which would change the path of a call.
            pub fn new(id: impl Into<String>) -> Result<Self, String> {
                let id = id.into();
                let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                if id.is_empty() || !id.chars().all(allowed) {
                    return Err(format!("`{id}` is not an id; ids consist of digits"));
                }
                Ok(Self(id))
            }

            /// The whole id.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The last four characters, for output.
            pub fn short(&self) -> String {
                shorten(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(id: &str) -> Result<Self, String> {
                Self::new(id)
            }
        }
    };
}

id! {
    /// The id of a WhatsApp Business Account.
    WabaId
}
id! {
    /// The id of a flow.
    FlowId
}
id! {
    /// The id of a phone number, which is not the number itself.
    PhoneNumberId
}
id! {
    /// The id of a Meta app.
    AppId
}
