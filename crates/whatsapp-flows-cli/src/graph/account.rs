//! An account, its numbers and its subscriptions, and the access token.

use super::flow::Health;
use super::{AppId, AppToken, PhoneNumberId};

/// A WhatsApp Business Account. What the control plane does not say is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// The name that the business gave it.
    pub name: Option<String>,
    /// The state of Meta's review, such as `APPROVED`.
    pub review_status: Option<String>,
    /// The state of the business's verification, such as `verified`.
    pub business_verification_status: Option<String>,
    /// The health of the account.
    pub health: Option<Health>,
}

/// A phone number of an account. What the control plane does not say is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    /// The id of the number.
    pub id: PhoneNumberId,
    /// The number as it is shown.
    pub display_phone_number: Option<String>,
    /// The name that users see.
    pub verified_name: Option<String>,
    /// `CONNECTED`, `PENDING`, `OFFLINE`, `BANNED` and others.
    pub status: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`, `NA` or `UNKNOWN`.
    pub quality_rating: Option<String>,
    /// The state of the name's review.
    pub name_status: Option<String>,
    /// `LIVE` or `SANDBOX`.
    pub account_mode: Option<String>,
    /// `CLOUD_API`, `ON_PREMISE` or `NOT_APPLICABLE`.
    pub platform_type: Option<String>,
    /// The number of users to whom a business may write first in a day, such as `TIER_250`.
    pub messaging_limit: Option<String>,
    /// The health of the number, with its key.
    pub health: Option<Health>,
    /// The address of a webhook that receives this number's messages in place of the app's.
    pub webhook_override: Option<String>,
}

/// An app that is subscribed to the webhooks of an account. This does not show the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscribedApp {
    /// The id of the app.
    pub id: AppId,
    /// The name of the app.
    pub name: Option<String>,
    /// The address that receives the account's messages in place of the app's. Alerts of flows do not go there.
    pub override_callback_uri: Option<String>,
}

/// A webhook subscription of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppSubscription {
    /// The kind of object, `whatsapp_business_account` for messages and flows.
    pub object: String,
    /// The address of the webhook.
    pub callback_url: Option<String>,
    /// Meta posts to it.
    pub active: bool,
    /// The names of the subscribed fields, such as `messages` and `flows`.
    pub fields: Vec<String>,
}

/// The token that asks about the access token.
#[derive(Debug, Clone, Copy)]
pub enum Introspection<'a> {
    /// The access token itself, which suffices for a token of a developer of the app.
    Itself,
    /// The app token of the app to which the access token belongs.
    App(&'a AppToken),
}

/// A description of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenInfo {
    /// Calls with it succeed.
    pub is_valid: bool,
    /// The app to which it belongs.
    pub app_id: Option<AppId>,
    /// `SYSTEM_USER`, `USER`, `APP` and others.
    pub kind: Option<String>,
    /// Unix seconds; `None` for a token that does not expire.
    pub expires_at: Option<i64>,
    /// Unix seconds until which it may read data; `None` for ever.
    pub data_access_expires_at: Option<i64>,
    /// Its permissions.
    pub scopes: Vec<String>,
    /// The objects to which a permission is limited.
    pub granular_scopes: Vec<GranularScope>,
    /// The reason for which it is invalid.
    pub error: Option<String>,
}

/// The objects to which a permission of an access token is limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GranularScope {
    /// The permission.
    pub scope: String,
    /// Ids of accounts; `None` for all of them.
    pub target_ids: Option<Vec<String>>,
}

impl TokenInfo {
    /// Returns whether a permission is granted for an object.
    pub fn allows(&self, scope: &str, target: &str) -> bool {
        let limit = self.granular_scopes.iter().find(|granular| granular.scope == scope);
        let targets = limit.and_then(|granular| granular.target_ids.as_ref());
        self.scopes.iter().any(|granted| granted == scope)
            && targets.is_none_or(|targets| targets.iter().any(|id| id == target))
    }
}
