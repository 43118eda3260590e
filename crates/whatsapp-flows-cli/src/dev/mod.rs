//! `flowctl dev`: runs the Lambda program locally, unchanged.

mod foreign;
mod local;
mod package;
mod served;
mod supervisor;
mod watch;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use local_lambda::runtime_api::Log;

use super::peer::Peer;
use super::player::{self, OpenArgs};
use super::template::{TableArg, Template};
use super::{Error, play, tables};
use foreign::ForeignArgs;
pub(crate) use local::listen;
pub use local::{LocalEndpoint, ServerArgs, start_samples};
use local::{Setup, start};
use package::Package;
pub(crate) use served::Served;

/// Run the endpoint locally, with keys, DynamoDB tables and request signing
#[derive(Args)]
#[command(
    after_help = "In a Cargo package, its program is built, and built again whenever its source changes. The tables and \
    the variables are those of template.yaml. The first start generates a key pair and an app secret. Unsigned requests \
    are signed as Meta signs them.\n\nExamples:\n  \
    flowctl dev\n  \
    flowctl dev --table users:email --keep-aws\n  \
    flowctl dev --play tests/lunch.play --flow src/lunch/flow.json\n  \
    flowctl dev --endpoint https://example.com/lunch --flow lunch.json --public-key public.pem\n\n\
    In another terminal:\n  \
    flowctl play src/lunch/flow.json"
)]
pub struct Dev {
    #[command(flatten)]
    server: ServerArgs,
    /// Program of the package, if it has several
    #[arg(long, value_name = "NAME", conflicts_with = "program")]
    bin: Option<String>,
    /// Keep the tables in memory, not in a file
    #[arg(long)]
    memory: bool,
    /// Port of the tables on 127.0.0.1; if it is in use, the next free one
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    tables_port: u16,
    /// One more table, with keys of type S; can be repeated
    #[arg(long, value_name = "NAME:KEY[:SORTKEY]")]
    table: Vec<TableArg>,
    /// Leave the program your AWS region and credentials, for services other than DynamoDB
    #[arg(long)]
    keep_aws: bool,
    /// Play this script, and end
    #[arg(long, value_name = "SCRIPT", requires = "flow")]
    play: Option<PathBuf>,
    /// Flow JSON to play, for --play and --endpoint
    #[arg(long, value_name = "FLOW.json")]
    flow: Option<PathBuf>,
    #[command(flatten)]
    foreign: ForeignArgs,
    #[command(flatten)]
    open: OpenArgs,
}

/// The pause between two attempts to reach a program that does not serve yet.
const PAUSE: Duration = Duration::from_secs(1);

impl Dev {
    /// Runs the endpoint until Ctrl-C, or until the script was played.
    pub fn run(self) -> Result<(), Error> {
        tokio::runtime::Runtime::new()?.block_on(async {
            if self.foreign.endpoint.is_some() {
                return self.foreign.play(self.server.port, self.flow.as_deref(), self.open).await;
            }
            let package = match self.server.program {
                Some(_) => None,
                None => Package::find(self.bin.as_deref())?,
            };
            // The first build takes minutes; what reads the keys need not wait for it.
            local::load_or_create_secret(&self.server.folder)?;
            if let Some(package) = &package
                && !package.build()?
            {
                return Err("the program does not build; see Cargo's messages above".into());
            }
            let flows = match &package {
                Some(package) => package.flows(),
                None => package::flows_in(Path::new("")),
            };
            let endpoint = start(self.setup(package.clone(), &flows)?).await?;
            if let (Some(script), Some(flow)) = (self.play, self.flow) {
                let log = endpoint.folder.join("endpoint.log");
                let play = move || play_at(&endpoint, &flow, &script);
                return match tokio::task::spawn_blocking(play).await?? {
                    true => Ok(()),
                    false => Err(format!(
                        "the conversation failed; the log of the program is in {}",
                        log.display()
                    )
                    .into()),
                };
            }
            let player = endpoint.player.address();
            println!("player {player}");
            player::open_page(&player, self.open);
            tokio::select! {
                ended = tokio::signal::ctrl_c() => Ok(ended?),
                error = announce(endpoint, flows) => Err(error),
            }
        })
    }

    fn setup(&self, package: Option<Package>, flows: &[PathBuf]) -> Result<Setup, Error> {
        let folder = package.as_ref().map_or(Path::new(""), |package| &package.folder);
        let (more, has_package, root) = (self.table.clone(), package.is_some(), folder.to_owned());
        let template = move || {
            let found = Template::find(&root)?.unwrap_or_else(|| match has_package {
                true => Template::default(),
                false => tables::sample(),
            });
            Ok(found.with_tables(&more))
        };
        let server = self.server.clone();
        let program = package.as_ref().map(Package::program).or(server.program);
        let in_memory = self.memory || self.play.is_some();
        let tables_file = (!in_memory).then(|| server.folder.join("tables.db"));
        let log = match &self.play {
            None => Log::Inherit,
            Some(_) => Log::File(server.folder.join("endpoint.log")),
        };
        Ok(Setup {
            server: ServerArgs { program, ..server },
            template: Box::new(template),
            tables_file,
            tables_port: if self.play.is_some() { 0 } else { self.tables_port },
            keep_aws: self.keep_aws,
            log,
            flows: flows.iter().map(|flow| folder.join(flow)).collect(),
            package: package.filter(|_| self.play.is_none()),
        })
    }
}

/// Plays a script. Returns true if every step succeeded.
fn play_at(endpoint: &LocalEndpoint, flow: &Path, script: &Path) -> Result<bool, Error> {
    let flows = [flow.to_owned()];
    let served = served::find(&endpoint.url, &Peer::in_folder(&endpoint.folder), &flows)?;
    let Some(Served { path: Some(path), .. }) = served.first() else {
        return Err(format!(
            "{} is served neither on {}; serve it there in main.rs. The log of the program is in {}",
            flow.display(),
            served::candidates(flow).join(" nor on "),
            endpoint.folder.join("endpoint.log").display()
        )
        .into());
    };
    let url = format!("{}{path}", endpoint.url);
    play::run_script_at(&url, flow, script, Peer::in_folder(&endpoint.folder))
}

/// Waits until the program serves, and prints what to try. Ends with an error only.
async fn announce(endpoint: LocalEndpoint, flows: Vec<PathBuf>) -> Error {
    let mut endpoint = Some(endpoint);
    loop {
        let Some(reached) = endpoint.take() else { return "the endpoint has stopped".into() };
        let flows = flows.clone();
        let look = tokio::task::spawn_blocking(move || {
            let found = served::find(&reached.url, &Peer::in_folder(&reached.folder), &flows);
            (reached, found)
        });
        match look.await {
            Err(error) => return error.into(),
            Ok((_, Err(error))) => return error,
            Ok((reached, Ok(served))) => {
                if served.is_empty() || served.iter().any(|served| served.path.is_some()) {
                    println!("{}", reached.instructions(&served));
                    if let Err(error) = reached.tell_player(&served) {
                        return error;
                    }
                    std::future::pending::<()>().await;
                }
                endpoint = Some(reached);
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
