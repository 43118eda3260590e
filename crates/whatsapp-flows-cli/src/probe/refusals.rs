//! The cases of requests that must be refused: a wrong key, changed data, no request, and wrong signatures; and a
//! request that is repeated.

use whatsapp_flows::protocol::public_key::parse_public_key;
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::testing::{KeyPair, RequestSealer};

use super::prober::{Answer, Prober};
use super::report::{Outcome, Verdict};
use super::requests;
use super::target::Signature;
use crate::http_client::Response;

impl Prober<'_> {
    pub fn wrong_key(&mut self) -> Verdict {
        let public_pem = KeyPair::generate().public_pem;
        let other = parse_public_key(&public_pem).and_then(|key| {
            let sealer = RequestSealer::for_key(&key)?;
            Ok((key, sealer))
        });
        let Ok((key, sealer)) = other else { return Verdict::skipped("no key could be made") };
        let sealed = self.target.seal_for(&sealer, &key, &requests::ping());
        let answer = self.target.post(&sealed, Signature::Genuine);
        let answer = self.counted(answer);
        self.expect_421(&answer, "it answers a request that it cannot decrypt", REFETCH)
    }

    pub fn tampered(&mut self) -> Verdict {
        let sealed = self.target.written(self.target.seal(&requests::ping()).tampered());
        let answer = self.target.post(&sealed, Signature::Genuine);
        let answer = self.counted(answer);
        self.expect_421(
            &answer,
            "it answers a request whose tag is wrong, so anybody can change requests",
            "verify the tag of AES-GCM, its last 16 bytes, and answer 421 if it is wrong",
        )
    }

    fn expect_421(&self, answer: &Answer, answered: &str, advice: &str) -> Verdict {
        match answer {
            Ok(response) if response.status == 421 => Verdict::ok("421"),
            Ok(response) if response.status == 200 && self.is_answered(response) => {
                Verdict::failed(format!("200: {answered}"), advice)
            }
            Ok(response) => Verdict::failed(format!("{} instead of 421", response.status), REFETCH),
            Err(error) => {
                Verdict::failed(format!("{} instead of 421", self.error_text(error)), REFETCH)
            }
        }
    }

    /// Returns true unless the body is an error in plain text. A reply may have the mistakes that are reported already.
    fn is_answered(&self, response: &Response) -> bool {
        response.reply.is_ok()
            || response.is_encrypted()
            || response.diagnosis.as_ref().is_some_and(|found| {
                found.mistakes.iter().all(|mistake| self.known.contains(mistake))
            })
    }

    pub fn not_a_request(&mut self) -> Verdict {
        let sealed = self.target.seal(&requests::ping());
        let half = sealed.body[..sealed.body.len() / 2].to_owned();
        let noise =
            r#"{"encrypted_flow_data":"AAAA","encrypted_aes_key":"*","initial_vector":null}"#;
        let mut worst = Verdict::ok("refused");
        for (name, body) in [
            ("half a request", half),
            ("a list", "[]".into()),
            ("an envelope of noise", noise.into()),
        ] {
            let mut sealed = sealed.clone();
            sealed.body = body;
            let answer = self.target.post(&sealed, Signature::Genuine);
            let found = match &self.counted(answer) {
                Ok(response) if (400..500).contains(&response.status) => {
                    Verdict::ok(format!("{} for {name}", response.status))
                }
                Ok(response) if response.status < 300 => Verdict::failed(
                    format!("{} for {name}", response.status),
                    "answer 421 to what cannot be decrypted",
                ),
                Ok(response) => Verdict::warning(
                    format!("{} for {name}", response.status),
                    "catch the exception, and answer 421",
                ),
                Err(error) => Verdict::warning(
                    format!("{} for {name}", self.error_text(error)),
                    "catch the exception, and answer 421",
                ),
            };
            if severity(found.outcome) > severity(worst.outcome) {
                worst = found;
            } else if worst.outcome == Outcome::Ok && found.outcome == Outcome::Ok {
                worst = Verdict::ok(found.seen.split(' ').next().unwrap_or_default());
            }
        }
        worst
    }

    pub fn wrong_signature(&mut self) -> Verdict {
        let sealed = self.target.seal(&requests::ping());
        let Ok(other) = AppSecret::new(super::prober::random_token()) else {
            return Verdict::skipped("no other secret could be made");
        };
        let signature = other.sign(sealed.body.as_bytes());
        self.expect_432(&[("signed with another app secret", Some(&signature))])
    }

    pub fn no_signature(&mut self) -> Verdict {
        self.expect_432(&[("without a signature", None)])
    }

    pub fn odd_signature(&mut self) -> Verdict {
        let letters = format!("sha256={}", "z".repeat(64));
        self.expect_432(&[
            ("with a short signature", Some("sha256=00")),
            ("with a signature that is not hexadecimal", Some(&letters)),
            ("with an empty signature", Some("")),
        ])
    }

    fn expect_432(&mut self, signatures: &[(&str, Option<&str>)]) -> Verdict {
        if self.target.app_secret.is_none() {
            return Verdict::skipped("needs the app secret; pass it with --app-secret-file");
        }
        let mut worst = Verdict::ok("432");
        for (name, value) in signatures {
            let sealed = self.target.seal(&requests::ping());
            let signature = value.map_or(Signature::None, Signature::Value);
            let answer = self.target.post(&sealed, signature);
            let found = match &self.counted(answer) {
                Ok(response) => match response.status {
                    432 => continue,
                    200..=299 if !self.is_answered(response) => Verdict::failed(
                        format!(
                            "{} with a body that is not a reply, for a request {name}",
                            response.status
                        ),
                        "refuse it with 432",
                    ),
                    200..=299 => {
                        let advice = if self.is_unchecked { "see P21" } else { CHECK };
                        self.is_unchecked = true;
                        let seen = "it answers a request";
                        Verdict::failed(format!("{}: {seen} {name}", response.status), advice)
                            .with_mistake("signature-not-checked")
                    }
                    status @ 400..=499 => Verdict::warning(
                        format!("{status} for a request {name}"),
                        "refuse it with 432",
                    ),
                    status => Verdict::failed(format!("{status} for a request {name}"), CRASH),
                },
                Err(error) => Verdict::failed(
                    format!("{} for a request {name}", self.error_text(error)),
                    CRASH,
                ),
            };
            if severity(found.outcome) > severity(worst.outcome) {
                worst = found;
            }
        }
        worst
    }

    pub fn repeat(&mut self) -> Verdict {
        let request = match self.first_screen {
            Some(_) => {
                let token = self.another_token();
                requests::exchange("INIT", "", serde_json::Value::Null, &token, self.version())
            }
            None => requests::ping(),
        };
        let sealed = self.target.seal(&request);
        let first = self.target.post(&sealed, Signature::Genuine);
        let first = match self.counted(first) {
            Ok(first) if first.status == 200 => first,
            Ok(first) => return Verdict::skipped(format!("the first copy gets {}", first.status)),
            Err(error) => return self.unanswered(&error),
        };
        let second = self.target.post(&sealed, Signature::Genuine);
        match self.counted(second) {
            Ok(second) if second.status == 200 && second.bytes == first.bytes => {
                Verdict::ok("the same reply")
            }
            Ok(second) if second.status == 200 => {
                Verdict::warning("another reply under the same key and vector", TWO_REPLIES)
                    .with_mistake("vector-reused")
            }
            Ok(second) if (400..500).contains(&second.status) => {
                Verdict::ok(format!("refused with {}", second.status))
            }
            Ok(second) => {
                Verdict::failed(format!("{} for the second copy", second.status), CRASH_COPY)
            }
            Err(error) => {
                let seen = self.error_text(&error);
                Verdict::failed(format!("{seen} for the second copy"), CRASH_COPY)
            }
        }
    }
}

fn severity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Ok | Outcome::Skipped => 0,
        Outcome::Warning => 1,
        Outcome::Failed => 2,
    }
}

const REFETCH: &str =
    "answer 421 when decryption fails at any step; only then clients download the public key again";
const CHECK: &str = "compare X-Hub-Signature-256 with the HMAC-SHA256 of the body, and answer 432; otherwise anybody \
     who has the public key can call the endpoint";
const CRASH: &str = "answer 432 also if the header is missing or has another length, for which a comparison in \
     constant time may throw";
const TWO_REPLIES: &str = "answer the same bytes, or refuse the copy: two different messages under one key and vector \
     reveal both";
const CRASH_COPY: &str = "answer a request that arrives twice, as networks may deliver it twice";
