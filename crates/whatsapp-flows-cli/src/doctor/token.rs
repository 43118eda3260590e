//! The access token: valid, with the permissions, for the account; and the apps of token and flow.

use jiff::{SignedDuration, Timestamp};

use super::checks::finding;
use super::view::{NO_META, NO_TOKEN, View};
use crate::graph::{ErrorKind, Introspection, TokenInfo};
use crate::keys::day;
use crate::report::{Report, Status};

const SCOPES: [&str; 2] = ["whatsapp_business_management", "whatsapp_business_messaging"];
/// A token that ends sooner is a warning.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
const NEW_TOKEN: &str =
    "make a token of a system user, which does not expire, and set WHATSAPP_TOKEN or --token-file";

pub fn check(view: &mut View, report: &mut Report) {
    let control = match &view.control {
        Ok(control) => control,
        Err(cause) => {
            let error = view.token_error.as_deref().unwrap_or(cause);
            report.add(finding("token", Status::Fail, error).fix(NEW_TOKEN));
            for code in ["token-scopes", "token-account"] {
                report.add(finding(code, Status::CannotSee, cause));
            }
            return;
        }
    };
    // The app may always ask; a token may ask about itself if it is one of a developer of the app.
    let by_app = view.app_token.as_ref().map(|app| control.token_info(Introspection::App(app)));
    let info = match by_app {
        Some(Ok(info)) => Ok(info),
        Some(Err(_)) | None => control.token_info(Introspection::Itself),
    };
    match info {
        Ok(info) => {
            judge(&info, view, report);
            if !info.is_valid {
                view.control = Err(NO_TOKEN);
            }
            view.token_info = Some(info);
        }
        Err(error) => {
            let is_lost = matches!(
                error.kind,
                ErrorKind::Unreachable | ErrorKind::NoAnswer | ErrorKind::NotUnderstood
            );
            let (status, cause, fix) = match error.code {
                Some(190) => (Status::Fail, NO_TOKEN, NEW_TOKEN),
                _ if is_lost => {
                    (Status::Fail, NO_META, "check the network, the proxy, and --graph-url")
                }
                _ => (Status::CannotSee, "Meta does not describe the token", NEW_TOKEN),
            };
            report.add(finding("token", status, &error).fix(fix));
            for code in ["token-scopes", "token-account"] {
                report.add(finding(code, Status::CannotSee, cause));
            }
            if status == Status::Fail {
                view.control = Err(cause);
            }
        }
    }
}

fn judge(info: &TokenInfo, view: &View, report: &mut Report) {
    let ends = info.expires_at.and_then(|at| Timestamp::from_second(at).ok());
    let left = ends.map(|at| at.duration_since(Timestamp::now()));
    report.add(match (info.is_valid, ends, left) {
        (false, _, _) => {
            let cause = info.error.as_deref().unwrap_or("Meta gives no reason");
            finding("token", Status::Fail, format!("the access token is not valid: {cause}"))
                .fix(NEW_TOKEN)
        }
        (true, Some(at), Some(left)) if left < WEEK => {
            finding("token", Status::Warning, format!("the access token ends on {}", day(at)))
                .fix(NEW_TOKEN)
        }
        (true, Some(at), _) => finding("token", Status::Ok, format!("valid until {}", day(at))),
        (true, None, _) => finding("token", Status::Ok, "valid, and does not expire"),
    });
    if !info.is_valid {
        for code in ["token-scopes", "token-account"] {
            report.add(finding(code, Status::CannotSee, NO_TOKEN));
        }
        return;
    }
    let missing: Vec<_> =
        SCOPES.into_iter().filter(|scope| !info.scopes.iter().any(|own| own == scope)).collect();
    report.add(match missing.as_slice() {
        [] => finding("token-scopes", Status::Ok, "both permissions"),
        missing => finding("token-scopes", Status::Fail, format!("the token lacks {}", missing.join(" and ")))
            .fix("make a token with both permissions: Business settings, System users, Generate new token"),
    });
    let Ok(waba) = view.settings.waba_id() else {
        let text = "no account is named; set `waba_id` in flows.toml, or pass --waba-id";
        return report.add(finding("token-account", Status::CannotSee, text));
    };
    let granted = SCOPES.into_iter().filter(|scope| info.scopes.iter().any(|own| own == scope));
    let closed: Vec<_> = granted.filter(|scope| !info.allows(scope, waba.as_str())).collect();
    report.add(match closed.as_slice() {
        [] => finding("token-account", Status::Ok, "for this account").about(waba.short()),
        closed => finding(
            "token-account",
            Status::Fail,
            format!("{} does not cover this account", closed.join(" and ")),
        )
        .about(waba.short())
        .fix(
            "assign the account to the system user: Business settings, Accounts, WhatsApp accounts",
        ),
    });
}

/// The apps of the flows, and the app secret.
pub fn check_apps(view: &View, report: &mut Report) {
    let configured = view.settings.environment.app_id.as_ref();
    let of_token = view.token_info.as_ref().and_then(|info| info.app_id.as_ref());
    let push = "set `app_id` in flows.toml, and connect the flow to the app: flowctl flow push";
    if let (Some(configured), Some(of_token)) = (configured, of_token)
        && configured != of_token
    {
        let text = format!(
            "the token belongs to the app {}, and {} is configured",
            of_token.short(),
            configured.short()
        );
        report.add(finding("app", Status::Fail, text).fix("use a token of the configured app"));
    }
    let mut seen = false;
    for (seen_flow, flow) in view.known_flows() {
        seen = true;
        let own = configured.or(of_token);
        let found = match (&flow.application, own) {
            (Some(app), Some(own)) if app.id == *own => {
                finding("app", Status::Ok, format!("the app {}", own.short()))
            }
            (Some(app), Some(own)) => finding(
                "app",
                Status::Fail,
                format!(
                    "the flow belongs to the app {}, and the endpoint has the secret of {}, so no signature can match",
                    app.id.short(),
                    own.short()
                ),
            )
            .fix(push),
            (None, Some(_)) => finding("app", Status::Fail, "no app is connected to the flow").fix(push),
            (_, None) => {
                finding("app", Status::CannotSee, "no app is named; set `app_id` in flows.toml, or pass --app-id")
            }
        };
        report.add(found.about(&*seen_flow.name));
    }
    if !seen {
        report.add(finding("app", Status::CannotSee, "no flow is seen"));
    }
    check_app_secret(view, report);
}

fn check_app_secret(view: &View, report: &mut Report) {
    let code = "app-secret";
    let (Ok(control), Some(app)) = (&view.control, &view.app_token) else {
        let cause = match (&view.control, view.settings.environment.app_id.is_some()) {
            (Err(cause), _) => cause,
            (Ok(_), false) => "no app is named; set `app_id` in flows.toml, or pass --app-id",
            (Ok(_), true) => "no app secret is seen",
        };
        return report.add(finding(code, Status::CannotSee, cause));
    };
    report.add(match control.is_app_secret(app) {
        Ok(true) => finding(code, Status::Ok, "Meta accepts it"),
        Ok(false) => finding(code, Status::Fail, "the newest app secret is not the one of the app")
            .about(app.app().short())
            .fix("store the app secret of the Meta app (App settings, Basic): flowctl keys rotate --app-secret"),
        Err(error) => finding(code, Status::CannotSee, error),
    });
}
