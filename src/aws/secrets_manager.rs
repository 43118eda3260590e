//! The secret in AWS Secrets Manager: its version with the stage AWSCURRENT.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::SdkError;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError as Error;
use zeroize::Zeroizing;

use super::connection::{Unsent, unsent};
use crate::flow::BoxFuture;
use crate::secrets::SecretSource;

/// Reads one secret with GetSecretValue.
pub struct SecretsManagerSource {
    client: Client,
    id: String,
}

impl SecretsManagerSource {
    pub(super) fn new(client: Client, id: String) -> Self {
        Self { client, id }
    }
}

impl SecretSource for SecretsManagerSource {
    fn read(&self) -> BoxFuture<'_, Result<Zeroizing<Vec<u8>>, &'static str>> {
        Box::pin(async {
            let value = self.client.get_secret_value().secret_id(&self.id).send().await;
            let value = value.map_err(|error| cause(&error))?;
            let text = value.secret_string.map(String::into_bytes);
            let json = text.or(value.secret_binary.map(|blob| blob.into_inner()));
            json.map(Zeroizing::new).ok_or("the secret has no value")
        })
    }

    fn takes_the_events_key(&self) -> bool {
        false
    }
}

fn cause(error: &SdkError<Error>) -> &'static str {
    match unsent(error) {
        Some(Unsent::NoCredentials) => {
            return "Secrets Manager: no credentials (the function's role, or AWS_ACCESS_KEY_ID)";
        }
        Some(Unsent::NoRegion) => return "Secrets Manager: no region (AWS_REGION)",
        Some(Unsent::NoConnection) => return "Secrets Manager: no connection",
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
