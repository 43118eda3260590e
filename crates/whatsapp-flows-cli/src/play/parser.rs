//! Parses a script.

use whatsapp_flow_json::internals::closest;

use super::script::{Command, Expectation, Script, ScriptError, Step};
use super::words::{Arguments, Word, column, error, split};

/// The verbs, with their arguments.
const VERBS: [(&str, &str); 23] = [
    ("open", "open [SCREEN [{DATA}]]"),
    ("fill", "fill FIELD TEXT"),
    ("choose", "choose FIELD OPTION"),
    ("unchoose", "unchoose FIELD OPTION"),
    ("option", "option FIELD NUMBER"),
    ("tick", "tick FIELD"),
    ("untick", "untick FIELD"),
    ("date", "date FIELD YYYY-MM-DD"),
    ("range", "range FIELD YYYY-MM-DD YYYY-MM-DD"),
    ("file", "file FIELD NAME MEDIA-TYPE BYTES"),
    ("clear", "clear FIELD"),
    ("tap", "tap LABEL"),
    ("back", "back"),
    ("close", "close"),
    ("retry", "retry"),
    ("resend", "resend"),
    ("repeat", "repeat"),
    ("lose", "lose"),
    ("double", "double"),
    ("wait", "wait SECONDS"),
    ("see", "see TEXT"),
    ("unseen", "unseen TEXT"),
    (
        "expect",
        "expect screen | message | value | enabled | disabled | status | error | completion | closed | sent",
    ),
];

/// The possible expectations, with their arguments.
const EXPECTATIONS: [(&str, &str); 10] = [
    ("screen", "expect screen SCREEN"),
    ("message", "expect message TEXT"),
    ("value", "expect value FIELD JSON"),
    ("enabled", "expect enabled LABEL"),
    ("disabled", "expect disabled LABEL"),
    ("status", "expect status NUMBER"),
    ("error", "expect error TEXT"),
    ("completion", "expect completion [MEMBER JSON]"),
    ("closed", "expect closed"),
    ("sent", "expect sent MEMBER JSON"),
];

impl Script {
    /// Parses a script.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut steps = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let words = split(line).map_err(|(at, message)| error(index, line, at, message))?;
            let Some(first) = words.first() else { continue };
            let mut arguments = Arguments { index, line, words: &words, next: 1 };
            let command = command(first, &mut arguments)?;
            arguments.end()?;
            let at = words.get(1).unwrap_or(first).at;
            steps.push(Step {
                line: index + 1,
                column: column(line, at),
                text: line.trim().to_owned(),
                command,
            });
        }
        match steps.first() {
            None => Err(ScriptError {
                line: 1,
                column: 1,
                message: "the script has no steps; start with `open`".into(),
            }),
            Some(Step { command: Command::Open(_), .. }) => Ok(Self { steps }),
            Some(step) => Err(ScriptError {
                line: step.line,
                column: 1,
                message: "the first step must be `open`".into(),
            }),
        }
    }
}

fn command(verb: &Word, arguments: &mut Arguments<'_>) -> Result<Command, ScriptError> {
    let Some((_, usage)) = VERBS.iter().find(|(name, _)| *name == verb.text) else {
        let names: Vec<_> = VERBS.iter().map(|(name, _)| *name).collect();
        let remedy = match closest(&verb.text, names.iter().copied()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("the steps are {}", names.join(", ")),
        };
        let message = format!("`{}` is not a step; {remedy}", verb.text);
        return Err(arguments.error(verb, message));
    };
    let mut text = || arguments.text(usage);
    Ok(match &*verb.text {
        "open" => Command::Open(arguments.opening()?),
        "fill" => Command::Fill { field: text()?, text: text()? },
        "choose" => Command::Choose { field: text()?, option: text()? },
        "unchoose" => Command::Unchoose { field: text()?, option: text()? },
        "option" => Command::Option { field: text()?, place: arguments.number(usage)? },
        "tick" => Command::Tick { field: text()? },
        "untick" => Command::Untick { field: text()? },
        "date" => Command::Date { field: text()?, day: text()? },
        "range" => Command::Range { field: text()?, start: text()?, end: text()? },
        "file" => Command::File {
            field: text()?,
            name: text()?,
            mime_type: text()?,
            bytes: arguments.number(usage)?,
        },
        "clear" => Command::Clear { field: text()? },
        "tap" => Command::Tap { label: text()? },
        "back" => Command::Back,
        "close" => Command::Close,
        "retry" => Command::Retry,
        "resend" => Command::Resend,
        "repeat" => Command::Repeat,
        "lose" => Command::Lose,
        "double" => Command::Double,
        "wait" => Command::Wait { seconds: arguments.seconds(usage)? },
        "see" => Command::See { text: text()? },
        "unseen" => Command::Unseen { text: text()? },
        _ => Command::Expect(expectation(arguments, usage)?),
    })
}

fn expectation(arguments: &mut Arguments<'_>, usage: &str) -> Result<Expectation, ScriptError> {
    let at = arguments.next;
    let subject = arguments.text(usage)?;
    let Some((_, usage)) = EXPECTATIONS.iter().find(|(name, _)| *name == subject) else {
        let message = format!("nothing called `{subject}` can be expected; write {usage}");
        return Err(arguments.error(&arguments.words[at], message));
    };
    Ok(match subject.as_str() {
        "screen" => Expectation::Screen(arguments.text(usage)?),
        "message" => Expectation::Message(arguments.text(usage)?),
        "value" => {
            Expectation::Value { field: arguments.text(usage)?, value: arguments.value(usage)? }
        }
        "enabled" => Expectation::Enabled { label: arguments.text(usage)? },
        "disabled" => Expectation::Disabled { label: arguments.text(usage)? },
        "status" => Expectation::Status(arguments.number(usage)?),
        "error" => Expectation::Error(arguments.text(usage)?),
        "closed" => Expectation::Closed,
        "sent" => {
            Expectation::Sent { member: arguments.text(usage)?, value: arguments.value(usage)? }
        }
        _ if arguments.words.len() == arguments.next => Expectation::Completion(None),
        _ => Expectation::Completion(Some((arguments.text(usage)?, arguments.value(usage)?))),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn steps_have_arguments_and_places() {
        let script = Script::parse(
            "# A lunch.\nopen\n  choose Dish \"Tomato \\\"soup\\\"\"  # hot\nexpect completion n 1\n",
        )
        .unwrap();
        let places: Vec<_> = script.steps.iter().map(|step| (step.line, step.column)).collect();
        assert_eq!(places, [(2, 1), (3, 10), (4, 8)]);
        let (field, option) = ("Dish".to_owned(), "Tomato \"soup\"".to_owned());
        assert_eq!(script.steps[1].command, Command::Choose { field, option });
        let completion = Expectation::Completion(Some(("n".into(), json!(1))));
        assert_eq!(script.steps[2].command, Command::Expect(completion));
        let script = Script::parse("open MENU {\"a\": [1, 2]}\nwait 0.5").unwrap();
        let data = json!({ "a": [1, 2] }).as_object().unwrap().clone();
        assert_eq!(script.steps[0].command, Command::Open(Some(("MENU".into(), data))));
    }

    #[test]
    fn mistakes_have_a_place_and_a_remedy() {
        for (script, message) in [
            ("", "1:1: the script has no steps; start with `open`"),
            ("tap Send", "1:1: the first step must be `open`"),
            ("open\nchose Dish soup", "2:1: `chose` is not a step; did you mean `choose`?"),
            (
                "open\nphotograph Dish",
                "2:1: `photograph` is not a step; the steps are open, fill, choose",
            ),
            ("open\nfill Name", "2:10: write fill FIELD TEXT"),
            (
                "open\n\n  fill Name Ada Lovelace",
                "3:17: unexpected `Lovelace`; write a text with spaces in quotes",
            ),
            ("open\nfill é \"Ada", "2:8: the text is not closed; it ends with `\"`"),
            (
                "open\nexpect stauts 200",
                "2:8: nothing called `stauts` can be expected; write expect screen",
            ),
            ("open\nexpect status ok", "2:15: `ok` is not a number; write expect status NUMBER"),
            ("open\nwait -1", "2:6: a wait is between 0 and 3600 seconds"),
            ("open MENU [1]", "1:11: the data of a screen are a JSON object"),
            ("open MENU {\"a\":}", "1:11: this is not JSON"),
        ] {
            let error = Script::parse(script).unwrap_err().to_string();
            assert!(error.starts_with(message), "{script}: {error}");
        }
    }
}
