//! The headless client: every known fact about WhatsApp's client has a test.

mod play;
mod samples;
