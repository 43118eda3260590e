//! The arguments of every command that calls the Graph API.

use std::path::PathBuf;

use clap::Args;

use super::{AccessToken, GRAPH_URL, Graph};
use crate::Error;

/// The access token, and the address of the Graph API.
#[derive(Args)]
#[command(next_help_heading = "Graph API")]
pub struct GraphArgs {
    /// File with the access token [default: the environment variable WHATSAPP_TOKEN]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Address of the Graph API without its version, for stand-ins [default: $FLOWCTL_GRAPH_URL, or Meta's]
    #[arg(long, value_name = "URL")]
    graph_url: Option<String>,
    /// Print each call to the Graph API on stderr: method, path, status and time
    #[arg(long)]
    verbose: bool,
}

impl GraphArgs {
    /// Reads the access token. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// If there is no token, or if the address is neither `https` nor on this machine.
    pub fn connect(&self) -> Result<Graph, Error> {
        let token = AccessToken::read(self.token_file.as_deref())?;
        Ok(Graph::new(&self.url(), token)?.with_verbose(self.verbose))
    }

    /// The address of the Graph API, without its version.
    pub fn url(&self) -> String {
        let variable = std::env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty());
        self.graph_url.clone().or(variable).unwrap_or_else(|| GRAPH_URL.into())
    }
}

/// The environment variable with the address of a stand-in.
const URL_VARIABLE: &str = "FLOWCTL_GRAPH_URL";
