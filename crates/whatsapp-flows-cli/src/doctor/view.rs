//! The results of the checks so far. A later check says what it cannot see because of an earlier one.

use whatsapp_flows::protocol::public_key::PublicKeyDer;

use super::checks::finding;
use crate::flows_toml::{FlowEntry, Settings};
use crate::graph::{AppToken, ControlPlane, Flow, FlowStatus, GraphArgs, TokenInfo, WabaId};
use crate::keys::NumberKey;
use crate::report::{Report, Status};
use crate::secret_store::Document;

pub struct View {
    pub settings: Settings,
    /// The control plane, or why it is not asked.
    pub control: Result<Box<dyn ControlPlane>, &'static str>,
    /// The error of the access token.
    pub token_error: Option<String>,
    pub graph_url: String,
    pub secret: Option<Document>,
    /// The app and its newest secret.
    pub app_token: Option<AppToken>,
    pub token_info: Option<TokenInfo>,
    pub flows: Vec<SeenFlow>,
    pub numbers: Vec<NumberKey>,
    /// The headers `Date` of the endpoint, with its address.
    pub dates: Vec<(String, String)>,
}

/// A flow that is looked at.
pub struct SeenFlow {
    pub name: String,
    /// The flow in `flows.toml`.
    pub entry: Option<FlowEntry>,
    /// The flow at Meta.
    pub flow: Option<Flow>,
}

impl View {
    pub fn new(settings: Settings, entries: Vec<FlowEntry>, graph: &GraphArgs) -> Self {
        let (control, token_error) = match graph.connect() {
            Ok(graph) => (Ok(Box::new(graph) as Box<dyn ControlPlane>), None),
            Err(error) => (Err(NO_TOKEN), Some(error.to_string())),
        };
        let seen = |entry: FlowEntry| SeenFlow {
            name: entry.name.clone(),
            entry: Some(entry),
            flow: None,
        };
        Self {
            settings,
            control,
            token_error,
            graph_url: graph.url(),
            secret: None,
            app_token: None,
            token_info: None,
            flows: entries.into_iter().map(seen).collect(),
            numbers: Vec::new(),
            dates: Vec::new(),
        }
    }

    /// The control plane and the account, or why they are not seen.
    pub fn account(&self) -> Result<(&dyn ControlPlane, &WabaId), String> {
        let control = self.control.as_deref().map_err(|cause| (*cause).to_owned())?;
        let waba = self.settings.waba_id().map_err(|error| error.to_string())?;
        Ok((control, waba))
    }

    /// Looks up the flows of `flows.toml`, or without one all flows of the account that are not retired.
    pub fn fetch_flows(&mut self, wanted: Option<&str>, report: &mut Report) {
        let number = self.settings.environment.phone_number_ids.first().cloned();
        let fetched = self.account().and_then(|(control, waba)| {
            let listed = control.flows(waba).map_err(|error| error.to_string())?;
            let is_wanted = |flow: &&Flow| match self.flows.is_empty() {
                true => {
                    flow.status != FlowStatus::Deprecated
                        && wanted.is_none_or(|name| name == flow.name)
                }
                false => self.flows.iter().any(|seen| seen.name == flow.name),
            };
            let details = listed.iter().filter(is_wanted).map(|flow| {
                control.flow(waba, &flow.id, number.as_ref()).map_err(|error| error.to_string())
            });
            details.collect::<Result<Vec<_>, String>>()
        });
        match fetched {
            Ok(fetched) if self.flows.is_empty() => {
                let seen = |flow: Flow| SeenFlow {
                    name: flow.name.clone(),
                    entry: None,
                    flow: Some(flow),
                };
                self.flows = fetched.into_iter().map(seen).collect();
                if self.flows.is_empty() {
                    report.add(
                        finding("flow", Status::Fail, "the account has no flow")
                            .fix("flowctl flow push"),
                    );
                }
            }
            Ok(fetched) => {
                for flow in fetched {
                    let seen = self.flows.iter_mut().find(|seen| seen.name == flow.name);
                    seen.expect("only wanted flows are fetched").flow = Some(flow);
                }
                for missing in self.flows.iter().filter(|seen| seen.flow.is_none()) {
                    report.add(
                        finding("flow", Status::Fail, "the account has no flow with this name")
                            .about(&*missing.name)
                            .fix("flowctl flow push"),
                    );
                }
            }
            Err(cause) => report.add(finding("flow", Status::CannotSee, cause)),
        }
    }

    /// The flows that Meta has.
    pub fn known_flows(&self) -> impl Iterator<Item = (&SeenFlow, &Flow)> {
        self.flows.iter().filter_map(|seen| Some((seen, seen.flow.as_ref()?)))
    }

    /// The different keys that clients encrypt with.
    pub fn registered_keys(&self) -> Vec<PublicKeyDer> {
        let mut keys: Vec<PublicKeyDer> = Vec::new();
        for key in self.numbers.iter().filter_map(NumberKey::key) {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        keys
    }
}

/// The cause of everything that is not seen without a token.
pub const NO_TOKEN: &str = "the access token cannot be used";
/// The cause of everything that is not seen without a connection.
pub const NO_META: &str = "Meta cannot be reached";
