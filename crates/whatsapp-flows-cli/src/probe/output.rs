//! The report for people: a line for each case, wrapped to the width of the terminal.

use super::report::{CaseResult, Outcome, Report};

/// The layout of the lines.
pub struct Layout {
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Layout {
    /// Writes the lines of one case.
    pub fn case(&self, result: &CaseResult) -> String {
        let (word, color) = match result.outcome {
            Outcome::Ok => ("ok", "32"),
            Outcome::Warning => ("warning", "33"),
            Outcome::Failed => ("FAILED", "1;31"),
            Outcome::Skipped => ("skipped", "2"),
        };
        let outcome = self.paint(color, &format!("{word:<8}"));
        let head = format!("{}  {:<14} {outcome} ", result.case.id, result.case.name);
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
            (_, true) => text,
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
