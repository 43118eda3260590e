//! The cases of a conversation: open, back, submit, data API 4.0, and error notifications.

use serde_json::Value;

use super::prober::{Answer, Prober};
use super::report::Verdict;
use super::requests;
use crate::request_args::Action;

impl Prober<'_> {
    pub fn init(&mut self) -> Verdict {
        let answer = self.send(&self.init_request());
        let reply = match self.read(&answer, Action::Init) {
            Ok(reply) => reply,
            Err(mut verdict) => {
                if verdict.is_own_failure() && !is_reply(&answer) {
                    verdict.advice = join(&verdict.advice, ONLY_INIT);
                }
                // A reply with a mistake that is reported now shows a screen all the same.
                if !verdict.mistakes.is_empty()
                    && let Ok(reply) = self.read(&answer, Action::Init)
                {
                    self.first_screen = screen_id(&reply);
                }
                return verdict;
            }
        };
        self.first_screen = screen_id(&reply);
        match self.plan.flow.as_ref().and_then(|flow| flow.rejects(&reply, &self.token)) {
            Some(cause) => Verdict::failed(cause, "compare the reply with the Flow JSON"),
            None => Verdict::ok(screen(&reply)),
        }
    }

    pub fn back(&mut self) -> Verdict {
        let flow = self.plan.flow.as_ref();
        let named = self.plan.back_from.clone();
        let from_flow = flow.and_then(|flow| flow.screen_with_back());
        if named.is_none() && flow.is_some() && from_flow.is_none() {
            return Verdict::skipped("no screen of the Flow JSON has `refresh_on_back`");
        }
        let is_named = named.is_some() || from_flow.is_some();
        let left = named.or(from_flow).or(self.first_screen.clone()).unwrap_or_default();
        let request = requests::exchange("BACK", &left, Value::Null, &self.token, self.version());
        let answer = self.send(&request);
        match self.read(&answer, Action::Back) {
            Ok(reply) => Verdict::ok(screen(&reply)),
            Err(verdict) if is_named || is_reply(&answer) || !verdict.is_own_failure() => verdict,
            // Clients send BACK only if a screen has `refresh_on_back`, so this is a mistake only if one has.
            Err(verdict) => Verdict::skipped(format!(
                "no screen with `refresh_on_back` is known, and BACK got {}; pass --flow-json, or --back SCREEN if one has",
                verdict.seen
            )),
        }
    }

    pub fn submit(&mut self) -> Verdict {
        let Some((name, data)) = self.plan.submission.clone() else {
            return Verdict::skipped("pass --screen and --data to submit a screen");
        };
        self.token = self.another_token();
        if self.first_screen.is_some() {
            let _ = self.send(&self.init_request());
        }
        let request = requests::exchange("data_exchange", &name, data, &self.token, self.version());
        let answer = self.send(&request);
        match self.read(&answer, Action::DataExchange) {
            Ok(reply) => match self.plan.flow.as_ref().and_then(|flow| flow.unknown_screen(&reply))
            {
                Some(cause) => Verdict::failed(cause, "show a screen of the Flow JSON, or SUCCESS"),
                None => Verdict::ok(screen(&reply)),
            },
            Err(verdict) => verdict,
        }
    }

    pub fn version_4(&mut self) -> Verdict {
        if self.first_screen.is_none() {
            return Verdict::skipped("needs a reply to INIT; see P09");
        }
        let token = self.another_token();
        let mut request = requests::exchange("INIT", "", Value::Null, &token, "4.0");
        if let Some(app_secret) = &self.target.app_secret {
            let signature = requests::token_signature(&token, app_secret);
            request["flow_token_signature"] = signature.into();
        }
        let answer = self.send(&request);
        match self.read(&answer, Action::Init) {
            Ok(reply) => Verdict::ok(screen(&reply)),
            Err(verdict) => verdict,
        }
    }

    pub fn notice(&mut self) -> Verdict {
        let verdict = self.judge_notice("payload-schema-error");
        self.is_notice_wrong = verdict.mistakes == [NOT_RECOGNIZED];
        verdict
    }

    pub fn empty_notice(&mut self) -> Verdict {
        let mut verdict = self.judge_notice("");
        if self.is_notice_wrong && verdict.mistakes == [NOT_RECOGNIZED] {
            verdict.advice = "see P13".into();
        }
        verdict.downgraded()
    }

    fn judge_notice(&mut self, key: &str) -> Verdict {
        let screen = self.first_screen.clone().unwrap_or_else(|| "SCREEN".into());
        let token = self.another_token();
        let answer = self.send(&requests::notice(key, &screen, &token, self.version()));
        match self.read(&answer, Action::Notice) {
            Ok(reply) if reply["data"]["acknowledged"] == true => Verdict::ok("acknowledged"),
            Ok(_) => Verdict::warning(
                "200, but not `acknowledged`: it was taken for something else",
                RECOGNIZE_NOTICE,
            )
            .with_mistake(NOT_RECOGNIZED),
            Err(mut verdict) => {
                if verdict.is_own_failure() {
                    verdict.advice = RECOGNIZE_NOTICE.into();
                    verdict.mistakes.push(NOT_RECOGNIZED);
                }
                verdict
            }
        }
    }
}

/// Reports whether the endpoint replied, so that a mistake is one of the reply and not a refusal of the request.
fn is_reply(answer: &Answer) -> bool {
    answer.as_ref().is_ok_and(|response| response.status == 200 && response.reply.is_ok())
}

fn screen_id(reply: &Value) -> Option<String> {
    reply["screen"].as_str().map(str::to_owned)
}

/// The screen of a reply, in a sentence.
fn screen(reply: &Value) -> String {
    let name = reply["screen"].as_str().unwrap_or_default();
    match reply["data"]["error_message"].is_string() {
        true => format!("screen {name}, with an error_message"),
        false => format!("screen {name}"),
    }
}

fn join(first: &str, second: &str) -> String {
    if first.is_empty() { second.into() } else { format!("{first}; {second}") }
}

const NOT_RECOGNIZED: &str = "notice-not-recognized";
const ONLY_INIT: &str =
    "if no message opens this flow with `data_exchange`, leave the case out with --skip P09";
const RECOGNIZE_NOTICE: &str = "look for `error` in data before you look at the action and the screen, log it, and \
     answer {\"data\":{\"acknowledged\":true}}";
