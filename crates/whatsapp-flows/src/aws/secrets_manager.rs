//! The source of the secret in AWS Secrets Manager.

use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Builder;
use aws_sdk_secretsmanager::error::SdkError;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError as Error;
use zeroize::Zeroizing;

use super::dispatch_error::{DispatchError, dispatch_error};
use super::timeouts::timeout_config;
use crate::future::BoxFuture;
use crate::keyring::SecretSource;

const WRONG_REGION: &str = "the secret's ARN is in another region than AWS_REGION; pass the secret's name, or the \
                            ARN of its replica in AWS_REGION";

/// A source that reads one secret with `GetSecretValue`: its version with the staging label `AWSCURRENT`.
pub struct SecretsManagerSource {
    client: Client,
    id: String,
}

impl SecretsManagerSource {
    /// Creates a source with an existing client, for the secret with this name or ARN. Each read has its own time limit.
    pub fn new(client: Client, id: impl Into<String>) -> Self {
        Self { client, id: id.into() }
    }

    /// Reports whether the ID is an ARN of another region than the client's. Secrets Manager would report that the
    /// secret does not exist.
    fn is_in_other_region(&self) -> bool {
        let arn_region = self.id.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(2));
        let region = self.client.config().region();
        arn_region.zip(region).is_some_and(|(arn_region, region)| arn_region != region.as_ref())
    }
}

impl SecretSource for SecretsManagerSource {
    fn read(&self, limit: Duration) -> BoxFuture<'_, Result<Zeroizing<Vec<u8>>, &'static str>> {
        Box::pin(async move {
            if self.is_in_other_region() {
                return Err(WRONG_REGION);
            }
            let limits = Builder::new().timeout_config(timeout_config(limit * 2 / 5, limit));
            let read = self.client.get_secret_value().secret_id(&self.id);
            let value = read.customize().config_override(limits).send().await;
            let value = value.map_err(|error| cause(&error))?;
            let text = value.secret_string.map(String::into_bytes);
            let json = text.or(value.secret_binary.map(|blob| blob.into_inner()));
            json.map(Zeroizing::new)
                .ok_or("the secret has no value; store one with put-secret-value")
        })
    }
}

/// Returns the cause of an error for the log, without anything from the secret.
fn cause(error: &SdkError<Error>) -> &'static str {
    match dispatch_error(error) {
        Some(DispatchError::Credentials) => {
            return "Secrets Manager: no credentials; check the function's role, or AWS_ACCESS_KEY_ID";
        }
        Some(DispatchError::Region) => return "Secrets Manager: no region; set AWS_REGION",
        Some(DispatchError::Connection) => return "Secrets Manager: no connection",
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
        _ => "Secrets Manager: invalid response",
    }
}
