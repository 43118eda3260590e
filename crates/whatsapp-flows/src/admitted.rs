//! A request that was verified and opened: its token, and what its flow answers to it.

use std::sync::Arc;

use tokio::time::Instant;

use crate::flow::{Answered, Attempt, BodyDigest, Fault, Serve};
use crate::protocol::request::{self, Message};
use crate::protocol::secret::Secret;
use crate::protocol::stored_reply::StoredReplyKeys;
use crate::protocol::token::FlowToken;
use crate::protocol::{response, token_signature};
use crate::status::{Failure, TokenFault};
use crate::unlock::NoAction;
use whatsapp_flow_json::agreement::Rule;

/// A request that was verified and opened.
pub(crate) struct Admitted<'a> {
    pub path: &'a Arc<str>,
    pub flow: &'a dyn Serve,
    /// The endpoint serves other flows as well.
    pub one_of_several: bool,
    pub secret: Arc<Secret>,
    /// The position of the app secret that signed it.
    pub signed_by: usize,
    pub body: BodyDigest,
    pub message: Result<Message, NoAction>,
    pub started: Instant,
    pub strict: bool,
}

impl Admitted<'_> {
    /// The token, and the rule that it breaks as far as that is known without its session.
    pub fn token(
        &self,
        request: &request::Request,
    ) -> Result<(FlowToken, Option<TokenFault>), Failure> {
        let token = FlowToken::new(request.flow_token.as_str())
            .map_err(|_| self.over(TokenFault::TooLong))?;
        let fault = self.token_fault(request, &token);
        match fault {
            Some(fault) if !token.identifies() => {
                Err(Failure::Token { fault, words: self.flow.words_when_missing().into() })
            }
            fault => Ok((token, fault)),
        }
    }

    fn token_fault(&self, request: &request::Request, token: &FlowToken) -> Option<TokenFault> {
        if let Some(jwt) = &request.flow_token_signature
            && token_signature::verify(jwt, token, self.secret.app_secrets()).is_err()
        {
            return Some(TokenFault::SignatureWrong);
        }
        if self.flow.needs_token() && !token.identifies() {
            return Some(TokenFault::Missing);
        }
        let missing = self.flow.demands_signature() && request.flow_token_signature.is_none();
        missing.then_some(TokenFault::SignatureMissing)
    }

    /// Encrypts the reply that this token's session keeps.
    pub fn reply_keys<'a>(&'a self, token: &'a FlowToken) -> StoredReplyKeys<'a> {
        StoredReplyKeys::new(self.secret.app_secrets(), self.signed_by, token)
    }

    /// Runs the handler, and sees that its reply is one that a phone takes.
    pub async fn handler(
        &self,
        request: &request::Request,
        token: &FlowToken,
        state: Option<&str>,
        attempt: Attempt,
    ) -> Result<Answered, Failure> {
        self.agreed(self.flow.answer(request.clone(), token, state, attempt).await)
    }

    /// Shows the screen anew after a failure.
    pub async fn rebuild(
        &self,
        request: &request::Request,
        token: &FlowToken,
        state: Option<&str>,
    ) -> Result<Answered, Failure> {
        self.agreed(self.flow.rebuild(request, token, state).await)
    }

    fn agreed(&self, answer: Result<Answered, Fault>) -> Result<Answered, Failure> {
        let answered =
            answer.map_err(|fault: Fault| fault.into_failure(self.flow.words_when_over()))?;
        match answered.disagreement {
            Some(disagreement) if self.strict || disagreement.rule == Rule::Documented => {
                return Err(Failure::Disagrees(disagreement));
            }
            _ => {}
        }
        if answered.plaintext.len() > response::MAX_BYTES {
            return Err(Failure::ReplyTooLarge { screen: answered.screen });
        }
        Ok(answered)
    }

    fn over(&self, fault: TokenFault) -> Failure {
        Failure::Token { fault, words: self.flow.words_when_over().into() }
    }
}
