//! The paths on which a program really serves its flows: each is asked with a sealed ping.

use std::path::{Path, PathBuf};

use crate::Error;
use crate::flow_path;
use crate::http_client::post;
use crate::peer::Peer;
use crate::request_args::ping;

/// A Flow JSON, and the path that serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The file.
    pub flow: PathBuf,
    /// `None` if none of the usual paths serves it.
    pub path: Option<String>,
}

/// Asks the endpoint for the path of each flow.
pub fn find(url: &str, peer: &Peer, flows: &[PathBuf]) -> Result<Vec<Served>, Error> {
    let (sealer, app_secret) = peer.resolve()?;
    let is_served = |path: &String| {
        let sealed = sealer.seal(ping().to_string().as_bytes());
        post(&format!("{url}{path}"), &sealed, app_secret.as_ref())
            .is_ok_and(|response| response.status == 200)
    };
    let find = |flow: &PathBuf| Served {
        flow: flow.clone(),
        path: candidates(flow).into_iter().find(is_served),
    };
    Ok(flows.iter().map(find).collect())
}

/// The usual paths of a flow.
pub fn candidates(flow: &Path) -> Vec<String> {
    let usual = flow_path::of(flow);
    let underscored = usual.replace('-', "_");
    if underscored == usual { vec![usual] } else { vec![usual, underscored] }
}
