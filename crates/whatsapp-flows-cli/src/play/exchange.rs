//! One exchange with an endpoint: a request that is encrypted and posted, and what becomes of it.

use std::time::Duration;

use serde_json::Value;
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::testing::client::Reply;
use whatsapp_flows::testing::{RequestSealer, Sealed};

use crate::client_check::describe_rejection;
use crate::http_client::{PostError, TIME_LIMIT, post};

/// The header with the request id of a Lambda invocation, in responses of function URLs and of `flowctl dev`.
const REQUEST_ID: &str = "x-amzn-requestid";

/// The address and the keys of an endpoint.
pub struct Endpoint {
    pub url: String,
    pub sealer: RequestSealer,
    pub app_secret: Option<AppSecret>,
}

/// A request and its response.
pub struct Exchange {
    pub plaintext: Value,
    pub sealed: Sealed,
    /// 0 if there was no response in time.
    pub status: u16,
    pub elapsed: Duration,
    /// The decrypted reply; null if there is none.
    pub reply: Value,
    /// The size of the response's body.
    #[cfg_attr(not(feature = "dev"), allow(dead_code))] // only the player shows it
    pub reply_bytes: usize,
    /// The header with the request id of the Lambda invocation.
    #[cfg_attr(not(feature = "dev"), allow(dead_code))]
    // only the player looks for it in the log
    pub request_id: Option<String>,
    /// The cause for which the response is not one that a client accepts.
    pub rejection: Option<String>,
}

impl Endpoint {
    /// Encrypts a request.
    pub fn seal(&self, plaintext: &Value) -> Sealed {
        self.sealer.seal(plaintext.to_string().as_bytes())
    }

    /// Posts an encrypted request, and waits for the response.
    pub fn exchange(
        &self,
        plaintext: Value,
        sealed: Sealed,
    ) -> Result<(Exchange, Reply), PostError> {
        exchange(&self.url, self.app_secret.as_ref(), plaintext, sealed)
    }
}

/// Posts an encrypted request, signed with this app secret, and waits for the response.
pub fn exchange(
    url: &str,
    app_secret: Option<&AppSecret>,
    plaintext: Value,
    sealed: Sealed,
) -> Result<(Exchange, Reply), PostError> {
    let response = match post(url, &sealed, app_secret) {
        Ok(response) => response,
        Err(PostError::Timeout(reason)) => {
            return Ok((Exchange::unanswered(plaintext, sealed, reason), Reply::Timeout));
        }
        Err(error) => return Err(error),
    };
    let reply = match response.elapsed < TIME_LIMIT {
        true => sealed.opener.receive(response.status, &response.bytes),
        false => Reply::Timeout,
    };
    let reply = match (reply, &response.diagnosis) {
        (Reply::NotDecrypted(_), Some(diagnosis)) => Reply::NotDecrypted(diagnosis.to_string()),
        (reply, _) => reply,
    };
    let request_id = response.headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let exchange = Exchange {
        plaintext,
        request_id: request_id.map(str::to_owned),
        status: response.status,
        elapsed: response.elapsed,
        rejection: describe_rejection(&response),
        reply_bytes: response.bytes.len(),
        reply: response.reply.unwrap_or_default(),
        sealed,
    };
    Ok((exchange, reply))
}

impl Exchange {
    /// A request without a response, and the reason.
    pub fn unanswered(plaintext: Value, sealed: Sealed, reason: String) -> Self {
        Self {
            plaintext,
            sealed,
            status: 0,
            elapsed: TIME_LIMIT,
            reply: Value::Null,
            reply_bytes: 0,
            request_id: None,
            rejection: Some(reason),
        }
    }
}
