//! An endpoint on this machine: the tables, the Lambda program, and the gateway in front of it.

use std::path::{Path, PathBuf};

use clap::Args;
use local_lambda::dynamodb::DynamoDb;
use local_lambda::gateway::{self, RequestHook};
use local_lambda::runtime_api::{LOCAL_AWS, Lambda, Log, Program};
use serde_json::json;
use tokio::net::TcpListener;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::HEADER;
use whatsapp_flows::testing::KeyPair;

use super::package::Package;
use super::served::Served;
use super::supervisor;
use crate::http_client::UNSIGNED;
use crate::peer::Peer;
use crate::play::exchange::Endpoint;
use crate::player::{self, Player, ProgramLog, Sessions};
use crate::session::SESSIONS;
use crate::template::Template;
use crate::{Error, files, flow_path, tables};

/// The options of a local endpoint.
#[derive(Args, Clone)]
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

/// The program to run, and its surroundings.
pub(super) struct Setup {
    /// The port, the program and the folder.
    pub server: ServerArgs,
    /// Reads the tables and the variables of the program, also again when the package has changed.
    pub template: ReadTemplate,
    /// The file of the tables; `None` keeps them in memory.
    pub tables_file: Option<PathBuf>,
    /// The first port to try for the tables; 0 is any.
    pub tables_port: u16,
    /// The program keeps the developer's AWS region and credentials.
    pub keep_aws: bool,
    /// The destination of the program's output.
    pub log: Log,
    /// The Flow JSONs that the player plays; without any, those of the samples.
    pub flows: Vec<PathBuf>,
    /// The package whose changes are followed.
    pub package: Option<Package>,
}

/// Reads a template.
pub(super) type ReadTemplate = Box<dyn Fn() -> Result<Template, Error> + Send>;

/// An endpoint that runs locally.
pub struct LocalEndpoint {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    /// The URL of the tables.
    pub tables: String,
    /// The names of the tables.
    names: Vec<String>,
    /// The folder with the keys.
    pub folder: PathBuf,
    pub(super) player: Player,
}

/// Starts the program of the samples, with tables in memory.
pub async fn start_samples(server: ServerArgs, log: Log) -> Result<LocalEndpoint, Error> {
    start(Setup {
        server,
        template: Box::new(|| Ok(tables::sample().with_tables(&[]))),
        tables_file: None,
        tables_port: 0,
        keep_aws: false,
        log,
        flows: Vec::new(),
        package: None,
    })
    .await
}

/// Starts the tables, the Lambda program and the gateway. They stop with this process.
pub(super) async fn start(setup: Setup) -> Result<LocalEndpoint, Error> {
    let ServerArgs { port, program, folder } = setup.server;
    let program = match program {
        Some(program) => program,
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
    let secret = load_or_create_secret(&folder)?;
    let template = (setup.template)()?;
    let tables = DynamoDb::open(setup.tables_file.as_deref(), &template.tables)?;
    let tables_listener = listen(setup.tables_port).await?;
    let tables_url = format!("http://{}", tables_listener.local_addr()?);
    tokio::spawn(tables.clone().serve_on(tables_listener, std::future::pending()));
    let lambda = Lambda::start().await?;
    let lines = ProgramLog::default();
    let program = Program {
        path: program,
        env: environment(&template, &folder, &tables_url),
        log: Log::Tee(Box::new(setup.log), lines.collect()),
        keep_aws: setup.keep_aws,
    };
    let listener = listen(port).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let flows = player::local_flows(&setup.flows, &url, &Peer::in_folder(&folder))?;
    let port = listener.local_addr()?.port();
    let player = Player::of_program(port, flows, Sessions::new(tables.clone()), lines);
    let names = template.tables.iter().map(|table| table.name().to_owned()).collect();
    let again = {
        let (folder, url) = (folder.clone(), tables_url.clone());
        move || {
            let template = (setup.template)()?;
            tables.create_missing(&template.tables)?;
            Ok(environment(&template, &folder, &url))
        }
    };
    supervisor::run(lambda.clone(), program, setup.package, Box::new(again), player.clone());
    tokio::spawn(player.clone().serve(listener, gateway::router(lambda, sign(secret))));
    Ok(LocalEndpoint { url, tables: tables_url, names, folder, player })
}

/// The environment of the program. What the developer's own environment sets takes precedence over the template.
fn environment(template: &Template, folder: &Path, tables_url: &str) -> Vec<(String, String)> {
    let is_ours = |name: &str| name.starts_with("FLOWS_");
    let is_set = |name: &str| !is_ours(name) && std::env::var_os(name).is_some();
    let missing = template.unknown.iter().filter(|name| !is_ours(name) && !is_set(name));
    for name in missing {
        eprintln!(
            "flowctl: the template takes {name} from the deployed stack; if the program needs it here, \
             set it before flowctl dev: export {name}=…"
        );
    }
    let declared = template.variables.iter().filter(|(name, _)| !is_set(name));
    let mut env: Vec<_> = declared
        .filter(|(name, _)| *name != "FLOWS_SECRET_ID")
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, value) in [
        ("FLOWS_SECRET_FILE", folder.join("secret.json").display().to_string()),
        ("FLOWS_STRICT", "1".into()),
        ("AWS_ENDPOINT_URL_DYNAMODB", tables_url.to_owned()),
    ] {
        env.push((name.into(), value));
    }
    env
}

impl LocalEndpoint {
    /// Tells the player the paths of flows that are not served where one would expect them.
    pub(super) fn tell_player(&self, served: &[Served]) -> Result<(), Error> {
        for Served { flow, path } in served {
            let Some(path) = path.as_ref().filter(|path| **path != flow_path::of(flow)) else {
                continue;
            };
            let (sealer, app_secret) = Peer::in_folder(&self.folder).resolve()?;
            let url = format!("{}{path}", self.url);
            self.player.set_endpoint(flow, Endpoint { url, sealer, app_secret });
        }
        Ok(())
    }

    /// The address of the player's page.
    pub(crate) fn player_address(&self) -> String {
        self.player.address()
    }

    /// The commands to try.
    pub(crate) fn instructions(&self, served: &[Served]) -> String {
        let Self { url, tables, names, folder, player } = self;
        let names = names.join(", ");
        let player = player.address();
        let flowctl = std::env::args().next().unwrap_or_else(|| "flowctl".into());
        let secret = match folder.to_str() {
            Some(".flows") => String::new(),
            _ => format!(" --secret {}", folder.join("secret.json").display()),
        };
        let mut paths = String::new();
        let mut plays = String::new();
        for Served { flow, path } in served {
            let flow = flow.display();
            match path {
                Some(path) => {
                    paths += &format!("  {url}{path}  serves {flow}\n");
                    plays += &format!("  {flowctl} play {flow} --endpoint {url}{path}{secret}\n");
                }
                None => paths += &format!("  {flow} is not served; main.rs serves flows\n"),
            }
        }
        let credentials = LOCAL_AWS.map(|(name, value)| format!("{name}={value}")).join(" ");
        format!(
            "ready {url}\n{paths}\nOpen the player in a browser:\n  {player}\n\nIn another terminal, play a flow:\n{plays}\n\
             Use a finished flow token again:\n  \
             {flowctl} session forget TOKEN --tables {tables}\n\
             Tables: {names}. With the AWS CLI, look into one:\n  \
             {credentials} \\\n    aws dynamodb scan --endpoint-url {tables} --table-name {SESSIONS}\n\n\
             Press Ctrl-C to stop."
        )
    }
}

/// Signs each request that has no signature, as Meta does for the client, unless it asks for none.
fn sign(secret: Keyring) -> RequestHook {
    Box::new(move |headers, body| {
        if headers.remove(UNSIGNED).is_some() {
            return;
        }
        if !headers.contains_key(HEADER)
            && let Some(app_secret) = secret.app_secrets().first()
            && let Ok(value) = app_secret.sign(body).parse()
        {
            headers.insert(HEADER, value);
        }
    })
}

/// Reads the secret of the folder. On the first start, generates it: a key pair and an app secret.
pub(super) fn load_or_create_secret(folder: &Path) -> Result<Keyring, Error> {
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

/// Listens on this port, or on the next free one.
pub(crate) async fn listen(first: u16) -> Result<TcpListener, Error> {
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
