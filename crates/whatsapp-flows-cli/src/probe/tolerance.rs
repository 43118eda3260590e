//! The cases of requests with more, less or larger members than usual.

use serde_json::{Value, json};

use super::prober::Prober;
use super::report::Verdict;
use super::requests;
use super::target::Signature;
use crate::request_args::Action;

impl Prober<'_> {
    pub fn unknown_members(&mut self) -> Verdict {
        let mut request = requests::ping();
        request["from_a_later_version"] = json!({ "list": [1, null, "x"], "text": "x" });
        let mut sealed = self.target.seal(&request);
        sealed.body.insert_str(1, "\"from_a_later_version\":\"x\",");
        let answer = self.target.post(&sealed, Signature::Genuine);
        let answer = self.counted(answer);
        match self.read(&answer, Action::Ping) {
            Ok(_) => Verdict::ok("ignored"),
            Err(verdict) => self.unless_ping_fails(verdict, "ignore members that you do not know"),
        }
    }

    pub fn null_members(&mut self) -> Verdict {
        let mut request = self.init_request();
        let (name, read) = match self.first_screen {
            Some(_) => ("INIT", Action::Init),
            None => {
                request = requests::ping();
                request["flow_token"] = Value::Null;
                ("ping", Action::Ping)
            }
        };
        if self.first_screen.is_some() {
            request["flow_token"] = self.another_token().into();
        }
        request["screen"] = Value::Null;
        request["data"] = Value::Null;
        let answer = self.send(&request);
        match self.read(&answer, read) {
            Ok(_) => Verdict::ok(format!("{name} is answered")),
            Err(verdict) if verdict.is_own_failure() => {
                Verdict { advice: "read null like an absent member".into(), ..verdict }.downgraded()
            }
            Err(verdict) => verdict.downgraded(),
        }
    }

    pub fn large_body(&mut self) -> Verdict {
        let mut request = requests::ping();
        request["data"] = json!({ "text": "x".repeat(256 << 10) });
        let answer = self.send(&request);
        match self.read(&answer, Action::Ping) {
            Ok(_) => Verdict::ok("answered"),
            Err(verdict) => match &answer {
                Ok(response) if (400..500).contains(&response.status) && !self.is_ping_wrong => {
                    Verdict::warning(
                        verdict.seen,
                        "raise the limit of the body if a screen sends long texts or many files (Express has 100 kB)",
                    )
                }
                _ => self.unless_ping_fails(verdict, "refuse what is too large with 413"),
            },
        }
    }

    /// Replaces the advice of a failed ping. A case that fails because each ping does is left out.
    fn unless_ping_fails(&self, verdict: Verdict, advice: &str) -> Verdict {
        match verdict.is_own_failure() {
            true if self.is_ping_wrong => Verdict::skipped("pings fail; see P05"),
            true => Verdict { advice: advice.into(), ..verdict },
            false => verdict,
        }
    }
}
