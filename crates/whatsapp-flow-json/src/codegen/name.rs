//! Converts names of the document to Rust names.

use std::collections::{HashMap, HashSet};

/// Names that are used by the generated file or by the language.
const RESERVED: [&str; 29] = [
    "Box",
    "Clone",
    "Copy",
    "DateRange",
    "Debug",
    "Default",
    "Deserialize",
    "Deserializer",
    "Drop",
    "Err",
    "Init",
    "Map",
    "Media",
    "None",
    "Number",
    "Ok",
    "Option",
    "PartialEq",
    "Payload",
    "Reaches",
    "Result",
    "Screen",
    "Self",
    "Serialize",
    "Some",
    "String",
    "ToString",
    "Value",
    "Vec",
];

/// The keywords of Rust 2024, including the reserved ones.
const KEYWORDS: &str = " abstract as async await become box break const continue crate do dyn else enum \
    extern false final fn for gen if impl in let loop macro match mod move mut override priv pub ref \
    return self static struct super trait true try type typeof unsafe unsized use virtual where while \
    yield ";

/// Reports whether a word is a keyword of Rust 2024, or reserved as one.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&format!(" {word} "))
}

/// The maximum length of a name, so that a line can hold it.
const MAX_LENGTH: usize = 60;

/// The names of a scope, each of which is unique.
#[derive(Default)]
pub struct Scope {
    taken: HashSet<String>,
    /// The next number after a name.
    next: HashMap<String, usize>,
}

impl Scope {
    /// The scope of a generated file. An empty scope is for the members of a struct.
    pub fn of_file() -> Self {
        Self { taken: RESERVED.map(str::to_owned).into(), next: HashMap::new() }
    }

    /// The scope of an enum's variants. `Self` is the only keyword that looks like a variant.
    pub fn of_enum() -> Self {
        Self { taken: HashSet::from(["Self".to_owned()]), next: HashMap::new() }
    }

    /// Returns whether a name is taken.
    pub fn has(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// Takes the name, with a number after it if it is taken.
    pub fn take(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        while self.has(&free) {
            let next = self.next.entry(name.to_owned()).or_insert(2);
            free = match name.ends_with(|c: char| c.is_ascii_digit()) {
                true => format!("{name}_{next}"),
                false => format!("{name}{next}"),
            };
            *next += 1;
        }
        self.taken.insert(free.clone());
        free
    }
}

/// `BOOK_ROOM`, `book-room` and `bookRoom` as `BookRoom`. A name without letters starts with
/// `otherwise`.
pub fn type_name(name: &str, otherwise: &str) -> String {
    let mut camel: String = words(name).iter().map(|word| capitalized(word)).collect();
    if !camel.starts_with(|c: char| c.is_ascii_alphabetic()) {
        camel.insert_str(0, otherwise);
    }
    camel.truncate(MAX_LENGTH);
    camel
}

/// `BOOK_ROOM`, `book-room` and `bookRoom` as `book_room`.
pub fn member_name(name: &str) -> String {
    let mut snake = words(name).join("_");
    if !snake.starts_with(|c: char| c.is_ascii_alphabetic()) {
        snake.insert_str(0, if snake.is_empty() { "member" } else { "member_" });
    }
    snake.truncate(MAX_LENGTH);
    if is_keyword(&snake) {
        snake.push('_');
    }
    snake
}

/// The singular of an English plural: `day` for `days`. Harmless for other languages.
pub fn singular(plural: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| plural.ends_with(ending));
    match plural {
        _ if plural.len() < 4 || ends(&["ss", "us", "is"]) => plural.into(),
        _ if ends(&["ies"]) => format!("{}y", &plural[..plural.len() - 3]),
        _ if ends(&["ches", "shes", "sses", "xes"]) => plural[..plural.len() - 2].into(),
        _ => plural.strip_suffix('s').unwrap_or(plural).into(),
    }
}

/// The name that serde's `rename_all = "snake_case"` gives a variant.
pub fn serde_snake_case(variant: &str) -> String {
    let mut snake = String::new();
    for (at, c) in variant.char_indices() {
        if at > 0 && c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(1.min(word.len()));
    first.to_ascii_uppercase() + rest
}

/// The words of a name in lower case. A word ends at a character that is not a letter or digit, and
/// before an upper-case letter that starts a new word.
fn words(name: &str) -> Vec<String> {
    let plain: String = name.chars().map(to_ascii).collect();
    let letters: Vec<char> = plain.chars().collect();
    let mut words = vec![String::new()];
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || (before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase))
            });
        if begins || !c.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_ascii_alphanumeric(), words.last_mut()) {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The letter without its accent. A letter that is not Latin becomes a separator.
fn to_ascii(c: char) -> String {
    let Some(lower) = c.to_lowercase().next().filter(|_| !c.is_ascii()) else { return c.into() };
    let plain = match lower {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì'..='ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "-",
    };
    if c.is_uppercase() { plain.to_ascii_uppercase() } else { plain.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_converted_to_rust() {
        for (name, expected_type, expected_member) in [
            ("MY_SCREEN", "MyScreen", "my_screen"),
            ("firstName", "FirstName", "first_name"),
            ("main-content", "MainContent", "main_content"),
            ("HTMLPage", "HtmlPage", "html_page"),
            ("type", "Type", "type_"),
            ("self", "Self", "self_"),
            ("2nd", "Item2nd", "member_2nd"),
            ("_x__y_", "XY", "x_y"),
            ("Größe", "Grosse", "grosse"),
            ("señal", "Senal", "senal"),
            ("日本", "Item", "member"),
            ("", "Item", "member"),
        ] {
            assert_eq!(
                (type_name(name, "Item").as_str(), member_name(name).as_str()),
                (expected_type, expected_member)
            );
        }
    }

    #[test]
    fn singular_of_plurals() {
        for (plural, one) in [
            ("days", "day"),
            ("cities", "city"),
            ("boxes", "box"),
            ("branches", "branch"),
            ("address", "address"),
            ("status", "status"),
            ("list", "list"),
            ("größens", "größen"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }

    #[test]
    fn names_are_unique() {
        let mut scope = Scope::of_file();
        let names = ["Init", "Step", "Step", "Step2", "Step"].map(|name| scope.take(name));
        assert_eq!(names, ["Init2", "Step", "Step2", "Step2_2", "Step3"]);
        assert_eq!(Scope::of_enum().take("Self"), "Self2");
        assert_eq!(serde_snake_case("DateSelected"), "date_selected");
    }

    #[test]
    fn names_are_not_keywords() {
        let mut tried = 0;
        for keyword in KEYWORDS.split_whitespace().chain(["Self"]) {
            let names = [
                Scope::default().take(&member_name(keyword)),
                Scope::of_file().take(&type_name(keyword, "Part")),
                Scope::of_enum().take(&type_name(keyword, "Item")),
            ];
            for name in names {
                assert!(name != "Self" && !is_keyword(&name), "{name}");
                tried += 1;
            }
        }
        assert!(tried > 150, "{tried}");
    }
}
