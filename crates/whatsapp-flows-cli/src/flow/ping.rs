//! The ping before publication: sealed with the key that is registered at Meta, as clients will.

use whatsapp_flows::protocol::signature::AppSecret;

use super::target::Target;
use crate::graph::{ControlPlane, PhoneNumberId, SignatureStatus};
use crate::keys;
use crate::report::{Finding, Status, progress};
use crate::sealed_ping::{self, Outcome};
use crate::stop::Stop;

/// Pings the endpoint for every number of the environment.
pub fn findings(target: &Target, name: &str, url: &str) -> Result<Vec<Finding>, Stop> {
    let app_secret = app_secret(target)?;
    let numbers = target.settings.phone_number_ids()?;
    numbers.iter().map(|number| ping(target, name, url, number, app_secret.as_ref())).collect()
}

fn ping(
    target: &Target,
    name: &str,
    url: &str,
    number: &PhoneNumberId,
    app_secret: Option<&AppSecret>,
) -> Result<Finding, Stop> {
    let upload = "run flowctl keys upload";
    let fail = |code, text: String| Finding::new(code, Status::Fail, text).about(name);
    let Some(key) = target.graph.registered_key(number)? else {
        let text = format!("no public key is registered for the number {}", number.short());
        return Ok(fail("key", text).fix(upload));
    };
    if key.signature_status == Some(SignatureStatus::Mismatch) {
        let text = format!("the key of the number {} is not signed (MISMATCH)", number.short());
        let why = "the number was registered anew since the upload";
        return Ok(fail("key", text).why(why).fix(upload));
    }
    progress(format_args!("{name}: pinging the endpoint with the key of {}", number.short()));
    let Ok(pong) = sealed_ping::send(url, &key.pem, app_secret) else {
        let text = format!("the registered key of the number {} cannot be read", number.short());
        return Ok(fail("key", text).fix(upload));
    };
    let ms = pong.elapsed.as_millis();
    Ok(match &pong.outcome {
        Outcome::Opened => {
            let text = format!("the endpoint answers in {ms} ms, with the key of {}", number.short());
            Finding::new("ping", Status::Ok, text).about(name)
        }
        Outcome::NotOpened => fail("ping", pong.outcome.to_string())
            .why(format!("the endpoint does not have the private key that is registered for {}", number.short()))
            .fix("run flowctl keys status, and then flowctl keys upload"),
        Outcome::NotSigned if app_secret.is_none() => fail("ping", pong.outcome.to_string())
            .why("no secret is set, so the ping was not signed")
            .fix("set `secret_id` or `secret_file` in flows.toml, or pass --secret-id or --secret-file"),
        Outcome::NotSigned => fail("ping", pong.outcome.to_string())
            .fix("compare the app secret of the endpoint with the one of the Meta app"),
        Outcome::Other(..) | Outcome::Unreachable(_) => {
            fail("ping", pong.outcome.to_string()).fix("see the log of the endpoint, and flowctl doctor")
        }
    })
}

/// The app secret that signs pings; `None` if the environment has no secret.
fn app_secret(target: &Target) -> Result<Option<AppSecret>, Stop> {
    let environment = &target.settings.environment;
    if environment.secret_id.is_none() && environment.secret_file.is_none() {
        return Ok(None);
    }
    let stored = keys::secret_store(&target.settings)?.read().map_err(crate::Error::from)?;
    Ok(Some(stored.document.newest_app_secret().clone()))
}
