//! `flowctl dev --endpoint`: the player for an endpoint that runs elsewhere, in any language.

use std::path::Path;

use clap::Args;

use crate::Error;
use crate::peer::Peer;
use crate::play::exchange::Endpoint;
use crate::player::{self, FlowFile, OpenArgs, Player};

/// An endpoint that is not started here.
#[derive(Args)]
pub struct ForeignArgs {
    /// Only play the endpoint at this URL, which runs elsewhere
    #[arg(long, value_name = "URL", requires = "flow", conflicts_with_all = ["play", "program", "memory"])]
    pub endpoint: Option<String>,
    #[command(flatten)]
    peer: Peer,
}

impl ForeignArgs {
    /// Serves the player until Ctrl-C.
    pub async fn play(&self, port: u16, flow: Option<&Path>, open: OpenArgs) -> Result<(), Error> {
        let (Some(url), Some(flow)) = (&self.endpoint, flow) else {
            return Err("`--endpoint` requires `--flow` with the Flow JSON".into());
        };
        let (sealer, app_secret) = self.peer.resolve()?;
        let endpoint = Endpoint { url: url.clone(), sealer, app_secret };
        let listener = super::local::listen(port).await?;
        let flow = FlowFile::open(flow, Some(endpoint));
        if let Err(mistake) = &flow.flow {
            return Err(format!("{}:{}: {}", flow.name, mistake.line, mistake.text).into());
        }
        let port = listener.local_addr()?.port();
        let player = Player::of_endpoint(port, flow);
        let address = player.address();
        println!("player {address}\nendpoint {url}\nPress Ctrl-C to stop.");
        player::open_page(&address, open);
        tokio::select! {
            ended = player.serve(listener, player::nothing_else()) => Ok(ended?),
            ended = tokio::signal::ctrl_c() => Ok(ended?),
        }
    }
}
