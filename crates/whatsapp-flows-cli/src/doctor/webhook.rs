//! The subscription of the app to the account, and the webhook of the app.

use super::checks::finding;
use super::view::View;
use crate::report::{Report, Status};

const OBJECT: &str = "whatsapp_business_account";
const FIELDS: [&str; 2] = ["messages", "flows"];

pub fn check(view: &View, report: &mut Report) {
    check_subscribed(view, report);
    check_fields(view, report);
}

fn check_subscribed(view: &View, report: &mut Report) {
    let app = view.settings.environment.app_id.as_ref();
    let app = app.or(view.token_info.as_ref().and_then(|info| info.app_id.as_ref()));
    let subscribed = view.account().and_then(|(control, waba)| {
        control.subscribed_apps(waba).map_err(|error| error.to_string())
    });
    report.add(match (subscribed, app) {
        (Err(cause), _) => finding("webhook", Status::CannotSee, cause),
        (Ok(_), None) => finding(
            "webhook",
            Status::CannotSee,
            "no app is named; set `app_id` in flows.toml, or pass --app-id",
        ),
        (Ok(apps), Some(app)) if apps.iter().any(|subscribed| subscribed.id == *app) => {
            finding("webhook", Status::Ok, "the app is subscribed to the account")
                .about(app.short())
        }
        (Ok(_), Some(app)) => {
            finding("webhook", Status::Fail, "the app is not subscribed to the account")
                .about(app.short())
                .fix("POST /WABA_ID/subscribed_apps of the Graph API, with a token of the app")
        }
    });
}

fn check_fields(view: &View, report: &mut Report) {
    let (Ok(control), Some(app)) = (&view.control, &view.app_token) else {
        let text = match view.control {
            Err(cause) => cause,
            Ok(_) => {
                "only the app itself may ask, with `app_id` and its app secret, which are not seen"
            }
        };
        return report.add(finding("webhook", Status::CannotSee, text));
    };
    let subscriptions = match control.app_subscriptions(app) {
        Ok(subscriptions) => subscriptions,
        Err(error) => return report.add(finding("webhook", Status::CannotSee, error)),
    };
    let configure = "in the Meta app: WhatsApp, Configuration, Webhook";
    let Some(subscription) = subscriptions.iter().find(|one| one.object == OBJECT) else {
        let text = "the app has no webhook";
        return report.add(finding("webhook", Status::Fail, text).fix(configure));
    };
    let missing: Vec<_> = FIELDS
        .into_iter()
        .filter(|field| !subscription.fields.iter().any(|own| own == field))
        .collect();
    let is_endpoint = |url: &str| {
        let mut urls = view.known_flows().filter_map(|(_, flow)| flow.endpoint_uri.as_deref());
        urls.any(|endpoint| endpoint.trim_end_matches('/') == url.trim_end_matches('/'))
    };
    report.add(match &subscription.callback_url {
        _ if !subscription.active => {
            finding("webhook", Status::Fail, "Meta does not post to the webhook: it is not active")
                .fix(configure)
        }
        Some(url) if is_endpoint(url) => finding(
            "webhook",
            Status::Fail,
            "the webhook has the address of the endpoint, which answers it with 432",
        )
        .fix("give the webhook an address of its own"),
        _ if !missing.is_empty() => {
            let text = format!("the webhook does not listen to {}", missing.join(" and "));
            finding("webhook", Status::Fail, text).fix(configure)
        }
        _ => finding("webhook", Status::Ok, "active, with `messages` and `flows`"),
    });
}
