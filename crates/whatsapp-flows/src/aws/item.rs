//! Parsing of the session item: the attributes that the endpoint writes, and those that a business may have written
//! before, in the formats of SDKs for several languages.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Number, Value};

use crate::session::{Claim, OperationId, Session, StoreError};

type Item = HashMap<String, AttributeValue>;

/// The largest time in seconds since the Unix epoch, in the year 5138. Larger numbers are milliseconds.
pub(super) const MAX_EPOCH_SECONDS: u64 = 100_000_000_000;

/// Parses an item.
///
/// # Errors
///
/// If an attribute has the wrong type. The message gives its name and the expected type.
pub(super) fn parse(item: Item) -> Result<Session, StoreError> {
    let item = Attributes(item);
    Ok(Session {
        flow: item.read("flow", flow_path, "session item: `flow` is not a string")?,
        version: item.integer("version")?.unwrap_or(0),
        expires_at: item.read(
            "expires_at",
            epoch_seconds,
            "session item: `expires_at` is not a number of seconds since the Unix epoch",
        )?,
        state: item.read(
            "state",
            json_text,
            "session item: `state` is not JSON in a string or a map",
        )?,
        registered: item.read("registered", string, MALFORMED)?,
        answered: item.digests("bodies")?,
        older: item.digests("older")?,
        reply: item.bytes("reply")?,
        submission: item.byte_array("submission")?,
        repeat_until: item.integer("repeat_until")?,
        claim: item.claim()?,
        finished: item.flag("finished"),
        expired: item.flag("expired"),
    })
}

/// The error for an attribute that only the library writes.
const MALFORMED: &str = "session item: an attribute that the library writes was changed";

/// The attributes of an item, or of a map in it. Each is absent or has the expected type.
struct Attributes(Item);

impl Attributes {
    fn integer(&self, name: &str) -> Result<Option<u64>, StoreError> {
        self.read(name, |value| value.as_n().ok()?.parse().ok(), MALFORMED)
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(name, |value| value.as_b().ok().map(|bytes| bytes.as_ref().to_vec()), MALFORMED)
    }

    fn byte_array<const N: usize>(&self, name: &str) -> Result<Option<[u8; N]>, StoreError> {
        self.read(name, |value| value.as_b().ok()?.as_ref().try_into().ok(), MALFORMED)
    }

    /// Returns all digests of a fixed length; none if the attribute is absent.
    fn digests<const N: usize>(&self, name: &str) -> Result<Vec<[u8; N]>, StoreError> {
        Ok(self.bytes(name)?.map_or(Vec::new(), |bytes| bytes.as_chunks().0.to_vec()))
    }

    fn flag(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value == &AttributeValue::Bool(true))
    }

    fn claim(&self) -> Result<Option<Claim>, StoreError> {
        let members = self.read("claim", |value| value.as_m().ok().cloned(), MALFORMED)?;
        members.map(|members| Self(members).parse_claim()).transpose()
    }

    fn parse_claim(&self) -> Result<Claim, StoreError> {
        let malformed = StoreError(MALFORMED);
        Ok(Claim {
            submission: self.byte_array("submission")?.ok_or(malformed)?,
            operation: OperationId::from_bytes(self.byte_array("operation")?.ok_or(malformed)?),
            attempts: self.integer("attempts")?.ok_or(malformed)? as u32,
            owner: self.byte_array("owner")?.ok_or(malformed)?,
            until: self.integer("until")?.ok_or(malformed)?,
            done: self.flag("done"),
            unresolved: self
                .digests("unresolved")?
                .into_iter()
                .map(OperationId::from_bytes)
                .collect(),
        })
    }

    /// Parses an attribute; `None` if it is absent or `NULL`.
    fn read<T>(
        &self,
        name: &str,
        value: impl FnOnce(&AttributeValue) -> Option<T>,
        error: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let found = self.0.get(name).filter(|found| !found.is_null());
        found.map(|found| value(found).ok_or(StoreError(error))).transpose()
    }
}

fn string(value: &AttributeValue) -> Option<String> {
    value.as_s().ok().cloned()
}

/// Returns the path of a flow without a trailing slash.
fn flow_path(value: &AttributeValue) -> Option<String> {
    let path = value.as_s().ok()?;
    Some(path.strip_suffix('/').unwrap_or(path).to_owned())
}

/// Returns a time in seconds since the Unix epoch, rounded down, from a number or a string, in seconds or milliseconds.
fn epoch_seconds(value: &AttributeValue) -> Option<u64> {
    let digits = value.as_n().or(value.as_s()).ok()?.trim();
    let number = match digits.parse::<u64>() {
        Ok(number) => number,
        // With an exponent or a fraction.
        Err(_) => {
            let number = digits.parse::<f64>().ok().filter(|number| number.is_finite())?;
            if number < 0.0 {
                return None;
            }
            number as u64
        }
    };
    Some(if number > MAX_EPOCH_SECONDS { number / 1_000 } else { number })
}

/// Returns JSON text, from a string or from the map or list that an SDK's document client writes.
fn json_text(value: &AttributeValue) -> Option<String> {
    match value {
        AttributeValue::S(text) => Some(text.clone()),
        AttributeValue::M(_) | AttributeValue::L(_) => Some(json_value(value)?.to_string()),
        _ => None,
    }
}

/// Converts an attribute to JSON. DynamoDB limits its depth to 32 levels.
fn json_value(value: &AttributeValue) -> Option<Value> {
    Some(match value {
        AttributeValue::S(text) => text.as_str().into(),
        AttributeValue::N(digits) => Value::Number(digits.parse::<Number>().ok()?),
        AttributeValue::Bool(truth) => (*truth).into(),
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::L(items) => {
            items.iter().map(json_value).collect::<Option<Vec<_>>>()?.into()
        }
        AttributeValue::M(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| Some((name.clone(), json_value(value)?)));
            Value::Object(members.collect::<Option<Map<_, _>>>()?)
        }
        AttributeValue::Ss(texts) => texts.clone().into(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, value: AttributeValue) -> Result<Session, StoreError> {
        parse(HashMap::from([(name.into(), value)]))
    }

    #[test]
    fn expires_at_is_parsed_in_the_formats_of_sdks() {
        for (written, read) in [
            (AttributeValue::N("1795702796".into()), Ok(Some(1_795_702_796))),
            (AttributeValue::N("1795702796.5".into()), Ok(Some(1_795_702_796))),
            (AttributeValue::N("1.795702796E9".into()), Ok(Some(1_795_702_796))),
            (AttributeValue::N("1795702796500".into()), Ok(Some(1_795_702_796))),
            (AttributeValue::S("1795702796".into()), Ok(Some(1_795_702_796))),
            (AttributeValue::S(" 1795702796.25 ".into()), Ok(Some(1_795_702_796))),
            (AttributeValue::S("1795702796500".into()), Ok(Some(1_795_702_796))),
            (AttributeValue::Null(true), Ok(None)),
            (AttributeValue::S("tomorrow".into()), Err("expires_at")),
            (AttributeValue::N("-1".into()), Err("expires_at")),
            (AttributeValue::Bool(true), Err("expires_at")),
        ] {
            match (item("expires_at", written.clone()), read) {
                (Ok(session), Ok(end)) => assert_eq!(session.expires_at, end, "{written:?}"),
                (Err(error), Err(name)) => assert!(error.0.contains(name), "{error}"),
                (found, _) => panic!("{written:?} is {found:?}"),
            }
        }
    }

    #[test]
    fn state_is_parsed_from_a_string_or_a_map() {
        let map = AttributeValue::M(HashMap::from([
            ("name".into(), AttributeValue::S("Zoë".into())),
            ("visits".into(), AttributeValue::N("3".into())),
            ("tags".into(), AttributeValue::L(vec![AttributeValue::Bool(true)])),
            ("none".into(), AttributeValue::Null(true)),
        ]));
        let state = item("state", map).unwrap().state.unwrap();
        let state: Value = serde_json::from_str(&state).unwrap();
        let expected =
            serde_json::json!({ "name": "Zoë", "visits": 3, "tags": [true], "none": null });
        assert_eq!(state, expected);
        let text = item("state", AttributeValue::S("{}".into())).unwrap();
        assert_eq!(text.state.as_deref(), Some("{}"));
        let wrong = item("state", AttributeValue::Bool(true)).unwrap_err();
        assert!(wrong.0.contains("`state` is not JSON"));
        let flow = item("flow", AttributeValue::S("/quote/".into())).unwrap().flow;
        assert_eq!(flow.as_deref(), Some("/quote"));
        assert!(item("flow", AttributeValue::N("1".into())).unwrap_err().0.contains("`flow`"));
        assert_eq!(item("claim", AttributeValue::Bool(true)), Err(StoreError(MALFORMED)));
    }
}
