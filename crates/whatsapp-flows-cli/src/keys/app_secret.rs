//! The rotation of the app secret: the new one is stored before Meta signs with it.

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::time::Instant;

use whatsapp_flows::protocol::{app_secret, text_encoding};
use zeroize::Zeroizing;

use super::args::missing;
use super::place::Places;
use super::proof::{Proof, Written};
use super::rotate::{Options, flow_url};
use crate::graph::AppToken;
use crate::report::{Finding, Report, Status, progress};
use crate::{Error, files};

/// Reads the new app secret from a file, or from standard input for `-`.
pub fn read(path: &Path) -> Result<Zeroizing<String>, Error> {
    let bytes = if path == Path::new("-") {
        if std::io::stdin().is_terminal() {
            eprintln!("Enter the new app secret, then press Enter and Ctrl-D:");
        }
        let mut input = Zeroizing::new(Vec::new());
        std::io::stdin().lock().read_to_end(&mut input)?;
        input
    } else {
        files::read_bytes(path)?
    };
    let source =
        if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
    let text = text_encoding::decode(&bytes).map_err(|error| format!("{source}: {error}"))?;
    let secret = app_secret::parse(&text).map_err(|error| format!("{source}: {error}"))?;
    Ok(Zeroizing::new(secret.to_owned()))
}

/// Stores the new app secret, waits until every running function accepts it, and asks Meta whether it is the one.
pub fn rotate(
    places: &Places,
    options: &Options,
    new: &str,
    report: &mut Report,
) -> Result<(), Error> {
    let url = flow_url(places)?;
    let mut stored = places.store.read()?;
    let texts = stored.document.app_secret_texts();
    let position = texts.iter().position(|text| text.as_str() == new);
    if position.is_some_and(|position| position > 0) {
        return Err(
            "the secret holds this app secret as an older one; pass the new one of the Meta app"
                .into(),
        );
    }
    if options.dry_run {
        let stores = "add the new app secret to the secret, before the old one";
        let proves = format!(
            "wait until the secret is {} s old and the running function accepts pings that are signed with it",
            options.wait.as_secs()
        );
        if position.is_none() {
            report.add(Finding::new("would-store", Status::Ok, stores));
        }
        report.add(Finding::new("would-prove", Status::Ok, proves));
        return Ok(());
    }
    let mut written = Written::At(stored.written);
    if position.is_none() {
        stored = places.store.write(&stored, &stored.document.with_app_secret(new)?)?;
        written = Written::Now(Instant::now());
        let text =
            format!("the new app secret is in {}, beside the old one", places.store.describe());
        progress(&text);
        report.add(Finding::new("stored", Status::Ok, text));
    }
    let proof = Proof {
        url,
        keys: vec![stored.document.newest().1],
        app_secrets: stored.document.app_secrets.iter().collect(),
        wait: options.wait,
    };
    let proven = proof.run(written)?;
    let text = format!(
        "every running function accepts the new app secret and the old one ({} pings in {} s)",
        proven.pings,
        proven.waited.as_secs()
    );
    report.add(Finding::new("proved", Status::Ok, text));
    report.add(match is_known_to_meta(places, new) {
        Ok(true) => Finding::new("known-to-meta", Status::Ok, "Meta has reset the app secret to this one")
            .fix("flowctl keys rotate --app-secret --finish"),
        Ok(false) => Finding::new("reset-now", Status::Warning, "Meta does not use this app secret yet")
            .why("the endpoint accepts both, so no request fails whenever Meta changes over")
            .fix("confirm the reset in the Meta app (App settings, Basic), then: flowctl keys rotate --app-secret --finish"),
        Err(error) => Finding::new("known-to-meta", Status::CannotSee, error.to_string())
            .fix("confirm the reset in the Meta app (App settings, Basic), then: flowctl keys rotate --app-secret --finish"),
    });
    Ok(())
}

/// Takes the old app secrets out, once Meta uses the newest.
pub fn finish(places: &Places, options: &Options, report: &mut Report) -> Result<(), Error> {
    let stored = places.store.read()?;
    let texts = stored.document.app_secret_texts();
    if stored.document.app_secrets.len() == 1 {
        let text = "the secret has one app secret; there is nothing to remove";
        report.add(Finding::new("nothing-to-finish", Status::Ok, text));
        return Ok(());
    }
    if !options.force {
        let force = "--force does it anyway, for an app secret that has leaked";
        let newest = texts.first().map(|text| text.as_str()).unwrap_or_default();
        match is_known_to_meta(places, newest) {
            Ok(true) => {}
            Ok(false) => {
                return Err(format!(
                    "Meta does not use the newest app secret, so it signs with an old one; confirm the reset in the \
                     Meta app (App settings, Basic) first; {force}"
                )
                .into());
            }
            Err(error) => {
                return Err(
                    format!("cannot see which app secret Meta uses: {error}; {force}").into()
                );
            }
        }
        for old in texts.iter().skip(1) {
            if is_known_to_meta(places, old)? {
                return Err(format!(
                    "Meta still uses an old app secret as well; run this again later; {force}"
                )
                .into());
            }
        }
    }
    if options.dry_run {
        report.add(Finding::new(
            "would-remove",
            Status::Ok,
            "take the old app secret out of the secret",
        ));
        return Ok(());
    }
    places.store.write(&stored, &stored.document.with_newest_app_secret()?)?;
    report.add(
        Finding::new("removed", Status::Ok, "the old app secret is out of the secret; running functions follow within five minutes")
            .why("a duplicate of a request that was signed with it is answered with 409, and a flow token signed with it with 427"),
    );
    Ok(())
}

/// Asks Meta whether an app secret is the one of the app.
fn is_known_to_meta(places: &Places, app_secret: &str) -> Result<bool, Error> {
    let app =
        places.app.clone().ok_or_else(|| missing("id of the Meta app", "app_id", "--app-id"))?;
    Ok(places.control.is_app_secret(&AppToken::new(app, app_secret)?)?)
}
