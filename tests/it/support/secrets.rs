//! A stand-in for Secrets Manager with one secret, `flows`: versions and staging labels as the service moves them.
//!
//! moto returns the old version after `UpdateSecretVersionStage`, and accepts a label from two versions.

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};

use super::kill_switch::KillSwitch;

const CURRENT: &str = "AWSCURRENT";

/// The secret. Clones share it.
#[derive(Clone)]
pub struct Secrets(Arc<Mutex<Vec<Version>>>);

struct Version {
    id: String,
    text: String,
    labels: Vec<String>,
    created: f64,
}

impl Secrets {
    pub fn with(text: &str) -> Self {
        let secrets = Self(Arc::default());
        secrets.put(text, "first", &[CURRENT]);
        secrets
    }

    /// Serves without counting. Returns the URL.
    pub async fn serve(&self) -> String {
        self.serve_with(None).await
    }

    /// Serves a process that `switch` kills. Returns the URL.
    pub async fn serve_counted(&self, switch: &KillSwitch) -> String {
        self.serve_with(Some(switch.clone())).await
    }

    /// The current value.
    pub fn current(&self) -> Value {
        let versions = self.0.lock().unwrap();
        let current = versions.iter().find(|version| version.has(CURRENT)).unwrap();
        serde_json::from_str(&current.text).unwrap()
    }

    /// Replaces the current value, as another person does.
    pub fn replace(&self, text: &str) {
        let id = format!("by-hand-{}", self.0.lock().unwrap().len());
        self.put(text, &id, &[CURRENT]);
    }

    async fn serve_with(&self, switch: Option<KillSwitch>) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/", post(handle)).with_state((self.clone(), switch));
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    fn put(&self, text: &str, id: &str, labels: &[&str]) {
        let mut versions = self.0.lock().unwrap();
        if labels.contains(&CURRENT) {
            move_current(&mut versions, id);
        }
        for version in versions.iter_mut() {
            version.labels.retain(|label| !labels.contains(&label.as_str()));
        }
        versions.push(Version {
            id: id.into(),
            text: text.into(),
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            created: now(),
        });
    }

    fn answer(&self, call: &str, request: &Value) -> Result<Value, (&'static str, String)> {
        if request["SecretId"] != "flows" {
            return Err(("ResourceNotFoundException", "no such secret".into()));
        }
        match call {
            "GetSecretValue" => {
                let label = request["VersionStage"].as_str().unwrap_or(CURRENT);
                let versions = self.0.lock().unwrap();
                let found = versions.iter().find(|version| version.has(label));
                let found = found.ok_or(("ResourceNotFoundException", label.to_owned()))?;
                Ok(json!({
                    "Name": "flows", "VersionId": found.id, "SecretString": found.text,
                    "VersionStages": found.labels, "CreatedDate": found.created,
                }))
            }
            "DescribeSecret" => {
                let versions = self.0.lock().unwrap();
                let changed = versions.iter().map(|version| version.created).fold(0.0, f64::max);
                Ok(json!({ "Name": "flows", "LastChangedDate": changed }))
            }
            "PutSecretValue" => {
                let id = request["ClientRequestToken"].as_str().unwrap();
                let known = self.0.lock().unwrap().iter().any(|version| version.id == id);
                let text = request["SecretString"].as_str().unwrap();
                let labels: Vec<_> = request["VersionStages"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                if !known {
                    self.put(text, id, &labels);
                }
                Ok(json!({ "Name": "flows", "VersionId": id, "VersionStages": labels }))
            }
            "UpdateSecretVersionStage" => {
                assert_eq!(request["VersionStage"], CURRENT);
                let to = request["MoveToVersionId"].as_str().unwrap();
                let mut versions = self.0.lock().unwrap();
                let current =
                    versions.iter().find(|version| version.has(CURRENT)).unwrap().id.clone();
                if request["RemoveFromVersionId"] != current.as_str() {
                    let text = format!("the label is attached to version {current}");
                    return Err(("InvalidParameterException", text));
                }
                move_current(&mut versions, to);
                let moved = versions.iter_mut().find(|version| version.id == to);
                moved
                    .ok_or(("InvalidParameterException", to.to_owned()))?
                    .labels
                    .push(CURRENT.into());
                Ok(json!({ "Name": "flows" }))
            }
            _ => Err(("InvalidAction", call.to_owned())),
        }
    }
}

/// Takes the label from the current version, which becomes the previous one.
fn move_current(versions: &mut [Version], to: &str) {
    for version in versions.iter_mut() {
        version.labels.retain(|label| label != "AWSPREVIOUS");
        if version.has(CURRENT) && version.id != to {
            version.labels.retain(|label| label != CURRENT);
            version.labels.push("AWSPREVIOUS".into());
        }
    }
}

impl Version {
    fn has(&self, label: &str) -> bool {
        self.labels.iter().any(|own| own == label)
    }
}

async fn handle(
    State((secrets, switch)): State<(Secrets, Option<KillSwitch>)>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, [(&'static str, &'static str); 1], String) {
    let target = headers["x-amz-target"].to_str().unwrap();
    let call = target.strip_prefix("secretsmanager.").unwrap_or(target);
    let request: Value = serde_json::from_str(&body).unwrap();
    let answer = match &switch {
        None => secrets.answer(call, &request),
        Some(switch) => match switch.call(call, || secrets.answer(call, &request)) {
            Some(answer) => answer,
            // The process is dead.
            None => std::future::pending().await,
        },
    };
    let json = [("content-type", "application/x-amz-json-1.1")];
    match answer {
        Ok(answer) => (StatusCode::OK, json, answer.to_string()),
        Err((code, message)) => (
            StatusCode::BAD_REQUEST,
            json,
            json!({ "__type": code, "message": message }).to_string(),
        ),
    }
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}
