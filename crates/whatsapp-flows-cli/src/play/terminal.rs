//! Plays in a terminal: shows each screen, asks for what it asks for, and then for what to do.

use std::io::{self, BufRead, Write};

use whatsapp_flows::testing::client::{
    ComponentKind as Kind, ComponentView, Effect, Frame, Impossible, Opening, PickedFile,
};

use super::conversation::Conversation;
use crate::Error;

/// Plays until the flow is closed, or the input ends.
pub fn run(
    conversation: &mut Conversation,
    opening: Opening,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<(), Error> {
    conversation.open(opening)?;
    let mut shown = 0;
    loop {
        for exchange in &conversation.exchanges[shown..] {
            writeln!(output, "  {}", super::describe(exchange))?;
        }
        shown = conversation.exchanges.len();
        for url in conversation.opened.drain(..) {
            writeln!(output, "  browser: {url}")?;
        }
        let view = conversation.user.client.view();
        writeln!(output, "\n{view}")?;
        for warning in &view.warnings {
            writeln!(output, "  note: {warning}")?;
        }
        match &view.frame {
            Frame::Closed { .. } => return Ok(()),
            Frame::Error { failure } if failure.can_retry => {
                match ask(input, output, "Enter to try again, q to close")?.as_deref() {
                    Some("q") | None => return Ok(()),
                    Some(_) => {
                        let effects = conversation.user.retry();
                        act(conversation, effects, output)?;
                    }
                }
                continue;
            }
            Frame::Error { failure } => return Err(failure.to_string().into()),
            _ => {}
        }
        let is_open = |component: &&ComponentView| {
            component.kind.is_field() && component.required && component.enabled
        };
        let empty = view.components.iter().filter(is_open).find(|component| {
            component.value.is_null() || component.value == "" && component.problem.is_some()
        });
        let next = match empty {
            Some(field) => Box::new(field.clone()),
            None => match choose_component(conversation, &view.components, input, output)? {
                Next::Component(component) => component,
                Next::Again => continue,
                Next::End => return Ok(()),
            },
        };
        let Some(effects) = use_component(conversation, &next, input, output)? else {
            return Ok(());
        };
        act(conversation, effects, output)?;
    }
}

/// The next wish of the user.
enum Next {
    Component(Box<ComponentView>),
    Again,
    End,
}

fn choose_component(
    conversation: &mut Conversation,
    components: &[ComponentView],
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<Next, Error> {
    let usable: Vec<_> = components
        .iter()
        .filter(|component| component.enabled)
        .filter(|component| component.kind.is_field() || component.tappable)
        .collect();
    for (number, component) in usable.iter().enumerate() {
        writeln!(output, "  {}  {} {}", number + 1, component.kind, component.label)?;
    }
    loop {
        let Some(answer) = ask(input, output, "What next? A number, b for back, q to close")?
        else {
            return Ok(Next::End);
        };
        match answer.as_str() {
            "q" => {
                let effects = conversation.user.close();
                act(conversation, effects, output)?;
                return Ok(Next::Again);
            }
            "b" => {
                let effects = conversation.user.back();
                act(conversation, effects, output)?;
                return Ok(Next::Again);
            }
            number => {
                let chosen =
                    number.parse::<usize>().ok().and_then(|n| usable.get(n.wrapping_sub(1)));
                if let Some(component) = chosen {
                    return Ok(Next::Component(Box::new((*component).clone())));
                }
                writeln!(output, "  a number from 1 to {}, b or q", usable.len())?;
            }
        }
    }
}

/// Asks for what a component needs, and does it. `None` at the end of the input.
fn use_component(
    conversation: &mut Conversation,
    component: &ComponentView,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<Option<Result<Vec<Effect>, Impossible>>, Error> {
    let name = component.name.clone().unwrap_or_else(|| component.label.clone());
    let label = &component.label;
    let user = &mut conversation.user;
    Ok(Some(match component.kind {
        Kind::OptIn => {
            let question = format!("{label}? Enter for yes");
            if ask(input, output, &question)?.is_none() {
                return Ok(None);
            }
            if component.value == true { user.untick(&name) } else { user.tick(&name) }
        }
        Kind::NavigationList => {
            let Some(option) = ask_option(component, input, output)? else { return Ok(None) };
            user.tap(&option)
        }
        kind if kind.is_choice() => {
            let Some(option) = ask_option(component, input, output)? else { return Ok(None) };
            match component.option(&option).is_some_and(|option| option.selected) {
                true => user.unchoose(&name, &option),
                false => user.choose(&name, &option),
            }
        }
        kind if kind.is_media() => {
            let Some(file) = ask(input, output, &format!("{label}: name of a file"))? else {
                return Ok(None);
            };
            user.pick_files(&name, vec![PickedFile::uploaded(&file, "image/jpeg", 1000)])
        }
        Kind::CalendarPicker
            if component.properties.get("mode").is_some_and(|mode| mode == "range") =>
        {
            let Some(start) = ask(input, output, &format!("{label}: first day, YYYY-MM-DD"))?
            else {
                return Ok(None);
            };
            let Some(end) = ask(input, output, "last day, YYYY-MM-DD")? else { return Ok(None) };
            user.pick_range(&name, &start, &end)
        }
        Kind::DatePicker | Kind::CalendarPicker => {
            let Some(day) = ask(input, output, &format!("{label}: YYYY-MM-DD"))? else {
                return Ok(None);
            };
            user.pick_date(&name, &day)
        }
        Kind::TextInput | Kind::TextArea => {
            let Some(text) = ask(input, output, label)? else { return Ok(None) };
            user.fill(&name, &text)
        }
        _ => user.tap(label),
    }))
}

/// Asks for an option, by its number or title. Returns its id.
fn ask_option(
    component: &ComponentView,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<Option<String>, Error> {
    for (number, option) in component.options.iter().enumerate() {
        let disabled = if option.enabled { "" } else { " (disabled)" };
        writeln!(output, "    {}  {}{disabled}", number + 1, option.title)?;
    }
    loop {
        let Some(answer) = ask(input, output, &component.label)? else { return Ok(None) };
        let by_number = answer.parse::<usize>().ok();
        let by_number = by_number.and_then(|n| component.options.get(n.wrapping_sub(1)));
        match by_number.or_else(|| component.option(&answer)) {
            Some(option) => return Ok(Some(option.id.clone())),
            None => writeln!(output, "  a number from 1 to {}", component.options.len())?,
        }
    }
}

fn act(
    conversation: &mut Conversation,
    effects: Result<Vec<Effect>, Impossible>,
    output: &mut dyn Write,
) -> Result<(), Error> {
    match effects {
        Ok(effects) => conversation.run(effects),
        Err(impossible) => Ok(writeln!(output, "  {impossible}")?),
    }
}

/// Asks for a line; `None` at the end of the input.
fn ask(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    question: &str,
) -> io::Result<Option<String>> {
    write!(output, "{question}: ")?;
    output.flush()?;
    let mut line = String::new();
    match input.read_line(&mut line)? {
        0 => Ok(None),
        _ => Ok(Some(line.trim().to_owned())),
    }
}
