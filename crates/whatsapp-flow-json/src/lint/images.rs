//! Images: base64 of a JPEG or PNG, and not too large.

use super::collector::{Diagnostics, at};
use super::{examples, rules};
use crate::catalog::Version;
use crate::json::Value;
use crate::model::expression::is_dynamic;
use crate::value::{self, Fault, is_blank};

/// Meta's validator refuses what is not base64, and lets addresses pass.
pub fn image(source: Option<Value<'_>>, out: &mut Diagnostics) {
    let Some(source) = source.filter(|source| !is_dynamic(*source)) else { return };
    let Some(text) = source.as_str() else { return };
    let judged = if is_blank(&text) { Err(Fault::Blank) } else { value::image(&text) };
    let Err(fault) = judged else { return };
    let rule = match fault {
        Fault::NotBase64 => &rules::IMAGE,
        Fault::ImageAddress | Fault::ImageDataUrl => &rules::IMAGE_ADDRESS,
        _ => &rules::IMAGE_FORMAT,
    };
    let message = format!("the component requires {}", fault.expected());
    out.add(rule, at(source), message, examples::help(fault));
}

/// The image of an option: 100 KB since 6.0, 300 KB before (CMP).
pub fn item_image(value: Value<'_>, version: Version, out: &mut Diagnostics) {
    image(Some(value).filter(|value| value.source() != "\"\""), out);
    let most = if version >= (6, 0) { 100 } else { 300 };
    let bytes = value.as_str().map_or(0, |text| text.len() / 4 * 3);
    if bytes > most * 1024 {
        let message = format!("the image has {} KB, at most {most}", bytes / 1024);
        out.add(&rules::IMAGE_SIZE, at(value), message, "make it smaller");
    }
}
