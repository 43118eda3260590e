//! `flowctl keys rotate`: replaces the private key or the app secret without a failed request.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::testing::KeyPair;

use super::args::{PlaceArgs, missing};
use super::place::{Places, short};
use super::plan::{Plan, plan};
use super::proof::{MARGIN, Proof, STALENESS, Written};
use super::status::day;
use super::upload::{Uploaded, upload};
use super::{app_secret, finish, steps};
use crate::Error;
use crate::report::{Finding, Report, Status, progress};
use crate::sealed_ping::{self, Outcome};
use crate::secret_store::{Document, StoreError, Stored};
use crate::stop::Stop;

/// Replace the private key without a failed request
///
/// Makes a key pair, adds the private half to the secret, waits until every running function has read it and opens a
/// ping under it, uploads the public half, and names the day from which the old key may go. Run it again after a failure
/// at any step: it goes on where it was.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    flowctl keys rotate --dry-run                    print what would be done\n  \
    flowctl keys rotate                              takes six minutes\n  \
    flowctl keys rotate --finish                     a week later: take the old key out of the secret\n  \
    flowctl keys rotate --app-secret < new_secret    the app secret; confirm the reset at Meta afterwards")]
pub struct Rotate {
    /// Replace the app secret: a file with the new one, or standard input
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    app_secret: Option<PathBuf>,
    /// Take the old key, or with --app-secret the old app secret, out of the secret
    #[arg(long)]
    finish: bool,
    /// With --finish: before its day, or while Meta shows the old key. For a key that has leaked
    #[arg(long, requires = "finish")]
    force: bool,
    /// Print what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Days for which the old key stays after Meta has the new one
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    keep_days: u32,
    /// Seconds after which every running function has read a changed secret. The default is right for whatsapp-flows
    #[arg(long, value_name = "SECONDS", default_value_t = (STALENESS + MARGIN).as_secs())]
    wait: u64,
    #[command(flatten)]
    places: PlaceArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// The settings of a rotation.
pub struct Options {
    pub dry_run: bool,
    pub force: bool,
    pub keep: SignedDuration,
    pub wait: Duration,
}

impl Rotate {
    pub fn run(self, report: &mut Report) -> Result<(), Stop> {
        let new_app_secret = match &self.app_secret {
            Some(path) if !self.finish => Some(app_secret::read(path)?),
            _ => None,
        };
        let places = self.places.resolve()?;
        let options = Options {
            dry_run: self.dry_run,
            force: self.force,
            keep: SignedDuration::from_hours(24 * i64::from(self.keep_days)),
            wait: Duration::from_secs(self.wait),
        };
        let done = match (new_app_secret, self.app_secret.is_some(), self.finish) {
            (Some(new), _, _) => app_secret::rotate(&places, &options, &new, report),
            (None, true, _) => app_secret::finish(&places, &options, report),
            (None, false, true) => finish::run(&places, &options, report),
            (None, false, false) => rotate(&places, &options, report),
        };
        done.map_err(Stop::of)
    }
}

fn rotate(places: &Places, options: &Options, report: &mut Report) -> Result<(), Error> {
    let url = flow_url(places)?;
    let mut stored = places.store.read()?;
    let numbers = places.number_keys()?;
    let mut next = plan(&stored.document, &numbers);
    if let Plan::Refuse(refusal) = &next {
        return Err(steps::refuse(
            refusal,
            &numbers.iter().map(|n| n.number.short()).collect::<Vec<_>>(),
        ));
    }
    if options.dry_run {
        steps::describe(&next, &stored.document, options, report);
        return Ok(());
    }
    let mut written = Written::At(stored.written);
    if next == Plan::Make {
        check_present(url, &stored.document)?;
        stored = make(places, &stored, report)?;
        written = Written::Now(Instant::now());
        next = Plan::Upload;
    }
    if next == Plan::Upload {
        prove_and_upload(places, options, url, &mut stored, written, report)?;
        next = Plan::Record;
    }
    let since = match next {
        Plan::Finished(since) => since,
        _ => record(places, &stored.document.newest().1.clone())?,
    };
    let fingerprint = stored.document.newest().1.fingerprint();
    let may_go = since.saturating_add(options.keep)?;
    report.member("key", stored.document.newest().0.id.as_str().into());
    report.member("fingerprint", fingerprint.to_string().into());
    report.member("registeredSince", since.to_string().into());
    report.member("oldKeysMayGoFrom", may_go.to_string().into());
    report.add(
        Finding::new(
            "rotated",
            Status::Ok,
            format!(
                "Meta has {} ({}) everywhere since {}; the old key may go from {} on",
                stored.document.newest().0.id,
                short(fingerprint),
                day(since),
                day(may_go)
            ),
        )
        .fix("flowctl keys rotate --finish"),
    );
    Ok(())
}

/// Sends a ping under the present key. A function that does not open it is not mended by another key.
fn check_present(url: &str, document: &Document) -> Result<(), Error> {
    let (newest, key) = document.newest();
    let app_secret = document.newest_app_secret();
    match sealed_ping::send(url, &key.public_pem(), Some(app_secret))?.outcome {
        Outcome::Opened => Ok(()),
        outcome => Err(format!(
            "nothing is changed: the ping under the present key {} is answered with {outcome}; flowctl doctor shows \
             what is wrong",
            newest.id
        )
        .into()),
    }
}

/// Makes a key pair, and adds the private half to the secret as the newest key.
fn make(places: &Places, stored: &Stored, report: &mut Report) -> Result<Stored, Error> {
    let now = Timestamp::now();
    let pair = KeyPair::generate();
    let id = free_id(&stored.document, &day(now));
    let document = stored.document.with_key(&id, &pair.private_pem, now)?;
    let written = places.store.write(stored, &document)?;
    let text = format!(
        "{id} ({}) is in {}, beside the old key",
        short(pair.fingerprint),
        places.store.describe()
    );
    progress(&text);
    report.add(Finding::new("stored", Status::Ok, text));
    Ok(written)
}

/// Waits until every running function has the newest key, and uploads its public half. If the secret changes meanwhile,
/// the wait starts anew.
fn prove_and_upload(
    places: &Places,
    options: &Options,
    url: &str,
    stored: &mut Stored,
    mut written: Written,
    report: &mut Report,
) -> Result<(), Error> {
    let new = stored.document.newest().1.clone();
    loop {
        let numbers = places.number_keys()?;
        let in_use = |key: &PrivateKey| {
            numbers.iter().any(|number| number.fingerprint() == Some(key.fingerprint()))
        };
        let old = stored.document.usable_keys().map(|(_, key)| key);
        let old = old.filter(|key| key.fingerprint() != new.fingerprint() && in_use(key));
        let proof = Proof {
            url,
            keys: [&new].into_iter().chain(old).collect(),
            app_secrets: vec![stored.document.newest_app_secret()],
            wait: options.wait,
        };
        let proven = proof.run(written)?;
        let now = places.store.read()?;
        if now.document.newest().1.fingerprint() != new.fingerprint() {
            return Err(format!(
                "stopped before anything changes at Meta: the newest key of the secret is {} now; flowctl keys status \
                 shows which key is where",
                now.document.newest().0.id
            )
            .into());
        }
        if now.is_same_version(stored) {
            let text = format!(
                "every running function opens requests under {} ({} pings in {} s)",
                short(new.fingerprint()),
                proven.pings,
                proven.waited.as_secs()
            );
            progress(&text);
            report.add(Finding::new("proved", Status::Ok, text));
            break;
        }
        progress("the secret was changed meanwhile; the wait starts anew");
        written = Written::At(now.written);
        *stored = now;
    }
    for number in &places.numbers {
        let text = match upload(places, number, &new)? {
            Uploaded::Already => format!("Meta has {} already", short(new.fingerprint())),
            Uploaded::Now => format!("Meta has {} now, as valid", short(new.fingerprint())),
        };
        report.add(Finding::new("uploaded", Status::Ok, text).about(number.short()));
    }
    Ok(())
}

/// Records in the secret when Meta had the key everywhere. Another change of the secret is kept.
fn record(places: &Places, key: &PrivateKey) -> Result<Timestamp, Error> {
    let at = Timestamp::now();
    for _ in 0..5 {
        let stored = places.store.read()?;
        let document = stored.document.with_registered(key.fingerprint(), at)?;
        match places.store.write(&stored, &document) {
            Ok(_) => return Ok(at),
            Err(StoreError::Changed(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err("the secret is changed all the time; run the command again: it goes on from here".into())
}

/// The address for pings.
pub fn flow_url(places: &Places) -> Result<&str, Error> {
    places.flow_url.as_deref().ok_or_else(|| {
        missing("address of the endpoint, to which pings are sent", "endpoint", "--endpoint")
    })
}

/// The day as an id, with a number if the secret has it already.
fn free_id(document: &Document, day: &str) -> String {
    let taken = |id: &str| document.keys.iter().any(|key| key.id == id);
    let numbered = (2..).map(|number| format!("{day}-{number}"));
    let mut ids = std::iter::once(day.to_owned()).chain(numbered);
    ids.find(|id| !taken(id)).expect("there is always another number")
}
