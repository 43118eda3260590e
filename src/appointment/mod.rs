//! Meta's book-appointment flow: choose, say who you are, confirm.
//!
//! `screens` is the Flow JSON as types, `flow` the handlers, `offer` what can be booked, `draft` what is
//! kept between requests, `bookings` who has which slot, and `clinic` all of it together.

mod bookings;
mod clinic;
mod draft;
mod flow;
mod offer;
mod screens;

pub use bookings::Bookings;
pub use clinic::Clinic;
pub use flow::flow;
