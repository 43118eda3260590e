//! The actions of a user with the files of a PhotoPicker or a DocumentPicker.

use serde_json::json;
use whatsapp_flow_json::client::{Event, PickedFile, Problem, Refused, Upload};

use super::play::Play;
use super::rules_media::{
    VALID, done, each, each_unlimited, end, file, form, outcome, pick, remove,
};

fn retry(play: &mut Play, name: &str) -> Result<(), Refused> {
    let component = play.component("f").id;
    let event = Event::RetryUpload { component, file_name: name.into() };
    play.user.client.handle(event).map(drop)
}

fn files(play: &Play) -> usize {
    play.component("f").value.as_array().map_or(0, Vec::len)
}

#[test]
fn a_file_is_uploaded_when_it_is_picked() {
    each_unlimited(|mut play, kind| {
        pick(&mut play, [done("a")]).unwrap();
        let media_id = play.component("f").value[0]["media_id"].clone();
        assert_eq!(media_id, "media-a", "{kind}: before any tap");
    });
}

#[test]
fn a_file_can_be_removed_in_every_state() {
    each_unlimited(|mut play, kind| {
        for upload in [done("a").upload, Upload::InProgress, Upload::Failed(7)] {
            pick(&mut play, [done("b"), file("a", upload)]).unwrap();
            remove(&mut play, "a").unwrap();
            assert_eq!((files(&play), outcome(&play)), (1, VALID), "{kind}");
            assert_eq!(remove(&mut play, "a"), Err(Refused::NoFile));
            remove(&mut play, "b").unwrap();
        }
    });
}

#[test]
fn a_failed_upload_can_be_tried_again() {
    each_unlimited(|mut play, kind| {
        pick(&mut play, [file("a", Upload::Failed(1003)), done("b")]).unwrap();
        retry(&mut play, "a").unwrap();
        assert_eq!(outcome(&play).0, Some(Problem::Uploading), "{kind}");
        end(&mut play, "a", Upload::Failed(7)).unwrap();
        assert_eq!(outcome(&play).0, Some(Problem::UploadFailed { code: 7 }), "{kind}");
        retry(&mut play, "a").unwrap();
        end(&mut play, "a", done("a").upload).unwrap();
        assert_eq!((files(&play), outcome(&play)), (2, VALID), "{kind}");
        assert_eq!(retry(&mut play, "b"), Err(Refused::NothingToRetry), "it did not fail");
        assert_eq!(end(&mut play, "b", Upload::Failed(7)), Err(Refused::NoUpload));
    });
}

#[test]
fn files_can_be_added_below_the_maximum() {
    each(json!(0), json!(3), |mut play, kind| {
        pick(&mut play, [done("a")]).unwrap();
        pick(&mut play, [done("b"), done("c")]).unwrap();
        assert_eq!(files(&play), 3, "{kind}");
        assert_eq!(pick(&mut play, [done("d")]), Err(Refused::FilesFull(3)), "{kind}");
        remove(&mut play, "a").unwrap();
        pick(&mut play, [done("d")]).unwrap();
        assert_eq!(files(&play), 3, "{kind}");
    });
}

#[test]
fn an_upload_that_is_too_large_fails_again() {
    each_unlimited(|mut play, kind| {
        pick(&mut play, [PickedFile { bytes: 25_600 * 1024 + 1, ..done("a") }]).unwrap();
        retry(&mut play, "a").unwrap();
        assert_eq!(outcome(&play).0, Some(Problem::UploadFailed { code: 1000 }), "{kind}");
    });
}

#[test]
fn allowed_types_are_advisory() {
    let mut play = form(json!({ "type": "DocumentPicker", "name": "f", "label": "f",
        "allowed-mime-types": ["application/pdf"] }));
    pick(&mut play, [done("photo.jpg")]).unwrap();
    assert_eq!(outcome(&play), VALID);
}

#[test]
fn the_endpoint_gets_a_file_that_was_uploaded_again() {
    each_unlimited(|mut play, kind| {
        pick(&mut play, [file("a", Upload::Failed(1003))]).unwrap();
        retry(&mut play, "a").unwrap();
        end(&mut play, "a", done("a").upload).unwrap();
        play.tap("Send");
        let sent = &play.sent().data["f"][0];
        assert_eq!((&sent["media_id"], &sent["file_name"]), (&json!("media-a"), &json!("a")));
        assert_eq!(sent.as_object().unwrap().len(), 4, "{kind}: {sent}");
    });
}
