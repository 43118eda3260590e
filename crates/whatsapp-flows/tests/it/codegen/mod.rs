//! Generated screens: they are current, they compile without warnings, they represent the data of the document, and
//! they deserialize what clients send.
#![deny(warnings)]

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use whatsapp_flow_json::codegen;
use whatsapp_flow_json::internals::value_spans;
use whatsapp_flows::flow::{DateRange, Media, Number};
use whatsapp_flows::{Input, Screen};

mod agreement;
mod errors;
mod files;
mod inputs;

#[path = "../../types/appointment.rs"]
mod appointment;
#[path = "../../types/basic.rs"]
mod basic;
#[path = "../../types/data.rs"]
mod data;
#[path = "../../types/fields.rs"]
mod fields;
// The cases of tests/ui have the same handlers, with other screens.
#[allow(dead_code)]
#[path = "../../ui/changed/handlers.rs"]
mod handlers;
#[path = "../../types/numbers.rs"]
mod numbers;
#[path = "../../types/own_words.rs"]
mod own_words;
#[path = "../../types/passed_on.rs"]
mod passed_on;
#[path = "../../types/payloads.rs"]
mod payloads;
#[path = "../../ui/changed/unchanged.rs"]
mod screens;

/// The folders of documents with generated files beside them.
const FOLDERS: [&str; 2] = ["tests/types", "tests/ui/changed"];

/// Every document, and its generated file.
fn generated() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for folder in FOLDERS {
        let documents = files(folder).into_iter().filter(|file| file.ends_with(".json"));
        all.extend(documents.map(|file| (file.clone(), file.replace(".json", ".rs"))));
    }
    assert!(all.len() >= 12, "{all:?}");
    all
}

fn print(document: &str, name: &str) -> Result<String, String> {
    codegen::generate(document, name).map_err(|error| error.to_string())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Returns the files of a folder.
fn files(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let name = |entry: std::fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut files: Vec<_> =
        entries.map(|entry| format!("{folder}/{}", name(entry.unwrap()))).collect();
    files.sort();
    files
}
