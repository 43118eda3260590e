//! The connection to AWS: credentials and region from the environment, and our own limits on time.
//!
//! The SDK sets no attempt or operation timeout of its own. A request has 8 s, so a call that hangs
//! must end long before.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_dynamodb::config::ProvideCredentials;

use super::dynamodb::DynamoDbStore;
use super::secrets_manager::SecretsManagerSource;
use super::timeouts::limits;

const DYNAMODB_ATTEMPT: Duration = Duration::from_millis(250);
const DYNAMODB_OPERATION: Duration = Duration::from_millis(700);
const EMULATOR_ATTEMPT: Duration = Duration::from_secs(10);
const EMULATOR_OPERATION: Duration = Duration::from_secs(20);
const ATTEMPTS: u32 = 3;
const FIRST_BACKOFF: Duration = Duration::from_millis(25);
const LONGEST_BACKOFF: Duration = Duration::from_millis(100);

/// Makes the clients. They share credentials; DynamoDB's share one pool of connections.
pub struct Aws {
    config: SdkConfig,
    dynamodb: aws_sdk_dynamodb::Client,
}

impl Aws {
    /// Reads region and credentials as the AWS SDK does. `AWS_ENDPOINT_URL` and
    /// `AWS_ENDPOINT_URL_DYNAMODB` point at emulators.
    pub async fn from_env() -> Self {
        let loader = aws_config::defaults(BehaviorVersion::latest());
        Self::load(loader, DYNAMODB_ATTEMPT, DYNAMODB_OPERATION).await
    }

    /// An emulator at this address, whatever the environment says, and however slow it is.
    pub async fn at(url: &str) -> Self {
        let loader = aws_config::defaults(BehaviorVersion::latest())
            .endpoint_url(url)
            .region("eu-west-1")
            .test_credentials();
        Self::load(loader, EMULATOR_ATTEMPT, EMULATOR_OPERATION).await
    }

    async fn load(loader: ConfigLoader, attempt: Duration, operation: Duration) -> Self {
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(FIRST_BACKOFF)
            .with_max_backoff(LONGEST_BACKOFF);
        let timeouts = limits(attempt, operation);
        let config = loader.retry_config(retries).timeout_config(timeouts).load().await;
        let dynamodb = aws_sdk_dynamodb::Client::new(&config);
        Self { config, dynamodb }
    }

    /// Sessions in this table.
    pub fn sessions(&self, table: impl Into<String>) -> DynamoDbStore {
        DynamoDbStore::new(self.dynamodb.clone(), table.into())
    }

    /// The secret with this name or ARN. The limits on time come with each read.
    pub fn secret(&self, id: impl Into<String>) -> SecretsManagerSource {
        SecretsManagerSource::new(aws_sdk_secretsmanager::Client::new(&self.config), id.into())
    }

    /// What must be there before AWS is asked anything, and is missing: the region or the credentials. Looks for
    /// credentials wherever the AWS SDK does, which may take some seconds on a machine that has none.
    pub async fn missing(&self) -> Option<&'static str> {
        if self.config.region().is_none_or(|region| region.as_ref().is_empty()) {
            return Some("no region: set AWS_REGION, or a region in the AWS profile");
        }
        let found = match self.config.credentials_provider() {
            Some(provider) => provider.provide_credentials().await.is_ok(),
            None => false,
        };
        (!found).then_some(
            "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE after `aws sso login` or \
             `aws configure`",
        )
    }

    /// The client itself, for tables of your own: same connections, same limits on time.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        self.dynamodb.clone()
    }
}
