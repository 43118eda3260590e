//! `flowctl preview`: shows all screens of a Flow JSON in the browser, and follows its changes.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use clap::Args;

use super::dev;
use super::player::{self, FlowFile, OpenArgs, Player};
use super::{Error, check};

/// Show all screens of a Flow JSON in the browser, with the findings of `flowctl check`
#[derive(Args)]
#[command(
    after_help = "The screens show their __example__ data, without an endpoint. A file is followed: every save shows.\n\n\
    Examples:\n  flowctl preview src/appointment/flow.json\n  flowctl preview < flow.json"
)]
pub struct Preview {
    /// Flow JSON to show [default: the one on stdin]
    #[arg(value_name = "FLOW.json")]
    flow: Option<PathBuf>,
    /// Port on 127.0.0.1; if it is in use, the next free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    #[command(flatten)]
    open: OpenArgs,
}

impl Preview {
    pub fn run(self) -> Result<(), Error> {
        let flow = match &self.flow {
            Some(path) => FlowFile::open(path, None),
            None if std::io::stdin().is_terminal() => {
                return Err(
                    "pass a Flow JSON: flowctl preview FLOW.json, or flowctl preview < FLOW.json"
                        .into(),
                );
            }
            None => {
                let mut text = String::new();
                std::io::stdin()
                    .read_to_string(&mut text)
                    .map_err(|error| format!("stdin: {error}"))?;
                FlowFile::from_text("flow", &text, None)
            }
        };
        if let Err(mistake) = &flow.flow {
            let file = self.flow.as_ref().map_or("stdin".into(), |path| path.display().to_string());
            if !check::print_errors(&file, &flow.bytes) {
                return Err(format!("{file}: {}", mistake.text).into());
            }
            // A file may be mended while it is shown.
            if self.flow.is_none() {
                return Err("there is nothing to show".into());
            }
        }
        tokio::runtime::Runtime::new()?.block_on(async {
            let listener = dev::listen(self.port).await?;
            let player = Player::of_screens(listener.local_addr()?.port(), flow);
            let address = player.address();
            println!("screens {address}\nPress Ctrl-C to stop.");
            player::open_page(&address, self.open);
            tokio::select! {
                ended = player.serve(listener, player::nothing_else()) => Ok(ended?),
                ended = tokio::signal::ctrl_c() => Ok(ended?),
            }
        })
    }
}
