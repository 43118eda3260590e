//! A client without a screen: plays a Flow JSON as WhatsApp does.
//!
//! The [`Client`] is a state machine without I/O. Its input is what a user does ([`Event`]) and what becomes of a request
//! ([`Reply`]); its output is what the user sees ([`View`]) and what must be done ([`Effect`]). Encryption and transport
//! are left to the caller.
//!
//! ```
//! use serde_json::json;
//! use whatsapp_flow_json::client::{Client, Effect, Event, FlowJson, Opening, Reply, Settings};
//!
//! let flow = FlowJson::parse(r#"{
//!     "version": "7.3", "data_api_version": "4.0", "routing_model": { "NAME": [] },
//!     "screens": [{ "id": "NAME", "terminal": true, "layout": { "type": "SingleColumnLayout", "children": [
//!         { "type": "TextInput", "name": "name", "label": "Your name", "required": true },
//!         { "type": "Footer", "label": "Send", "on-click-action": {
//!             "name": "data_exchange", "payload": { "name": "${form.name}" } } }
//!     ] } }]
//! }"#)?;
//!
//! let (mut client, effects) = Client::open(flow, Opening::DataExchange, "a token", Settings::default());
//! assert!(matches!(&effects[..], [Effect::Send(request)] if request.action.name() == "INIT"));
//! client.receive(Reply::ok(json!({ "screen": "NAME", "data": {} })));
//!
//! let view = client.view();
//! let (field, button) = (view.find("Your name")[0].id, view.find("Send")[0].id);
//! assert!(client.handle(Event::Tap { component: button }).is_err(), "the field is required");
//! client.handle(Event::Type { component: field, text: "Ada".into() })?;
//! let effects = client.handle(Event::Tap { component: button })?;
//! assert!(matches!(&effects[..], [Effect::Send(request)] if request.data["name"] == "Ada"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod answers;
mod choose;
mod condition;
mod date;
mod entry;
mod errors;
mod event;
mod expression;
mod expression_parser;
mod failure;
mod files;
mod flow_json;
mod handle;
mod kind;
mod machine;
mod media;
mod number;
mod path;
mod place;
mod problem;
mod rejection;
mod reload;
mod reply;
mod request;
mod resolve;
mod set_date;
mod settings;
mod state;
mod template;
mod text;
mod user;
mod validate;
mod view;
mod viewer;
mod warning;

pub use answers::Answer;
pub use event::{DatePart, Event, Refused};
pub use failure::{Failure, FailureCause};
pub use flow_json::FlowJson;
pub use kind::ComponentKind;
pub use machine::{Client, Effect, Opening};
pub use media::{PickedFile, Upload};
pub use place::{Place, PlacedComponent};
pub use problem::Problem;
pub use reply::Reply;
pub use request::{Request, RequestAction};
pub use settings::{Mode, Numbers, Settings};
pub use user::{Impossible, User};
pub use view::{ComponentView, Frame, OptionView, Snackbar, View};
