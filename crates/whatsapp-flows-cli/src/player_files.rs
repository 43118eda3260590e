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
pub const MODULES: &[PlayerFile] = files![
    "phone/dom.js",
    "phone/look.js",
    "phone/icons.js",
    "phone/values.js",
    "phone/words.js",
    "phone/chat.js",
    "phone/dates.js",
    "phone/calendar.js",
    "phone/dialog.js",
    "components/field.js",
    "components/dateField.js",
    "components/CalendarPicker.js",
    "phone/image.js",
    "components/rows.js",
    "components/group.js",
    "components/CheckboxGroup.js",
    "components/ChipsSelector.js",
    "phone/wheels.js",
    "components/DatePicker.js",
    "phone/fileDialog.js",
    "components/files.js",
    "components/DocumentPicker.js",
    "components/Dropdown.js",
    "components/EmbeddedLink.js",
    "components/Footer.js",
    "components/Image.js",
    "components/ImageCarousel.js",
    "components/NavigationList.js",
    "components/OptIn.js",
    "components/PhotoPicker.js",
    "components/RadioButtonsGroup.js",
    "phone/markdown.js",
    "components/RichText.js",
    "components/typed.js",
    "components/TextArea.js",
    "components/text.js",
    "components/TextBody.js",
    "components/TextCaption.js",
    "components/TextHeading.js",
    "components/TextInput.js",
    "components/TextSubheading.js",
    "components/Unknown.js",
    "components/index.js",
    "components/slot.js",
    "phone/frame.js",
    "phone/overlays.js",
    "phone/sheet.js",
    "phone/phone.js",
    "gallery/gallery.js",
    "gallery/file.js",
];

/// The style sheets of the phone and the gallery, in their order on the page.
pub const STYLES: &[PlayerFile] = files![
    "theme/colours.css",
    "theme/phone.css",
    "theme/components.css",
    "theme/ios.css",
    "theme/overlays.css",
    "theme/gallery.css",
    "theme/page.css",
];
