//! The endpoint behind [WhatsApp Flows](https://developers.facebook.com/docs/whatsapp/flows), as an
//! AWS Lambda.
//!
//! A business writes screens and handlers. Signatures, encryption, health checks, error notices,
//! sessions and repeated requests are the library's business.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use serde_json::json;
//! use whatsapp_flows::{
//!     Context, Flow, Init, Input, Reaches, ReplyTo, Result, Screen, complete, show,
//! };
//!
//! // A screen of the Flow JSON: the data it shows, and what it sends.
//! #[derive(Serialize)]
//! struct Order {
//!     dishes: Vec<String>,
//! }
//! #[derive(Deserialize)]
//! struct OrderInput {
//!     dish: String,
//!     note: Option<String>,
//! }
//! impl Screen for Order {
//!     const ID: &'static str = "ORDER";
//!     type Input = OrderInput;
//! }
//!
//! #[derive(Serialize)]
//! struct Confirm {
//!     order: String,
//! }
//! impl Screen for Confirm {
//!     const ID: &'static str = "CONFIRM";
//!     type Input = ();
//! }
//!
//! // Its routing model: ORDER leads to CONFIRM, and back.
//! impl Reaches<Order> for Init {}
//! impl Reaches<Confirm> for Order {}
//! impl Reaches<Order> for Confirm {}
//!
//! // What is shared by all conversations, and what is kept of each.
//! struct Kitchen {
//!     dishes: Vec<String>,
//! }
//! #[derive(Default, Serialize, Deserialize)]
//! struct Draft {
//!     dish: String,
//! }
//!
//! type Cx = Context<Kitchen, Draft>;
//! type Reply<S> = Result<ReplyTo<S, Draft>>;
//!
//! async fn init(cx: Cx) -> Reply<Init> {
//!     Ok(show(Order { dishes: cx.app().dishes.clone() }))
//! }
//!
//! async fn choose(cx: Cx, chosen: Input<Order>) -> Reply<Order> {
//!     if !cx.app().dishes.contains(&chosen.dish) {
//!         return Ok(show(Order { dishes: cx.app().dishes.clone() }).message("Sold out, sorry"));
//!     }
//!     let order = format!("{} {}", chosen.dish, chosen.note.unwrap_or_default());
//!     Ok(show(Confirm { order }).saving(Draft { dish: chosen.dish }))
//! }
//!
//! async fn confirm(cx: Cx, _: Input<Confirm>) -> Reply<Confirm> {
//!     Ok(complete(json!({ "dish": cx.session().dish })))
//! }
//!
//! fn flow(kitchen: Kitchen) -> Flow<Kitchen, Draft> {
//!     Flow::new(kitchen).on_init(init).on::<Order>(choose).on::<Confirm>(confirm)
//! }
//! # #[cfg(feature = "testing")]
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! #     let phone = whatsapp_flows::testing::Phone::new(flow(Kitchen { dishes: vec!["soup".into()] }));
//! #     assert_eq!(phone.init().await.screen(), "ORDER");
//! #     let sold_out = phone.submit("ORDER", json!({ "dish": "pie" })).await;
//! #     assert_eq!((sold_out.screen(), sold_out.message()), ("ORDER", "Sold out, sorry"));
//! #     assert_eq!(phone.submit("ORDER", json!({ "dish": "soup" })).await.screen(), "CONFIRM");
//! #     assert_eq!(phone.submit("CONFIRM", json!({})).await.params()["dish"], "soup");
//! # });
//! ```
//!
//! # Where things are
//!
//! | module | what it is |
//! |---|---|
//! | [`flow`] | what a developer writes: screens, handlers, replies, sessions |
//! | [`endpoint`] | the front door: verify, open, parse, recall, route, agree, remember, seal |
//! | [`status`] | every way a request can end, beside its status |
//! | [`protocol`] | the wire: signature, envelope, keys, requests, replies. No I/O |
//! | [`engine`] | what happens when something comes twice, or fails half-way |
//! | [`secrets`] | where keys and app secrets come from |
//! | [`log_line`] | what a request leaves in the log |
//! | `aws` | adapters: Lambda, Secrets Manager, DynamoDB, the log (feature `aws`) |
//! | `testing` | the client's side, for tests and tools (feature `testing`) |

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
pub use flow::{
    Context, Error, Flow, Init, Input, Reaches, ReplyTo, Result, Screen, assert_agrees, close,
    complete, show,
};
pub use future::BoxFuture;
pub use protocol::token::FlowToken;
pub use session::{MemoryStore, OperationId};
