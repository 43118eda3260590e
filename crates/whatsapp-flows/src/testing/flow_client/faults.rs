//! Faults on the way: replies that are lost, requests that arrive twice, and time that passes.

use std::time::Duration;

use super::super::Response;
use super::FlowClient;

impl FlowClient {
    /// Loses the reply to the next request on its way: the endpoint has served it, and the user sees an error.
    pub fn lose_next_reply(&mut self) {
        self.loses_reply = true;
    }

    /// Sends the data of the next request twice at the same time, each under its own encryption, as a double tap does.
    /// The client gets the reply to one of the two.
    pub fn double_next_request(&mut self) {
        self.doubles_request = true;
    }

    /// Sends the data of the last request again under fresh encryption, as the client does after an error. What is on
    /// the screen does not change.
    ///
    /// # Panics
    ///
    /// If nothing was sent yet.
    pub async fn retry_last(&self) -> Response {
        let (plaintext, ..) = self.last.as_ref().expect("a request was sent");
        self.phone.send(plaintext).await
    }

    /// Sends the last request again, byte by byte, as a proxy does. What is on the screen does not change.
    ///
    /// # Panics
    ///
    /// If nothing was sent yet.
    pub async fn resend_last(&self) -> Response {
        let (_, sealed, _) = self.last.as_ref().expect("a request was sent");
        self.phone.post(sealed).await
    }

    /// Advances the clock of the endpoint, as [`Phone::wait`](crate::testing::Phone::wait).
    pub fn wait(&self, time: Duration) {
        self.phone.wait(time);
    }
}
