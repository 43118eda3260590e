//! Access tokens with their permissions, app tokens, and `debug_token`.

use serde_json::{Value, json};

use super::errors::{Answer, Refusal, refuse};
use super::request::Request;
use super::state::{APP, State};

pub const MANAGEMENT: &str = "whatsapp_business_management";
pub const MESSAGING: &str = "whatsapp_business_messaging";

#[derive(Clone)]
pub struct TokenRecord {
    pub app: String,
    pub scopes: Vec<String>,
    /// The accounts to which it is limited; `None` for all.
    pub targets: Option<Vec<String>>,
    /// The subcode of error 190, once it is no longer valid.
    pub invalid: Option<i64>,
    /// Unix seconds; 0 for never.
    pub expires_at: i64,
}

impl TokenRecord {
    /// Both permissions for everything, for ever.
    pub fn full() -> Self {
        let scopes = vec![MANAGEMENT.to_owned(), MESSAGING.to_owned()];
        Self { app: APP.into(), scopes, targets: None, invalid: None, expires_at: 0 }
    }
}

impl State {
    /// Refuses a call without a valid token, without the permission, or for another account.
    pub fn authorize(&self, request: &Request, scope: &str, waba: &str) -> Result<String, Refusal> {
        let record = self.token(request)?;
        if !record.scopes.iter().any(|granted| granted == scope) {
            return Err(match scope {
                MANAGEMENT => refuse(200, &format!("Requires {scope} permission")),
                _ => refuse(10, "Application does not have permission for this action"),
            });
        }
        if record.targets.as_ref().is_some_and(|targets| !targets.iter().any(|id| id == waba)) {
            return Err(missing_object(waba));
        }
        Ok(record.app.clone())
    }

    fn token(&self, request: &Request) -> Result<&TokenRecord, Refusal> {
        let bearer = request.bearer.as_deref();
        let record = bearer.and_then(|bearer| self.tokens.get(bearer));
        match record.ok_or_else(|| bad_token(467))? {
            TokenRecord { invalid: Some(subcode), .. } => Err(bad_token(*subcode)),
            record => Ok(record),
        }
    }

    /// The app whose app token this is.
    pub fn app_of(&self, token: &str) -> Option<&str> {
        let (id, secret) = token.split_once('|')?;
        let (id, app) = self.apps.get_key_value(id)?;
        (app.secret == secret).then_some(id)
    }

    /// Refuses everything except the app's own token.
    pub fn authorize_app(&self, request: &Request, app: &str) -> Result<(), Refusal> {
        let asking = request.bearer.as_deref().and_then(|bearer| self.app_of(bearer));
        match asking {
            Some(asking) if asking == app => Ok(()),
            _ => Err(refuse(190, "Invalid OAuth access token signature.")),
        }
    }

    pub fn debug_token(&self, request: &Request) -> Answer {
        let bearer = request.bearer.as_deref().unwrap_or_default();
        let asking = match self.app_of(bearer) {
            Some(app) => app.to_owned(),
            None => self.token(request)?.app.clone(),
        };
        let input = request.parameter("input_token");
        let input = input.ok_or_else(|| refuse(100, "input_token is missing"))?;
        let Some(record) = self.tokens.get(input) else {
            let error =
                json!({ "code": 190, "message": "Invalid OAuth access token.", "subcode": 467 });
            return Ok(json!({ "data": { "is_valid": false, "scopes": [], "error": error } }));
        };
        if record.app != asking {
            return Err(refuse(100, "The token belongs to another app"));
        }
        let scope = |scope: &String| {
            let mut granular = json!({ "scope": scope });
            if let Some(targets) = &record.targets {
                granular["target_ids"] = json!(targets);
            }
            granular
        };
        let granular: Vec<Value> = record.scopes.iter().map(scope).collect();
        let mut data = json!({
            "app_id": record.app, "type": "SYSTEM_USER", "application": self.apps[&record.app].name,
            "is_valid": record.invalid.is_none(), "issued_at": 1_790_000_000, "expires_at": record.expires_at,
            "data_access_expires_at": 0, "user_id": "600000000000006",
            "scopes": record.scopes, "granular_scopes": granular,
        });
        if let Some(subcode) = record.invalid {
            let message = "Error validating access token: Session has expired";
            data["error"] = json!({ "code": 190, "message": message, "subcode": subcode });
        }
        Ok(json!({ "data": data }))
    }
}

/// The object is not there, or the token may not see it.
pub fn missing_object(id: &str) -> Refusal {
    let text = format!(
        "Unsupported request. Object with ID '{id}' does not exist, or missing permissions"
    );
    refuse(100, &text).subcode(33)
}

fn bad_token(subcode: i64) -> Refusal {
    refuse(190, "Error validating access token").subcode(subcode)
}
