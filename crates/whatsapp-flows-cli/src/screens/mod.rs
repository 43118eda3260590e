//! `flowctl screens`: writes all screens of a Flow JSON as one HTML file.

pub mod bundle;

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::{Error, files, flow_path, gallery, player_files};

/// Write all screens of a Flow JSON, with the findings of `flowctl check`, as one HTML file
#[derive(Args)]
#[command(after_help = "Example:\n  flowctl screens src/appointment/flow.json --out preview\n\n\
    The screens show their __example__ data. The file needs neither a server nor a network, so it can be sent to \
    somebody.")]
pub struct Screens {
    /// Flow JSON file
    #[arg(value_name = "FLOW.json")]
    flow: PathBuf,
    /// Folder for the HTML file, created if absent. The file gets the name of the Flow JSON, or of its folder if that is
    /// `flow.json`
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Screens {
    pub fn run(self) -> Result<(), Error> {
        let file = self.flow.display();
        let bytes = files::read_bytes(&self.flow)?;
        let gallery = gallery::gallery(&bytes);
        let count = gallery["screens"].as_array().map_or(0, Vec::len);
        if count == 0 {
            super::check::print_errors(&file.to_string(), &bytes);
            return Err(format!("{file} has no screens that can be shown").into());
        }
        let name = flow_path::name(&self.flow);
        let path = self.out.join(format!("{name}.html"));
        let fails = |error: std::io::Error| format!("{}: {error}", path.display());
        std::fs::create_dir_all(&self.out).map_err(fails)?;
        std::fs::write(&path, page(&name, &gallery)?).map_err(fails)?;
        let screens = if count == 1 { "screen" } else { "screens" };
        println!("{} has {count} {screens}", path.display());
        Ok(())
    }
}

/// The HTML of a gallery. Its content security policy allows its own script and styles by their hashes, and images
/// that are part of the document, and nothing else.
fn page(name: &str, gallery: &Value) -> Result<String, Error> {
    let script = bundle::script(player_files::MODULES)?;
    let style = bundle::style(player_files::STYLES);
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        bundle::hash(&script),
        bundle::hash(&style)
    );
    // `<` is written as an escape, so no text of the document can end the element.
    let gallery = gallery.to_string().replace('<', "\\u003c");
    let title = name.replace('&', "&amp;").replace('<', "&lt;");
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<main id=\"gallery\"></main>\n\
         <script type=\"application/json\" id=\"gallery-data\">{gallery}</script>\n\
         <script>{script}</script>\n</body>\n</html>\n"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_of_the_document_cannot_end_an_element() {
        let gallery =
            json!({ "screens": ["</script><script>alert(1)</script><!--"], "findings": [] });
        let page = page("<b>&", &gallery).unwrap();
        assert_eq!(page.matches("</script").count(), 2, "the data and the script");
        assert!(!page.contains("<!--") && page.contains("<title>&lt;b>&amp;</title>"));
        assert!(page.contains("\\u003c/script>\\u003cscript>alert(1)"));
    }
}
