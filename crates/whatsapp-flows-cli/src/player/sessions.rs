//! The sessions of the endpoint that runs here, read from its table.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use local_lambda::dynamodb::DynamoDb;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::session::SESSIONS;

/// The session table of a local endpoint.
pub struct Sessions(DynamoDb);

impl Sessions {
    pub fn new(tables: DynamoDb) -> Self {
        Self(tables)
    }

    /// The session of a token, with plain JSON values; null if there is none.
    pub fn read(&self, token: &str) -> Value {
        if token.is_empty() {
            return Value::Null;
        }
        let get = json!({
            "TableName": SESSIONS, "Key": { "flow_token": { "S": token } }, "ConsistentRead": true,
        });
        let found =
            serde_json::from_value(get).ok().and_then(|get| self.0.database().get_item(get).ok());
        let found = found.and_then(|found| serde_json::to_value(found).ok()).unwrap_or_default();
        match found.get("Item") {
            Some(Value::Object(item)) => plain_item(item),
            _ => Value::Null,
        }
    }

    /// Lets the session of a token expire: sets its end to the past.
    pub fn expire(&self, token: &str) -> Result<(), Error> {
        /// Endpoints ignore a session a minute before its end.
        const AGO_SECONDS: u64 = 120;
        if self.read(token).is_null() {
            return Err("this token has no session yet".into());
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
        let update = json!({
            "TableName": SESSIONS, "Key": { "flow_token": { "S": token } },
            "UpdateExpression": "SET expires_at = :end",
            "ExpressionAttributeValues": { ":end": { "N": (now - AGO_SECONDS).to_string() } },
        });
        self.0
            .database()
            .update_item(serde_json::from_value(update)?)
            .map_err(|error| error.to_string())?;
        Ok(())
    }
}

fn plain_item(item: &Map<String, Value>) -> Value {
    item.iter().map(|(name, value)| (name.clone(), plain(value))).collect::<Map<_, _>>().into()
}

/// A value of DynamoDB as plain JSON. Texts that are JSON objects are opened, and bytes are described
/// by their number and the start of their digest, which changes with them.
fn plain(value: &Value) -> Value {
    let Some((kind, value)) = value.as_object().and_then(|value| value.iter().next()) else {
        return value.clone();
    };
    match (kind.as_str(), value) {
        ("S", Value::String(text)) if text.starts_with('{') => {
            serde_json::from_str(text).unwrap_or_else(|_| value.clone())
        }
        ("N", Value::String(number)) => {
            serde_json::from_str(number).unwrap_or_else(|_| value.clone())
        }
        ("B", Value::String(text)) => {
            let bytes = BASE64_STANDARD.decode(text).unwrap_or_default();
            let digest = Sha256::digest(&bytes);
            let start: String = digest[..4].iter().map(|byte| format!("{byte:02x}")).collect();
            format!("[{} bytes {start}]", bytes.len()).into()
        }
        ("M", Value::Object(members)) => plain_item(members),
        ("L", Value::Array(items)) => items.iter().map(plain).collect(),
        ("NULL", _) => Value::Null,
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_plain_json() {
        let item = json!({
            "flow_token": { "S": "t" }, "version": { "N": "3" }, "state": { "S": "{\"a\":[1]}" },
            "last": { "B": "AAEC" }, "seen": { "L": [{ "NULL": true }, { "BOOL": true }] },
        });
        let plain = plain_item(item.as_object().unwrap());
        let expected = json!({
            "flow_token": "t", "version": 3, "state": { "a": [1] }, "last": "[3 bytes ae4b3280]", "seen": [null, true],
        });
        assert_eq!(plain, expected);
    }
}
