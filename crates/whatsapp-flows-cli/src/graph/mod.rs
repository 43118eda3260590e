//! The control plane of WhatsApp Flows: the calls that make, check and send flows, and that register keys.
//!
//! [`ControlPlane`] is the interface, and [`Graph`] is the implementation with Meta's Graph API. A call that an
//! implementation does not have returns [`ErrorKind::NotOffered`].

mod account;
mod answer;
mod args;
mod call;
mod error;
mod flow;
mod hint;
mod http;
mod id;
mod key;
mod mask;
mod message;
mod message_body;
mod read;
mod retry;
mod token;
mod transport;

pub use account::{
    Account, AppSubscription, GranularScope, Introspection, PhoneNumber, SubscribedApp, TokenInfo,
};
pub use args::GraphArgs;
pub use error::{ErrorKind, GraphError, Repeat};
pub use flow::{
    Application, CreatedFlow, Entity, Flow, FlowStatus, Health, HealthError, Location, Metadata,
    NewFlow, Preview, SendStatus, ValidationError,
};
pub use http::{GRAPH_URL, Graph};
pub use id::{AppId, FlowId, PhoneNumberId, WabaId};
pub use key::{RegisteredKey, SignatureStatus};
pub use mask::{mask, shorten};
pub use message::{FlowMessage, Mode, Opening, Recipient, SentMessage};
pub use token::{AccessToken, AppToken, TOKEN_VARIABLE};

/// The version of the Graph API that is called. Nothing else in the project names a version.
pub const GRAPH_VERSION: &str = "v24.0";

/// The calls to the control plane. Each is one request, repeated within bounds where that is safe; a list is fetched to
/// its end.
///
/// A flow is named with its account, because not every control plane finds a flow by its id alone.
///
/// # Errors
///
/// Every call returns a [`GraphError`], which says what was tried and whether it is safe to repeat.
pub trait ControlPlane {
    /// Creates a draft. It is not repeated after a timeout: look for the name with [`flows`](Self::flows) instead.
    fn create_flow(&self, waba: &WabaId, new: &NewFlow) -> Result<CreatedFlow, GraphError>;

    /// Lists the flows of an account, with id, name, status, categories and validation errors.
    fn flows(&self, waba: &WabaId) -> Result<Vec<Flow>, GraphError>;

    /// Returns a flow with everything that is known of it except its preview. With a number, its health includes that
    /// number and its key.
    fn flow(
        &self,
        waba: &WabaId,
        flow: &FlowId,
        number: Option<&PhoneNumberId>,
    ) -> Result<Flow, GraphError>;

    /// Changes the metadata of a flow. Absent members stay as they are.
    fn update_flow(
        &self,
        waba: &WabaId,
        flow: &FlowId,
        metadata: &Metadata,
    ) -> Result<(), GraphError>;

    /// Uploads the Flow JSON. It is stored even if errors are returned.
    fn upload_flow_json(
        &self,
        waba: &WabaId,
        flow: &FlowId,
        flow_json: &[u8],
    ) -> Result<Vec<ValidationError>, GraphError>;

    /// Downloads the Flow JSON; `None` if the flow has none.
    fn flow_json(&self, waba: &WabaId, flow: &FlowId) -> Result<Option<Vec<u8>>, GraphError>;

    /// Returns the preview link, and creates it if there is none. With `renew`, links given before become invalid.
    fn preview(&self, waba: &WabaId, flow: &FlowId, renew: bool) -> Result<Preview, GraphError>;

    /// Publishes a draft. The control plane pings the endpoint meanwhile.
    fn publish_flow(&self, waba: &WabaId, flow: &FlowId) -> Result<(), GraphError>;

    /// Retires a published flow for good.
    fn deprecate_flow(&self, waba: &WabaId, flow: &FlowId) -> Result<(), GraphError>;

    /// Deletes a draft.
    fn delete_flow(&self, waba: &WabaId, flow: &FlowId) -> Result<(), GraphError>;

    /// Returns the public key that is registered for a number, if there is one.
    fn registered_key(&self, number: &PhoneNumberId) -> Result<Option<RegisteredKey>, GraphError>;

    /// Registers a public key, a PEM in SPKI form, for a number. It replaces the registered one.
    fn register_key(&self, number: &PhoneNumberId, public_pem: &str) -> Result<(), GraphError>;

    /// Lists the numbers of an account.
    fn phone_numbers(&self, waba: &WabaId) -> Result<Vec<PhoneNumber>, GraphError>;

    /// Returns an account.
    fn account(&self, waba: &WabaId) -> Result<Account, GraphError>;

    /// Lists the apps that are subscribed to the webhooks of an account.
    fn subscribed_apps(&self, waba: &WabaId) -> Result<Vec<SubscribedApp>, GraphError>;

    /// Subscribes the app of the access token to the webhooks of an account. Repeating it changes nothing.
    fn subscribe_app(&self, waba: &WabaId) -> Result<(), GraphError>;

    /// Lists the webhook subscriptions of an app. Only the app itself may ask.
    fn app_subscriptions(&self, app: &AppToken) -> Result<Vec<AppSubscription>, GraphError>;

    /// Describes the access token in use.
    fn token_info(&self, by: Introspection<'_>) -> Result<TokenInfo, GraphError>;

    /// Returns whether the secret is the one of its app.
    fn is_app_secret(&self, app: &AppToken) -> Result<bool, GraphError>;

    /// Sends a message that opens a flow. It is not repeated after a timeout, because it may have arrived.
    fn send(
        &self,
        number: &PhoneNumberId,
        message: &FlowMessage,
    ) -> Result<SentMessage, GraphError>;
}
