//! The strictness of the comparison of replies with the Flow JSON.

/// The check of a reply against the Flow JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReplyCheck {
    /// A reply that breaks a documented rule is a failure; one that breaks an observed rule is logged.
    Documented,
    /// A reply that breaks any rule is a failure.
    Strict,
    /// Replies are not compared.
    #[cfg(feature = "testing")]
    Off,
}

impl ReplyCheck {
    pub fn is_on(self) -> bool {
        match self {
            Self::Documented | Self::Strict => true,
            #[cfg(feature = "testing")]
            Self::Off => false,
        }
    }
}
