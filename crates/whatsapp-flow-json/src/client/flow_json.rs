//! A Flow JSON, compiled for the client: screens, components and actions with their lines.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::condition::Condition;
use super::kind::ComponentKind;
use super::template::Template;
use crate::catalog::Version;
use crate::json::{self, Json, Kind};
use crate::model::ActionKind;
use crate::reply_schema::{ParseError, ReplySchema};
use crate::span::Span;

/// A Flow JSON that a [`Client`](super::Client) plays. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct FlowJson(Arc<Compiled>);

#[derive(Debug)]
pub(crate) struct Compiled {
    pub version: Version,
    /// The first screen of each id.
    pub screens: HashMap<String, Screen>,
    /// The ids in document order.
    pub ids: Vec<String>,
    pub schema: ReplySchema,
    /// The line of `routing_model`; 0 if there is none.
    pub routing_line: usize,
    /// `data_api_version`; a flow without it has no endpoint.
    pub data_api_version: Option<String>,
}

/// A screen.
#[derive(Debug)]
pub(crate) struct Screen {
    pub id: String,
    /// The line on which the screen starts, from 1.
    pub line: usize,
    pub span: Span,
    pub title: Template,
    pub terminal: bool,
    pub refresh_on_back: bool,
    /// The names of the fields whose values are hidden in the answers.
    pub sensitive: Vec<String>,
    /// The lines of the members of its data model.
    pub data_lines: HashMap<String, usize>,
    /// The examples of its data model.
    pub examples: Map<String, Value>,
    /// The members that its data model declares as numbers.
    pub numbers: Vec<String>,
    pub nodes: Vec<Node>,
    pub components: Vec<Component>,
    pub form: Option<Form>,
}

/// The values that a Form sets for its fields.
#[derive(Debug)]
pub(crate) struct Form {
    pub init_values: Option<Template>,
    pub error_messages: Option<Template>,
}

/// A part of a layout.
#[derive(Debug)]
pub(crate) enum Node {
    /// The number of the component among those of the screen.
    Component(usize),
    If {
        condition: Test,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Switch {
        value: Template,
        cases: Vec<(String, Vec<Node>)>,
    },
}

/// The condition of an If.
#[derive(Debug)]
pub(crate) enum Test {
    /// With the evaluator of conditions; `None` for one that cannot be read.
    Condition(Option<Condition>),
    /// In backticks.
    Template(Template),
}

/// A component.
#[derive(Debug)]
pub(crate) struct Component {
    pub kind: ComponentKind,
    /// Its `type`, as written.
    pub type_name: String,
    pub name: Option<String>,
    pub line: usize,
    pub span: Span,
    pub in_form: bool,
    pub properties: HashMap<String, Template>,
    pub on_click: Option<Arc<Action>>,
    pub on_select: Option<Arc<Action>>,
    pub on_unselect: Option<Arc<Action>>,
}

/// An action.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    /// `None` for an action of an unknown name.
    pub kind: Option<ActionKind>,
    /// The line; 0 for an action that arrived as data.
    pub line: usize,
    /// The target screen of a navigate.
    pub next: Option<String>,
    /// The address of an open_url.
    pub url: Option<Template>,
    pub payload: Template,
}

/// A version that cannot be read is treated as the newest one.
pub(crate) const NEWEST: Version = (u16::MAX, u16::MAX);

impl FlowJson {
    /// Parses a Flow JSON. Only the parts that the client needs are read; `flowctl check` reports mistakes.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not JSON, or has no `screens` with ids.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let schema = ReplySchema::parse(text)?;
        let json = Json::parse(text).map_err(|_| ParseError::not_json())?;
        let root = json.root();
        let model = crate::model::Document::read(&json);
        let version = model.version().unwrap_or(NEWEST);
        let mut screens = HashMap::new();
        let mut ids = Vec::new();
        for screen in model.screens() {
            let Some(id) = screen.id() else { continue };
            if !screens.contains_key(&*id) {
                ids.push(id.clone().into_owned());
                screens.insert(id.into_owned(), Screen::compile(screen, version));
            }
        }
        let routing = root.member("routing_model");
        let routing_line = routing.map_or(0, |routing| routing.position().line);
        let data_api_version = root.member("data_api_version").and_then(json::Value::as_str);
        let data_api_version = data_api_version.map(|version| version.into_owned());
        Ok(Self(Arc::new(Compiled {
            version,
            screens,
            ids,
            schema,
            routing_line,
            data_api_version,
        })))
    }

    /// The ids of the screens, in document order.
    pub fn screens(&self) -> impl Iterator<Item = &str> {
        self.0.ids.iter().map(String::as_str)
    }

    /// Reports whether the flow has an endpoint: `data_api_version` is present.
    pub fn has_endpoint(&self) -> bool {
        self.0.data_api_version.is_some()
    }

    /// The `data_api_version`, which requests carry as their `version`.
    pub fn data_api_version(&self) -> Option<&str> {
        self.0.data_api_version.as_deref()
    }

    /// The `__example__` values of a screen's data model; `None` for an unknown screen.
    pub fn examples(&self, screen: &str) -> Option<&Map<String, Value>> {
        Some(&self.0.screens.get(screen)?.examples)
    }

    pub(crate) fn compiled(&self) -> &Compiled {
        &self.0
    }
}

impl Screen {
    fn compile(screen: &crate::model::Screen<'_>, version: Version) -> Self {
        let value = screen.value();
        let text = |name: &str| value.member(name).map(|value| Template::compile(value, version));
        let examples = screen.data().iter().filter_map(|(name, schema)| {
            let example = serde_json::from_str(schema.example()?.source()).ok()?;
            Some((name.text.clone().into_owned(), example))
        });
        let numbers = screen.data().iter().filter(|(_, schema)| {
            use crate::model::DataType::{Integer, Number};
            matches!(schema.data_type(), Some(Number | Integer))
        });
        let mut layout = Layout { version, components: Vec::new(), form: None };
        let children = value.member("layout").and_then(|layout| layout.member("children"));
        let nodes = layout.nodes(children, false, 0);
        Self {
            id: screen.id().unwrap_or_default().into_owned(),
            line: screen.line(),
            span: value.span(),
            title: text("title").unwrap_or(Template::Literal("".into())),
            terminal: screen.terminal(),
            refresh_on_back: screen.refresh_on_back(),
            sensitive: screen.sensitive().into_iter().map(|(name, _)| name.into_owned()).collect(),
            data_lines: screen
                .data()
                .iter()
                .map(|(name, schema)| {
                    (name.text.clone().into_owned(), schema.value().position().line)
                })
                .collect(),
            examples: examples.collect(),
            numbers: numbers.map(|(name, _)| name.text.clone().into_owned()).collect(),
            nodes,
            components: layout.components,
            form: layout.form,
        }
    }

    /// The first component of this name.
    pub fn named(&self, name: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.name.as_deref() == Some(name))
    }
}

/// The components of a layout while they are read.
struct Layout {
    version: Version,
    components: Vec<Component>,
    form: Option<Form>,
}

impl Layout {
    fn nodes(&mut self, list: Option<json::Value<'_>>, in_form: bool, depth: usize) -> Vec<Node> {
        /// Ifs nest three levels (CMP); deeper layouts are not drawn.
        const MAX_DEPTH: usize = 32;
        let mut nodes = Vec::new();
        let items = list.into_iter().flat_map(json::Value::items);
        for item in items.filter(|item| item.kind() == Kind::Object && depth < MAX_DEPTH) {
            let type_name = item.member("type").and_then(json::Value::as_str).unwrap_or_default();
            match &*type_name {
                "Form" => {
                    let compile = |name| {
                        item.member(name).map(|value| Template::compile(value, self.version))
                    };
                    let init_values = compile("init-values");
                    let error_messages = compile("error-messages");
                    self.form.get_or_insert(Form { init_values, error_messages });
                    nodes.extend(self.nodes(item.member("children"), true, depth + 1));
                }
                "If" => {
                    let condition = self.test(item.member("condition"));
                    let then = self.nodes(item.member("then"), in_form, depth + 1);
                    let otherwise = self.nodes(item.member("else"), in_form, depth + 1);
                    nodes.push(Node::If { condition, then, otherwise });
                }
                "Switch" => {
                    let value = item.member("value");
                    let value = value.map(|value| Template::compile(value, self.version));
                    let cases = item.member("cases").into_iter().flat_map(json::Value::members);
                    let cases: Vec<_> = cases
                        .map(|(name, list)| {
                            let name = name.text.into_owned();
                            (name, self.nodes(Some(list), in_form, depth + 1))
                        })
                        .collect();
                    let value = value.unwrap_or(Template::Literal(Value::Null));
                    nodes.push(Node::Switch { value, cases });
                }
                _ => {
                    nodes.push(Node::Component(self.components.len()));
                    let component = Component::compile(item, &type_name, in_form, self.version);
                    self.components.push(component);
                }
            }
        }
        nodes
    }

    fn test(&self, condition: Option<json::Value<'_>>) -> Test {
        let Some(condition) = condition else { return Test::Condition(None) };
        match condition.as_str() {
            Some(text) if text.starts_with('`') => {
                Test::Template(Template::from_text(&text, self.version))
            }
            Some(text) => Test::Condition(Condition::parse(&text, self.version)),
            None => Test::Template(Template::compile(condition, self.version)),
        }
    }
}

impl Component {
    fn compile(value: json::Value<'_>, type_name: &str, in_form: bool, version: Version) -> Self {
        let mut properties = HashMap::new();
        let (mut on_click, mut on_select, mut on_unselect) = (None, None, None);
        for (name, member) in value.members() {
            let action = || {
                let line = member.position().line;
                let value = serde_json::from_str(member.source()).unwrap_or_default();
                Some(Arc::new(Action::from_value(&value, line, version)))
            };
            match &*name.text {
                "type" | "name" => {}
                "on-click-action" => on_click = action(),
                "on-select-action" => on_select = action(),
                "on-unselect-action" => on_unselect = action(),
                _ => {
                    properties.insert(name.text.into_owned(), Template::compile(member, version));
                }
            }
        }
        Self {
            kind: ComponentKind::from_name(type_name),
            type_name: type_name.to_owned(),
            name: value.member("name").and_then(json::Value::as_str).map(|name| name.into_owned()),
            line: value.position().line,
            span: value.span(),
            in_form,
            properties,
            on_click,
            on_select,
            on_unselect,
        }
    }

    /// The literal text of a property.
    pub fn literal_text(&self, name: &str) -> Option<&str> {
        self.properties.get(name)?.literal()?.as_str()
    }

    /// The `input-type` of a TextInput.
    pub fn input_type(&self) -> &str {
        self.literal_text("input-type").unwrap_or("text")
    }

    /// Reports whether a CalendarPicker takes a range.
    pub fn is_range(&self) -> bool {
        self.kind == ComponentKind::CalendarPicker && self.literal_text("mode") == Some("range")
    }
}

impl Action {
    /// Reads an action.
    pub fn from_value(value: &Value, line: usize, version: Version) -> Self {
        Self {
            kind: value["name"].as_str().and_then(ActionKind::from_name),
            line,
            next: value["next"]["name"].as_str().map(str::to_owned),
            url: value.get("url").map(|url| Template::from_value(url, version)),
            payload: Template::from_value(&value["payload"], version),
        }
    }
}
