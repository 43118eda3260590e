//! The whole program: configuration, connection, endpoint, Lambda.

use std::sync::Arc;

use super::config::{self, Config};
use super::connection::Aws;
use super::{lambda, log};
use crate::endpoint::Endpoint;
use crate::keyring::{Keyring, KeyringUnavailable};

/// The error of a program that cannot start.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Serves flows on Lambda, with everything from the environment.
///
/// ```no_run
/// # use whatsapp_flows::{Context, Flow, Init, Reaches, ReplyTo, Result, Screen, aws, show};
/// # #[derive(serde::Serialize)] struct Hello {}
/// # impl Screen for Hello { const ID: &'static str = "HELLO"; type Input = (); }
/// # impl Reaches<Hello> for Init {}
/// # async fn init(_: Context<()>) -> Result<ReplyTo<Init>> { Ok(show(Hello {})) }
/// # fn flow() -> Flow<()> { Flow::new(()).on_init(init) }
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> std::result::Result<(), aws::Error> {
///     aws::serve(&[env!("CARGO_CRATE_NAME")], |endpoint, _| Ok(endpoint.serve("/hello", flow()))).await
/// }
/// ```
///
/// `applications` are the names of the crates whose own log events are printed completely. `build` adds the flows, with
/// clients of the application's own tables from [`Aws`] and their names from [`variable`](super::variable).
///
/// | variable | meaning |
/// |---|---|
/// | `FLOWS_SECRET_ID` | name or ARN of the secret in Secrets Manager; or instead of it: |
/// | `FLOWS_SECRET_FILE` | a local file with the secret, for emulators |
/// | `FLOWS_TABLE` | name of the DynamoDB table of the sessions |
/// | `FLOWS_COMMIT` | the commit of the program, for the line that is logged at its start |
/// | `FLOWS_STRICT` | any value makes the endpoint [strict](Endpoint::strict), for development, and logs the messages of panics and the paths that are served |
/// | `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_DYNAMODB`, … | emulators |
///
/// # Errors
///
/// If a variable is missing, if `build` fails, or if Lambda's Runtime API cannot be reached. A secret that cannot be
/// read is not an error here: the requests try again.
pub async fn serve(
    applications: &'static [&'static str],
    build: impl FnOnce(Endpoint, &Aws) -> Result<Endpoint, Error>,
) -> Result<(), Error> {
    let is_strict = config::is_strict();
    log::install(applications, is_strict);
    let config = Config::from_env()?;
    let aws = Aws::from_env().await;
    let keyring = config.keyring(&aws);
    let sessions = Arc::new(aws.sessions(&config.table));
    let endpoint = build(Endpoint::new(keyring, Arc::clone(&sessions)), &aws)?;
    // Both at once, to shorten the cold start.
    let (keyrings, ()) = tokio::join!(endpoint.keyrings(), sessions.warm());
    log_start(&endpoint, &keyrings);
    if is_strict {
        tracing::info!(serving = endpoint.paths().join(" "));
        return lambda::run(endpoint.strict()).await;
    }
    lambda::run(endpoint).await
}

/// Logs one line about the program that starts.
fn log_start(endpoint: &Endpoint, keyrings: &[Result<Arc<Keyring>, KeyringUnavailable>]) {
    let flows = endpoint.document_digests();
    let flows: Vec<_> = flows.iter().map(|(path, digest)| format!("{path} {digest}")).collect();
    // Of all keyrings, each once: flows may share one.
    let mut keys: Vec<_> = keyrings.iter().flatten().map(|keyring| keyring.key_ids()).collect();
    keys.sort();
    keys.dedup();
    let version = log::function_version();
    tracing::info!(
        started = true,
        library = env!("CARGO_PKG_VERSION"),
        functionVersion = version,
        commit = config::commit(),
        flows = flows.join(", "),
        keys = (!keys.is_empty()).then(|| keys.join(", ")),
    );
}
