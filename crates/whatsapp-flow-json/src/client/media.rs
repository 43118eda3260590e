//! Files of a PhotoPicker or a DocumentPicker: as the form keeps them, and as they leave the client.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::kind::ComponentKind;
use super::resolve::Resolved;

/// A file that the user picked. From JSON, `{"name":"a.jpg","mime_type":"image/jpeg","bytes":1000}`, it is
/// [`uploaded`](Self::uploaded).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "FileDescription")]
pub struct PickedFile {
    /// The name of the file.
    pub file_name: String,
    /// Its media type, such as `image/jpeg`.
    pub mime_type: String,
    /// The size in bytes.
    pub bytes: u64,
    /// Its upload.
    pub upload: Upload,
}

/// The upload of a file, which starts when it is picked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Upload {
    /// The members that an endpoint gets beside the file's name: `media_id`, `cdn_url` and `encryption_metadata`.
    Done(Map<String, Value>),
    /// The upload is not finished. [`Client::end_upload`](super::Client::end_upload) ends it.
    InProgress,
    /// The upload failed. Meta's client knows 1000, the file is too large, and 1003, there is no network.
    Failed(u16),
}

/// A picked file as JSON.
#[derive(Deserialize)]
struct FileDescription {
    name: String,
    mime_type: String,
    bytes: u64,
}

impl From<FileDescription> for PickedFile {
    fn from(file: FileDescription) -> Self {
        Self::uploaded(&file.name, &file.mime_type, file.bytes)
    }
}

/// The default and maximum size in kilobytes, and number of files (MED).
const MAX_KILOBYTES: f64 = 25_600.0;
const MAX_FILES: usize = 30;

/// The codes of uploads that failed: the file is too large, there is no network.
pub(crate) const TOO_LARGE: u16 = 1000;
pub(crate) const NO_NETWORK: u16 = 1003;

impl PickedFile {
    /// A file whose upload is done. Its media id, address and keys are placeholders: there is nothing to download.
    pub fn uploaded(file_name: &str, mime_type: &str, bytes: u64) -> Self {
        let hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let metadata = json!({
            "media_id": format!("media-{file_name}"),
            "cdn_url": format!("https://mmg.whatsapp.net/v/{file_name}"),
            "encryption_metadata": {
                "encrypted_hash": hash, "plaintext_hash": hash, "encryption_key": hash, "hmac_key": hash,
                "iv": "AAAAAAAAAAAAAAAAAAAAAA==",
            },
        });
        let Value::Object(metadata) = metadata else { unreachable!("an object literal") };
        Self {
            file_name: file_name.into(),
            mime_type: mime_type.into(),
            bytes,
            upload: Upload::Done(metadata),
        }
    }

    /// The entry of the form.
    pub(crate) fn into_entry(self, field: &Resolved<'_>) -> Value {
        let mut entry = json!({
            "file_name": self.file_name, "mime_type": self.mime_type, "file_length": self.bytes,
        });
        set_upload(&mut entry, self.upload, field);
        entry
    }
}

/// Sets the state of a file's upload. A file over the limit of the component fails whatever the state.
pub(crate) fn set_upload(entry: &mut Value, upload: Upload, field: &Resolved<'_>) {
    let limit = field.number("max-file-size-kb").unwrap_or(MAX_KILOBYTES) * 1024.0;
    let is_too_large = entry["file_length"].as_f64().is_some_and(|bytes| bytes > limit);
    let state = match upload {
        _ if is_too_large => format!("{FAILED}{TOO_LARGE}"),
        Upload::Done(metadata) => {
            for (name, value) in metadata {
                entry[name] = value;
            }
            "done".into()
        }
        Upload::InProgress => UPLOADING.into(),
        Upload::Failed(code) => format!("{FAILED}{code}"),
    };
    entry[STATE] = state.into();
}

/// The member of an entry that has the state of its upload.
const STATE: &str = "upload";
const UPLOADING: &str = "uploading";
const FAILED: &str = "failed ";
/// The members that an endpoint does not get.
const KEPT: [&str; 3] = ["mime_type", "file_length", STATE];

/// The code of an upload that failed.
pub(crate) fn failure(entry: &Value) -> Option<u16> {
    entry[STATE].as_str()?.strip_prefix(FAILED)?.parse().ok()
}

pub(crate) fn is_uploading(entry: &Value) -> bool {
    entry[STATE] == UPLOADING
}

/// The minimum and maximum number of files.
pub(crate) fn counts(field: &Resolved<'_>) -> (usize, usize) {
    let [min, max] = match field.component.kind {
        ComponentKind::PhotoPicker => ["min-uploaded-photos", "max-uploaded-photos"],
        _ => ["min-uploaded-documents", "max-uploaded-documents"],
    };
    let count = |name| field.number(name).map(|count| count.max(0.0) as usize);
    (count(min).unwrap_or(0), count(max).unwrap_or(MAX_FILES))
}

/// Converts the files of a payload's member to what an endpoint gets. Other values are unchanged.
pub(crate) fn for_endpoint(value: &mut Value) {
    for entry in entries(value) {
        for member in KEPT {
            entry.remove(member);
        }
    }
}

/// Converts the files to what the business gets in the message after a `complete`.
pub(crate) fn for_message(value: &mut Value) {
    for entry in entries(value) {
        let metadata = entry.get("encryption_metadata");
        let hash = metadata.map(|metadata| metadata["plaintext_hash"].clone()).unwrap_or_default();
        let mut message = Map::new();
        for (name, member) in
            [("file_name", "file_name"), ("mime_type", "mime_type"), ("id", "media_id")]
        {
            message.insert(name.into(), entry.remove(member).unwrap_or_default());
        }
        message.insert("sha256".into(), hash);
        *entry = message;
    }
}

fn entries(value: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let items = value.as_array_mut().into_iter().flatten();
    items.filter_map(Value::as_object_mut).filter(|entry| entry.contains_key(STATE))
}
