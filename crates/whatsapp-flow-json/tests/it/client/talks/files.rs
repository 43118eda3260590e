//! A support ticket (7.2) and a job application (7.3): photos for the endpoint, a document in the message.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Effect, PickedFile, Upload};

use super::{data, open, open_at};
use crate::client::play::Play;

const TICKET: &str = "support_ticket";
const JOB: &str = "job_application";

/// A photo whose upload is done.
fn photo(name: &str) -> PickedFile {
    PickedFile::uploaded(name, "image/jpeg", 200_000)
}

/// A conversation that has reached the photos.
fn at_photos(changes: Value) -> Play {
    let mut play = open(TICKET, "TOPIC", json!({}));
    play.choose("topics", "It is broken").fill("Description", "It smokes").tap("Continue");
    play.reply("PHOTOS", data(TICKET, "PHOTOS", changes));
    play
}

/// A conversation that has reached the papers of an applicant.
fn at_papers(years: &str) -> Play {
    let mut play = open_at(JOB, "PERSON", json!({}));
    play.fill("Full name", "Ada Byron").fill("years", years).fill("Postcode", "10115");
    play.tap("Continue");
    play
}

#[test]
fn a_ticket_is_opened_with_photos() {
    let mut play = at_photos(json!({}));
    assert!(play.refused(|user| user.tap("Send")).contains("`Add photos` has fewer than 1 files"));
    play.act(|user| user.pick_files("photos", vec![photo("a.jpg"), photo("b.jpg")])).tap("Send");
    let sent = play.sent().data.clone();
    assert_eq!(sent["topics"], json!(["broken"]), "of the screen before");
    let photos = sent["photos"].as_array().unwrap();
    assert_eq!(photos.len(), 2);
    let members: Vec<_> = photos[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["cdn_url", "encryption_metadata", "file_name", "media_id"]);
    play.reply("SENT", data(TICKET, "SENT", json!({ "ticket": "T-7" })));
    assert_eq!(play.view().find("Your ticket is T-7").len(), 1);
    play.tap("Opening hours");
    assert_eq!(play.effects.last(), Some(&Effect::OpenUrl("https://example.com/hours".into())));
    play.tap("Done");
    assert_eq!(
        Value::Object(play.params()),
        json!({ "ticket": "T-7", "topics": ["broken"], "flow_token": "a token" })
    );
}

#[test]
fn an_upload_that_is_not_done_disables_the_footer() {
    let mut play = at_photos(json!({}));
    let with = |name: &str, upload| PickedFile { upload, ..photo(name) };
    play.act(|user| user.pick_files("photos", vec![with("a.jpg", Upload::InProgress)]));
    assert_eq!(play.component("photos").error, None, "without a text");
    assert!(play.refused(|user| user.tap("Send")).contains("has an upload in progress"));
    let component = play.component("photos").id;
    let remove = |name: &str| whatsapp_flow_json::client::Event::RemoveFile {
        component,
        file_name: name.into(),
    };
    play.user.client.handle(remove("a.jpg")).unwrap();
    assert!(play.user.client.handle(remove("a.jpg")).is_err(), "it is gone");
    play.act(|user| user.pick_files("photos", vec![with("b.jpg", Upload::Failed(1003))]));
    assert_eq!(
        play.component("photos").error.as_deref(),
        Some("There is no connection, so a file could not be uploaded.")
    );
    play.user.client.handle(remove("b.jpg")).unwrap();
    play.act(|user| {
        user.pick_files("photos", vec![PickedFile { bytes: 3 << 20, ..photo("c.jpg") }])
    });
    assert!(play.refused(|user| user.tap("Send")).contains("an upload that failed"), "over 2 MB");
}

#[test]
fn more_photos_than_allowed_cannot_be_added() {
    let mut play = at_photos(json!({}));
    let four = ["a", "b", "c", "d"].map(photo).to_vec();
    assert!(
        play.refused(|user| user.pick_files("photos", four.clone()))
            .contains("already has 3 files")
    );
    play.act(|user| user.pick_files("photos", four[..3].to_vec()));
    assert!(
        play.refused(|user| user.pick_files("photos", vec![photo("e")])).contains("already has 3")
    );
}

#[test]
fn a_message_for_a_photo_stands_until_the_photos_change() {
    let mut play = at_photos(json!({}));
    play.act(|user| user.pick_files("photos", vec![photo("a.jpg")])).tap("Send");
    play.reply("PHOTOS", json!({ "photo_errors": { "media-a.jpg": "This photo is blurred" } }));
    assert_eq!(play.component("photos").error.as_deref(), Some("This photo is blurred"));
    assert!(!play.component("Send").enabled);
    play.act(|user| user.pick_files("photos", vec![photo("b.jpg")]));
    assert_eq!(play.component("photos").error, None);
    play.tap("Send");
    assert_eq!(play.sent().data["photos"].as_array().unwrap().len(), 2);
}

#[test]
fn a_link_is_not_disabled_by_missing_photos() {
    let mut play = at_photos(json!({ "can_add": false }));
    assert!(!play.component("photos").enabled);
    assert!(play.refused(|user| user.pick_files("photos", vec![photo("a")])).contains("disabled"));
    play.tap("I have no photos");
    assert_eq!(Value::Object(play.sent().data.clone()), json!({ "skipped": true }));
}

#[test]
fn a_number_is_passed_on_as_a_number() {
    let play = at_papers("3");
    assert_eq!(play.user.client.data("FILES").unwrap()["years"], 3);
    assert_eq!(play.user.client.data("FILES").unwrap()["is_new"], false);
    assert_eq!(play.view().find("3 years").len(), 1);
    assert!(!play.component("letter").required && play.requests() == 0);
    let play = at_papers("0.5");
    assert_eq!(play.user.client.data("FILES").unwrap()["is_new"], true);
    assert!(play.view().find("Letter").is_empty());
}

#[test]
fn a_document_is_completed_with_what_the_business_downloads() {
    let mut play = at_papers("3");
    assert_eq!(play.component("cv").error.as_deref(), Some("Sign it, please"), "a literal message");
    assert!(
        play.refused(|user| user.tap("Apply"))
            .contains("`Curriculum vitae` has fewer than 1 files")
    );
    let file = PickedFile::uploaded("cv.pdf", "application/pdf", 90_000);
    play.act(|user| user.pick_files("cv", vec![file]))
        .fill("Letter", "Dear Sir or Madam")
        .tap("Apply");
    let params = play.params();
    let hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert_eq!(
        params["cv"],
        json!([{
            "file_name": "cv.pdf", "mime_type": "application/pdf", "id": "media-cv.pdf", "sha256": hash,
        }])
    );
    assert_eq!(params["years"], "3", "nothing declares a type for it");
    assert_eq!(
        (&params["postcode"], &params["letter"]),
        (&json!("10115"), &json!("Dear Sir or Madam"))
    );
    assert_eq!(play.requests(), 0, "there is no endpoint");
}
