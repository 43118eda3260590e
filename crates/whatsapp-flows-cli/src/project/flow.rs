//! The files of one flow: its module, its script, its sample events.

use local_lambda::event;
use serde_json::{Value, json};
use whatsapp_flow_json::codegen::{self, Scaffold};
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::HEADER;
use whatsapp_flows::protocol::token::FlowToken;
use whatsapp_flows::testing::RequestSealer;
use whatsapp_flows::testing::client::FlowJson;

use super::names::{module, pascal_case, path};
use super::tests;
use super::walk::walk;
use super::writing::File;
use crate::request_args::ping;
use crate::{Error, check, files};

/// The key pair of the sample events. The library serves with it from a file only.
pub const SECRET: &str = include_str!("../../templates/project/secret.json");

/// A flow that becomes Rust code.
pub struct NewFlow<'a> {
    pub name: &'a str,
    pub flow_json: &'a str,
}

/// The Flow JSON of a file, without mistakes, of a flow with an endpoint.
pub fn read(path: &std::path::Path) -> Result<String, Error> {
    let name = path.display();
    let text = files::read(path)?;
    if check::print_errors(&name.to_string(), text.as_bytes()) {
        return Err(format!("{name} has errors; fix them first. Nothing was written").into());
    }
    let flow = FlowJson::parse(&text)?;
    if !flow.has_endpoint() {
        return Err(format!(
            "{name} has no `data_api_version`, so it is a flow without an endpoint, and there is nothing to serve; \
             add data_api_version and routing_model for an endpoint. Nothing was written"
        )
        .into());
    }
    Ok(text.trim_start_matches('\u{FEFF}').to_owned())
}

impl NewFlow<'_> {
    /// The files of the module in this folder, the script, and the screens to which no way was found for the test.
    /// `entry` is the text of the file that names the modules.
    pub fn files(&self, folder: &str, entry: File) -> Result<(Vec<File>, Vec<String>), Error> {
        let screens = codegen::generate(self.flow_json, "flow.json")?;
        let Scaffold { text, plan, .. } = codegen::scaffold(self.flow_json, self.name)?;
        let flow = FlowJson::parse(self.flow_json)?;
        let (walks, missed) = walk(&flow, &plan);
        let file = |name: &str, text: String| (format!("{folder}/{name}"), text);
        let files = vec![
            file(&entry.0, entry.1),
            file("flow.json", self.flow_json.into()),
            file("screens.rs", screens),
            file("flow.rs", text),
            file("tests.rs", tests::rust(&flow, &plan, &walks, &missed)),
            (
                format!("tests/{}.play", self.name),
                tests::script(self.name, &format!("{folder}/flow.json"), &plan, &walks),
            ),
        ];
        Ok((files, missed))
    }

    /// The module of the flow: its name, and its `mod.rs`.
    pub fn module_file(&self) -> File {
        let text = include_str!("../../templates/project/mod.rs").replace("{{flow}}", self.name);
        ("mod.rs".into(), text)
    }

    /// The folder of the module.
    pub fn folder(&self) -> String {
        format!("src/{}", module(self.name))
    }
}

/// The output of a flow in the template, whose address depends on the front.
pub fn output(name: &str) -> String {
    const HOST: &str = "      - Host: !If
          - HasDomain
          - !Ref DomainName
          - !If
            - IsHttp
            - !Sub ${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}
            - !If
              - IsRest
              - !Sub ${RestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/live
              - !Select [2, !Split [/, !GetAtt Url.FunctionUrl]]";
    with_address(name, &format!("!Sub\n      - https://${{Host}}{}\n{HOST}", path(name)))
}

/// The output of a flow in a template whose only front is an HTTP API.
pub fn output_of_http_api(name: &str) -> String {
    with_address(name, &format!("!Sub ${{Api.ApiEndpoint}}{}", path(name)))
}

fn with_address(name: &str, address: &str) -> String {
    let id = pascal_case(name);
    format!("  {id}Url:\n    Description: Endpoint of the flow `{name}`\n    Value: {address}")
}

/// Sample events for a flow, encrypted for the key pair of the project's `events/secret.json`.
pub fn events(name: &str, prefix: &str) -> Result<Vec<File>, Error> {
    let keyring = Keyring::from_json(SECRET.as_bytes())?.0;
    let sealer = RequestSealer::new(&keyring.private_keys()[0].public_pem())?;
    let token = FlowToken::random();
    let init = json!({
        "data": {}, "flow_token": token.as_str(), "screen": "", "action": "INIT", "version": "4.0",
    });
    let requests = [("ping", ping()), ("init", init)];
    let file = |(event_name, plaintext): (&str, Value)| {
        let body = sealer.seal(plaintext.to_string().as_bytes()).body;
        let signature = keyring.app_secrets()[0].sign(body.as_bytes());
        let headers = [
            ("content-type", &b"application/json"[..]),
            ("host", b"localhost"),
            (HEADER, signature.as_bytes()),
        ];
        let event = event::http_api("POST", &path(name), headers, body.as_bytes());
        (format!("events/{prefix}{event_name}.json"), format!("{event:#}\n"))
    };
    Ok(requests.into_iter().map(file).collect())
}
