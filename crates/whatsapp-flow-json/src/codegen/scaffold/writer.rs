//! Writes the handlers of a scaffold, and notes each function.

use std::collections::BTreeSet;

use super::ScaffoldFunction;
use super::literal::Literals;
use super::plan::{Plan, PlannedPayload, PlannedScreen};
use crate::codegen::comment::escape;
use crate::codegen::ir::{File, Input, ScreenType};
use crate::codegen::name;
use crate::model::Document;

pub(super) struct Writer<'a, 'd, 'j> {
    pub file: &'a File<'d>,
    pub document: &'a Document<'j>,
    pub plan: &'a Plan,
    pub literals: Literals<'a, 'd>,
    /// The types of screens.rs that are used.
    pub types: BTreeSet<String>,
    pub text: String,
    pub functions: Vec<ScaffoldFunction>,
}

impl Writer<'_, '_, '_> {
    /// Writes the file. `name` is the name of the flow in comments.
    pub fn write(&mut self, name: &str) -> String {
        self.draft();
        self.handlers();
        self.flow();
        self.screens();
        let completes = self.text.contains("complete(");
        let needs_json = completes || self.literals.uses_json;
        let mut types = std::mem::take(&mut self.types);
        types.extend(std::mem::take(&mut self.literals.used));
        let types: Vec<_> = types.into_iter().collect();
        let has_map = self.text.contains("Map<String, Value>");
        let serde_json = match (needs_json, has_map) {
            (true, true) => "use serde_json::{Map, Value, json};\n",
            (true, false) => "use serde_json::json;\n",
            (false, true) => "use serde_json::{Map, Value};\n",
            (false, false) => "",
        };
        let input = if self.text.contains("Input<") { "Input, " } else { "" };
        let complete = if completes { "complete, " } else { "" };
        format!(
            "//! The handlers of {}.\n\n\
             use serde::{{Deserialize, Serialize}};\n{serde_json}\
             use whatsapp_flows::{{Context, Flow, Init, {input}ReplyTo, Result, {complete}show}};\n\n\
             use super::screens::{{{}}};\n\n\
             /// The Flow JSON that is uploaded to Meta.\n\
             pub const FLOW_JSON: &str = include_str!(\"flow.json\");\n\n\
             /// The clients of your services and the settings that the handlers need.\n\
             #[derive(Debug, Default)]\n\
             pub struct App;\n\n{}",
            escape(name),
            types.join(", "),
            self.text,
        )
    }

    fn line(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    /// The screens whose input is stored.
    fn stored<'f>(&self, screen: &'f ScreenType<'_>) -> Option<&'f str> {
        match screen.input {
            Input::Struct { .. } | Input::Enum { .. } => Some(&screen.input_name),
            Input::Nothing | Input::Members => None,
        }
    }

    fn draft(&mut self) {
        self.line("/// What is stored between the screens of a conversation.");
        self.line("#[derive(Debug, Clone, Default, Serialize, Deserialize)]");
        let file = self.file;
        let fields: Vec<_> =
            file.screens.iter().filter_map(|screen| Some((screen, self.stored(screen)?))).collect();
        if fields.is_empty() {
            self.line("pub struct Draft {}");
        } else {
            self.line("pub struct Draft {");
            for (screen, input) in fields {
                self.types.insert(input.to_owned());
                self.line(&format!("    pub {}: Option<{input}>,", member(screen)));
            }
            self.line("}");
        }
        self.line("");
        self.line("type Cx = Context<App, Draft>;");
        self.line("type Reply<S> = Result<ReplyTo<S, Draft>>;");
        self.line("");
    }

    fn handlers(&mut self) {
        let file = self.file;
        let first = self.function_of(&self.plan.first);
        self.line("/// The user opened the flow.");
        self.line("async fn init(_: Cx) -> Reply<Init> {");
        self.line(&format!("    Ok(show({first}()))"));
        self.line("}");
        self.line("");
        for (screen, planned) in file.screens.iter().zip(&self.plan.screens) {
            if !planned.payloads.is_empty() {
                let start = self.text.len();
                self.submit(screen, planned);
                let name = format!("submit_{}", member(screen));
                let stores = self.stored(screen).map(|input| (member(screen), input.to_owned()));
                self.function(start, name, Some(submission(screen, planned)), stores);
            }
            if let Some(back) = &planned.back {
                let start = self.text.len();
                let (name, before) = (&screen.name, self.function_of(back));
                self.types.insert(name.clone());
                self.line(&format!("/// The user goes back from {}.", escape(&screen.id)));
                self.line(&format!(
                    "async fn back_from_{}(_: Cx) -> Reply<{name}> {{",
                    member(screen)
                ));
                self.line(&format!("    Ok(show({before}()))"));
                self.line("}");
                self.line("");
                let function = format!("back_from_{}", member(screen));
                self.function(start, function, Some(way_back(screen)), None);
            }
        }
    }

    /// Notes the function that was written since `start`.
    fn function(
        &mut self,
        start: usize,
        name: String,
        wiring: Option<String>,
        stores: Option<(String, String)>,
    ) {
        let text = self.text[start..].to_owned();
        self.functions.push(ScaffoldFunction { name, text, wiring, stores, makes: None });
    }

    fn submit(&mut self, screen: &ScreenType<'_>, planned: &PlannedScreen) {
        let name = &screen.name;
        self.types.insert(name.clone());
        let id = escape(&screen.id);
        match planned.payloads.iter().all(|payload| payload.next.as_deref() == Some(&screen.id)) {
            true => self.line(&format!("/// The user changed something on {id}.")),
            false => self.line(&format!("/// The user submitted {id}.")),
        }
        let stored = self.stored(screen).is_some();
        let (cx, given) = match stored {
            true => ("cx", "given"),
            false => ("_", "_"),
        };
        self.line(&format!(
            "async fn submit_{}({cx}: Cx, {given}: Input<{name}>) -> Reply<{name}> {{",
            member(screen)
        ));
        self.line(
            "    // Your business logic goes here: check what was given, and ask your services.",
        );
        if !planned.others.is_empty() {
            let others = planned.others.join(", ");
            self.line(&format!("    // The routing model also leads to: {}.", escape(&others)));
        }
        if stored {
            self.line("    let mut draft = cx.into_session();");
        }
        match &screen.input {
            Input::Enum { variants, .. } => {
                self.line("    let reply = match &given {");
                for (variant, payload) in variants.iter().zip(&planned.payloads) {
                    let pattern = match (variant.fields.is_empty(), &variant.wire) {
                        (true, Some(_)) => String::new(),
                        _ => " { .. }".into(),
                    };
                    let input = &screen.input_name;
                    let reply = self.reply(payload);
                    self.line(&format!("        {input}::{}{pattern} => {reply},", variant.name));
                }
                self.line("    };");
                self.line(&format!("    draft.{} = Some(given);", member(screen)));
                self.line("    Ok(reply.saving(draft))");
            }
            _ => {
                let reply = self.reply(&planned.payloads[0]);
                if stored {
                    self.line(&format!("    draft.{} = Some(given);", member(screen)));
                    self.line(&format!("    Ok({reply}.saving(draft))"));
                } else {
                    self.line(&format!("    Ok({reply})"));
                }
            }
        }
        self.line("}");
        self.line("");
    }

    /// The expression of a reply.
    fn reply(&self, payload: &PlannedPayload) -> String {
        match &payload.next {
            Some(next) => format!("show({}())", self.function_of(next)),
            None => "complete(json!({}))".into(),
        }
    }

    fn flow(&mut self) {
        let file = self.file;
        self.line("/// Connects the handlers to the screens.");
        self.line("pub fn flow(app: App) -> Flow<App, Draft> {");
        self.line("    Flow::new(app)");
        self.line("        .document(FLOW_JSON)");
        self.line("        .on_init(init)");
        for (screen, planned) in file.screens.iter().zip(&self.plan.screens) {
            if ends(planned) {
                self.line("        // A duplicate delivery does not run a `once` handler again: book and pay in it.");
            }
            if !planned.payloads.is_empty() {
                self.line(&format!("        {}", submission(screen, planned)));
            }
            if planned.back.is_some() {
                self.line(&format!("        {}", way_back(screen)));
            }
        }
        self.line("}");
        self.line("");
    }

    /// A function for each screen that a handler shows, with the examples of its data model. Those of the other screens
    /// are noted, and not part of the text.
    fn screens(&mut self) {
        let file = self.file;
        let handlers = self.text.clone();
        for screen in &file.screens {
            let is_shown = handlers.contains(&format!("show({}())", function(screen)));
            let (start, used) = (self.text.len(), self.literals.used.clone());
            let uses_json = self.literals.uses_json;
            self.screen(screen);
            self.function(start, function(screen), None, None);
            if let Some(function) = self.functions.last_mut() {
                function.makes = Some(screen.name.clone());
            }
            if is_shown {
                self.types.insert(screen.name.clone());
            } else {
                self.text.truncate(start);
                self.literals.used = used;
                self.literals.uses_json = uses_json;
            }
        }
    }

    fn screen(&mut self, screen: &ScreenType<'_>) {
        let source = self.document.screen(&screen.id);
        let data = source.into_iter().flat_map(|screen| screen.data());
        let examples = data.filter_map(|(name, schema)| {
            let example = serde_json::from_str(schema.example()?.source()).ok()?;
            Some((name.text.to_string(), example))
        });
        let example = serde_json::Value::Object(examples.collect());
        let name = &screen.name;
        let value = match screen.fields.is_empty() {
            true => name.clone(),
            false => format!("{name} {}", self.literals.members(&screen.fields, &example)),
        };
        self.line(&format!("/// {} with its examples.", escape(&screen.id)));
        self.line(
            "#[allow(dead_code)] // until your handlers show data of their own; delete it then",
        );
        self.line(&format!("fn {}() -> {name} {{", function(screen)));
        self.line(&format!("    {value}"));
        self.line("}");
        self.line("");
    }

    /// The name of the function that makes a screen.
    fn function_of(&self, id: &str) -> String {
        let screen = self.file.screens.iter().find(|screen| screen.id == id);
        screen.map(function).unwrap_or_default()
    }
}

/// Reports whether a submission of the screen ends the flow: that one has side effects.
fn ends(planned: &PlannedScreen) -> bool {
    planned.payloads.iter().any(|payload| payload.next.is_none())
}

/// The call that connects the submission of a screen.
fn submission(screen: &ScreenType<'_>, planned: &PlannedScreen) -> String {
    let method = if ends(planned) { "once" } else { "on" };
    format!(".{method}::<{}>(submit_{})", screen.name, member(screen))
}

/// The call that connects the way back from a screen.
fn way_back(screen: &ScreenType<'_>) -> String {
    format!(".on_back::<{}>(back_from_{})", screen.name, member(screen))
}

/// The name of a screen in names of functions and members.
fn member(screen: &ScreenType<'_>) -> String {
    name::member_name(&screen.id.to_lowercase()).trim_start_matches("r#").to_owned()
}

fn function(screen: &ScreenType<'_>) -> String {
    format!("{}_screen", member(screen))
}
