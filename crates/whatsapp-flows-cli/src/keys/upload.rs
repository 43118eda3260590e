//! `flowctl keys upload`: registers the public half of a key at Meta, for every number, and reads it back.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::Timestamp;
use whatsapp_flows::protocol::key::{Fingerprint, PrivateKey};
use whatsapp_flows::protocol::public_key::{PublicKeyFormat, parse_public_key_bytes};

use super::args::PlaceArgs;
use super::place::{NumberKey, Places, short};
use super::plan::holds;
use super::proof::{MARGIN, STALENESS};
use crate::graph::PhoneNumberId;
use crate::report::{Finding, Report, Status, progress};
use crate::sealed_ping::{self, Outcome};
use crate::secret_store::{Document, Stored};
use crate::stop::Stop;
use crate::{Error, files};

/// The time in which Meta must show an uploaded key.
const READ_BACK: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_secs(2);

/// Register the public half of the secret's newest key at Meta, for every number
///
/// A number that has the key as valid is left as it is. A number whose clients use another key of the secret gets the
/// new one only if the running function has it.
#[derive(Args)]
#[command(
    after_help = "It is safe to repeat. A rotation uploads at the right time by itself: flowctl keys rotate.\n\n\
    Examples:\n  \
    flowctl keys upload\n  \
    flowctl keys upload --key 2026-05        roll back to an older key of the secret\n  \
    flowctl keys upload --public-key public.pem --secret-id flows --phone-number-id 300000000000003"
)]
pub struct Upload {
    /// Id of the key in the secret [default: the newest]
    #[arg(long, value_name = "ID", conflicts_with = "public_key")]
    key: Option<String>,
    /// Public key file; its private half must be in the secret
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
    /// Upload a key although the running function is not known to have it
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    places: PlaceArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

impl Upload {
    pub fn run(self, report: &mut Report) -> Result<(), Stop> {
        let file = self.public_key.as_deref().map(read_public_key).transpose()?;
        let places = self.places.resolve()?;
        let (key, force) = (self.key.as_deref(), self.force);
        upload_to_all(&places, key, file, force, report).map_err(Stop::of)
    }
}

/// Registers the chosen key at every number.
fn upload_to_all(
    places: &Places,
    wanted: Option<&str>,
    file: Option<Fingerprint>,
    force: bool,
    report: &mut Report,
) -> Result<(), Error> {
    let stored = places.store.read()?;
    let document = &stored.document;
    let (id, key) = match (wanted, file) {
            (_, Some(fingerprint)) if !holds(document, fingerprint) => {
                return Err(format!(
                    "the secret does not hold the private half of this key ({}), so nobody could decrypt what clients \
                     send; add it to the secret first",
                    short(fingerprint)
                )
                .into());
            }
            (_, Some(fingerprint)) => find(document, |_, key| key.fingerprint() == fingerprint),
            (Some(id), None) => find(document, |held, _| held == id),
            (None, None) => Some(newest(document)),
        }
        .ok_or_else(|| unknown_key(document))?;
    if !force {
        check_served(places, &stored, id, key)?;
    }
    for number in &places.numbers {
        let text = match upload(places, number, key)? {
            Uploaded::Already => {
                format!("has {id} ({}) already, as valid", short(key.fingerprint()))
            }
            Uploaded::Now => format!("has {id} ({}) now, as valid", short(key.fingerprint())),
        };
        report.add(Finding::new("uploaded", Status::Ok, text).about(number.short()));
    }
    Ok(())
}

/// Returns an error if a number that is served now would get a key that a running function may not have yet.
fn check_served(places: &Places, stored: &Stored, id: &str, key: &PrivateKey) -> Result<(), Error> {
    const FORCE: &str = "--force uploads it anyway";
    let document = &stored.document;
    let is_served = |number: &NumberKey| {
        let at_meta = number.fingerprint().filter(|own| *own != key.fingerprint());
        at_meta.is_some_and(|own| holds(document, own) && number.is_valid(own))
    };
    if !places.number_keys()?.iter().any(is_served) {
        return Ok(());
    }
    let url = places.flow_url.as_deref().ok_or_else(|| {
        format!("clients use another key of the secret, and no endpoint is named that could show that it has {id}; \
                 pass --endpoint; {FORCE}")
    })?;
    match sealed_ping::send(url, &key.public_pem(), Some(document.newest_app_secret()))?.outcome {
        Outcome::Opened => {}
        outcome => {
            return Err(format!(
                "clients use another key of the secret, and a ping under {id} is answered with {outcome}; nothing was \
                 uploaded; {FORCE}"
            )
            .into());
        }
    }
    // An older key has been in the secret for longer.
    let is_newest = document.newest().1.fingerprint() == key.fingerprint();
    let added = document.newest().0.created.unwrap_or(stored.written);
    let age = Duration::try_from(Timestamp::now().duration_since(added)).unwrap_or_default();
    if is_newest && age < STALENESS + MARGIN {
        return Err(format!(
            "clients use another key of the secret, and {id} was stored {} s ago, so that a function that is frozen may \
             not have read it; nothing was uploaded; flowctl keys rotate waits for it and uploads it; {FORCE}",
            age.as_secs()
        )
        .into());
    }
    Ok(())
}

/// The effect of an upload.
pub enum Uploaded {
    Already,
    Now,
}

/// Registers a key for one number, and waits until Meta shows it as valid.
pub fn upload(
    places: &Places,
    number: &PhoneNumberId,
    key: &PrivateKey,
) -> Result<Uploaded, Error> {
    let before = places.number_key(number)?;
    let fingerprint = key.fingerprint();
    if before.is_valid(fingerprint) {
        return Ok(Uploaded::Already);
    }
    progress(format_args!(
        "{}: Meta has {}; uploading {}",
        number.short(),
        before.describe(),
        short(fingerprint)
    ));
    places.control.register_key(number, &key.public_pem())?;
    let until = Instant::now() + READ_BACK;
    loop {
        let after = places.number_key(number)?;
        if after.is_valid(fingerprint) {
            return Ok(Uploaded::Now);
        }
        if Instant::now() >= until {
            return Err(format!(
                "{}: Meta accepted the key and shows {} after {} s; MISMATCH means that the number was registered \
                 anew, and a blank that it is being moved: wait until the number is connected, and run the command \
                 again, which is safe",
                number.short(),
                after.describe(),
                READ_BACK.as_secs()
            )
            .into());
        }
        progress(format_args!("{}: Meta shows {}; waiting", number.short(), after.describe()));
        std::thread::sleep(POLL);
    }
}

/// Reads a public key file. The checks are the ones that Meta makes, with better words.
fn read_public_key(path: &std::path::Path) -> Result<Fingerprint, Error> {
    let bytes = files::read_bytes(path)?;
    let describe =
        |text: &dyn std::fmt::Display| Error::from(format!("{}: {text}", path.display()));
    let text = String::from_utf8_lossy(&bytes);
    if text.contains("PRIVATE KEY") {
        return Err(describe(
            &"this is a private key, which never leaves your side; nothing was sent; upload the public half, which \
              flowctl takes from the secret when --public-key is left out",
        ));
    }
    let key = parse_public_key_bytes(&bytes).map_err(|error| describe(&error))?;
    if text.contains("\\n") {
        return Err(describe(
            &"the key has the two characters \\n in place of line breaks, which Meta rejects; nothing was sent; write \
              it with: printf '%b' \"$KEY\" > public.pem",
        ));
    }
    if key.format == PublicKeyFormat::Pkcs1 {
        return Err(describe(
            &"Meta does not accept the PEM label RSA PUBLIC KEY; nothing was sent; leave --public-key out, and flowctl \
              takes the key from the secret in the right form",
        ));
    }
    Ok(Fingerprint::from_der(&key.der))
}

fn find(
    document: &Document,
    is_wanted: impl Fn(&str, &PrivateKey) -> bool,
) -> Option<(&str, &PrivateKey)> {
    document
        .usable_keys()
        .map(|(stored, key)| (stored.id.as_str(), key))
        .find(|(id, key)| is_wanted(id, key))
}

fn newest(document: &Document) -> (&str, &PrivateKey) {
    let (stored, key) = document.newest();
    (&stored.id, key)
}

fn unknown_key(document: &Document) -> Error {
    let ids: Vec<_> = document.usable_keys().map(|(stored, _)| stored.id.as_str()).collect();
    format!("the secret has no usable key with this id; it has: {}", ids.join(", ")).into()
}
