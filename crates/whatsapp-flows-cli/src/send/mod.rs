//! `flowctl send`: sends a flow to one's own number, with a fresh flow token.

mod registration;
mod texts;

use clap::Args;
use serde_json::{Map, Value, json};
use whatsapp_flows::protocol::token::FlowToken;

use crate::flow::{Target, TargetArgs, find};
use crate::graph::{
    ControlPlane, Flow, FlowMessage, FlowStatus, Mode, Opening, Recipient, Repeat, SentMessage,
};
use crate::report::progress;
use crate::stop::Stop;
use crate::{Error, files};
use registration::RegistrationArgs;
use texts::TextArgs;

/// Send a draft or a published flow to your own number, with a fresh flow token
///
/// The user must have written to the number within 24 hours. Accepted is not delivered: delivery is reported only by
/// webhook.
#[derive(Args)]
#[command(
    after_help = "It is not repeated after a timeout, because the message may have arrived.\n\n\
    Examples:\n  \
    flowctl send 15550100200\n  \
    flowctl send 15550100200 --flow appointment --env prod --published\n  \
    flowctl send US.AbC123dEf456 --screen DETAILS --data '{\"name\":\"Ada\"}'"
)]
pub struct Send {
    /// Phone number with its country code, or a business-scoped user id such as US.AbC123dEf456
    #[arg(value_name = "TO")]
    to: Recipient,
    /// Send only if the flow is published [default: by the state of the flow]
    #[arg(long)]
    published: bool,
    /// Open this screen without asking the endpoint
    #[arg(long, value_name = "SCREEN")]
    screen: Option<String>,
    /// Data of the screen: a JSON object, or @ and the name of a file
    #[arg(long, value_name = "JSON", requires = "screen")]
    data: Option<String>,
    #[command(flatten)]
    texts: TextArgs,
    #[command(flatten)]
    registration: RegistrationArgs,
    #[command(flatten)]
    target: TargetArgs,
}

impl Send {
    /// Runs the command and returns its exit code.
    pub fn run(self) -> u8 {
        let as_json = self.target.json;
        Stop::exit_code("send", as_json, self.send())
    }

    fn send(self) -> Result<u8, Stop> {
        let as_json = self.target.json;
        self.texts.check()?;
        let opening = opening(self.screen, self.data.as_deref())?;
        let target = self.target.resolve()?;
        let number = match target.settings.phone_number_ids()? {
            [number] => number.clone(),
            [number, ..] => {
                progress(format_args!("sending from the first number, {}", number.short()));
                number.clone()
            }
            [] => unreachable!("phone_number_ids returns at least one"),
        };
        let (name, entry) = target.named()?;
        let flow = find(&target.graph, &target.waba, &name)?;
        let flow = flow.ok_or_else(|| {
            format!("Meta has no flow `{name}` in this account; create it with flowctl flow push")
        })?;
        let mode = mode(&flow, self.published)?;
        let flow_token = FlowToken::random();
        let registered = self.registration.register(&target, entry, &flow_token)?;
        let message = FlowMessage {
            to: self.to,
            flow: flow.id.clone(),
            mode,
            flow_token,
            opening,
            cta: self.texts.cta,
            header: self.texts.header,
            body: self.texts.body,
            footer: self.texts.footer,
        };
        progress(format_args!("sending {name} ({}) to {}", flow.status, message.to));
        let sent = send(&target, &number, &message)?;
        match as_json {
            true => println!("{:#}", object(&flow, &message, &sent, registered)),
            false => print!("{}", text(&message, &sent, registered)),
        }
        Ok(0)
    }
}

/// Sends, and after a lost answer says what is left of it.
fn send(
    target: &Target,
    number: &crate::graph::PhoneNumberId,
    message: &FlowMessage,
) -> Result<SentMessage, Stop> {
    target.graph.send(number, message).map_err(|error| {
        if error.repeat == Repeat::MayHaveHappened {
            eprintln!(
                "the message may have arrived, and is not sent again; look at the phone first. Its token: {}",
                message.flow_token.as_str()
            );
        }
        error.into()
    })
}

/// The mode that fits the state of the flow.
fn mode(flow: &Flow, published: bool) -> Result<Mode, Error> {
    match &flow.status {
        FlowStatus::Draft if published => Err(
            "the flow is a DRAFT; publish it with flowctl flow publish, or leave out --published"
                .into(),
        ),
        FlowStatus::Draft => Ok(Mode::Draft),
        FlowStatus::Deprecated => Err("the flow is deprecated, and can no longer be sent".into()),
        FlowStatus::Published
        | FlowStatus::Throttled
        | FlowStatus::Blocked
        | FlowStatus::Other(_) => Ok(Mode::Published),
    }
}

fn opening(screen: Option<String>, data: Option<&str>) -> Result<Opening, Error> {
    let Some(screen) = screen else { return Ok(Opening::DataExchange) };
    let text = match data {
        None => return Ok(Opening::Navigate { screen, data: Map::new() }),
        Some(text) => match text.strip_prefix('@') {
            Some(file) => files::read_text(file.as_ref())?,
            None => text.to_owned(),
        },
    };
    match serde_json::from_str(&text) {
        Ok(Value::Object(data)) => Ok(Opening::Navigate { screen, data }),
        Ok(_) => Err("`--data` is not a JSON object".into()),
        Err(error) => Err(format!("`--data` is not JSON: {error}").into()),
    }
}

fn text(message: &FlowMessage, sent: &SentMessage, registered: bool) -> String {
    let token = message.flow_token.as_str();
    let mut text = format!("token    {token}\n");
    if registered {
        text += "         registered in the table of the sessions\n";
    }
    text += "         flowctl session trace finds its log lines, and flowctl session forget deletes its session\n";
    let status = sent.status.as_deref().unwrap_or("accepted");
    let id = sent.id.as_deref().unwrap_or("the answer names none");
    text += &format!("message  {id}\nstatus   {status}\n");
    text += "Accepted is not delivered: a failure is reported only by webhook, as the status `failed`.\n";
    if message.mode == Mode::Draft {
        text += "It is a draft: WhatsApp shows a banner, and its own texts in place of header, body, footer and button.\n";
    }
    text
}

fn object(flow: &Flow, message: &FlowMessage, sent: &SentMessage, registered: bool) -> Value {
    json!({
        "command": "send",
        "ok": true,
        "flow": { "name": flow.name, "id": flow.id.as_str(), "status": flow.status.to_string() },
        "to": message.to.to_string(),
        "mode": match message.mode {
            Mode::Draft => "draft",
            Mode::Published => "published",
        },
        "flowToken": message.flow_token.as_str(),
        "registered": registered,
        "messageId": sent.id,
        "messageStatus": sent.status,
        "delivered": Value::Null,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_an_object_or_a_file() {
        let read = |data: Option<&str>| opening(Some("A".into()), data).map_err(|e| e.to_string());
        assert_eq!(read(None), Ok(Opening::Navigate { screen: "A".into(), data: Map::new() }));
        assert!(
            matches!(read(Some("{\"a\":1}")), Ok(Opening::Navigate { data, .. }) if data.len() == 1)
        );
        assert_eq!(read(Some("[]")), Err("`--data` is not a JSON object".into()));
        assert!(read(Some("{")).unwrap_err().contains("not JSON"));
        assert!(read(Some("@no_such_file")).unwrap_err().contains("no_such_file"));
        assert_eq!(opening(None, None).unwrap(), Opening::DataExchange);
    }
}
