//! Meta's book-appointment flow: the user chooses an appointment, enters contact details, and confirms.
//!
//! Copy this folder to start a flow with a session, choices that depend on each other, and a step that must run once.
//! (`basic` is the smaller start: one screen, no session.) The files, in the order in which to change them:
//!
//! - `flow.json`: the Flow JSON that you upload to Meta. Lint it with `flowctl check flow.json`. As in Meta's sample, a
//!   list is required as soon as it is enabled, and marked as optional before: a field that is required and disabled
//!   gets a warning in a draft.
//! - `screens.rs`: the screens as Rust types. Do not edit it; generate it again after each change of `flow.json`, with
//!   `flowctl types flow.json > screens.rs`.
//! - `draft.rs`: the session state, which the library stores between two requests. It only computes: no I/O.
//! - `flow.rs`: one handler per screen and direction, and [`flow`], which connects them. Each handler returns the next
//!   screen, and a transition that the Flow JSON does not allow does not compile. Its tests run the whole flow in
//!   process, with a fake clinic and the real cryptography.
//! - `clinic.rs`: the application behind the handlers ([`Clinic`]). Replace it, `offer.rs` (the appointments on offer)
//!   and `bookings.rs` (the bookings table) with your own system.
//!
//! `book` in `flow.rs` is the step with a side effect. It is registered with `once`, and passes the id of its operation
//! on to the bookings table as an idempotency key: a confirmation that is delivered twice, or whose first attempt died,
//! books one slot.
//!
//! Then serve the flow on a path in `main.rs`, and try it with `flowctl dev` and `flowctl call`.

mod bookings;
mod clinic;
mod draft;
mod flow;
mod offer;
mod screens;

pub use bookings::Bookings;
pub use clinic::Clinic;
pub use flow::flow;
