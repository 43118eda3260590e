//! Faults, each for one call.

/// A fault for the next call of a kind.
#[derive(Clone)]
pub struct Fault {
    /// Method and last part of the path, such as `POST flows`; an id is `{id}`.
    pub on: &'static str,
    pub kind: FaultKind,
}

#[derive(Clone)]
pub enum FaultKind {
    /// An error, in place of the call.
    Refuse { status: u16, error: serde_json::Value, headers: Vec<(&'static str, String)> },
    /// The call is done, and the connection is closed without an answer.
    CutAfter,
    /// A page of a proxy, in place of the call.
    Html(u16),
}

impl Fault {
    /// Code 2 with status 500.
    pub fn server_error(on: &'static str) -> Self {
        Self::refuse(
            on,
            500,
            serde_json::json!({ "code": 2, "message": "Service temporarily unavailable" }),
        )
    }

    /// Code 80007 with the header that asks to wait.
    pub fn limit(on: &'static str, minutes: u64) -> Self {
        let error = serde_json::json!({ "code": 80007, "message": "(#80007) Rate limit issues" });
        let usage = format!(
            r#"{{"100000000000001":[{{"type":"management","call_count":100,"total_cputime":10,"total_time":10,"estimated_time_to_regain_access":{minutes}}}]}}"#
        );
        let headers = vec![("x-business-use-case-usage", usage)];
        Self { on, kind: FaultKind::Refuse { status: 400, error, headers } }
    }

    /// A documented error.
    pub fn refuse(on: &'static str, status: u16, error: serde_json::Value) -> Self {
        Self { on, kind: FaultKind::Refuse { status, error, headers: Vec::new() } }
    }

    pub fn cut_after(on: &'static str) -> Self {
        Self { on, kind: FaultKind::CutAfter }
    }

    pub fn html(on: &'static str, status: u16) -> Self {
        Self { on, kind: FaultKind::Html(status) }
    }
}
