//! Screens and the routing model, as types.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A screen of the Flow JSON: its id, the data that it shows, and the payload that it sends.
///
/// The struct that implements it serializes to the screen's `data`, a JSON object. A screen without data is a unit
/// struct. Members that are `None` are left out, because clients reject `null`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a screen",
    note = "a screen implements whatsapp_flows::Screen: its id in the Flow JSON, and what it sends"
)]
pub trait Screen: Serialize {
    /// The screen's `id` in the Flow JSON.
    const ID: &'static str;

    /// The payload of its `data_exchange` action: a struct, an enum if there are several actions, or `()` for a screen
    /// that sends nothing of interest.
    ///
    /// Clients send an empty field as `null`, as `""`, or not at all. All three count as absent, so the type of a field
    /// that may stay empty is [`Option`]. The type of a number field is [`Number`](crate::flow::Number), and that of a
    /// list of choices `Vec<String>` with [`choices`](crate::flow::choices). A scalar in another JSON type is converted
    /// if nothing is lost: `1234` to text, `"true"` to a boolean. For an enum, see [`Payload`](crate::flow::Payload).
    type Input: DeserializeOwned + Send + 'static;
}

/// The payload that screen `S` sends.
pub type Input<S> = <S as Screen>::Input;

/// The state of a flow before its first screen, from which INIT is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Init;

/// The client accepts `To` as the reply to screen `Self`.
///
/// Implement it for the routes of the `routing_model` of the Flow JSON: every route forward, the direct route back, and
/// the route from [`Init`] to each screen that no other screen leads to. Every screen reaches itself. A reply on any
/// other route does not compile:
///
/// ```compile_fail,E0277
/// # use serde::Serialize;
/// # use whatsapp_flows::{Reaches, ReplyTo, Screen, show};
/// #[derive(Serialize)] struct Services;
/// #[derive(Serialize)] struct Time;
/// #[derive(Serialize)] struct Confirm;
/// # impl Screen for Services { const ID: &'static str = "SERVICES"; type Input = (); }
/// # impl Screen for Time { const ID: &'static str = "TIME"; type Input = (); }
/// # impl Screen for Confirm { const ID: &'static str = "CONFIRM"; type Input = (); }
/// impl Reaches<Time> for Services {}
/// impl Reaches<Services> for Time {}
///
/// fn jump() -> ReplyTo<Services> {
///     show(Confirm) // the routing model has no route from `Services` to `Confirm`
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the routing model has no route from `{Self}` to `{To}`",
    label = "a client on `{Self}` would reject this screen",
    note = "routes come from the Flow JSON's routing_model: forward, directly back, or the same screen"
)]
pub trait Reaches<To> {}

impl<S: Screen> Reaches<S> for S {}
