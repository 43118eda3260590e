//! The headless client: every known fact about WhatsApp's client has a test.

mod choices;

mod dates;
mod documents;
mod error_messages;
mod errors_shown;
mod files;
mod footer;
mod history;
mod initial_values;
mod item_actions;
mod lists;
mod numbers;
mod options;
mod parts;
mod payloads;
mod play;
mod rejected;
mod rejected_when;
mod rules_choices;
mod rules_dates;
mod rules_media;
mod rules_required;
mod rules_text;
mod samples;
mod select_actions;
mod state;
mod talks;
mod triggers;
mod values;
