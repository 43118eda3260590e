//! The flows that can be played: their Flow JSONs and their endpoints.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Value, json};
use whatsapp_flow_json::lint;
use whatsapp_flows::testing::client::FlowJson;

use crate::peer::Peer;
use crate::play::exchange::Endpoint;
use crate::{Error, flow_path};

/// A flow.
pub struct FlowFile {
    /// The name of its folder.
    pub name: String,
    source: Source,
    pub bytes: Vec<u8>,
    /// Counts the readings of the document.
    pub readings: u64,
    pub flow: Result<FlowJson, Mistake>,
    /// The short texts of the document, examples included.
    texts: HashSet<String>,
    /// `None` for a flow without an endpoint.
    pub endpoint: Option<Arc<Endpoint>>,
}

/// The reason for which a document cannot be played.
#[derive(Debug)]
pub struct Mistake {
    pub text: String,
    pub line: usize,
}

enum Source {
    File(PathBuf, Option<Version>),
    Text,
}

/// The time and the size of a file, which change with it.
type Version = (SystemTime, u64);

/// The flows of a program that runs here, each on the path of its name; without files, those of the samples.
pub fn local_flows(files: &[PathBuf], url: &str, peer: &Peer) -> Result<Vec<FlowFile>, Error> {
    let endpoint = |path: &str| -> Result<Endpoint, Error> {
        let (sealer, app_secret) = peer.resolve()?;
        Ok(Endpoint { url: format!("{url}{path}"), sealer, app_secret })
    };
    if files.is_empty() {
        let open = |(name, text): &(&str, &str)| {
            Ok(FlowFile::from_text(name, text, Some(endpoint(&format!("/{name}"))?)))
        };
        return SAMPLES.iter().map(open).collect();
    }
    let open = |file: &PathBuf| Ok(FlowFile::open(file, Some(endpoint(&flow_path::of(file))?)));
    files.iter().map(open).collect()
}

/// The flows of the program that is built beside this tool.
const SAMPLES: [(&str, &str); 2] = [
    ("appointment", include_str!("../../templates/samples/appointment/flow.json")),
    ("basic", include_str!("../../templates/samples/basic/flow.json")),
];

impl FlowFile {
    /// A flow whose document is a file.
    pub fn open(file: &Path, endpoint: Option<Endpoint>) -> Self {
        Self::new(flow_path::name(file), Source::File(file.to_owned(), None), endpoint)
    }

    /// A flow whose document is a text.
    pub fn from_text(name: &str, text: &str, endpoint: Option<Endpoint>) -> Self {
        let mut flow = Self::new(name.to_owned(), Source::Text, endpoint);
        flow.set(text.as_bytes().to_vec());
        flow
    }

    fn new(name: String, source: Source, endpoint: Option<Endpoint>) -> Self {
        let mistake = Mistake { text: "the Flow JSON is empty".into(), line: 1 };
        let endpoint = endpoint.map(Arc::new);
        let (bytes, readings, texts) = (Vec::new(), 0, HashSet::new());
        let mut flow = Self { name, source, bytes, readings, flow: Err(mistake), texts, endpoint };
        flow.read();
        flow
    }

    /// Reports whether the document is this file, whose path may be the end of ours.
    pub fn is_file(&self, file: &Path) -> bool {
        matches!(&self.source, Source::File(path, _) if path.ends_with(file))
    }

    /// Reports whether the file has changed since it was read.
    pub fn is_changed(&self) -> bool {
        match &self.source {
            Source::File(path, read) => version(path) != *read,
            Source::Text => false,
        }
    }

    /// Reads the file. A document that cannot be read leaves a [`Mistake`].
    pub fn read(&mut self) {
        let Source::File(path, read) = &mut self.source else { return };
        *read = version(path);
        self.readings += 1;
        match std::fs::read(&*path) {
            Ok(bytes) => self.set(bytes),
            Err(error) => {
                let text = format!("{}: {error}", path.display());
                self.flow = Err(Mistake { text, line: 1 });
            }
        }
    }

    /// Reports whether the document has this text: as a label, or as an option, also in an example.
    pub fn has_text(&self, text: &str) -> bool {
        self.texts.contains(text)
    }

    fn set(&mut self, bytes: Vec<u8>) {
        self.bytes = bytes;
        let text = String::from_utf8_lossy(&self.bytes);
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
        self.texts.clear();
        if let Ok(document) = serde_json::from_str(text) {
            collect_texts(document, &mut self.texts);
        }
        self.flow = FlowJson::parse(text).map_err(|error| {
            // The linter says more, and where.
            match lint::check(&self.bytes).diagnostics.into_iter().next() {
                Some((position, found)) => Mistake { text: found.message, line: position.line },
                None => Mistake { text: error.to_string(), line: 1 },
            }
        });
    }

    pub fn json(&self) -> Value {
        let (flow, mistake) = (self.flow.as_ref().ok(), self.flow.as_ref().err());
        json!({
            "name": self.name,
            "line": mistake.map(|mistake| mistake.line),
            "error": mistake.map(|mistake| &mistake.text),
            "endpoint": self.endpoint.as_ref().map(|endpoint| &endpoint.url),
            "asks_endpoint": flow.is_none_or(FlowJson::has_endpoint),
            "screens": flow.map(|flow| flow.screens().collect::<Vec<_>>()).unwrap_or_default(),
        })
    }
}

fn collect_texts(value: Value, texts: &mut HashSet<String>) {
    /// Longer ones, such as images, are not what a user reads on an option.
    const MAX_LENGTH: usize = 500;
    match value {
        Value::String(text) if text.len() <= MAX_LENGTH => drop(texts.insert(text)),
        Value::Array(items) => items.into_iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(members) => {
            members.into_iter().for_each(|(_, member)| collect_texts(member, texts));
        }
        _ => {}
    }
}

fn version(path: &Path) -> Option<Version> {
    let metadata = path.metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
