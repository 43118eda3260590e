//! The cases of the reply to a ping: its content, its text, its encryption and its content type.

use super::prober::{Answer, Prober};
use super::report::Verdict;
use super::requests;
use crate::diagnosis::{Layer, Mistake};
use crate::http_client::Response;
use crate::request_args::Action;

impl Prober<'_> {
    pub fn ping_verdict(&mut self, ping: &Answer) -> Verdict {
        // The next cases report how the reply is encoded and encrypted.
        if let Ok(Response { diagnosis: Some(diagnosis), status: 200, .. }) = ping {
            self.known = diagnosis.mistakes.clone();
        }
        match self.read(ping, Action::Ping) {
            Ok(_) => Verdict::ok("active"),
            Err(verdict) => {
                self.is_ping_wrong = true;
                verdict
            }
        }
    }

    /// Judges several replies: base64 with another alphabet or without padding is often the same text.
    pub fn encoding(&mut self, ping: &Answer) -> Verdict {
        let Some(response) = encrypted(ping) else { return no_reply() };
        let mut found = of_layers(response, &[Layer::Encoding]);
        for _ in 0..MORE_REPLIES {
            if !found.is_empty() {
                break;
            }
            let answer = self.send(&requests::ping());
            found = encrypted(&answer)
                .map(|response| of_layers(response, &[Layer::Encoding]))
                .unwrap_or_default();
        }
        self.known.extend(&found);
        match found.is_empty() {
            true => Verdict::ok("bare base64"),
            false => mistakes(&found),
        }
    }

    pub fn encryption(&mut self, ping: &Answer) -> Verdict {
        let Some(response) = encrypted(ping) else { return no_reply() };
        let diagnosis = response.diagnosis.as_ref();
        let found = of_layers(response, &[Layer::Encryption, Layer::Plaintext]);
        let is_encrypted =
            !of_layers(response, &[Layer::Encoding]).contains(&Mistake::NotEncrypted);
        match diagnosis {
            _ if !found.is_empty() => mistakes(&found),
            Some(diagnosis) if diagnosis.reply.is_none() || !is_encrypted => {
                Verdict::skipped("not tried until P06 is fixed")
            }
            _ => Verdict::ok("AES-128-GCM under the inverted vector"),
        }
    }

    pub fn content_type(&mut self, ping: &Answer) -> Verdict {
        let Some(response) = encrypted(ping) else { return no_reply() };
        match response.headers.get("content-type").map(|value| value.to_str().unwrap_or_default()) {
            None => Verdict::warning("none", "send content-type: text/plain"),
            Some(found) if is_plain_text(found) => Verdict::ok(found),
            Some(found) => Verdict::warning(found, "send content-type: text/plain"),
        }
    }
}

/// The verdict for a reply with these mistakes.
pub fn mistakes(found: &[Mistake]) -> Verdict {
    let facts: Vec<_> = found.iter().map(|mistake| mistake.fact()).collect();
    let cures: Vec<_> = found.iter().map(|mistake| mistake.cure()).collect();
    let verdict = Verdict::failed(facts.join(", and "), cures.join("; "));
    found.iter().fold(verdict, |verdict, mistake| verdict.with_mistake(mistake.code()))
}

/// The response with an encrypted reply.
fn encrypted(ping: &Answer) -> Option<&Response> {
    let response = ping.as_ref().ok()?;
    (response.status == 200 && !response.bytes.is_empty()).then_some(response)
}

fn of_layers(response: &Response, layers: &[Layer]) -> Vec<Mistake> {
    let found = response.diagnosis.iter().flat_map(|diagnosis| &diagnosis.mistakes);
    found.filter(|mistake| layers.contains(&mistake.layer())).copied().collect()
}

fn is_plain_text(value: &str) -> bool {
    value.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/plain"))
}

fn no_reply() -> Verdict {
    Verdict::skipped("the ping has no reply; see P05")
}

/// A reply to a ping has about 68 characters, and one of eight such texts has no character in which the alphabets
/// differ.
const MORE_REPLIES: usize = 4;
