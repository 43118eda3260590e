//! Handlers: plain async functions. The two traits name their signatures, and every function with that signature
//! implements them.
//!
//! A handler is stopped at an `.await`, 7 s after its request arrived. A handler that blocks its thread cannot be
//! stopped, and blocks every other request.

use super::context::Context;
use super::error::Result;
use super::reply::ReplyTo;
use super::screen::{Input, Screen};

/// `async fn(Context) -> Result<ReplyTo<From, State>>`: handles INIT and BACK, which have no payload.
pub trait Handler<App, State, From>:
    Fn(Context<App, State>) -> <Self as Handler<App, State, From>>::Future + Send + Sync + 'static
{
    /// The future that it returns.
    type Future: Future<Output = Result<ReplyTo<From, State>>> + Send + 'static;
}

impl<App, State, From, F, Fut> Handler<App, State, From> for F
where
    F: Fn(Context<App, State>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<ReplyTo<From, State>>> + Send + 'static,
{
    type Future = Fut;
}

/// `async fn(Context, Input<S>) -> Result<ReplyTo<S, State>>`: handles the payload of screen `S`.
pub trait HandlerWithInput<App, State, S: Screen>:
    Fn(Context<App, State>, Input<S>) -> <Self as HandlerWithInput<App, State, S>>::Future
    + Send
    + Sync
    + 'static
{
    /// The future that it returns.
    type Future: Future<Output = Result<ReplyTo<S, State>>> + Send + 'static;
}

impl<App, State, S, F, Fut> HandlerWithInput<App, State, S> for F
where
    S: Screen,
    F: Fn(Context<App, State>, Input<S>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<ReplyTo<S, State>>> + Send + 'static,
{
    type Future = Fut;
}
