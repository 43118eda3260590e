//! `${…}`: the path of a binding, and its value in the state of the screens.

use std::fmt;

use serde_json::{Map, Value};

use crate::catalog::Version;

/// A path: `${data.x}`, `${form.x}`, `${screen.S.data.x[0].y}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    /// The screen that it names; `None` for its own screen.
    pub screen: Option<String>,
    pub namespace: Namespace,
    pub segments: Vec<Segment>,
}

/// The two parts of a screen's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Namespace {
    Data,
    Form,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    Name(String),
    Index(usize),
}

/// The state that bindings refer to.
pub(crate) trait Scope {
    /// The data or the form of a screen; `None` is the screen of the binding. A screen that was not visited has none.
    fn members(&self, screen: Option<&str>, namespace: Namespace) -> Option<&Map<String, Value>>;
}

/// The version that introduced `${screen.…}`.
const OTHER_SCREENS: Version = (4, 0);

impl Path {
    /// Parses a text that consists of one `${…}`.
    pub fn parse_whole(text: &str, version: Version) -> Option<Self> {
        let inner = text.strip_prefix("${")?.strip_suffix('}')?;
        Self::parse(inner, version)
    }

    /// Parses the text between `${` and `}`.
    pub fn parse(inner: &str, version: Version) -> Option<Self> {
        if inner.contains(['$', '{', '}']) {
            return None;
        }
        let (screen, rest) = match inner.strip_prefix("screen.") {
            Some(rest) if version >= OTHER_SCREENS => {
                let (screen, rest) = rest.split_once('.')?;
                let plain = |c: char| c.is_ascii_alphabetic() || c == '_';
                if screen.is_empty() || !screen.chars().all(plain) {
                    return None;
                }
                (Some(screen.to_owned()), rest)
            }
            _ => (None, inner),
        };
        let (namespace, rest) = rest.split_once('.')?;
        let namespace = match namespace {
            "data" => Namespace::Data,
            "form" => Namespace::Form,
            _ => return None,
        };
        Some(Self { screen, namespace, segments: segments(rest)? })
    }

    /// The value; `None` if something on the way is absent or null.
    pub fn look_up<'s>(&self, scope: &'s (impl Scope + ?Sized)) -> Option<&'s Value> {
        let members = scope.members(self.screen.as_deref(), self.namespace)?;
        let (first, rest) = self.segments.split_first()?;
        let Segment::Name(first) = first else { return None };
        let value = rest.iter().try_fold(members.get(first)?, |value, segment| match segment {
            Segment::Name(name) => value.get(name),
            Segment::Index(index) => value.get(index),
        })?;
        // The value itself may be null; only a step through null has no value.
        Some(value)
    }

    /// The name of its first step.
    pub fn first_name(&self) -> &str {
        match self.segments.first() {
            Some(Segment::Name(name)) => name,
            _ => "",
        }
    }

    /// The path to a member of its value.
    pub fn member(&self, name: &str) -> Self {
        let mut path = self.clone();
        path.segments.push(Segment::Name(name.to_owned()));
        path
    }

    /// The name of the field, if the path is a field of a form.
    pub fn field(&self) -> Option<&str> {
        match (self.namespace, self.segments.as_slice()) {
            (Namespace::Form, [Segment::Name(name)]) => Some(name),
            _ => None,
        }
    }
}

/// The steps: `a.b[0].c`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Name(name) if at == 0 => f.write_str(name)?,
                Segment::Name(name) => write!(f, ".{name}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// `a.b[0].c`
fn segments(text: &str) -> Option<Vec<Segment>> {
    let mut segments = Vec::new();
    for part in text.split('.') {
        let (name, mut indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        segments.push(Segment::Name(name.to_owned()));
        while !indices.is_empty() {
            let (index, rest) = indices.strip_prefix('[')?.split_once(']')?;
            segments.push(match index.parse() {
                Ok(index) => Segment::Index(index),
                Err(_) => Segment::Name(index.trim_matches(['\'', '"']).to_owned()),
            });
            indices = rest;
        }
    }
    Some(segments)
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// Screens with `data` and `form`; the first one is the screen of the bindings.
    pub struct Screens(pub Value);

    impl Scope for Screens {
        fn members(
            &self,
            screen: Option<&str>,
            namespace: Namespace,
        ) -> Option<&Map<String, Value>> {
            let part = match namespace {
                Namespace::Data => "data",
                Namespace::Form => "form",
            };
            self.0[screen.unwrap_or("OWN")][part].as_object()
        }
    }

    #[test]
    fn paths_lead_to_values() {
        let screens = Screens(json!({
            "OWN": { "data": { "a": [{ "b": 1 }], "none": null }, "form": { "x-y": "typed" } },
            "OTHER_ONE": { "data": { "a": true } },
        }));
        let look_up = |inner: &str| {
            let path = Path::parse(inner, (7, 3)).unwrap_or_else(|| panic!("{inner}"));
            path.look_up(&screens).cloned()
        };
        assert_eq!(look_up("data.a[0].b"), Some(json!(1)));
        assert_eq!(look_up("data.a"), Some(json!([{ "b": 1 }])));
        assert_eq!(look_up("data.none"), Some(json!(null)));
        assert_eq!(look_up("data.none.x"), None);
        assert_eq!(look_up("data.a[7].b"), None);
        assert_eq!(look_up("form.x-y"), Some(json!("typed")));
        assert_eq!(look_up("screen.OTHER_ONE.data.a"), Some(json!(true)));
        assert_eq!(look_up("screen.OTHER_ONE.form.a"), None);
    }

    #[test]
    fn other_texts_are_not_paths() {
        for text in ["", "data", "data.", "other.x", "form.a b", "screen.A1.data.x", "data.a[0"] {
            assert_eq!(Path::parse(text, (7, 3)), None, "{text}");
        }
        assert_eq!(Path::parse("screen.A.data.x", (3, 1)), None, "before 4.0");
        assert_eq!(Path::parse_whole("Hello ${data.name}", (7, 3)), None);
    }
}
