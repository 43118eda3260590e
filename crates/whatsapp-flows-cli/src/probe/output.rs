//! The report for people: a line for each case, wrapped to the width of the terminal. Cases in a row that were not
//! tried for the same reason share a line.

use super::report::{CaseResult, Outcome, Report};

/// The layout of the lines.
pub struct Layout {
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// The cases that were not tried, and are not written yet.
    pub skipped: Vec<CaseResult>,
}

impl Layout {
    /// Writes the lines of one case, or keeps it for a line with others.
    pub fn case(&mut self, result: &CaseResult) -> String {
        let is_same = self.skipped.last().is_none_or(|last| last.seen == result.seen);
        let mut text = match result.outcome == Outcome::Skipped && is_same {
            true => String::new(),
            false => self.flush(),
        };
        match result.outcome {
            Outcome::Skipped => self.skipped.push(result.clone()),
            _ => text.push_str(&self.lines(result)),
        }
        text
    }

    /// Writes the cases that were kept.
    pub fn flush(&mut self) -> String {
        let skipped = std::mem::take(&mut self.skipped);
        match &skipped[..] {
            [first, _, .., last] => {
                let cases = format!("{} to {}", first.case.id, last.case.id);
                let head = format!("{cases:<19} {} ", self.outcome(Outcome::Skipped));
                self.with_text(head, first)
            }
            few => few.iter().map(|result| self.lines(result)).collect(),
        }
    }

    fn lines(&self, result: &CaseResult) -> String {
        let outcome = self.outcome(result.outcome);
        self.with_text(format!("{}  {:<14} {outcome} ", result.case.id, result.case.name), result)
    }

    fn outcome(&self, outcome: Outcome) -> String {
        let (word, color) = match outcome {
            Outcome::Ok => ("ok", "32"),
            Outcome::Warning => ("warning", "33"),
            Outcome::Failed => ("FAILED", "1;31"),
            Outcome::Skipped => ("skipped", "2"),
        };
        self.paint(color, &format!("{word:<8}"))
    }

    fn with_text(&self, head: String, result: &CaseResult) -> String {
        let mut text = head;
        for (number, line) in
            wrap(&result.seen, self.width.saturating_sub(INDENT)).iter().enumerate()
        {
            match number {
                0 => text.push_str(line),
                _ => text.push_str(&format!("\n{:INDENT$}{line}", "")),
            }
        }
        if !result.advice.is_empty() {
            for (number, line) in
                wrap(&result.advice, self.width.saturating_sub(INDENT + 3)).iter().enumerate()
            {
                let mark = if number == 0 { "=> " } else { "   " };
                text.push_str(&format!("\n{:INDENT$}{mark}{line}", ""));
            }
        }
        let lines: Vec<_> = text.lines().map(str::trim_end).collect();
        lines.join("\n") + "\n"
    }

    /// Writes the last lines.
    pub fn summary(&self, report: &Report) -> String {
        let count = |outcome| report.count(outcome);
        let (failed, warnings) = (count(Outcome::Failed), count(Outcome::Warning));
        let failed_text =
            self.paint(if failed > 0 { "1;31" } else { "0" }, &format!("{failed} failed"));
        let text = format!(
            "\n{failed_text}, {}, {} ok, {} skipped\n",
            plural(warnings, "warning"),
            count(Outcome::Ok),
            count(Outcome::Skipped)
        );
        match (failed, report.is_reachable) {
            (_, false) => format!("{text}The endpoint cannot be reached.\n"),
            (0, true) => format!("{text}No failure was found.\n"),
            (_, true) => format!("{text}flowctl probe --cases explains each case.\n"),
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.into() }
    }
}

fn plural(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Breaks a text into lines at spaces.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(30);
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Columns before the text of a case.
const INDENT: usize = 29;
