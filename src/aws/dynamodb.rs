//! Sessions in a DynamoDB table: one item per flow token, one strong read, one conditional write.
//!
//! The item, attribute by attribute, is in DESIGN.md. Attributes of the business's own are left as they
//! are.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

use crate::flow::{Base, BoxFuture, Claim, Session, Sessions, StoreError, Stored};
use crate::protocol::token::FlowToken;

/// The partition key.
const KEY: &str = "flow_token";

/// A table of sessions.
pub struct DynamoDbSessions {
    client: Client,
    table: String,
}

type Item = HashMap<String, AttributeValue>;

impl DynamoDbSessions {
    pub(super) fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Opens the connection before the first request needs it: TLS takes longer than a read. Reads a
    /// key that no token has; whether that succeeds does not matter.
    pub async fn warm(&self) {
        let read = self.client.get_item().table_name(&self.table);
        let _ = read.key(KEY, AttributeValue::S("unused".into())).send().await;
    }
}

impl Sessions for DynamoDbSessions {
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, Result<Option<Session>, StoreError>> {
        Box::pin(async {
            let read = self.client.get_item().table_name(&self.table).consistent_read(true);
            match read.key(KEY, text(token.as_str())).send().await {
                Ok(found) => found.item.map(parse).transpose(),
                Err(error) => Err(StoreError(cause(&error))),
            }
        })
    }

    fn store<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Base,
        now: u64,
    ) -> BoxFuture<'a, Result<Stored, StoreError>> {
        Box::pin(async move {
            let write = self
                .client
                .update_item()
                .table_name(&self.table)
                .key(KEY, text(token.as_str()))
                .return_values_on_condition_check_failure(
                    ReturnValuesOnConditionCheckFailure::AllOld,
                );
            let write = on_condition(attributes(write, next), base, now);
            match write.send().await {
                Ok(_) => Ok(Stored::Kept),
                Err(SdkError::ServiceError(service)) => match service.into_err() {
                    UpdateItemError::ConditionalCheckFailedException(lost) => {
                        Ok(Stored::Lost(lost.item.map(parse).transpose()?.map(Box::new)))
                    }
                    error => Err(StoreError(code(error.meta().code()))),
                },
                Err(error) => Err(StoreError(cause(&error))),
            }
        })
    }
}

/// Sets what the session has and removes what it has not.
fn attributes(write: UpdateItemFluentBuilder, next: &Session) -> UpdateItemFluentBuilder {
    let mut sets = Vec::new();
    let mut removes = Vec::new();
    let mut write = write;
    let members = [
        ("flow", next.flow.as_deref().map(text)),
        ("version", Some(number(next.version))),
        ("expires_at", next.expires_at.map(number)),
        ("state", next.state.as_deref().map(text)),
        ("seen", Some(binary(&next.seen.concat()))),
        ("answered", Some(number(next.answered as u64))),
        ("reply", next.reply.as_deref().map(binary)),
        ("submission", next.submission.as_ref().map(|digest| binary(digest))),
        ("repeat_until", next.repeat_until.map(number)),
        ("claim", next.claim.as_ref().map(claim)),
        ("over", next.over.as_deref().map(text)),
        ("finished", next.finished.then_some(AttributeValue::Bool(true))),
    ];
    for (name, value) in members {
        write = write.expression_attribute_names(format!("#{name}"), name);
        match value {
            Some(value) => {
                write = write.expression_attribute_values(format!(":{name}"), value);
                sets.push(format!("#{name} = :{name}"));
            }
            None => removes.push(format!("#{name}")),
        }
    }
    let mut expression = format!("SET {}", sets.join(", "));
    if !removes.is_empty() {
        expression += &format!(" REMOVE {}", removes.join(", "));
    }
    write.update_expression(expression)
}

/// What must still hold for the write to count. An expired item is as good as none, whether TTL has
/// swept it or not; a business's item has no version yet, and perhaps no end.
fn on_condition(write: UpdateItemFluentBuilder, base: Base, now: u64) -> UpdateItemFluentBuilder {
    let live = "(attribute_not_exists(#expires_at) OR #expires_at > :now)";
    let write = write.expression_attribute_values(":now", number(Session::horizon(now)));
    match base {
        Base::New => write
            .condition_expression("attribute_not_exists(#key) OR #expires_at <= :now")
            .expression_attribute_names("#key", KEY),
        Base::Version(0) => write
            .condition_expression(format!(
                "attribute_exists(#key) AND {live} \
                 AND (attribute_not_exists(#version) OR #version = :base)"
            ))
            .expression_attribute_names("#key", KEY)
            .expression_attribute_values(":base", number(0)),
        Base::Version(version) => write
            .condition_expression(format!("#version = :base AND {live}"))
            .expression_attribute_values(":base", number(version)),
    }
}

fn parse(item: Item) -> Result<Session, StoreError> {
    let item = Attributes(item);
    Ok(Session {
        flow: item.string("flow")?,
        version: item.integer("version")?.unwrap_or(0),
        expires_at: item.integer("expires_at")?,
        state: item.string("state")?,
        seen: item.bytes("seen")?.map_or(Vec::new(), |digests| digests.as_chunks().0.to_vec()),
        answered: item.integer("answered")?.unwrap_or(0) as usize,
        reply: item.bytes("reply")?,
        submission: item.digest("submission")?,
        repeat_until: item.integer("repeat_until")?,
        claim: item.claim()?,
        finished: item.0.get("finished").is_some_and(|value| value == &AttributeValue::Bool(true)),
        over: item.string("over")?,
    })
}

const MALFORMED: StoreError = StoreError("DynamoDB: malformed session item");

/// Attributes of an item or of a map in it, each absent or of the right type.
struct Attributes(Item);

impl Attributes {
    fn string(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.read(name, |value| value.as_s().ok().cloned())
    }

    fn integer(&self, name: &str) -> Result<Option<u64>, StoreError> {
        self.read(name, |value| value.as_n().ok()?.parse().ok())
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(name, |value| value.as_b().ok().map(|bytes| bytes.as_ref().to_vec()))
    }

    fn digest(&self, name: &str) -> Result<Option<[u8; 16]>, StoreError> {
        self.read(name, |value| value.as_b().ok()?.as_ref().try_into().ok())
    }

    fn claim(&self) -> Result<Option<Claim>, StoreError> {
        let members = self.read("claim", |value| value.as_m().ok().cloned())?;
        members.map(|members| Self(members).as_claim()).transpose()
    }

    fn as_claim(&self) -> Result<Claim, StoreError> {
        Ok(Claim {
            submission: self.digest("submission")?.ok_or(MALFORMED)?,
            attempts: self.integer("attempts")?.ok_or(MALFORMED)? as u32,
            owner: self.digest("owner")?.ok_or(MALFORMED)?,
            until: self.integer("until")?.ok_or(MALFORMED)?,
        })
    }

    fn read<T>(
        &self,
        name: &str,
        value: impl FnOnce(&AttributeValue) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        self.0.get(name).map(|found| value(found).ok_or(MALFORMED)).transpose()
    }
}

fn claim(claim: &Claim) -> AttributeValue {
    AttributeValue::M(HashMap::from([
        ("submission".into(), binary(&claim.submission)),
        ("attempts".into(), number(claim.attempts.into())),
        ("owner".into(), binary(&claim.owner)),
        ("until".into(), number(claim.until)),
    ]))
}

fn binary(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn cause<E: aws_sdk_dynamodb::error::ProvideErrorMetadata>(error: &SdkError<E>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "DynamoDB: timeout",
        SdkError::DispatchFailure(_) => "DynamoDB: no connection",
        SdkError::ServiceError(service) => code(service.err().code()),
        _ => "DynamoDB: no usable answer",
    }
}

fn code(code: Option<&str>) -> &'static str {
    match code {
        Some("AccessDeniedException") => "DynamoDB: AccessDeniedException",
        Some("ResourceNotFoundException") => "DynamoDB: ResourceNotFoundException",
        Some("ProvisionedThroughputExceededException" | "ThrottlingException") => {
            "DynamoDB: throttled"
        }
        Some("ValidationException") => "DynamoDB: ValidationException",
        _ => "DynamoDB: server error",
    }
}
