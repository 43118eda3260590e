//! The findings of a command: printed for a person, or as one JSON object with stable codes.

use serde_json::{Map, Value, json};

/// The state of one thing that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Ok,
    /// It could not be looked at; the text says why.
    CannotSee,
    /// It works, and somebody should look at it.
    Warning,
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub struct Finding {
    /// A stable name, such as `key-match`.
    pub code: &'static str,
    pub status: Status,
    /// The number or the flow that it is about, shortened.
    pub subject: Option<String>,
    /// The finding.
    pub text: String,
    /// The consequence; absent when all is well.
    pub why: Option<String>,
    /// The command or the place that fixes it.
    pub fix: Option<String>,
}

/// The findings of one run of a command.
pub struct Report {
    command: &'static str,
    findings: Vec<Finding>,
    members: Map<String, Value>,
}

impl Finding {
    /// A finding. Its text becomes one line.
    pub fn new(code: &'static str, status: Status, text: impl Into<String>) -> Self {
        let text = text.into().lines().map(str::trim).collect::<Vec<_>>().join("; ");
        Self { code, status, subject: None, text, why: None, fix: None }
    }

    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    fn to_json(&self) -> Value {
        let mut json =
            json!({ "code": self.code, "status": self.status.name(), "text": self.text });
        let optional = [("subject", &self.subject), ("why", &self.why), ("fix", &self.fix)];
        for (name, value) in optional {
            if let Some(value) = value {
                json[name] = value.as_str().into();
            }
        }
        json
    }
}

impl Status {
    /// The word for it in both forms of output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fail => "fail",
            Self::CannotSee => "cannot see",
        }
    }
}

impl Report {
    /// An empty report of a command, such as `doctor` or `keys status`.
    pub fn new(command: &'static str) -> Self {
        Self { command, findings: Vec::new(), members: Map::new() }
    }

    pub fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds a member to the JSON object.
    pub fn member(&mut self, name: &str, value: Value) {
        self.members.insert(name.into(), value);
    }

    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The worst state.
    pub fn worst(&self) -> Status {
        self.findings.iter().map(|finding| finding.status).max().unwrap_or(Status::Ok)
    }

    /// The exit code: 1 if something failed.
    pub fn exit_code(&self) -> u8 {
        u8::from(self.worst() == Status::Fail)
    }

    /// Prints the report to stdout, and returns the exit code.
    pub fn print(&self, as_json: bool) -> u8 {
        match as_json {
            true => println!("{:#}", self.to_json()),
            false => print!("{}", self.to_text()),
        }
        self.exit_code()
    }

    /// The report as one JSON object.
    pub fn to_json(&self) -> Value {
        let mut json = self.members.clone();
        json.insert("command".into(), self.command.into());
        json.insert("ok".into(), (self.worst() != Status::Fail).into());
        json.insert("findings".into(), self.findings.iter().map(Finding::to_json).collect());
        Value::Object(json)
    }

    /// The report for a person: a line for each finding, and below it why it matters and what to do.
    pub fn to_text(&self) -> String {
        let width =
            self.findings.iter().map(|finding| finding.code.len()).max().unwrap_or_default();
        let mut text = String::new();
        for finding in &self.findings {
            let subject = finding.subject.iter().map(|subject| format!("{subject}: "));
            let because = if finding.status == Status::CannotSee { "because " } else { "" };
            text += &format!(
                "{:<10}  {:<width$}  {}{because}{}\n",
                finding.status.name(),
                finding.code,
                subject.collect::<String>(),
                finding.text,
            );
            let indent = " ".repeat(10 + 2 + width + 2);
            for line in finding.why.iter().chain(&finding.fix) {
                text += &format!("{indent}{line}\n");
            }
        }
        text
    }
}

/// Prints a line about work that takes long.
pub fn progress(line: impl std::fmt::Display) {
    eprintln!("{line}");
}

/// A number and a noun.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_have_the_same_words() {
        let mut report = Report::new("doctor");
        report.add(Finding::new("secret", Status::Ok, "two keys"));
        report.add(
            Finding::new("key-match", Status::Fail, "another key")
                .about("…0003")
                .why("why")
                .fix("fix"),
        );
        report.add(Finding::new("stack", Status::CannotSee, "no stack is named"));
        assert_eq!(
            report.to_text(),
            "ok          secret     two keys\n\
             fail        key-match  …0003: another key\n                       why\n                       fix\n\
             cannot see  stack      because no stack is named\n"
        );
        assert_eq!(report.exit_code(), 1);
        assert_eq!(
            report.to_json(),
            json!({ "command": "doctor", "ok": false, "findings": [
                { "code": "secret", "status": "ok", "text": "two keys" },
                { "code": "key-match", "status": "fail", "subject": "…0003", "text": "another key", "why": "why", "fix": "fix" },
                { "code": "stack", "status": "cannot see", "text": "no stack is named" },
            ]})
        );
    }
}
