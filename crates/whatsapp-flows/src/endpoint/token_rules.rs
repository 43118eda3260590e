//! The rules about a flow token that are checked without its session.

use crate::flow::DynFlow;
use crate::protocol::keyring::Keyring;
use crate::protocol::request::Request;
use crate::protocol::token::FlowToken;
use crate::protocol::token_signature;
use crate::session::{Failure, TokenFault};

/// The token of a request.
pub(super) fn parse(request: &Request, flow: &dyn DynFlow) -> Result<FlowToken, Failure> {
    FlowToken::new(request.flow_token.as_str()).map_err(|_| Failure::Token {
        fault: TokenFault::TooLong,
        message: flow.expired_message().into(),
    })
}

/// The rule that the token breaks. A token without session fails at once; for any other the session decides, because a
/// body that it knows is answered before any rule.
pub(super) fn check(
    request: &Request,
    token: &FlowToken,
    flow: &dyn DynFlow,
    keyring: &Keyring,
) -> Result<Option<TokenFault>, Failure> {
    match broken_rule(request, token, flow, keyring) {
        Some(fault) if !token.is_session_id() => {
            Err(Failure::Token { fault, message: flow.missing_token_message().into() })
        }
        fault => Ok(fault),
    }
}

fn broken_rule(
    request: &Request,
    token: &FlowToken,
    flow: &dyn DynFlow,
    keyring: &Keyring,
) -> Option<TokenFault> {
    if let Some(jwt) = &request.flow_token_signature
        && token_signature::verify(jwt, token, keyring.app_secrets()).is_err()
    {
        return Some(TokenFault::SignatureWrong);
    }
    if flow.needs_token() && !token.is_session_id() {
        return Some(TokenFault::Missing);
    }
    let missing = flow.requires_signature() && request.flow_token_signature.is_none();
    missing.then_some(TokenFault::SignatureMissing)
}

/// The peculiarity of a token, for the log: it was not made for one message, or it can be guessed.
pub(super) fn peculiarity(token: &FlowToken) -> Option<&'static str> {
    match token {
        token if token.is_absent() => Some("missing"),
        token if !token.is_session_id() => Some("placeholder"),
        token if token.is_from_builder() => Some("builder"),
        token => token.is_short().then_some("short"),
    }
}
