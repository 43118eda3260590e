//! Errors in the form of the Graph API.

use serde_json::{Value, json};

/// A refused call.
pub struct Refusal {
    pub status: u16,
    pub error: Value,
}

pub type Answer = Result<Value, Refusal>;

pub fn refuse(code: i64, message: &str) -> Refusal {
    let status = match code {
        190 => 401,
        10 | 200 => 403,
        _ => 400,
    };
    let message = format!("(#{code}) {message}");
    Refusal {
        status,
        error: json!({ "message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Axyz" }),
    }
}

impl Refusal {
    pub fn subcode(mut self, subcode: i64) -> Self {
        self.error["error_subcode"] = subcode.into();
        self
    }

    pub fn titled(mut self, title: &str, text: &str) -> Self {
        self.error["error_user_title"] = title.into();
        self.error["error_user_msg"] = text.into();
        self
    }

    pub fn details(mut self, details: &str) -> Self {
        self.error["error_data"] = json!({ "messaging_product": "whatsapp", "details": details });
        self
    }
}
