//! Suggestions for misspelled names.

use super::collector::Diagnostics;
use crate::json::Value;

/// Common names of properties, and their names in Flow JSON.
const COMMON_NAMES: [(&str, &str); 9] = [
    ("value", "init-value"),
    ("default", "init-value"),
    ("default-value", "init-value"),
    ("initial-value", "init-value"),
    ("placeholder", "helper-text"),
    ("hint", "helper-text"),
    ("options", "data-source"),
    ("items", "list-items"),
    ("onclick", "on-click-action"),
];

/// The property that an unknown name probably refers to.
pub fn suggest_property<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let alias = COMMON_NAMES.iter().find(|(alias, _)| normalize(alias) == normalize(name));
    let alias =
        alias.and_then(|(_, suggestion)| known.iter().copied().find(|known| known == suggestion));
    alias.or_else(|| closest(name, known.iter().copied()))
}

/// The closest name, if it is close enough.
pub fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name: String = name.chars().take(60).collect();
    let best = known.map(|known| (distance(&name, known), known)).min()?;
    (best.0 <= 1 + name.len() / 5).then_some(best.1)
}

/// A help text that suggests the closest name, if it is close enough. Names are compared only while
/// diagnostics are stored, and only some of very many or very long ones, to limit the time.
pub(super) fn suggest<S: AsRef<str>>(name: &str, known: &[S], out: &Diagnostics) -> Option<String> {
    const COMPARED: usize = 100;
    if out.is_full() {
        return None;
    }
    let short = known.iter().map(AsRef::as_ref).filter(|known| known.len() <= COMPARED);
    let suggestion = closest(name, short.take(COMPARED))?;
    // In a short name, less than half of the characters may differ.
    let close = 2 * distance(name, suggestion) < name.chars().count();
    close.then(|| format!("did you mean `{suggestion}`?"))
}

/// The number of letters to change, insert or delete. Case and the separators of words are ignored.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (normalize(a), normalize(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// The letters and digits of a name, in lower case. A very long name is truncated.
fn normalize(text: &str) -> Vec<char> {
    const COMPARED: usize = 1000;
    let letters = text.chars().take(COMPARED).filter(|c| c.is_alphanumeric());
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns whether an object lacks a member, and has a misspelled one instead. Then only the
/// misspelled one is reported.
pub fn has_misspelling(object: Value<'_>, wanted: &str, known: &[&str]) -> bool {
    const COMPARED: usize = 100;
    object.member(wanted).is_none()
        && object.members().take(COMPARED).any(|(name, _)| {
            let unknown = !known.contains(&&*name.text);
            unknown && suggest_property(&name.text, known) == Some(wanted)
        })
}
