//! Screens, and the ways between them, as types.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A screen of the Flow JSON: its id, the data it shows, and what it sends.
///
/// The struct that implements it serialises to the screen's `data`: a JSON object. A screen without
/// data is a unit struct. Members that are `None` are left out, for a phone refuses `null`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no screen",
    note = "a screen implements whatsapp_flows::Screen: its id in the Flow JSON, and what it sends"
)]
pub trait Screen: Serialize {
    /// The screen's `id` in the Flow JSON.
    const ID: &'static str;

    /// The payload of its `data_exchange` action: a struct; an enum when there are several; `()`
    /// takes any object.
    ///
    /// A member that is absent, `null` or `""` is all the same to a phone, so it is absent here: what
    /// may be left empty is an [`Option`]. A number field is a [`Number`](crate::flow::Number), a list of
    /// choices a `Vec<String>` with [`choices`](crate::flow::choices). A scalar in another JSON type is read
    /// where nothing is lost: `1234` for text, `"true"` for a boolean. For an enum, see
    /// [`Payload`](crate::flow::Payload).
    type Input: DeserializeOwned + Send + 'static;
}

/// What the screen `S` sends.
pub type Input<S> = <S as Screen>::Input;

/// Where a flow is before its first screen: what an INIT is answered from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Init;

/// A phone that is on screen `Self` accepts `To` as the answer.
///
/// The `routing_model` of the Flow JSON says which: implement it for every way forward, for its
/// direct way back, and from [`Init`] for the screens that no other one leads to. Every screen
/// reaches itself. A reply that takes another way does not compile:
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
///     show(Confirm) // the routing model has no way from `Services` to `Confirm`
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the routing model has no way from `{Self}` to `{To}`",
    label = "a phone on `{Self}` would refuse this screen",
    note = "ways come from the Flow JSON's routing_model: forward, directly back, or the same screen"
)]
pub trait Reaches<To> {}

impl<S: Screen> Reaches<S> for S {}
