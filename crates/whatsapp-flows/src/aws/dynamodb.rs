//! The session store in DynamoDB: one item per flow token, one strongly consistent read, one conditional write.
//!
//! docs/sessions.md describes the attributes of the item. Other attributes, which the business wrote, are not changed.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

use super::dispatch_error::{DispatchError, dispatch_error};
use super::item;
use crate::future::BoxFuture;
use crate::protocol::token::FlowToken;
use crate::session::{Claim, Owner, Precondition, Session, SessionStore, StoreError, WriteOutcome};

/// The name of the partition key.
const KEY: &str = "flow_token";

/// The attribute that counts the deliveries that wait for the attempt in the claim. It is not part of the session.
const WAITING: &str = "waiting";

/// A session store in a DynamoDB table.
pub struct DynamoDbStore {
    client: Client,
    table: String,
}

impl DynamoDbStore {
    /// Creates a store with an existing client. Give the client time limits: a request must be answered within 8 s, and
    /// the SDK waits without a limit by default. [`Aws::sessions`](super::Aws::sessions) sets them.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// An update of a token's item, which returns the stored one if its condition does not hold.
    fn update(&self, token: &FlowToken) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .key(KEY, text(token.as_str()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// Opens the connection before the first request needs it, because the TLS handshake takes longer than a read.
    /// Reads an item that does not exist, and ignores errors.
    pub async fn warm(&self) {
        let read = self.client.get_item().table_name(&self.table);
        let _ = read.key(KEY, AttributeValue::S("unused".into())).send().await;
    }
}

impl SessionStore for DynamoDbStore {
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, Result<Option<Session>, StoreError>> {
        Box::pin(async {
            let read = self.client.get_item().table_name(&self.table).consistent_read(true);
            match read.key(KEY, text(token.as_str())).send().await {
                Ok(found) => found.item.map(item::parse).transpose(),
                Err(error) => Err(StoreError(cause(&error))),
            }
        })
    }

    fn write<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Precondition,
        now: u64,
    ) -> BoxFuture<'a, Result<WriteOutcome, StoreError>> {
        Box::pin(async move {
            let write = with_condition(with_attributes(self.update(token), next), base, now);
            send(write).await
        })
    }

    fn admit_waiting<'a>(
        &'a self,
        token: &'a FlowToken,
        owner: Owner,
        most: u32,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            let count = self
                .update(token)
                .update_expression("ADD #waiting :one")
                .condition_expression(
                    "#claim.#owner = :owner AND (attribute_not_exists(#waiting) OR #waiting < :most)",
                )
                .expression_attribute_names("#waiting", WAITING)
                .expression_attribute_names("#claim", "claim")
                .expression_attribute_names("#owner", "owner")
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":owner", binary(&owner))
                .expression_attribute_values(":most", number(most.into()));
            Ok(match send(count).await? {
                WriteOutcome::Written => true,
                WriteOutcome::Conflict(stored) => {
                    !stored.is_some_and(|session| session.is_claimed_by(owner))
                }
            })
        })
    }
}

/// Sends a conditional update.
async fn send(update: UpdateItemFluentBuilder) -> Result<WriteOutcome, StoreError> {
    match update.send().await {
        Ok(_) => Ok(WriteOutcome::Written),
        Err(SdkError::ServiceError(service)) => match service.into_err() {
            UpdateItemError::ConditionalCheckFailedException(refused) => {
                Ok(WriteOutcome::Conflict(refused.item.map(item::parse).transpose()?.map(Box::new)))
            }
            error => Err(StoreError(error_code_cause(error.meta().code()))),
        },
        Err(error) => Err(StoreError(cause(&error))),
    }
}

/// Adds the update expression: sets the attributes that the session has, and removes the others.
fn with_attributes(write: UpdateItemFluentBuilder, next: &Session) -> UpdateItemFluentBuilder {
    let mut sets = Vec::new();
    let mut removes = Vec::new();
    let mut write = write;
    let members = [
        ("flow", next.flow.as_deref().map(text)),
        ("version", Some(number(next.version))),
        ("expires_at", next.expires_at.map(number)),
        ("state", next.state.as_deref().map(text)),
        ("registered", next.registered.as_deref().map(text)),
        ("bodies", non_empty_binary(&next.answered.concat())),
        ("older", non_empty_binary(&next.older.concat())),
        ("reply", next.reply.as_deref().map(binary)),
        ("submission", next.submission.as_ref().map(|digest| binary(digest))),
        ("repeat_until", next.repeat_until.map(number)),
        ("claim", next.claim.as_ref().map(claim_map)),
        ("expired", next.expired.then_some(AttributeValue::Bool(true))),
        ("finished", next.finished.then_some(AttributeValue::Bool(true))),
        // The count of an attempt that has ended.
        (WAITING, None),
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

/// Adds the condition of the write. An expired item counts as absent, even if TTL has not deleted it yet. An item that
/// the business wrote has no version, and possibly no `expires_at`.
fn with_condition(
    write: UpdateItemFluentBuilder,
    base: Precondition,
    now: u64,
) -> UpdateItemFluentBuilder {
    let horizon = Session::horizon(now);
    let write = write.expression_attribute_values(":now", number(horizon));
    match base {
        Precondition::New => with_foreign_expiry(write, horizon)
            .condition_expression(
                "attribute_not_exists(#key) \
                 OR (attribute_type(#expires_at, :string) AND #expires_at <= :now_text) \
                 OR (attribute_type(#expires_at, :number) AND (#expires_at <= :now \
                 OR (#expires_at > :seconds AND #expires_at <= :now_millis)))",
            )
            .expression_attribute_names("#key", KEY),
        Precondition::Version(0) => with_foreign_expiry(write, horizon)
            .condition_expression(
                "attribute_exists(#key) AND (attribute_not_exists(#version) OR #version = :base) \
                 AND (attribute_not_exists(#expires_at) \
                 OR (attribute_type(#expires_at, :string) AND #expires_at > :now_text) \
                 OR (attribute_type(#expires_at, :number) AND (#expires_at > :now_millis \
                 OR (#expires_at > :now AND #expires_at <= :seconds))))",
            )
            .expression_attribute_names("#key", KEY)
            .expression_attribute_values(":base", number(0)),
        Precondition::Version(version) => write
            .condition_expression(
                "#version = :base AND (attribute_not_exists(#expires_at) OR #expires_at > :now)",
            )
            .expression_attribute_values(":base", number(version)),
    }
}

/// Adds the values that compare `expires_at` in the formats that a business may write: in milliseconds, or as a string
/// of digits, which compares like the number.
fn with_foreign_expiry(write: UpdateItemFluentBuilder, horizon: u64) -> UpdateItemFluentBuilder {
    write
        .expression_attribute_values(":string", text("S"))
        .expression_attribute_values(":number", text("N"))
        .expression_attribute_values(":now_text", text(&horizon.to_string()))
        .expression_attribute_values(":now_millis", number(horizon.saturating_mul(1_000)))
        .expression_attribute_values(":seconds", number(item::MAX_EPOCH_SECONDS))
}

/// Converts a claim to a map attribute.
fn claim_map(claim: &Claim) -> AttributeValue {
    let mut members = HashMap::from([
        ("submission".into(), binary(&claim.submission)),
        ("operation".into(), binary(claim.operation.as_bytes())),
        ("attempts".into(), number(claim.attempts.into())),
        ("owner".into(), binary(&claim.owner)),
        ("until".into(), number(claim.until)),
    ]);
    if claim.done {
        members.insert("done".into(), AttributeValue::Bool(true));
    }
    if !claim.unresolved.is_empty() {
        let ids: Vec<_> = claim.unresolved.iter().map(|id| *id.as_bytes()).collect();
        members.insert("unresolved".into(), binary(&ids.concat()));
    }
    AttributeValue::M(members)
}

/// Converts bytes to a binary attribute; `None` if there are none.
fn non_empty_binary(bytes: &[u8]) -> Option<AttributeValue> {
    (!bytes.is_empty()).then(|| binary(bytes))
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

/// Returns the cause of an error for the log, without anything from the request or the item.
fn cause<E>(error: &SdkError<E>) -> &'static str
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match dispatch_error(error) {
        Some(DispatchError::Credentials) => {
            return "DynamoDB: no credentials; check the function's role, or AWS_ACCESS_KEY_ID";
        }
        Some(DispatchError::Region) => return "DynamoDB: no region; set AWS_REGION",
        Some(DispatchError::Connection) => return "DynamoDB: no connection",
        None => {}
    }
    match error {
        SdkError::TimeoutError(_) => "DynamoDB: timeout",
        SdkError::ServiceError(service) => error_code_cause(service.err().code()),
        _ => "DynamoDB: invalid response",
    }
}

fn error_code_cause(code: Option<&str>) -> &'static str {
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
