//! The health of a flow in plain words, a finding for each entity.

use crate::graph::{Entity, Health, HealthError, SendStatus, mask, shorten};
use crate::report::{Finding, Status};

/// The findings for the entities of a flow.
pub fn findings(name: &str, health: Option<&Health>) -> Vec<Finding> {
    let Some(health) = health else {
        let text = "the control plane does not say it";
        return vec![Finding::new("health", Status::CannotSee, text).about(name)];
    };
    health.entities.iter().map(|entity| finding(name, entity)).collect()
}

fn finding(name: &str, entity: &Entity) -> Finding {
    let (code, words) = match entity.kind.as_str() {
        "FLOW" => ("health-flow", "the flow".to_owned()),
        "WABA" => ("health-waba", "the WhatsApp Business Account".to_owned()),
        "BUSINESS" => ("health-business", "the business".to_owned()),
        "APP" => ("health-app", "the app".to_owned()),
        "PHONE_NUMBER" => ("health-number", format!("the phone number {}", shorten(&entity.id))),
        "MESSAGE_TEMPLATE" => ("health-template", "the message template".to_owned()),
        other => ("health-other", other.to_owned()),
    };
    let (status, state) = match &entity.can_send {
        SendStatus::Available => (Status::Ok, "is available".to_owned()),
        SendStatus::Limited => (Status::Warning, "is limited".to_owned()),
        SendStatus::Blocked => (Status::Fail, "is blocked".to_owned()),
        SendStatus::Other(text) => (Status::Warning, format!("is in the state {text}")),
    };
    let finding = Finding::new(code, status, format!("{words} {state}")).about(name);
    let reasons = entity.errors.iter().map(reason);
    let reasons: Vec<_> =
        reasons.chain(entity.additional_info.iter().map(|text| mask(text))).collect();
    let finding = match reasons.is_empty() {
        true => finding,
        false => finding.why(reasons.join("; ")),
    };
    match remedies(entity) {
        fixes if fixes.is_empty() => finding,
        fixes => finding.fix(fixes.join("; ")),
    }
}

fn reason(error: &HealthError) -> String {
    let known = match error.code {
        Some(141006) => Some("there is no valid payment method"),
        Some(141010) => Some("the business is not verified"),
        Some(141014) => Some("Meta has banned the account"),
        _ => None,
    };
    let code = error.code.map(|code| format!(" ({code})")).unwrap_or_default();
    match known {
        Some(words) => format!("{words}{code}"),
        None => format!("{}{code}", mask(&error.description)),
    }
}

/// Advice: our own for a check that we know, or else Meta's.
fn remedies(entity: &Entity) -> Vec<String> {
    let remedy = |error: &HealthError| {
        // The word before the colon names the check.
        let check = error.description.split(':').next().unwrap_or_default();
        match check.trim() {
            "endpoint_uri" => {
                Some("set `endpoint` in flows.toml, and run flowctl flow push".into())
            }
            "app_check" => Some("set `app_id` in flows.toml, and run flowctl flow push".into()),
            "public_key" => Some("run flowctl keys upload".into()),
            _ => error.solution.as_deref().map(mask),
        }
    };
    let mut remedies: Vec<String> = entity.errors.iter().filter_map(remedy).collect();
    remedies.dedup();
    remedies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_described_with_reason_and_remedy() {
        let error = |code, description: &str, solution: Option<&str>| HealthError {
            code: Some(code),
            description: description.into(),
            solution: solution.map(str::to_owned),
        };
        let entity = |kind: &str, can_send, errors| Entity {
            kind: kind.into(),
            id: "300000000000003".into(),
            can_send,
            errors,
            additional_info: vec![],
        };
        let health = Health {
            can_send: SendStatus::Blocked,
            entities: vec![
                entity(
                    "FLOW",
                    SendStatus::Blocked,
                    vec![
                        error(131000, "app_check: no app is linked", Some("link an app")),
                        error(131000, "new_check: something", Some("do something")),
                    ],
                ),
                entity("BUSINESS", SendStatus::Limited, vec![error(141010, "x", None)]),
                entity("PHONE_NUMBER", SendStatus::Available, vec![]),
                entity("NEW_KIND", SendStatus::Other("PAUSED".into()), vec![]),
            ],
        };
        let found = findings("a", Some(&health));
        let texts: Vec<_> = found.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "the flow is blocked",
                "the business is limited",
                "the phone number …0003 is available",
                "NEW_KIND is in the state PAUSED",
            ]
        );
        let why = found[0].why.as_deref();
        assert_eq!(
            why,
            Some("app_check: no app is linked (131000); new_check: something (131000)")
        );
        let fix = "set `app_id` in flows.toml, and run flowctl flow push; do something";
        assert_eq!(found[0].fix.as_deref(), Some(fix));
        assert_eq!(found[1].why.as_deref(), Some("the business is not verified (141010)"));
        assert_eq!(findings("a", None)[0].status, Status::CannotSee);
    }
}
