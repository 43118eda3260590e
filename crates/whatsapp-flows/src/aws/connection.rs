//! The connection to AWS: credentials and region from the environment, and time limits.
//!
//! The SDK has no default attempt or operation timeout. A request must be answered within 8 s, so a call that hangs
//! must fail long before.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_dynamodb::config::ProvideCredentials;

use super::dynamodb::DynamoDbStore;
use super::secrets_manager::SecretsManagerSource;
use super::timeouts::timeout_config;

const DYNAMODB_ATTEMPT: Duration = Duration::from_millis(250);
const DYNAMODB_OPERATION: Duration = Duration::from_millis(700);
const EMULATOR_ATTEMPT: Duration = Duration::from_secs(10);
const EMULATOR_OPERATION: Duration = Duration::from_secs(20);
const ATTEMPTS: u32 = 3;
const FIRST_BACKOFF: Duration = Duration::from_millis(25);
const LONGEST_BACKOFF: Duration = Duration::from_millis(100);

/// The configuration that AWS clients are created from. They share credentials; DynamoDB clients also share one
/// connection pool.
pub struct Aws {
    config: SdkConfig,
    dynamodb: aws_sdk_dynamodb::Client,
}

impl Aws {
    /// Loads region and credentials from the default sources of the AWS SDK. `AWS_ENDPOINT_URL` and
    /// `AWS_ENDPOINT_URL_DYNAMODB` select emulators.
    pub async fn from_env() -> Self {
        let loader = aws_config::defaults(BehaviorVersion::latest());
        Self::load(loader, DYNAMODB_ATTEMPT, DYNAMODB_OPERATION).await
    }

    /// Connects to an emulator at this address, regardless of the environment, with longer time limits.
    pub async fn at(url: &str) -> Self {
        let loader = aws_config::defaults(BehaviorVersion::latest())
            .endpoint_url(url)
            .region("eu-west-1")
            .test_credentials();
        Self::load(loader, EMULATOR_ATTEMPT, EMULATOR_OPERATION).await
    }

    /// Uses an existing configuration of the AWS SDK. Its retries and time limits are replaced by those of
    /// [`from_env`](Self::from_env), because a request must be answered within 8 s.
    pub fn from_config(config: &SdkConfig) -> Self {
        let config = config
            .clone()
            .into_builder()
            .retry_config(retries())
            .timeout_config(timeout_config(DYNAMODB_ATTEMPT, DYNAMODB_OPERATION))
            .build();
        let dynamodb = aws_sdk_dynamodb::Client::new(&config);
        Self { config, dynamodb }
    }

    async fn load(loader: ConfigLoader, attempt: Duration, operation: Duration) -> Self {
        let timeouts = timeout_config(attempt, operation);
        let config = loader.retry_config(retries()).timeout_config(timeouts).load().await;
        let dynamodb = aws_sdk_dynamodb::Client::new(&config);
        Self { config, dynamodb }
    }

    /// Creates a session store for this DynamoDB table.
    pub fn sessions(&self, table: impl Into<String>) -> DynamoDbStore {
        DynamoDbStore::new(self.dynamodb.clone(), table)
    }

    /// Creates a source for the secret with this name or ARN. Each read has its own time limit.
    pub fn secret(&self, id: impl Into<String>) -> SecretsManagerSource {
        SecretsManagerSource::new(aws_sdk_secretsmanager::Client::new(&self.config), id)
    }

    /// Returns an error message if the region or the credentials are missing. Tries all credential sources of the AWS
    /// SDK, which may take some seconds on a machine without credentials.
    pub async fn missing_configuration(&self) -> Option<&'static str> {
        if self.config.region().is_none_or(|region| region.as_ref().is_empty()) {
            return Some("no region is configured; set AWS_REGION, or a region in the AWS profile");
        }
        let found = match self.config.credentials_provider() {
            Some(provider) => provider.provide_credentials().await.is_ok(),
            None => false,
        };
        (!found).then_some(
            "no credentials are configured; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE after \
             `aws sso login` or `aws configure`",
        )
    }

    /// Returns the DynamoDB client, for the application's own tables. It has the same connections and time limits.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        self.dynamodb.clone()
    }
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(FIRST_BACKOFF)
        .with_max_backoff(LONGEST_BACKOFF)
}
