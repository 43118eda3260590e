//! Advice for the documented errors of the control plane, in plain words.

use super::GraphError;

/// Returns the advice for an error that the control plane answered.
pub fn of(error: &GraphError) -> Option<&'static str> {
    let text = format!("{} {}", error.title.as_deref().unwrap_or_default(), error.message);
    let text = text.to_lowercase();
    let words: Vec<_> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let says = |searched: &[&str]| searched.iter().any(|one| words.contains(one));
    Some(match (error.code?, error.subcode) {
        (190, Some(463)) => {
            "the access token has expired; make a new one, or use a system user's, which does not expire"
        }
        (190, Some(460)) => {
            "the access token ended because the password was changed; make a new one"
        }
        (190, _) => "the access token is not valid; set WHATSAPP_TOKEN to a current one of the app",
        (10 | 200..=299, _) => {
            "the access token lacks a permission; it needs whatsapp_business_management and \
             whatsapp_business_messaging, and its system user needs the WhatsApp Business Account assigned"
        }
        (803, _) => {
            "there is no object with this id; compare the ids in flows.toml with those of the Meta app"
        }
        (100, Some(33)) => {
            "the object does not exist, or the access token may not see it; compare the ids in flows.toml, and assign \
             the WhatsApp Business Account to the system user"
        }
        (100, _) if says(&["unique", "name"]) => {
            "a name is used once in a WhatsApp Business Account; choose another, or delete the other draft"
        }
        (100, _) if says(&["key", "business_public_key"]) => {
            "upload the public key of an RSA key pair of 2048 bits, a PEM that starts with BEGIN PUBLIC KEY"
        }
        (100, _) if says(&["proof", "appsecret_proof"]) => {
            "the app secret is not the one of the token's app"
        }
        (100, _) => "a value is not accepted; the message names it",
        (139000, _) => {
            "Meta blocks the flow by a rule of its own; the business support of Meta can say which"
        }
        (139001, _) if error.is_about_published() => {
            "a published flow is not changed here; make a copy with flowctl flow push --clone NAME"
        }
        (139001, _) => "the Flow JSON was stored and not processed; repeat the upload",
        (139002, _) if says(&["key"]) => "register the public key with flowctl keys upload",
        (139002, _) if says(&["endpoint", "endpoint_uri", "ping"]) => {
            "the endpoint must be set and must answer Meta's ping; flowctl doctor shows why it does not"
        }
        (139002, _) if says(&["app", "application"]) => {
            "connect the app: set `app_id` in flows.toml, and run flowctl flow push"
        }
        (139002, _)
            if says(&["subscribed", "subscribe", "subscription", "webhook", "webhooks"]) =>
        {
            "subscribe the app to the webhook field `flows` of the WhatsApp Business Account; flowctl doctor says how"
        }
        (139002, _) => "flowctl flow status lists what is in the way of publishing",
        (139003, _) => "only a published flow can be deprecated, and only once",
        (139004, _) => "only a draft can be deleted; deprecate a published flow",
        (139006, _) => "there are too few requests for this metric",
        (131000, _) => {
            "Meta names no reason; for publishing it is often an endpoint that fails, or a key that is missing or \
             wrong: run flowctl doctor"
        }
        (131008, _) => "a parameter of the message is missing",
        (131009, _) => {
            "a value of the message is not accepted; a draft is sent as a draft, and a published flow is not"
        }
        (131021, _) => "the sender and the recipient are the same number",
        (131026, _) => {
            "the message cannot be delivered: no WhatsApp on this number, an old app, or new terms not accepted"
        }
        (131030, _) => {
            "a test number sends only to numbers on its list; add yours in the Meta app under WhatsApp, API Setup"
        }
        (131037, _) => "the display name of the number is not approved yet",
        (131042, _) => "the WhatsApp Business Account has no valid payment method",
        (131047, _) => {
            "the user has not written within 24 hours; write a message to the number first, and send again"
        }
        (131049, _) => "Meta withholds the message to keep the user from too many; try later",
        (131056, _) => "too many messages to this user; wait a minute",
        (131062, _) => "this message cannot go to a user id; send it to a phone number",
        (130429, _) => "too many messages from this number; wait a minute",
        (132068, _) => {
            "the flow is blocked, because its endpoint was unhealthy; run flowctl doctor"
        }
        (132069, _) => {
            "the flow is throttled, because its endpoint was unhealthy; run flowctl doctor"
        }
        (4 | 80007, _) => {
            "a limit of the app or of the WhatsApp Business Account is reached; wait, and repeat"
        }
        (1 | 2, _) => "a fault at Meta, which usually passes; repeat it in a minute",
        (368 | 131031, _) => {
            "the account is locked or restricted for a policy; see Meta's account quality page"
        }
        (131048, _) => {
            "the number is limited for spam; do not repeat it, and see Meta's account quality page"
        }
        _ => return None,
    })
}
