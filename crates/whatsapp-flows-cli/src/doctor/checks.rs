//! The table of all checks, in the order in which one explains the next.

use crate::report::{Finding, Status};

/// A check.
pub struct Check {
    /// Its stable code.
    pub code: &'static str,
    /// The subject of the check.
    pub looks_at: &'static str,
    /// The consequence of a failure.
    pub why: &'static str,
}

/// All checks. docs/doctor.md has the same table.
pub const CHECKS: [Check; 25] = [
    check(
        "secret",
        "the secret can be read, and the endpoint uses every key and app secret in it",
        "without it the endpoint answers 500, and a key that is skipped is a key that is missing",
    ),
    check(
        "token",
        "the access token is valid, and stays so for a week",
        "without it nothing can be sent or changed at Meta",
    ),
    check(
        "token-scopes",
        "the token has the permissions `whatsapp_business_management` and `whatsapp_business_messaging`",
        "flows need the first, keys and messages the second",
    ),
    check(
        "token-account",
        "the token may use the WhatsApp Business Account",
        "a system user needs the account assigned, besides the permissions",
    ),
    check(
        "flow",
        "the flow exists in the account, and is published",
        "only a published flow opens from an ordinary message",
    ),
    check(
        "app",
        "the app of the flow is the configured one, and that of the token",
        "Meta signs with the secret of the flow's app; if that is another app, every request is 432",
    ),
    check(
        "app-secret",
        "Meta accepts the newest app secret of the secret",
        "Meta signs with the app secret that it has; with another one every request is 432",
    ),
    check(
        "number",
        "the number is connected, and on the Cloud API",
        "only such a number sends flows",
    ),
    check(
        "key-registered",
        "Meta has a key for the number, and shows it as valid",
        "without a valid key clients cannot encrypt",
    ),
    check(
        "key-match",
        "the key at Meta is the newest one of the secret",
        "clients encrypt with the key at Meta; without its private half every request is 421",
    ),
    check(
        "function",
        "the Lambda function is active, and its last update succeeded",
        "otherwise an earlier program answers, or none",
    ),
    check(
        "template",
        "the template of the deployed stack is the one of this version",
        "a program needs what its own template gives it, such as a right or a table",
    ),
    check(
        "strict",
        "the function is not strict (`FLOWS_STRICT`)",
        "the log of a strict endpoint has texts of its users",
    ),
    check(
        "endpoint-address",
        "the address of the flow at Meta is https, and the configured one",
        "Meta calls the address that it has, whatever is deployed elsewhere",
    ),
    check(
        "dns",
        "the name of the endpoint resolves to public addresses",
        "Meta's servers must find the endpoint",
    ),
    check(
        "certificate",
        "the certificate is one of a public authority, for this name, and valid for two weeks",
        "Meta refuses every other certificate, without a line in the log",
    ),
    check(
        "ping",
        "a health check under the key at Meta, signed with the newest app secret, is answered as clients accept it",
        "it is what every request of a client goes through before a handler",
    ),
    check(
        "ping-time",
        "it is answered within a second",
        "Meta warns when a tenth of the answers takes longer, and throttles the flow later",
    ),
    check(
        "signature",
        "a health check that is signed with another secret is refused with 432",
        "otherwise anybody can call the endpoint in Meta's name",
    ),
    check(
        "clock",
        "this machine, Meta and the endpoint have the same time",
        "AWS refuses calls that are five minutes off, and a rotation waits by the clock",
    ),
    check(
        "flow-version",
        "the versions of Flow JSON and data API are known and can be published",
        "old versions expire, and the endpoint may not know newer ones",
    ),
    check(
        "flow-errors",
        "Meta finds no errors in the Flow JSON",
        "a flow with errors is not published",
    ),
    check(
        "flow-json",
        "the Flow JSON at Meta is the local file",
        "handlers that follow another Flow JSON than the client answer with screens that it refuses",
    ),
    check(
        "health",
        "Meta says that messages can be sent",
        "Meta knows of blocks that nobody else sees",
    ),
    check(
        "webhook",
        "the app is subscribed to the account, and listens to `messages` and `flows` at an address of its own",
        "a flow is not published without it; completed forms and alerts arrive there",
    ),
];

const fn check(code: &'static str, looks_at: &'static str, why: &'static str) -> Check {
    Check { code, looks_at, why }
}

/// A finding of a check. It says why it matters unless all is well.
pub fn finding(code: &'static str, status: Status, text: impl std::fmt::Display) -> Finding {
    let check = CHECKS.iter().find(|check| check.code == code).expect("a code of the table");
    let finding = Finding::new(code, status, text.to_string());
    match status {
        Status::Ok | Status::CannotSee => finding,
        Status::Warning | Status::Fail => finding.why(check.why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_has_the_same_table() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/doctor.md");
        let guide = std::fs::read_to_string(path).unwrap();
        let table = guide.lines().skip_while(|line| !line.starts_with("| code |")).skip(2);
        let rows: Vec<_> = table.take_while(|line| line.starts_with('|')).collect();
        let expected: Vec<_> = CHECKS
            .iter()
            .map(|Check { code, looks_at, why }| format!("| `{code}` | {looks_at} | {why} |"))
            .collect();
        assert_eq!(rows, expected);
    }
}
