//! The table of calls.

use axum::http::Method;
use serde_json::json;

use super::errors::{Answer, refuse};
use super::request::Request;
use super::server::Inner;
use super::tokens::{MANAGEMENT, MESSAGING};

pub fn answer(inner: &Inner, request: &Request) -> Answer {
    let mut state = inner.state.lock().unwrap();
    let parts: Vec<&str> = request.parts.iter().map(String::as_str).collect();
    let id = parts[0];
    if id == "debug_token" {
        return state.debug_token(request);
    }
    let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
    let is = |method: &Method| request.method == *method;
    if state.apps.contains_key(id) {
        state.authorize_app(request, id)?;
        return match parts[1..] {
            ["subscriptions"] if is(&get) => Ok(json!({ "data": state.apps[id].subscriptions })),
            _ => Err(unknown_call()),
        };
    }
    if state.wabas.contains_key(id) {
        let app = state.authorize(request, MANAGEMENT, id)?;
        return match parts[1..] {
            [] if is(&get) => state.account(id, request),
            ["flows"] if is(&get) => state.list_flows(id, request),
            ["flows"] if is(&post) => state.create_flow(id, &app, request),
            ["phone_numbers"] if is(&get) => state.phone_numbers(id, request),
            ["subscribed_apps"] if is(&get) => state.subscribed_apps(id),
            ["subscribed_apps"] if is(&post) => state.subscribe(id, &app),
            _ => Err(unknown_call()),
        };
    }
    if let Some(number) = state.numbers.get(id) {
        let scope = MESSAGING;
        let waba = number.waba.clone();
        state.authorize(request, scope, &waba)?;
        return match parts[1..] {
            ["whatsapp_business_encryption"] if is(&get) => state.registered_key(id),
            ["whatsapp_business_encryption"] if is(&post) => state.register_key(id, request),
            ["messages"] if is(&post) => state.send(id, &request.json),
            _ => Err(unknown_call()),
        };
    }
    if let Some(flow) = state.flows.get(id) {
        let waba = flow.waba.clone();
        let app = state.authorize(request, MANAGEMENT, &waba)?;
        return match parts[1..] {
            [] if is(&get) => state.get_flow(id, request),
            [] if is(&post) => state.update_flow(id, &app, request),
            [] if is(&delete) => state.delete_flow(id),
            ["assets"] if is(&get) => state.assets(id, &inner.downloads),
            ["assets"] if is(&post) => state.upload(id, request),
            ["publish"] if is(&post) => {
                let ping = state.check_publish(id)?;
                drop(state);
                ping.send()?;
                inner.state.lock().unwrap().flows.get_mut(id).expect("it exists").status =
                    "PUBLISHED";
                Ok(json!({ "success": true }))
            }
            ["deprecate"] if is(&post) => state.deprecate(id),
            _ => Err(unknown_call()),
        };
    }
    // Without a valid token nothing is said about an id.
    state.authorize(request, MANAGEMENT, "")?;
    Err(refuse(803, &format!("Some of the aliases you requested do not exist: {id}")))
}

fn unknown_call() -> super::errors::Refusal {
    refuse(2500, "Unknown path components")
}
