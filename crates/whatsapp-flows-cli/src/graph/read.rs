//! Reads the answers of the Graph API. Unknown members are ignored, and missing ones are `None`.

use serde_json::Value;

use super::{
    Account, AppId, AppSubscription, Application, Entity, Flow, FlowStatus, GranularScope, Health,
    HealthError, Location, PhoneNumber, PhoneNumberId, RegisteredKey, SendStatus, SignatureStatus,
    SubscribedApp, TokenInfo, ValidationError,
};

pub fn flow(flow: &Value) -> Option<Flow> {
    Some(Flow {
        id: id(&flow["id"])?,
        name: text(&flow["name"])?,
        status: FlowStatus::of(flow["status"].as_str().unwrap_or("unknown")),
        categories: texts(&flow["categories"]),
        validation_errors: validation_errors(flow),
        json_version: text(&flow["json_version"]),
        data_api_version: text(&flow["data_api_version"]),
        endpoint_uri: text(&flow["endpoint_uri"]),
        application: application(&flow["application"]),
        health: health(&flow["health_status"]),
    })
}

/// The list in `validation_errors` of an answer.
pub fn validation_errors(answer: &Value) -> Vec<ValidationError> {
    items(&answer["validation_errors"]).map(validation_error).collect()
}

fn validation_error(error: &Value) -> ValidationError {
    let pointers: Vec<_> = items(&error["pointers"]).map(location).collect();
    let own = location(error);
    let locations = match pointers.is_empty() {
        false => pointers,
        true if own == Location::default() => Vec::new(),
        true => vec![own],
    };
    let message = text(&error["message"]).or_else(|| text(error));
    ValidationError {
        name: text(&error["error"]),
        message: message.unwrap_or_else(|| "no message".into()),
        locations,
    }
}

fn location(at: &Value) -> Location {
    let number = |member: &str| at[member].as_u64().and_then(|n| usize::try_from(n).ok());
    Location {
        line: number("line_start"),
        column: number("column_start"),
        // Meta's sample has stray blanks.
        path: text(&at["path"]),
    }
}

fn application(application: &Value) -> Option<Application> {
    Some(Application { id: app_id(&application["id"])?, name: text(&application["name"]) })
}

fn health(health: &Value) -> Option<Health> {
    let can_send = |at: &Value| Some(SendStatus::of(at["can_send_message"].as_str()?));
    let entity = |at: &Value| {
        Some(Entity {
            kind: text(&at["entity_type"])?,
            id: number_or_text(&at["id"]).unwrap_or_default(),
            can_send: can_send(at)?,
            errors: items(&at["errors"]).map(health_error).collect(),
            additional_info: texts(&at["additional_info"]),
        })
    };
    Some(Health {
        can_send: can_send(health)?,
        entities: items(&health["entities"]).filter_map(entity).collect(),
    })
}

fn health_error(error: &Value) -> HealthError {
    HealthError {
        code: error["error_code"].as_i64(),
        description: text(&error["error_description"]).unwrap_or_else(|| "no description".into()),
        solution: text(&error["possible_solution"]),
    }
}

pub fn registered_key(key: &Value) -> RegisteredKey {
    // A blank key stays as it is: it is registered, and does not parse.
    let status = text(&key["business_public_key_signature_status"]);
    RegisteredKey {
        pem: key["business_public_key"].as_str().unwrap_or_default().to_owned(),
        signature_status: status.map(|status| SignatureStatus::of(&status)),
    }
}

pub fn phone_number(number: &Value) -> Option<PhoneNumber> {
    Some(PhoneNumber {
        id: PhoneNumberId::new(number_or_text(&number["id"])?).ok()?,
        display_phone_number: text(&number["display_phone_number"]),
        verified_name: text(&number["verified_name"]),
        status: text(&number["status"]),
        quality_rating: text(&number["quality_rating"]),
        name_status: text(&number["name_status"]),
        account_mode: text(&number["account_mode"]),
        platform_type: text(&number["platform_type"]),
        messaging_limit: text(&number["whatsapp_business_manager_messaging_limit"])
            .or_else(|| text(&number["messaging_limit_tier"])),
        health: health(&number["health_status"]),
        webhook_override: text(&number["webhook_configuration"]["phone_number"]),
    })
}

/// Adds to a number what a second list says of it.
pub fn add_optional(number: &mut PhoneNumber, more: &[PhoneNumber]) {
    let Some(more) = more.iter().find(|more| more.id == number.id) else { return };
    number.account_mode.clone_from(&more.account_mode);
    number.messaging_limit.clone_from(&more.messaging_limit);
    number.health.clone_from(&more.health);
    number.webhook_override.clone_from(&more.webhook_override);
}

pub fn account(account: &Value) -> Account {
    Account {
        name: text(&account["name"]),
        review_status: text(&account["account_review_status"]),
        business_verification_status: text(&account["business_verification_status"]),
        health: health(&account["health_status"]),
    }
}

pub fn subscribed_app(app: &Value) -> Option<SubscribedApp> {
    let data = &app["whatsapp_business_api_data"];
    Some(SubscribedApp {
        id: app_id(&data["id"])?,
        name: text(&data["name"]),
        override_callback_uri: text(&app["override_callback_uri"]),
    })
}

pub fn app_subscription(subscription: &Value) -> Option<AppSubscription> {
    // A field is an object with a version, or only its name.
    let fields = items(&subscription["fields"]);
    let fields = fields.filter_map(|field| text(&field["name"]).or_else(|| text(field)));
    Some(AppSubscription {
        object: text(&subscription["object"])?,
        callback_url: text(&subscription["callback_url"]),
        active: subscription["active"] == true,
        fields: fields.collect(),
    })
}

pub fn token_info(data: &Value) -> TokenInfo {
    let time = |member: &str| data[member].as_i64().filter(|seconds| *seconds != 0);
    let scope = |granular: &Value| {
        let targets = granular.get("target_ids").filter(|targets| targets.is_array());
        Some(GranularScope {
            scope: text(&granular["scope"])?,
            target_ids: targets.map(|list| items(list).filter_map(number_or_text).collect()),
        })
    };
    TokenInfo {
        is_valid: data["is_valid"] == true,
        app_id: app_id(&data["app_id"]),
        kind: text(&data["type"]),
        expires_at: time("expires_at"),
        data_access_expires_at: time("data_access_expires_at"),
        scopes: texts(&data["scopes"]),
        granular_scopes: items(&data["granular_scopes"]).filter_map(scope).collect(),
        error: text(&data["error"]["message"]).map(|message| super::mask(&message)),
    }
}

/// A text that is not blank, without white space around it.
pub fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The id of a flow.
pub fn id(value: &Value) -> Option<super::FlowId> {
    super::FlowId::new(number_or_text(value)?).ok()
}

fn app_id(value: &Value) -> Option<AppId> {
    AppId::new(number_or_text(value)?).ok()
}

fn number_or_text(value: &Value) -> Option<String> {
    text(value).or_else(|| value.as_u64().map(|number| number.to_string()))
}

fn texts(list: &Value) -> Vec<String> {
    items(list).filter_map(text).collect()
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}
