//! The configuration of the AWS clients: region and credentials, as the AWS CLI finds them.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};

/// The cause and the cure of missing credentials.
pub const NO_CREDENTIALS: &str = "no credentials are configured; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or \
                                  AWS_PROFILE after `aws sso login` or `aws configure`";
/// The limit of a call with all its attempts.
pub const OPERATION: Duration = Duration::from_secs(30);

/// Loads the configuration for the resource with this name or ARN, in the given region or in that of the ARN or the
/// environment.
///
/// # Errors
///
/// If no region is configured.
pub async fn load(resource: &str, region: Option<&str>) -> Result<SdkConfig, String> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT)
                .operation_attempt_timeout(ATTEMPT)
                .operation_timeout(OPERATION)
                .build(),
        );
    let in_arn = resource.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(2));
    if let Some(region) = region.or(in_arn) {
        loader = loader.region(Region::new(region.to_owned()));
    }
    let config = loader.load().await;
    match config.region() {
        Some(region) if !region.as_ref().is_empty() => Ok(config),
        _ => Err("no region is configured; pass --region, or set AWS_REGION or a region in the AWS profile".into()),
    }
}

const CONNECT: Duration = Duration::from_secs(5);
const ATTEMPT: Duration = Duration::from_secs(10);
