//! Adds the handlers that a changed Flow JSON needs to the `flow.rs` beside it.

use std::path::Path;

use whatsapp_flow_json::codegen::{self, ScaffoldFunction};

use crate::project::rust_text::{after_group, code, has_word};
use crate::project::{flow, writing};
use crate::{Error, files};

/// The additions to a `flow.rs`.
#[derive(Debug, PartialEq, Eq)]
struct Added {
    text: String,
    /// The functions.
    functions: Vec<String>,
    /// The members of `Draft` that could not be added.
    not_stored: Vec<String>,
}

/// Writes `screens.rs` again, and adds to `flow.rs` what it lacks.
pub fn run(flow_json: &Path) -> Result<(), Error> {
    let folder = flow_json.parent().unwrap_or(Path::new(""));
    if !folder.join("flow.rs").is_file() {
        return Err(format!(
            "there is no flow.rs beside {}; --missing takes the Flow JSON of a flow in the project, such as \
             src/lunch/flow.json",
            flow_json.display()
        )
        .into());
    }
    let text = flow::read(flow_json)?;
    let screens = codegen::generate(&text, "flow.json")?;
    let path = folder.join("flow.rs");
    let source = files::read(&path)?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let scaffold = codegen::scaffold(&text, &name)?;
    let added = with_missing(&source, &scaffold.functions, &screens)?;
    writing::add(folder, &[], &[("screens.rs".into(), screens), ("flow.rs".into(), added.text)])?;
    match added.functions.is_empty() {
        true => println!("screens.rs is written. flow.rs has a handler for everything."),
        false => {
            println!("screens.rs is written. Added to flow.rs: {}.", added.functions.join(", "))
        }
    }
    for member in added.not_stored {
        println!("`{member}` is not stored, because flow.rs has no `struct Draft {{ … }}`.");
    }
    println!(
        "The compiler reports what else has changed: a screen or a route that is gone, and a payload with other members. \
         The tests and scripts of the flow are yours to update.\n\n  make test"
    );
    Ok(())
}

/// The source with the functions that it lacks, connected.
fn with_missing(
    source: &str,
    functions: &[ScaffoldFunction],
    screens: &str,
) -> Result<Added, Error> {
    let masked = code(source);
    // A handler is there if its screen is connected, by whatever function.
    let is_connected = |wiring: &str| {
        let (method, rest) = wiring.split_once("::<").unwrap_or_default();
        let screen = rest.split('>').next().unwrap_or_default();
        let methods: &[&str] = if method == ".on_back" { &[".on_back"] } else { &[".on", ".once"] };
        methods.iter().any(|method| masked.contains(&format!("{method}::<{screen}>(")))
    };
    let handlers: Vec<_> = functions
        .iter()
        .filter(|function| function.wiring.as_deref().is_some_and(|wiring| !is_connected(wiring)))
        .collect();
    // The functions that make screens: those that the new handlers call, and those of new screens.
    let made = functions.iter().filter(|function| {
        let call = format!("{}()", function.name);
        function.wiring.is_none()
            && !has_word(&masked, &format!("fn {}", function.name))
            && (handlers.iter().any(|handler| handler.text.contains(&call))
                || function.makes.as_ref().is_some_and(|screen| !has_word(&masked, screen)))
    });
    let added: Vec<_> = handlers.iter().copied().chain(made).collect();
    if let Some(taken) =
        added.iter().find(|function| has_word(&masked, &format!("fn {}", function.name)))
    {
        return Err(format!(
            "flow.rs already has a function `{}`, which is not connected; connect or rename it. Nothing was written",
            taken.name
        )
        .into());
    }
    let mut text = source.to_owned();
    // From the end to the start, so that earlier positions stay valid.
    let bodies: Vec<_> = added.iter().map(|function| function.text.trim_end()).collect();
    if !bodies.is_empty() {
        let end = text.trim_end().len();
        let at = masked.find("\n#[cfg(test)]").unwrap_or(end);
        let after = if at < end { "\n" } else { "" };
        text.insert_str(at, &format!("\n\n{}{after}", bodies.join("\n\n")));
    }
    if !handlers.is_empty() {
        let at = end_of_init(&masked).ok_or(
            "flow.rs has no call of `.on_init(…)` after which a handler could be connected. Nothing was written",
        )?;
        let wiring: String = handlers
            .iter()
            .filter_map(|handler| handler.wiring.as_deref())
            .map(|wiring| format!("\n        {wiring}"))
            .collect();
        text.insert_str(at, &wiring);
    }
    let mut not_stored = Vec::new();
    for (member, input) in handlers.iter().filter_map(|handler| handler.stores.as_ref()) {
        let masked = code(&text);
        let open = masked.find("struct Draft {").map(|at| at + "struct Draft ".len());
        match open.and_then(|open| after_group(&masked, open)) {
            Some(_) if has_word(&masked, &format!("pub {member}")) => {}
            Some(end) => {
                let before = text[..end - 1].trim_end();
                let comma = if before.ends_with(['{', ',']) { "" } else { "," };
                text = format!(
                    "{before}{comma}\n    pub {member}: Option<{input}>,\n{}",
                    &text[end - 1..]
                );
            }
            None => not_stored.push(member.clone()),
        }
    }
    let text = with_imports(&text, screens);
    Ok(Added {
        text,
        functions: added.iter().map(|function| function.name.clone()).collect(),
        not_stored,
    })
}

/// The position after `.on_init(…)`.
fn end_of_init(masked: &str) -> Option<usize> {
    let at = masked.find(".on_init(")?;
    after_group(masked, at + ".on_init".len())
}

/// The source with the types of `screens.rs` that it uses and does not import.
fn with_imports(source: &str, screens: &str) -> String {
    const IMPORT: &str = "use super::screens::{";
    let masked = code(source);
    let Some(open) = masked.find(IMPORT).map(|at| at + IMPORT.len() - 1) else {
        return source.to_owned();
    };
    let Some(end) = after_group(&masked, open) else { return source.to_owned() };
    let (imports, rest) = (&masked[open..end], &masked[end..]);
    let types = screens.lines().filter_map(|line| {
        let line = line.trim_start();
        let name = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
        name.split(|c: char| !c.is_alphanumeric() && c != '_').next()
    });
    let used: Vec<_> =
        types.filter(|name| has_word(rest, name) && !has_word(imports, name)).collect();
    if used.is_empty() {
        return source.to_owned();
    }
    let before = source[..end - 1].trim_end().trim_end_matches(',');
    format!("{before}, {}{}", used.join(", "), &source[end - 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(name: &str, wiring: Option<&str>) -> ScaffoldFunction {
        ScaffoldFunction {
            name: name.into(),
            text: format!("fn {name}() {{ tip_screen() }}\n"),
            wiring: wiring.map(str::to_owned),
            stores: None,
            makes: None,
        }
    }

    const SOURCE: &str = "use super::screens::{Menu};\n\npub struct Draft {\n    pub menu: Option<u8>,\n}\n\n\
        pub fn flow() {\n    Flow::new(()).on_init(init).once::<Menu>(order)\n}\n";

    #[test]
    fn missing_handlers_are_added_and_connected() {
        let tip = ScaffoldFunction {
            stores: Some(("tip".into(), "TipInput".into())),
            ..function("submit_tip", Some(".on::<Tip>(submit_tip)"))
        };
        let functions = [
            function("submit_menu", Some(".on::<Menu>(submit_menu)")),
            tip,
            function("back_from_tip", Some(".on_back::<Tip>(back_from_tip)")),
            function("tip_screen", None),
            function("menu_screen", None),
        ];
        let screens =
            "pub struct Menu {}\npub struct Tip {}\npub struct TipInput {}\npub struct Other {}\n";
        let added = with_missing(SOURCE, &functions, screens).unwrap();
        assert_eq!(added.functions, ["submit_tip", "back_from_tip", "tip_screen"]);
        for part in [
            ".on_init(init)\n        .on::<Tip>(submit_tip)\n        .on_back::<Tip>(back_from_tip).once::<Menu>(order)",
            "use super::screens::{Menu, Tip, TipInput};",
            "    pub menu: Option<u8>,\n    pub tip: Option<TipInput>,\n}",
            "fn tip_screen()",
        ] {
            assert!(added.text.contains(part), "{part}: {}", added.text);
        }
        let again = with_missing(&added.text, &functions, screens).unwrap();
        assert_eq!(
            (again.text, again.functions),
            (added.text, Vec::new()),
            "nothing is added twice"
        );
    }

    #[test]
    fn functions_of_the_same_name_are_not_overwritten() {
        let source = format!("{SOURCE}fn submit_tip() {{}}\n");
        let functions = [function("submit_tip", Some(".on::<Tip>(submit_tip)"))];
        let error = with_missing(&source, &functions, "").unwrap_err().to_string();
        assert!(error.contains("already has a function `submit_tip`"), "{error}");
    }
}
