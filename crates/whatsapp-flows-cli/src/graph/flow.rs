//! Flows as the control plane describes them.

use std::fmt;

use super::{AppId, FlowId};

/// A flow. What was not asked for, or what the control plane does not say, is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// The id of the flow.
    pub id: FlowId,
    /// The name, unique in its account.
    pub name: String,
    /// The state.
    pub status: FlowStatus,
    /// The categories, such as `APPOINTMENT_BOOKING`.
    pub categories: Vec<String>,
    /// The errors of the Flow JSON.
    pub validation_errors: Vec<ValidationError>,
    /// The version of the Flow JSON.
    pub json_version: Option<String>,
    /// The version of the exchange with the endpoint.
    pub data_api_version: Option<String>,
    /// The address of the endpoint.
    pub endpoint_uri: Option<String>,
    /// The app whose secret signs requests to the endpoint.
    pub application: Option<Application>,
    /// The health.
    pub health: Option<Health>,
}

/// The state of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowStatus {
    /// Only test messages open it.
    Draft,
    /// Messages open it.
    Published,
    /// Retired for good.
    Deprecated,
    /// Neither sent nor opened, because its endpoint is unhealthy.
    Blocked,
    /// Sent ten times an hour at most, because its endpoint is unhealthy.
    Throttled,
    /// A state that this version does not know.
    Other(String),
}

/// An app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The id of the app.
    pub id: AppId,
    /// The name of the app.
    pub name: Option<String>,
}

/// The state of sending messages, and its obstacles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The worst state of the entities.
    pub can_send: SendStatus,
    /// The parts on which sending depends.
    pub entities: Vec<Entity>,
}

/// A part on which sending depends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// `FLOW`, `WABA`, `BUSINESS`, `APP`, `PHONE_NUMBER` or `MESSAGE_TEMPLATE`.
    pub kind: String,
    /// The id of the entity.
    pub id: String,
    /// The state of the entity.
    pub can_send: SendStatus,
    /// The reasons. Empty where the control plane does not say them.
    pub errors: Vec<HealthError>,
    /// Further remarks.
    pub additional_info: Vec<String>,
}

/// A reason for which an entity is limited or blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthError {
    /// The code.
    pub code: Option<i64>,
    /// The description. For a check before publication it starts with the name of the check and a colon.
    pub description: String,
    /// The remedy.
    pub solution: Option<String>,
}

/// The permission of an entity to send messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendStatus {
    /// Yes.
    Available,
    /// Yes, within limits.
    Limited,
    /// No.
    Blocked,
    /// A state that this version does not know.
    Other(String),
}

/// An error of a Flow JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValidationError {
    /// The name, such as `INVALID_PROPERTY_VALUE`, if there is one.
    pub name: Option<String>,
    /// The description.
    pub message: String,
    /// The places in the Flow JSON.
    pub locations: Vec<Location>,
}

/// A place in a Flow JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// The line in the uploaded text, from 1.
    pub line: Option<usize>,
    /// The column in the uploaded text.
    pub column: Option<usize>,
    /// The path of the member, such as `screens[0].layout.children[1].type`.
    pub path: Option<String>,
}

/// A flow to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFlow {
    /// The name, unique in its account.
    pub name: String,
    /// At least one category.
    pub categories: Vec<String>,
}

/// A created flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedFlow {
    /// The id of the flow.
    pub id: FlowId,
    /// The errors of its Flow JSON, where the control plane says them.
    pub validation_errors: Vec<ValidationError>,
}

/// Metadata to change. `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// The name.
    pub name: Option<String>,
    /// The categories.
    pub categories: Option<Vec<String>>,
    /// The address of the endpoint.
    pub endpoint_uri: Option<String>,
    /// The app whose secret signs requests to the endpoint.
    pub application_id: Option<AppId>,
}

impl Metadata {
    /// Returns whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A link that shows a flow to anybody who has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Preview {
    /// The link, which contains a token.
    pub url: String,
    /// The end of its validity as the control plane writes it. Meta's form is not RFC 3339.
    pub expires_at: Option<String>,
}

/// Without the link.
impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl FlowStatus {
    /// Reads a state.
    pub fn of(text: &str) -> Self {
        match text {
            "DRAFT" => Self::Draft,
            "PUBLISHED" => Self::Published,
            "DEPRECATED" => Self::Deprecated,
            "BLOCKED" => Self::Blocked,
            "THROTTLED" => Self::Throttled,
            other => Self::Other(other.into()),
        }
    }

    /// Returns whether the flow was published, and is neither a draft again nor retired. A blocked or throttled flow
    /// was.
    pub fn is_published(&self) -> bool {
        matches!(self, Self::Published | Self::Blocked | Self::Throttled)
    }
}

impl fmt::Display for FlowStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft => "DRAFT",
            Self::Published => "PUBLISHED",
            Self::Deprecated => "DEPRECATED",
            Self::Blocked => "BLOCKED",
            Self::Throttled => "THROTTLED",
            Self::Other(text) => text,
        })
    }
}

impl SendStatus {
    /// Reads a state.
    pub fn of(text: &str) -> Self {
        match text {
            "AVAILABLE" => Self::Available,
            "LIMITED" => Self::Limited,
            "BLOCKED" => Self::Blocked,
            other => Self::Other(other.into()),
        }
    }
}

impl fmt::Display for SendStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Available => "AVAILABLE",
            Self::Limited => "LIMITED",
            Self::Blocked => "BLOCKED",
            Self::Other(text) => text,
        })
    }
}
