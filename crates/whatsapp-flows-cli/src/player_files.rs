//! The files of the player's page, as they are in `player/`.

/// A file of the page.
pub struct PlayerFile {
    /// Its path in the folder, which is also its path on the page.
    pub path: &'static str,
    pub text: &'static str,
}

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(PlayerFile { path: $path, text: include_str!(concat!("../player/", $path)) }),*]
    };
}

/// The modules of the phone and the gallery, with the imported ones before those that import them.
pub const MODULES: &[PlayerFile] = files![];

/// The style sheets of the phone and the gallery, in their order on the page.
pub const STYLES: &[PlayerFile] = files![];

/// The page itself, with a place for the token of this start.
#[cfg(feature = "dev")]
pub const INDEX: &str = include_str!("../player/index.html");

/// The modules and style sheets of the frame around the phone.
#[cfg(feature = "dev")]
pub const APP: &[PlayerFile] = files!["app.css", "api.js", "app.js"];
