//! The session item as it is read: what the endpoint has written, and what a business may have written
//! before it, as the SDKs of several languages do.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Number, Value};

use crate::session::{Claim, OperationId, Session, StoreError};

type Item = HashMap<String, AttributeValue>;

/// Numbers over this are milliseconds: as seconds they would be in the year 5138.
pub(super) const MOST_SECONDS: u64 = 100_000_000_000;

/// Reads an item. An attribute of the wrong type is named in the error, and so is what is expected.
pub(super) fn parse(item: Item) -> Result<Session, StoreError> {
    let item = Attributes(item);
    Ok(Session {
        flow: item.read("flow", path, "session item: `flow` is not a text")?,
        version: item.integer("version")?.unwrap_or(0),
        expires_at: item.read(
            "expires_at",
            epoch_seconds,
            "session item: `expires_at` is not a number of seconds since 1970",
        )?,
        state: item.read(
            "state",
            json,
            "session item: `state` is not JSON, as text or as a map",
        )?,
        registered: item.read("registered", string, MALFORMED)?,
        answered: item.digests("bodies")?,
        older: item.digests("older")?,
        reply: item.bytes("reply")?,
        submission: item.array("submission")?,
        repeat_until: item.integer("repeat_until")?,
        claim: item.claim()?,
        finished: item.flag("finished"),
        expired: item.flag("expired"),
    })
}

/// What the library wrote itself.
const MALFORMED: &str = "session item: an attribute of the library's own was changed";

/// Attributes of an item or of a map in it, each absent or of the right type.
struct Attributes(Item);

impl Attributes {
    fn integer(&self, name: &str) -> Result<Option<u64>, StoreError> {
        self.read(name, |value| value.as_n().ok()?.parse().ok(), MALFORMED)
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(name, |value| value.as_b().ok().map(|bytes| bytes.as_ref().to_vec()), MALFORMED)
    }

    fn array<const N: usize>(&self, name: &str) -> Result<Option<[u8; N]>, StoreError> {
        self.read(name, |value| value.as_b().ok()?.as_ref().try_into().ok(), MALFORMED)
    }

    /// As many as there are; none if it is absent.
    fn digests<const N: usize>(&self, name: &str) -> Result<Vec<[u8; N]>, StoreError> {
        Ok(self.bytes(name)?.map_or(Vec::new(), |bytes| bytes.as_chunks().0.to_vec()))
    }

    fn flag(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value == &AttributeValue::Bool(true))
    }

    fn claim(&self) -> Result<Option<Claim>, StoreError> {
        let members = self.read("claim", |value| value.as_m().ok().cloned(), MALFORMED)?;
        members.map(|members| Self(members).as_claim()).transpose()
    }

    fn as_claim(&self) -> Result<Claim, StoreError> {
        let malformed = StoreError(MALFORMED);
        Ok(Claim {
            submission: self.array("submission")?.ok_or(malformed)?,
            operation: OperationId::from_bytes(self.array("operation")?.ok_or(malformed)?),
            attempts: self.integer("attempts")?.ok_or(malformed)? as u32,
            owner: self.array("owner")?.ok_or(malformed)?,
            until: self.integer("until")?.ok_or(malformed)?,
            done: self.flag("done"),
            unresolved: self
                .digests("unresolved")?
                .into_iter()
                .map(OperationId::from_bytes)
                .collect(),
        })
    }

    /// `NULL` is absent.
    fn read<T>(
        &self,
        name: &str,
        value: impl FnOnce(&AttributeValue) -> Option<T>,
        otherwise: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let found = self.0.get(name).filter(|found| !found.is_null());
        found.map(|found| value(found).ok_or(StoreError(otherwise))).transpose()
    }
}

fn string(value: &AttributeValue) -> Option<String> {
    value.as_s().ok().cloned()
}

/// A flow's path, which a trailing slash does not change.
fn path(value: &AttributeValue) -> Option<String> {
    let path = value.as_s().ok()?;
    Some(path.strip_suffix('/').unwrap_or(path).to_owned())
}

/// Seconds: a number or its digits, rounded down; milliseconds as seconds.
fn epoch_seconds(value: &AttributeValue) -> Option<u64> {
    let digits = value.as_n().or(value.as_s()).ok()?.trim();
    let number = match digits.parse::<u64>() {
        Ok(number) => number,
        // An exponent or a fraction.
        Err(_) => {
            let number = digits.parse::<f64>().ok().filter(|number| number.is_finite())?;
            if number < 0.0 {
                return None;
            }
            number as u64
        }
    };
    Some(if number > MOST_SECONDS { number / 1_000 } else { number })
}

/// JSON as text, or what an SDK's document client makes of an object.
fn json(value: &AttributeValue) -> Option<String> {
    match value {
        AttributeValue::S(text) => Some(text.clone()),
        AttributeValue::M(_) | AttributeValue::L(_) => Some(plain(value)?.to_string()),
        _ => None,
    }
}

/// DynamoDB bounds the depth: 32 levels.
fn plain(value: &AttributeValue) -> Option<Value> {
    Some(match value {
        AttributeValue::S(text) => text.as_str().into(),
        AttributeValue::N(digits) => Value::Number(digits.parse::<Number>().ok()?),
        AttributeValue::Bool(truth) => (*truth).into(),
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::L(items) => items.iter().map(plain).collect::<Option<Vec<_>>>()?.into(),
        AttributeValue::M(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| Some((name.clone(), plain(value)?)));
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
    fn an_end_is_read_as_sdks_write_it() {
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
    fn state_is_read_as_text_or_as_a_map() {
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
