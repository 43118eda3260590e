//! The secret in AWS Secrets Manager: its version with the stage AWSCURRENT.

use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Builder;
use aws_sdk_secretsmanager::error::SdkError;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError as Error;
use zeroize::Zeroizing;

use super::dispatch_error::{Unsent, unsent};
use super::timeouts::limits;
use crate::future::BoxFuture;
use crate::keyring::SecretSource;

const ELSEWHERE: &str = "the ARN of the secret is of another region than AWS_REGION, and is asked for in \
                         AWS_REGION only: pass its name or the ARN of its replica there";

/// Reads one secret with GetSecretValue.
pub struct SecretsManagerSource {
    client: Client,
    id: String,
}

impl SecretsManagerSource {
    pub(super) fn new(client: Client, id: String) -> Self {
        Self { client, id }
    }

    /// Whether it is an ARN of another region than the client's. Secrets Manager would say that it does not
    /// exist.
    fn is_elsewhere(&self) -> bool {
        let named = self.id.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(2));
        let asked = self.client.config().region();
        named.zip(asked).is_some_and(|(named, asked)| named != asked.as_ref())
    }
}

impl SecretSource for SecretsManagerSource {
    fn read(&self, limit: Duration) -> BoxFuture<'_, Result<Zeroizing<Vec<u8>>, &'static str>> {
        Box::pin(async move {
            if self.is_elsewhere() {
                return Err(ELSEWHERE);
            }
            let limits = Builder::new().timeout_config(limits(limit * 2 / 5, limit));
            let read = self.client.get_secret_value().secret_id(&self.id);
            let value = read.customize().config_override(limits).send().await;
            let value = value.map_err(|error| cause(&error))?;
            let text = value.secret_string.map(String::into_bytes);
            let json = text.or(value.secret_binary.map(|blob| blob.into_inner()));
            json.map(Zeroizing::new).ok_or("the secret has no value")
        })
    }
}

fn cause(error: &SdkError<Error>) -> &'static str {
    match unsent(error) {
        Some(Unsent::Credentials) => {
            return "Secrets Manager: no credentials (the function's role, or AWS_ACCESS_KEY_ID)";
        }
        Some(Unsent::Region) => return "Secrets Manager: no region (AWS_REGION)",
        Some(Unsent::Connection) => return "Secrets Manager: no connection",
        None => {}
    }
    match error {
        SdkError::TimeoutError(_) => "Secrets Manager: timeout",
        SdkError::ServiceError(service) => match service.err() {
            Error::ResourceNotFoundException(_) => "Secrets Manager: ResourceNotFoundException",
            Error::DecryptionFailure(_) => "Secrets Manager: DecryptionFailure",
            Error::InvalidRequestException(_) => "Secrets Manager: InvalidRequestException",
            error => match error.meta().code() {
                Some("AccessDeniedException") => "Secrets Manager: AccessDeniedException",
                Some("ThrottlingException") => "Secrets Manager: ThrottlingException",
                Some("ValidationException") => "Secrets Manager: ValidationException",
                _ => "Secrets Manager: server error",
            },
        },
        _ => "Secrets Manager: no usable answer",
    }
}
