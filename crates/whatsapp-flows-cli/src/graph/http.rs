//! The control plane over Meta's Graph API.

use std::time::Duration;

use serde_json::{Value, json};

use super::call::{Body, Call};
use super::message_body::message_body;
use super::transport::Transport;
use super::{
    AccessToken, Account, AppSubscription, AppToken, ControlPlane, CreatedFlow, ErrorKind, Flow,
    FlowId, FlowMessage, GraphError, Introspection, Metadata, NewFlow, PhoneNumber, PhoneNumberId,
    Preview, RegisteredKey, SentMessage, SubscribedApp, TokenInfo, ValidationError, WabaId, read,
};
use crate::Error;

/// The address of the Graph API.
pub const GRAPH_URL: &str = "https://graph.facebook.com";

/// The control plane over Meta's Graph API.
pub struct Graph(Transport);

impl Graph {
    /// Connects with an access token. Nothing is sent yet. The version is added to the address.
    ///
    /// # Errors
    ///
    /// If the address is neither `https` nor on this machine.
    pub fn new(url: &str, token: AccessToken) -> Result<Self, Error> {
        Ok(Self(Transport::new(url, token)?))
    }

    /// Prints each request on stderr: method, path, status and time.
    pub fn with_verbose(mut self, verbose: bool) -> Self {
        self.0.set_verbose(verbose);
        self
    }

    /// Sets the wait before a second attempt. It is 2 s unless set, and doubles.
    pub fn with_backoff(mut self, backoff: Duration) -> Self {
        self.0.set_backoff(backoff);
        self
    }

    /// Fetches a list to its end.
    fn list<T>(
        &self,
        call: impl Fn() -> Call,
        item: impl Fn(&Value) -> Option<T>,
    ) -> Result<Vec<T>, GraphError> {
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let mut call = call();
            call.query.extend(after.take().map(|after| ("after", after)));
            let page = self.0.send(&call)?;
            let data = page["data"].as_array().ok_or_else(|| misread(&call, "`data`"))?;
            items.extend(data.iter().filter_map(&item));
            // `next` is a whole address, which may hold the token; the cursor suffices.
            let cursor = page["paging"]["cursors"]["after"].as_str();
            match cursor.filter(|_| page["paging"]["next"].is_string()) {
                Some(cursor) => after = Some(cursor.to_owned()),
                None => break,
            }
        }
        Ok(items)
    }

    fn done(&self, call: &Call) -> Result<(), GraphError> {
        let answer = self.0.send(call)?;
        match answer["success"].as_bool() {
            Some(false) => Err(misread(call, "success")),
            Some(true) | None => Ok(()),
        }
    }
}

impl ControlPlane for Graph {
    fn create_flow(&self, waba: &WabaId, new: &NewFlow) -> Result<CreatedFlow, GraphError> {
        let fields =
            vec![("name", new.name.clone()), ("categories", json!(new.categories).to_string())];
        let call = Call::post(format!("{waba}/flows")).body(Body::Form(fields)).twice();
        let answer = self.0.send(&call)?;
        let id = read::id(&answer["id"]).ok_or_else(|| misread(&call, "`id`"))?;
        Ok(CreatedFlow { id, validation_errors: read::validation_errors(&answer) })
    }

    fn flows(&self, waba: &WabaId) -> Result<Vec<Flow>, GraphError> {
        let call = || {
            let call = Call::get(format!("{waba}/flows")).query("limit", "100");
            call.query("fields", "id,name,status,categories,validation_errors")
        };
        self.list(call, read::flow)
    }

    fn flow(
        &self,
        _waba: &WabaId,
        flow: &FlowId,
        number: Option<&PhoneNumberId>,
    ) -> Result<Flow, GraphError> {
        let health = match number {
            Some(number) => format!("health_status.phone_number({number})"),
            None => "health_status".into(),
        };
        let fields = format!(
            "id,name,status,categories,validation_errors,json_version,data_api_version,endpoint_uri,application,{health}"
        );
        let call = Call::get(flow.as_str()).query("fields", fields);
        read::flow(&self.0.send(&call)?).ok_or_else(|| misread(&call, "`id` and `name`"))
    }

    fn update_flow(
        &self,
        _waba: &WabaId,
        flow: &FlowId,
        metadata: &Metadata,
    ) -> Result<(), GraphError> {
        let Metadata { name, categories, endpoint_uri, application_id } = metadata;
        let categories = categories.as_ref().map(|list| json!(list).to_string());
        let fields = [
            ("name", name.clone()),
            ("categories", categories),
            ("endpoint_uri", endpoint_uri.clone()),
            ("application_id", application_id.as_ref().map(ToString::to_string)),
        ];
        let fields = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
        self.done(&Call::post(flow.as_str()).body(Body::Form(fields.collect())))
    }

    fn upload_flow_json(
        &self,
        _waba: &WabaId,
        flow: &FlowId,
        flow_json: &[u8],
    ) -> Result<Vec<ValidationError>, GraphError> {
        let fields = vec![("name", "flow.json"), ("asset_type", "FLOW_JSON")];
        let body = Body::Multipart { fields, file: flow_json.to_vec() };
        let call = Call::post(format!("{flow}/assets")).body(body).slow();
        let answer = match self.0.send(&call) {
            // Stored and not processed, which the same upload once more may cure. A published flow has the same code.
            Err(error) if error.code == Some(UPDATE_FAILED) && !error.is_about_published() => {
                self.0.send(&call)?
            }
            answer => answer?,
        };
        Ok(read::validation_errors(&answer))
    }

    fn flow_json(&self, _waba: &WabaId, flow: &FlowId) -> Result<Option<Vec<u8>>, GraphError> {
        let assets =
            self.list(|| Call::get(format!("{flow}/assets")), |asset| Some(asset.clone()))?;
        let asset = assets.into_iter().find(|asset| asset["asset_type"] == "FLOW_JSON");
        let Some(asset) = asset else { return Ok(None) };
        let call = Call::get(format!("{flow}/assets"));
        let url = asset["download_url"].as_str().ok_or_else(|| misread(&call, "`download_url`"))?;
        self.0.download(url, MAX_FLOW_JSON_BYTES).map(Some)
    }

    fn preview(&self, _waba: &WabaId, flow: &FlowId, renew: bool) -> Result<Preview, GraphError> {
        let call = Call::get(flow.as_str()).query("fields", format!("preview.invalidate({renew})"));
        let answer = self.0.send(&call)?;
        let preview = &answer["preview"];
        let url = preview["preview_url"].as_str().ok_or_else(|| misread(&call, "`preview_url`"))?;
        Ok(Preview { url: url.to_owned(), expires_at: read::text(&preview["expires_at"]) })
    }

    fn publish_flow(&self, _waba: &WabaId, flow: &FlowId) -> Result<(), GraphError> {
        self.done(&Call::post(format!("{flow}/publish")).slow())
    }

    fn deprecate_flow(&self, _waba: &WabaId, flow: &FlowId) -> Result<(), GraphError> {
        self.done(&Call::post(format!("{flow}/deprecate")))
    }

    fn delete_flow(&self, _waba: &WabaId, flow: &FlowId) -> Result<(), GraphError> {
        self.done(&Call::delete(flow.as_str()))
    }

    fn registered_key(&self, number: &PhoneNumberId) -> Result<Option<RegisteredKey>, GraphError> {
        let call = Call::get(format!("{number}/whatsapp_business_encryption"));
        let answer = self.0.send(&call)?;
        // The older form is an object without `data`. A `data` of another form is an error, not that form.
        let key = match answer.get("data") {
            Some(data) => data.as_array().ok_or_else(|| misread(&call, "`data`"))?.first(),
            None => Some(&answer).filter(|answer| answer.get("business_public_key").is_some()),
        };
        Ok(key.map(read::registered_key))
    }

    fn register_key(&self, number: &PhoneNumberId, public_pem: &str) -> Result<(), GraphError> {
        let call = Call::post(format!("{number}/whatsapp_business_encryption"));
        self.done(&call.body(Body::Form(vec![("business_public_key", public_pem.to_owned())])))
    }

    fn phone_numbers(&self, waba: &WabaId) -> Result<Vec<PhoneNumber>, GraphError> {
        let call = |fields: &'static str| {
            move || Call::get(format!("{waba}/phone_numbers")).query("fields", fields)
        };
        let mut numbers = self.list(call(NUMBER_FIELDS), read::phone_number)?;
        // An unknown name of a field fails the whole call, and these names have changed before.
        let more = self.list(call(OPTIONAL_NUMBER_FIELDS), read::phone_number);
        match more {
            Ok(more) => numbers.iter_mut().for_each(|number| read::add_optional(number, &more)),
            Err(error) if error.code == Some(BAD_PARAMETER) => {}
            Err(error) => return Err(error),
        }
        Ok(numbers)
    }

    fn account(&self, waba: &WabaId) -> Result<Account, GraphError> {
        let fields = "id,name,account_review_status,business_verification_status,health_status";
        let answer = self.0.send(&Call::get(waba.as_str()).query("fields", fields))?;
        Ok(read::account(&answer))
    }

    fn subscribed_apps(&self, waba: &WabaId) -> Result<Vec<SubscribedApp>, GraphError> {
        self.list(|| Call::get(format!("{waba}/subscribed_apps")), read::subscribed_app)
    }

    fn subscribe_app(&self, waba: &WabaId) -> Result<(), GraphError> {
        self.done(&Call::post(format!("{waba}/subscribed_apps")))
    }

    fn app_subscriptions(&self, app: &AppToken) -> Result<Vec<AppSubscription>, GraphError> {
        let call = Call::get(format!("{}/subscriptions", app.app()));
        let answer = self.0.send_as(&call, &app.expose())?;
        let data = answer["data"].as_array().ok_or_else(|| misread(&call, "`data`"))?;
        Ok(data.iter().filter_map(read::app_subscription).collect())
    }

    fn token_info(&self, by: Introspection<'_>) -> Result<TokenInfo, GraphError> {
        let call = Call::get("debug_token").query("input_token", self.0.token().expose());
        let answer = match by {
            Introspection::Itself => self.0.send(&call)?,
            Introspection::App(app) => self.0.send_as(&call, &app.expose())?,
        };
        if !answer["data"].is_object() {
            return Err(misread(&call, "`data`"));
        }
        Ok(read::token_info(&answer["data"]))
    }

    fn is_app_secret(&self, app: &AppToken) -> Result<bool, GraphError> {
        match self.app_subscriptions(app) {
            Ok(_) => Ok(true),
            Err(error) if error.code == Some(BAD_TOKEN) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn send(
        &self,
        number: &PhoneNumberId,
        message: &FlowMessage,
    ) -> Result<SentMessage, GraphError> {
        let call = Call::post(format!("{number}/messages")).body(Body::Json(message_body(message)));
        let answer = self.0.send(&call.twice())?;
        let sent = &answer["messages"][0];
        Ok(SentMessage { id: read::text(&sent["id"]), status: read::text(&sent["message_status"]) })
    }
}

/// An answer without what it must have.
fn misread(call: &Call, missing: &str) -> GraphError {
    GraphError {
        kind: ErrorKind::NotUnderstood,
        message: format!("the answer has no {missing} of the documented form"),
        tried: format!("{}, 1 attempt", call.summary()),
        repeat: call.repeat(),
        ..GraphError::not_offered("")
    }
}

const NUMBER_FIELDS: &str =
    "id,display_phone_number,verified_name,status,quality_rating,name_status,platform_type";
const OPTIONAL_NUMBER_FIELDS: &str =
    "id,account_mode,whatsapp_business_manager_messaging_limit,health_status,webhook_configuration";
/// Invalid parameter.
const BAD_PARAMETER: i64 = 100;
/// The update of a flow failed.
const UPDATE_FAILED: i64 = 139001;
/// The token is not valid.
const BAD_TOKEN: i64 = 190;
/// Meta's limit of a Flow JSON.
const MAX_FLOW_JSON_BYTES: usize = 10 * 1024 * 1024;
/// A bound for a list that does not end.
const MAX_PAGES: usize = 1000;
