//! `flowctl dev`: runs the Lambda program locally, unchanged.

mod package;
mod supervisor;
mod watch;

use std::path::{Path, PathBuf};

use clap::Args;
use local_lambda::gateway::{self, RequestHook};
use local_lambda::runtime_api::{Lambda, Log, Program};
use serde_json::json;
use tokio::net::TcpListener;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::HEADER;
use whatsapp_flows::testing::KeyPair;

use super::peer::Peer;
use super::play;
use super::session::SESSIONS;
use super::{Error, files, tables};
use package::Package;

/// Run the endpoint locally, with keys, DynamoDB tables and request signing
#[derive(Args)]
#[command(
    after_help = "In a Cargo package, its program is built, and built again whenever its source changes. The first start \
    generates a key pair and an app secret. Unsigned requests are signed as Meta signs them.\n\nExamples:\n  \
    flowctl dev\n  \
    flowctl dev --play tests/lunch.play --flow src/lunch/flow.json\n\nIn another terminal:\n  \
    flowctl play src/lunch/flow.json"
)]
pub struct Dev {
    #[command(flatten)]
    server: ServerArgs,
    /// Keep the tables in memory, not in a file
    #[arg(long)]
    memory: bool,
    /// Play this script, and end
    #[arg(long, value_name = "SCRIPT", requires = "flow")]
    play: Option<PathBuf>,
    /// Flow JSON to play, for --play
    #[arg(long, value_name = "FLOW.json", requires = "play")]
    flow: Option<PathBuf>,
}

/// The options of a local endpoint.
#[derive(Args)]
pub struct ServerArgs {
    /// Port on 127.0.0.1; if it is in use, the next free one
    #[arg(long, default_value_t = 3000)]
    pub port: u16,
    /// Lambda program [default: that of the Cargo package in this folder, or else `endpoint` in the folder of flowctl]
    #[arg(long, value_name = "FILE")]
    pub program: Option<PathBuf>,
    /// Folder for the keys, the app secret and the tables
    #[arg(long, value_name = "FOLDER", default_value = ".flows")]
    pub folder: PathBuf,
}

impl Dev {
    /// Runs the endpoint until Ctrl-C, or until the script was played.
    pub fn run(self) -> Result<(), Error> {
        tokio::runtime::Runtime::new()?.block_on(async {
            let package = match self.server.program {
                Some(_) => None,
                None => Package::find()?,
            };
            if let Some(package) = &package
                && !package.build()?
            {
                return Err("the program does not build; see Cargo's messages above".into());
            }
            let program = package.as_ref().map(Package::program).or(self.server.program);
            let server = ServerArgs { program, ..self.server };
            std::fs::create_dir_all(&server.folder)?;
            let in_memory = self.memory || self.play.is_some();
            let file = (!in_memory).then(|| server.folder.join("tables.db"));
            let log = match &self.play {
                None => Log::Inherit,
                Some(_) => Log::File(server.folder.join("endpoint.log")),
            };
            let watched = package.clone().filter(|_| self.play.is_none());
            let endpoint = start_watched(&server, file.as_deref(), log, watched).await?;
            let (Some(script), Some(flow)) = (self.play, self.flow) else {
                match &package {
                    Some(package) => println!("{}", endpoint.package_instructions(package)),
                    None => println!("{}", endpoint.instructions()),
                }
                tokio::signal::ctrl_c().await?;
                return Ok(());
            };
            let played =
                tokio::task::spawn_blocking(move || endpoint.play(&flow, &script)).await??;
            match played {
                true => Ok(()),
                false => Err(format!(
                    "the conversation failed; the log of the program is in {}",
                    server.folder.join("endpoint.log").display()
                )
                .into()),
            }
        })
    }
}

/// An endpoint that runs locally.
pub struct LocalEndpoint {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    /// The URL of the tables.
    tables: String,
    folder: PathBuf,
}

/// Starts the tables, the Lambda program and the gateway. They stop with this process.
pub async fn start(
    args: &ServerArgs,
    tables_file: Option<&Path>,
    log: Log,
) -> Result<LocalEndpoint, Error> {
    start_watched(args, tables_file, log, None).await
}

/// As [`start`], and builds the program again when the sources of its package change.
async fn start_watched(
    args: &ServerArgs,
    tables_file: Option<&Path>,
    log: Log,
    package: Option<Package>,
) -> Result<LocalEndpoint, Error> {
    let program = match &args.program {
        Some(program) => program.clone(),
        None => std::env::current_exe()?.with_file_name("endpoint"),
    };
    if !program.is_file() {
        return Err(format!(
            "{} does not exist; build it with cargo build --bin endpoint, or name another program \
             with --program",
            program.display()
        )
        .into());
    }
    let secret = load_or_create_secret(&args.folder)?;
    let dynamodb = tables::open(tables_file)?.serve().await?;
    let lambda = Lambda::start().await?;
    let env = [
        ("FLOWS_SECRET_FILE", args.folder.join("secret.json").display().to_string()),
        ("FLOWS_TABLE", SESSIONS.into()),
        ("FLOWS_BOOKINGS_TABLE", tables::BOOKINGS.into()),
        ("FLOWS_STRICT", "1".into()),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb.clone()),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value)).into();
    supervisor::run(lambda.clone(), Program { path: program, env, log }, package);
    let listener = listen(args.port).await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(gateway::serve(listener, lambda, sign(secret)));
    Ok(LocalEndpoint { url, tables: dynamodb, folder: args.folder.clone() })
}

impl LocalEndpoint {
    /// Plays a script against the flow whose path is the name of the Flow JSON's folder.
    fn play(&self, flow: &Path, script: &Path) -> Result<bool, Error> {
        let folder = flow.parent().and_then(Path::file_name).unwrap_or_default();
        let path = folder.to_string_lossy().replace('_', "-");
        play::run_script_at(
            &format!("{}/{path}", self.url),
            flow,
            script,
            Peer::in_folder(&self.folder),
        )
    }

    /// What to try with the flows of a package.
    fn package_instructions(&self, package: &Package) -> String {
        let Self { url, tables, folder } = self;
        let secret = match folder.to_str() {
            Some(".flows") => String::new(),
            _ => format!(" --secret {}", folder.join("secret.json").display()),
        };
        let flows = package.flows();
        let plays = flows.iter().map(|flow| {
            let path =
                flow.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
            let path = path.replace('_', "-");
            format!("  flowctl play {} --endpoint {url}/{path}{secret}\n", flow.display())
        });
        format!(
            "ready {url}\n\nIn another terminal, play:\n{}\nTables: {tables}\nPress Ctrl-C to stop.",
            plays.collect::<String>()
        )
    }

    pub(crate) fn instructions(&self) -> String {
        let Self { url, tables, folder } = self;
        let flowctl = std::env::args().next().unwrap_or_else(|| "flowctl".into());
        let secret = match folder.to_str() {
            Some(".flows") => String::new(),
            _ => format!(" --secret {}", folder.join("secret.json").display()),
        };
        format!(
            "ready {url}\n\
             \n\
             In another terminal, try:\n  \
             {flowctl} call {url}/appointment ping{secret}\n  \
             {flowctl} call {url}/appointment INIT --token me{secret}\n  \
             {flowctl} call {url}/basic data_exchange MY_SCREEN '{{\"name\":\"Ada\"}}' --token you{secret}\n  \
             {flowctl} session forget you --tables {tables}      (to fill in the finished form again)\n\
             Press Ctrl-C to stop."
        )
    }
}

/// Signs each request that has no signature, as Meta does for the client.
fn sign(secret: Keyring) -> RequestHook {
    Box::new(move |headers, body| {
        if !headers.contains_key(HEADER)
            && let Some(app_secret) = secret.app_secrets().first()
            && let Ok(value) = app_secret.sign(body).parse()
        {
            headers.insert(HEADER, value);
        }
    })
}

/// Reads the secret of the folder. On the first start, generates it: a key pair and an app secret.
fn load_or_create_secret(folder: &Path) -> Result<Keyring, Error> {
    let path = folder.join("secret.json");
    if !path.exists() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        let keys = KeyPair::generate();
        // The length of Meta's app secrets.
        let app_secret = KeyPair::generate().fingerprint.to_string()[..32].to_owned();
        let secret = json!({
            "private_keys": [{ "id": "dev", "pem": *keys.private_pem }],
            "app_secrets": [app_secret],
        });
        // The folder holds a private key, which must not reach a repository.
        std::fs::write(folder.join(".gitignore"), "*\n")?;
        files::write_new(&folder.join("public.pem"), &keys.public_pem)?;
        files::write_new(&folder.join("app_secret"), &app_secret)?;
        files::write_new(&path, &format!("{secret:#}\n"))?;
    }
    let read = Keyring::from_json(files::read_text(&path)?.as_bytes());
    Ok(read.map_err(|error| format!("{}: {error}", path.display()))?.0)
}

async fn listen(first: u16) -> Result<TcpListener, Error> {
    for port in first..=first.saturating_add(50) {
        match TcpListener::bind(("127.0.0.1", port)).await {
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            bound => return bound.map_err(|error| format!("127.0.0.1:{port}: {error}").into()),
        }
    }
    Err(format!(
        "no free port between {first} and {}; choose another with --port",
        first.saturating_add(50)
    )
    .into())
}
