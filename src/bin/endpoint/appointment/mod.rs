//! Meta's book-appointment flow: choose, say who you are, confirm.
//!
//! `screens` is the Flow JSON as types, `flow` the handlers, `clinic` what can be booked, `draft` what
//! is kept between requests, and `bookings` who has which slot.

mod bookings;
mod clinic;
mod draft;
mod flow;
mod screens;

pub use bookings::Bookings;
pub use clinic::Clinic;
pub use flow::flow;
