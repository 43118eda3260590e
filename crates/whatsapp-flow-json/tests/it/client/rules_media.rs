//! The rules of PhotoPicker and DocumentPicker.

use serde_json::{Value, json};
use whatsapp_flow_json::client::{Event, PickedFile, Problem, Refused, Upload};

use super::play::{Play, document, submit};

const PICKERS: [(&str, &str); 2] = [("PhotoPicker", "photos"), ("DocumentPicker", "documents")];

/// Plays a form of each picker, without limits on the number of files.
pub fn each_unlimited(test: impl Fn(Play, &str)) {
    for (kind, _) in PICKERS {
        test(form(json!({ "type": kind, "name": "f", "label": "f" })), kind);
    }
}

/// As [`each_unlimited`], with these limits.
pub fn each(min: Value, max: Value, test: impl Fn(Play, &str)) {
    for (kind, files) in PICKERS {
        let mut picker = json!({ "type": kind, "name": "f", "label": "f" });
        picker[format!("min-uploaded-{files}")] = min.clone();
        picker[format!("max-uploaded-{files}")] = max.clone();
        test(form(picker), kind);
    }
}

/// A form of this picker, on a screen with a number in its data, which is 1.
pub fn form(picker: Value) -> Play {
    let children = json!([picker, submit(json!({ "f": "${form.f}" }))]);
    Play::new(&document("7.3", json!({ "n": 1 }), children))
}

pub fn done(name: &str) -> PickedFile {
    PickedFile::uploaded(name, "image/jpeg", 1000)
}

pub fn file(name: &str, upload: Upload) -> PickedFile {
    PickedFile { upload, ..done(name) }
}

pub fn pick(play: &mut Play, files: impl IntoIterator<Item = PickedFile>) -> Result<(), Refused> {
    let files = files.into_iter().collect();
    let component = play.component("f").id;
    play.user.client.handle(Event::Pick { component, files }).map(drop)
}

pub fn remove(play: &mut Play, name: &str) -> Result<(), Refused> {
    let component = play.component("f").id;
    let event = Event::RemoveFile { component, file_name: name.into() };
    play.user.client.handle(event).map(drop)
}

/// The end of an upload.
pub fn end(play: &mut Play, name: &str, upload: Upload) -> Result<(), Refused> {
    let component = play.component("f").id;
    play.user.client.end_upload(component, name, upload)
}

/// The problem of the field, and whether it has a text.
#[track_caller]
pub fn outcome(play: &Play) -> (Option<Problem>, bool) {
    let field = play.component("f");
    assert_eq!(play.component("Send").enabled, field.problem.is_none());
    (field.problem, field.error.is_some())
}

pub const VALID: (Option<Problem>, bool) = (None, false);

#[test]
fn a_failed_upload_has_a_text_for_its_cause() {
    each_unlimited(|play, kind| {
        let text = |code| {
            let mut play = Play { user: play.user.clone(), effects: Vec::new() };
            pick(&mut play, [file("a", Upload::Failed(code))]).unwrap();
            assert_eq!(outcome(&play), (Some(Problem::UploadFailed { code }), true), "{kind}");
            play.component("f").error.unwrap()
        };
        let [too_large, no_internet, other, another] = [1000, 1003, 1001, 7].map(text);
        assert!(too_large != no_internet && too_large != other && no_internet != other);
        assert_eq!(other, another, "a general text");
    });
}

#[test]
fn a_running_upload_is_mute() {
    each_unlimited(|mut play, kind| {
        pick(&mut play, [file("a", Upload::InProgress)]).unwrap();
        assert_eq!(outcome(&play), (Some(Problem::Uploading), false), "{kind}");
        let Upload::Done(metadata) = done("a").upload else { unreachable!() };
        end(&mut play, "a", Upload::Done(metadata)).unwrap();
        assert_eq!(outcome(&play), VALID, "{kind}");
    });
}

#[test]
fn too_few_files_have_a_text_whose_words_depend_on_the_number() {
    let text = |min: usize| {
        each(json!(min), json!(9), |mut play, kind| {
            let problem = Some(Problem::TooFewFiles { min });
            assert_eq!(outcome(&play), (problem.clone(), false), "{kind}, untouched");
            pick(&mut play, [done("a")]).unwrap();
            remove(&mut play, "a").unwrap();
            assert_eq!(outcome(&play), (problem, true), "{kind}");
            pick(&mut play, (0..min).map(|n| done(&n.to_string()))).unwrap();
            assert_eq!(outcome(&play), VALID, "{kind}");
        });
        Problem::TooFewFiles { min }.text().unwrap()
    };
    let [one, two, three] = [1, 2, 3].map(text);
    assert_eq!(two.replace('2', "3"), three);
    assert!(!one.contains('1') && one.replace('1', "2") != two);
}

#[test]
fn too_many_files_have_a_text() {
    each(json!(0), json!("${data.n}"), |mut play, kind| {
        play.tap("Send").reply("ONLY", json!({ "n": 3 }));
        pick(&mut play, ["a", "b", "c"].map(done)).unwrap();
        assert_eq!(outcome(&play), VALID, "{kind}");
        play.tap("Send").reply("ONLY", json!({ "n": 1 }));
        remove(&mut play, "a").unwrap();
        assert_eq!(outcome(&play), (Some(Problem::TooManyFiles { max: 1 }), true), "{kind}");
        remove(&mut play, "b").unwrap();
        assert_eq!(outcome(&play), VALID, "{kind}");
    });
}

#[test]
fn the_first_rule_that_fails_counts() {
    let problem = |play: &Play| outcome(play).0.unwrap();
    each(json!(3), json!(9), |mut play, kind| {
        pick(&mut play, [file("a", Upload::InProgress), file("b", Upload::Failed(7))]).unwrap();
        assert_eq!(problem(&play), Problem::UploadFailed { code: 7 }, "{kind}");
        remove(&mut play, "b").unwrap();
        assert_eq!(problem(&play), Problem::Uploading, "{kind}");
        end(&mut play, "a", done("a").upload).unwrap();
        assert_eq!(problem(&play), Problem::TooFewFiles { min: 3 }, "{kind}");
    });
}

#[test]
fn by_default_there_may_be_none_or_30_files() {
    each_unlimited(|mut play, kind| {
        assert_eq!(outcome(&play), VALID, "{kind}");
        pick(&mut play, (0..30).map(|n| done(&n.to_string()))).unwrap();
        assert_eq!(outcome(&play), VALID, "{kind}");
        assert_eq!(pick(&mut play, [done("30")]), Err(Refused::FilesFull(30)), "{kind}");
    });
}

#[test]
fn a_file_may_have_25_600_kilobytes_by_default() {
    each_unlimited(|mut play, kind| {
        let sized = |name, bytes| PickedFile { bytes, ..done(name) };
        pick(&mut play, [sized("a", 25_600 * 1024)]).unwrap();
        assert_eq!(outcome(&play), VALID, "{kind}");
        pick(&mut play, [sized("b", 25_600 * 1024 + 1)]).unwrap();
        assert_eq!(outcome(&play).0, Some(Problem::UploadFailed { code: 1000 }), "{kind}");
    });
}
