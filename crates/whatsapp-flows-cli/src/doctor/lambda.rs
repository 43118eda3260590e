//! One call of the Lambda API: `GetFunctionConfiguration`, of which only what the checks look at is read.

use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::config::{Credentials, ProvideCredentials};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use serde_json::Value;
use tokio::runtime::Builder;

use crate::{aws, http_client};

/// The configuration of a function.
#[derive(Debug, PartialEq)]
pub struct Configuration {
    /// `Active`, `Pending`, `Inactive` or `Failed`.
    pub state: Option<String>,
    /// `Successful`, `InProgress` or `Failed`.
    pub last_update: Option<String>,
    /// The variables, or why Lambda does not show them.
    pub variables: Result<Variables, String>,
}

/// The variables that are looked at. The values of all others are dropped.
#[derive(Debug, PartialEq)]
pub struct Variables {
    /// `FLOWS_TEMPLATE`
    pub template: Option<String>,
    /// `FLOWS_COMMIT`
    pub commit: Option<String>,
    /// `FLOWS_STRICT` is set.
    pub is_strict: bool,
}

/// The configuration cannot be read. The message contains nothing of the response.
#[derive(Debug, PartialEq)]
pub enum LambdaError {
    NotFound(String),
    Unreadable(String),
}

/// Reads the configuration of the function with this name or ARN, which may end with an alias.
pub fn configuration(function: &str, region: Option<&str>) -> Result<Configuration, LambdaError> {
    let path = path(function).map_err(LambdaError::Unreadable)?;
    let (config, credentials) = connect(function, region).map_err(LambdaError::Unreadable)?;
    let url = format!("{}{path}", address(&config));
    let headers = signature(&url, &config, credentials).map_err(LambdaError::Unreadable)?;
    let call = format!("GetFunctionConfiguration of {}", name(function));
    let lost = |error: ureq::Error| {
        LambdaError::Unreadable(format!("{call}: no response from {}: {error}", address(&config)))
    };
    let agent = http_client::agent(TIME_LIMIT);
    let mut request = agent.get(&url);
    for (name, value) in &headers {
        request = request.header(name, value);
    }
    let mut response = request.call().map_err(lost)?;
    let status = response.status().as_u16();
    let code = response.headers().get("x-amzn-errortype").and_then(|code| code.to_str().ok());
    let code = code.and_then(|code| code.split(':').next()).unwrap_or_default().to_owned();
    let body = response.body_mut().with_config().limit(MAX_BODY).read_to_vec().map_err(lost)?;
    match (status, serde_json::from_slice::<Value>(&body)) {
        (200, Ok(answer)) if answer["FunctionArn"].is_string() => Ok(Configuration::of(&answer)),
        _ => Err(describe(&call, status, &code, name(function))),
    }
}

/// The name of the function, without the account of an ARN.
pub fn name(function: &str) -> &str {
    function.rsplit_once("function:").map_or(function, |(_, name)| name)
}

impl Configuration {
    fn of(answer: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let environment = &answer["Environment"];
        let variable =
            |name: &str| text(&environment["Variables"][name]).filter(|value| !value.is_empty());
        let variables = match &environment["Error"] {
            Value::Null => Ok(Variables {
                template: variable("FLOWS_TEMPLATE"),
                commit: variable("FLOWS_COMMIT"),
                is_strict: variable("FLOWS_STRICT").is_some(),
            }),
            error => Err(format!(
                "Lambda does not show the function's variables ({}); allow kms:Decrypt with its key",
                error["ErrorCode"].as_str().unwrap_or("no code")
            )),
        };
        Self {
            state: text(&answer["State"]),
            last_update: text(&answer["LastUpdateStatus"]),
            variables,
        }
    }
}

/// The path of the call. A colon in it is encoded, as the AWS SDKs do.
fn path(function: &str) -> Result<String, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.:$".contains(c);
    if function.is_empty() || !function.chars().all(is_name) {
        return Err("`function` is neither the name nor the ARN of a Lambda function; the output FunctionName of the \
                    stack has it"
            .into());
    }
    let encoded = function.replace(':', "%3A").replace('$', "%24");
    Ok(format!("/2015-03-31/functions/{encoded}/configuration"))
}

fn connect(function: &str, region: Option<&str>) -> Result<(SdkConfig, Credentials), String> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let config = aws::load(function, region).await?;
        let provider = config.credentials_provider().ok_or(aws::NO_CREDENTIALS)?;
        let credentials = provider.provide_credentials().await;
        let credentials = credentials.map_err(|_| aws::NO_CREDENTIALS)?;
        Ok((config, credentials))
    })
}

/// The address of Lambda, or that of an emulator.
fn address(config: &SdkConfig) -> String {
    let of_lambda = std::env::var("AWS_ENDPOINT_URL_LAMBDA").ok().filter(|url| !url.is_empty());
    if let Some(url) = of_lambda.as_deref().or(config.endpoint_url()) {
        return url.trim_end_matches('/').to_owned();
    }
    let region = region(config);
    let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://lambda.{region}.{suffix}")
}

fn region(config: &SdkConfig) -> &str {
    config.region().map(AsRef::as_ref).unwrap_or_default()
}

/// The headers of the signature (Signature Version 4).
fn signature(
    url: &str,
    config: &SdkConfig,
    credentials: Credentials,
) -> Result<Vec<(String, String)>, String> {
    let identity = credentials.into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region(config))
        .name("lambda")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let invalid = |_| {
        format!(
            "cannot sign a request to {url}; check AWS_ENDPOINT_URL_LAMBDA and AWS_ENDPOINT_URL"
        )
    };
    let request = SignableRequest::new("GET", url, std::iter::empty(), SignableBody::Bytes(&[]));
    let (instructions, _) =
        request.and_then(|request| sign(request, &params)).map_err(invalid)?.into_parts();
    Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn describe(call: &str, status: u16, code: &str, name: &str) -> LambdaError {
    match code {
        "ResourceNotFoundException" => {
            LambdaError::NotFound(format!("there is no function {name} in this region and account"))
        }
        "AccessDeniedException" => LambdaError::Unreadable(format!(
            "{call}: {code}; allow these credentials lambda:GetFunctionConfiguration on the function"
        )),
        "UnrecognizedClientException" | "InvalidSignatureException" | "ExpiredTokenException" => {
            LambdaError::Unreadable(format!(
                "{call}: {code}: AWS does not accept the credentials; sign in again, and check the clock of this machine"
            ))
        }
        "" => LambdaError::Unreadable(format!(
            "{call}: status {status}, which is not an answer of Lambda; check the network, a proxy, and AWS_ENDPOINT_URL"
        )),
        code => LambdaError::Unreadable(format!(
            "{call}: status {status}, {code}; run the command again"
        )),
    }
}

const TIME_LIMIT: Duration = Duration::from_secs(10);
/// An environment has at most 4 KB; a configuration is far below this.
const MAX_BODY: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_arns_make_the_path_of_the_call() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:flows-dev:live";
        assert_eq!(
            path(arn).unwrap(),
            "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Aflows-dev%3Alive\
             /configuration"
        );
        assert_eq!((name(arn), name("flows-dev")), ("flows-dev:live", "flows-dev"));
        for wrong in ["", "a/b", "a?b", "two words"] {
            assert!(path(wrong).unwrap_err().contains("FunctionName"), "{wrong}");
        }
    }

    #[test]
    fn variables_that_lambda_cannot_decrypt_are_not_absent() {
        let error = json!({ "ErrorCode": "AccessDeniedException", "Message": "arn:aws:iam::1" });
        let read = Configuration::of(&json!({ "Environment": { "Error": error } }));
        let cause = read.variables.unwrap_err();
        assert!(
            cause.contains("AccessDeniedException") && cause.contains("kms:Decrypt"),
            "{cause}"
        );
        assert!(!cause.contains("iam"), "{cause}");
        let empty =
            json!({ "State": "Active", "Environment": { "Variables": { "FLOWS_STRICT": "" } } });
        let none = Variables { template: None, commit: None, is_strict: false };
        assert_eq!(Configuration::of(&empty).variables, Ok(none));
    }
}
