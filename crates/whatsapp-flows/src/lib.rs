//! The endpoint behind [WhatsApp Flows](https://developers.facebook.com/docs/whatsapp/flows), as an AWS Lambda.
//!
//! You write screens and handlers. The library verifies and decrypts requests, stores the state of each conversation,
//! answers repeated requests, validates replies against the Flow JSON, and encrypts them.
//!
//! A flow with two screens, the `main` of its Lambda, and a test:
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use serde_json::json;
//! use whatsapp_flows::{
//!     Context, Flow, Init, Input, Reaches, ReplyTo, Result, Screen, aws, complete, show,
//! };
//!
//! // A screen: the data that it shows, and what it sends. `flowctl types` generates this from the Flow JSON.
//! #[derive(Serialize)]
//! struct Order { dishes: Vec<String> }
//! #[derive(Deserialize)]
//! struct OrderInput { dish: String }
//! impl Screen for Order { const ID: &'static str = "ORDER"; type Input = OrderInput; }
//!
//! #[derive(Serialize)]
//! struct Confirm { order: String }
//! impl Screen for Confirm { const ID: &'static str = "CONFIRM"; type Input = (); }
//!
//! // The routing model. A reply that does not follow it does not compile.
//! impl Reaches<Order> for Init {}
//! impl Reaches<Confirm> for Order {}
//! impl Reaches<Order> for Confirm {}
//!
//! // The state that is stored per flow token, and what all conversations share.
//! #[derive(Default, Serialize, Deserialize)]
//! struct Draft { dish: String }
//! struct Kitchen { dishes: Vec<String> }
//! type Cx = Context<Kitchen, Draft>;
//! type Reply<S> = Result<ReplyTo<S, Draft>>;
//!
//! async fn init(cx: Cx) -> Reply<Init> {
//!     Ok(show(Order { dishes: cx.app().dishes.clone() }))
//! }
//! async fn choose(cx: Cx, chosen: Input<Order>) -> Reply<Order> {
//!     if !cx.app().dishes.contains(&chosen.dish) {
//!         return Ok(show(Order { dishes: cx.app().dishes.clone() }).message("Sold out, sorry"));
//!     }
//!     Ok(show(Confirm { order: chosen.dish.clone() }).saving(Draft { dish: chosen.dish }))
//! }
//! async fn confirm(cx: Cx, _: Input<Confirm>) -> Reply<Confirm> {
//!     Ok(complete(json!({ "dish": cx.session().dish })))
//! }
//! # const FLOW_JSON: &str = r#"{
//! #     "version": "7.3", "data_api_version": "4.0", "routing_model": { "ORDER": ["CONFIRM"], "CONFIRM": [] },
//! #     "screens": [
//! #         { "id": "ORDER", "data": { "dishes": { "type": "array", "items": { "type": "string" } } } },
//! #         { "id": "CONFIRM", "terminal": true, "data": { "order": { "type": "string" } } }
//! #     ]
//! # }"#;
//! fn flow(kitchen: Kitchen) -> Flow<Kitchen, Draft> {
//!     // `FLOW_JSON` is the text of the Flow JSON: every reply is validated against it. A duplicate delivery of a
//!     // submission does not run a `once` handler again.
//!     let flow = Flow::new(kitchen).document(FLOW_JSON);
//!     flow.on_init(init).on::<Order>(choose).once::<Confirm>(confirm)
//! }
//!
//! # mod program { use super::*;
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> std::result::Result<(), aws::Error> {
//!     let kitchen = Kitchen { dishes: vec!["soup".into()] };
//!     aws::serve(&[env!("CARGO_CRATE_NAME")], |endpoint, _| Ok(endpoint.serve("/order", flow(kitchen)))).await
//! }
//! # }
//!
//! # mod tests { use super::*; mod tokio { pub use ::tokio::*; pub use ::tokio::main as test; }
//! #[tokio::test]
//! # pub
//! async fn soup_is_ordered() {
//!     use whatsapp_flows::testing::Phone; // feature `testing`: real cryptography, no network
//!     let phone = Phone::new(flow(Kitchen { dishes: vec!["soup".into()] }));
//!     assert_eq!(phone.init().await.screen(), "ORDER");
//!     assert_eq!(phone.submit("ORDER", json!({ "dish": "pie" })).await.message(), "Sold out, sorry");
//!     assert_eq!(phone.submit("ORDER", json!({ "dish": "soup" })).await.screen(), "CONFIRM");
//!     assert_eq!(phone.submit("CONFIRM", json!({})).await.params()["dish"], "soup");
//! }
//! # }
//! # fn main() { tests::soup_is_ordered(); }
//! ```
//!
//! # Modules
//!
//! | module | contains |
//! |---|---|
//! | [`flow`] | what a developer writes: screens, handlers, replies, field types |
//! | [`session`] | the session per flow token, its store, and the state machine of an exchange |
//! | [`endpoint`] | the request path, from the HTTP request to the response |
//! | [`keyring`] | private keys and app secrets: their provider, cache and source |
//! | [`protocol`] | the wire: signature, envelope, keys, requests, responses; no I/O |
//! | `aws` | the adapters: Lambda, Secrets Manager, DynamoDB, the log |
//! | `testing` | the client's side, for tests and tools |
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `aws` | yes | the module `aws`; without it, serve [`Endpoint::handle`] from any HTTP server |
//! | `testing` | no | the module `testing`, and `assert_agrees`; enable it in `[dev-dependencies]` only |
//!
//! # Guide
//!
//! The [guide](https://github.com/whatsapp-flows/whatsapp-flows/tree/main/docs) explains sessions, testing, deployment
//! and every status. The [repository](https://github.com/whatsapp-flows/whatsapp-flows) contains an application to
//! start from.

#[cfg(panic = "abort")]
compile_error!(
    "whatsapp-flows requires `panic = \"unwind\"`: under \"abort\", a handler's panic ends the process and every \
     request in it. Write `panic = \"unwind\"` under [profile.release] in the Cargo.toml of your workspace, and \
     under every other profile that you deploy: `cargo lambda build` sets \"abort\" where the manifest is silent"
);

#[cfg(feature = "aws")]
pub mod aws;
mod clock;
mod deadline;
pub mod endpoint;
pub mod flow;
mod future;
pub mod keyring;
pub mod protocol;
pub mod session;
#[cfg(feature = "testing")]
pub mod testing;

pub use endpoint::Endpoint;
#[cfg(feature = "testing")]
pub use flow::assert_agrees;
pub use flow::{
    Context, Error, Flow, Init, Input, LogSafe, Reaches, ReplyTo, Result, Screen, close, complete,
    show,
};
pub use future::BoxFuture;
pub use protocol::token::FlowToken;
pub use session::{MemoryStore, OperationId};

/// Items for the tests, benchmarks and fuzz targets of this repository, without any stability promise.
#[doc(hidden)]
pub mod internals {
    /// RSA and AES.
    pub mod cipher {
        #[cfg(feature = "testing")]
        pub use crate::protocol::cipher::rsa_operations;
        pub use crate::protocol::cipher::{
            AES_BYTES, AesKey, RSA_BYTES, Undecryptable, gcm_open, gcm_seal, oaep_decrypt,
        };
    }

    /// The signature of the flow token.
    pub mod token_signature {
        pub use crate::protocol::token_signature::{InvalidTokenSignature, verify};
    }
}
