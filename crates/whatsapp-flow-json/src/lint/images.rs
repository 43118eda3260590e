//! Images: base64 of a JPEG or PNG, and their size.

use super::collector::Diagnostics;
use super::site::value_span;
use super::{examples, rules};
use crate::catalog::Version;
use crate::json::Value;
use crate::model::expression::is_dynamic;
use crate::value::{self, ValueError, is_blank};

/// Checks an image. Meta's validator rejects text that is not base64, but accepts addresses.
pub fn check_image(source: Option<Value<'_>>, out: &mut Diagnostics) {
    let Some(source) = source.filter(|source| !is_dynamic(*source)) else { return };
    let Some(text) = source.as_str() else { return };
    let result = if is_blank(&text) { Err(ValueError::Blank) } else { value::check_image(&text) };
    let Err(error) = result else { return };
    let rule = match error {
        ValueError::NotBase64 => &rules::IMAGE,
        ValueError::ImageAddress | ValueError::ImageDataUrl => &rules::IMAGE_ADDRESS,
        _ => &rules::IMAGE_FORMAT,
    };
    let message = format!("the component requires {}", error.expected());
    out.add(rule, value_span(source), message, examples::help_for(error));
}

/// Checks the image of an option: 100 KB from 6.0 on, 300 KB before (CMP).
pub fn check_item_image(value: Value<'_>, version: Version, out: &mut Diagnostics) {
    check_image(Some(value).filter(|value| value.source() != "\"\""), out);
    let most = if version >= (6, 0) { 100 } else { 300 };
    let bytes = value.as_str().map_or(0, |text| text.len() / 4 * 3);
    if bytes > most * 1024 {
        let message = format!("the image has {} KB; the maximum is {most}", bytes / 1024);
        out.add(&rules::IMAGE_SIZE, value_span(value), message, "reduce its size");
    }
}
