//! A request that was verified and opened: its token, and what its flow answers to it.

use std::sync::Arc;

use tokio::time::Instant;

use crate::document::agreement::Rule;
use crate::flow::{Answered, BodyDigest, Fault, Serve};
use crate::protocol::request::{self, Message};
use crate::protocol::secret::Secret;
use crate::protocol::token::FlowToken;
use crate::protocol::{response, token_signature};
use crate::status::{Failure, TokenFault};
use crate::unlock::NoAction;

/// A request that was verified and opened.
pub(crate) struct Admitted<'a> {
    pub path: &'a Arc<str>,
    pub flow: &'a dyn Serve,
    pub secret: Arc<Secret>,
    pub body: BodyDigest,
    pub message: Result<Message, NoAction>,
    pub started: Instant,
    pub strict: bool,
}

impl Admitted<'_> {
    /// The token, if it may be used here: not too long, signed if it says so, there if it must be.
    pub fn token(&self, request: &request::Request) -> Result<FlowToken, Failure> {
        let token = FlowToken::new(request.flow_token.as_str())
            .map_err(|_| self.over(TokenFault::TooLong))?;
        match &request.flow_token_signature {
            Some(jwt) => token_signature::verify(jwt, &token, self.secret.app_secrets())
                .map_err(|_| self.over(TokenFault::SignatureWrong))?,
            None if self.flow.demands_signature() => {
                return Err(self.over(TokenFault::SignatureMissing));
            }
            None => {}
        }
        if self.flow.needs_token() && !token.identifies() {
            return Err(self.over(TokenFault::Missing));
        }
        Ok(token)
    }

    /// Runs the handler, and sees that its reply is one that a phone takes.
    pub async fn handler(
        &self,
        request: &request::Request,
        token: &FlowToken,
        state: Option<&str>,
        attempt: u32,
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
