//! A stand-in for the Graph API: its documented rules over one state in memory, on a server in the test's process.

mod accounts;
mod calls;
mod endpoint;
mod errors;
mod fault;
mod flows;
mod keys;
mod messages;
mod publish;
mod request;
mod server;
mod state;
mod tokens;
mod webhooks;

pub use endpoint::PingEndpoint;
pub use fault::Fault;
pub use server::StandIn;
/// For the tests of the application.
#[allow(unused_imports)]
pub use state::App;
pub use state::{
    APP, APP_SECRET, CreateAnswer, FLOW_FIELD, FlowRecord, KeyShape, MessageAnswer, NUMBER, Number,
    PublishedUpload, State, TOKEN, USER, USER_ID, WABA,
};
pub use tokens::TokenRecord;
pub use webhooks::Delivery;
