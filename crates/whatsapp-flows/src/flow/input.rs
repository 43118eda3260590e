//! The payload of a request as the `Input` of its screen.

use std::any::TypeId;

use serde_json::Value;

use super::error::Result;
use super::field::{lenient, unfilled};
use super::screen::{Input, Screen};
use crate::session::Failure;

/// Reads the payload. `()` accepts the members that the screen sends; `Flow::is_expected` has checked them.
pub(super) fn read_input<S: Screen>(mut payload: Value) -> Result<Input<S>, Failure> {
    unfilled::remove(&mut payload, S::ID);
    let nothing = is_without_input::<S>() && payload.is_object();
    let payload = if nothing { Value::Null } else { payload };
    lenient::read(payload)
        .map_err(|error| Failure::InvalidPayload { member: error.member().to_owned() })
}

/// Reports whether the `Input` of the screen is `()`.
pub(super) fn is_without_input<S: Screen>() -> bool {
    TypeId::of::<Input<S>>() == TypeId::of::<()>()
}
