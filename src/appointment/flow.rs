//! The handlers of the appointment flow.

use serde_json::json;
use whatsapp_flows::{Context, Flow, Init, Input, ReplyTo, Result, complete, show};

use super::bookings::{BookingOperation, BookingOutcome};
use super::clinic::Clinic;
use super::draft::Draft;
use super::screens::{Appointment, Details, Summary};

/// The Flow JSON that is uploaded to Meta.
const FLOW_JSON: &str = include_str!("flow.json");

type Cx = Context<Clinic, Draft>;
type Reply<S> = Result<ReplyTo<S, Draft>>;

const NOT_ON_OFFER: &str = "That is no longer available. Please choose again.";

/// The user opened the flow.
async fn init(cx: Cx) -> Reply<Init> {
    Ok(show(cx.app().choices(cx.session()).await?))
}

/// The user changed a dropdown: the next one is enabled.
async fn choose(cx: Cx, given: Input<Appointment>) -> Reply<Appointment> {
    let draft = cx.session().choosing(given);
    let choices = cx.app().choices(&draft).await?;
    let on_offer = choices.chosen.clone();
    let reply = match on_offer == draft.chosen {
        true => show(choices),
        false => show(choices).message(NOT_ON_OFFER),
    };
    Ok(reply.saving(Draft { chosen: on_offer, ..draft }))
}

/// The user entered the details.
async fn describe(cx: Cx, given: Input<Details>) -> Reply<Details> {
    let draft = Draft::from_details(given);
    let reply = match draft.complete(&cx.app().offer()) {
        Some(complete) => show(complete.summary()),
        None => show(draft.details()).message(NOT_ON_OFFER),
    };
    Ok(reply.saving(draft))
}

/// The user goes back from DETAILS: the choices are loaded again.
async fn rechoose(cx: Cx) -> Reply<Details> {
    Ok(show(cx.app().choices(cx.session()).await?))
}

/// The user goes back from SUMMARY.
async fn redescribe(cx: Cx) -> Reply<Summary> {
    Ok(show(cx.session().details()))
}

/// The user confirmed the appointment.
async fn book(cx: Cx, _: Input<Summary>) -> Reply<Summary> {
    let draft = cx.session();
    let Some(wanted) = draft.complete(&cx.app().offer()) else {
        return Ok(show(draft.details()).message(NOT_ON_OFFER));
    };
    let operation = BookingOperation {
        flow_token: cx.flow_token().as_str(),
        id: cx.operation_id(),
        unresolved: cx.unresolved_operations(),
    };
    let is_retry = cx.attempt() > 1 || !cx.unresolved_operations().is_empty();
    match cx.app().book(&operation, is_retry, &wanted).await? {
        BookingOutcome::Booked(number) => Ok(complete(json!({ "booking": number }))),
        BookingOutcome::Taken => Ok(show(wanted.summary())
            .message("That time was just taken. Please go back and choose another.")),
    }
}

/// Connects the handlers to the screens of the flow.
pub fn flow(clinic: Clinic) -> Flow<Clinic, Draft> {
    Flow::new(clinic)
        .document(FLOW_JSON)
        .on_init(init)
        .on::<Appointment>(choose)
        .on::<Details>(describe)
        .on_back::<Details>(rechoose)
        .once::<Summary>(book)
        .on_back::<Summary>(redescribe)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use whatsapp_flows::assert_agrees;
    use whatsapp_flows::testing::{Phone, Response};

    use super::*;

    const DAY: &str = "2026-01-05";

    fn details() -> Value {
        json!({
            "department": "beauty", "location": "1", "date": DAY, "time": "11:30",
            "name": "Ada `${form.x}`", "email": "ada@example.com", "phone": "+44 20 7946 0000",
            "more_details": "",
        })
    }

    fn time<'a>(answer: &'a Response, id: &str) -> &'a Value {
        let times = answer.data()["time"].as_array().unwrap();
        times.iter().find(|time| time["id"] == id).unwrap()
    }

    #[test]
    fn handlers_agree_with_the_flow_json() {
        assert_agrees(&flow(Clinic::fake()), FLOW_JSON);
    }

    #[tokio::test]
    async fn dropdowns_are_enabled_one_after_the_other() {
        let phone = Phone::new(flow(Clinic::fake()));
        let flags = |answer: &Response| {
            ["location", "date", "time"]
                .map(|name| answer.data()[format!("is_{name}_enabled")] == true)
        };
        let counts = |answer: &Response| {
            ["department", "location", "date", "time"]
                .map(|name| answer.data()[name].as_array().unwrap().len())
        };
        let answer = phone.init().await;
        assert_eq!(answer.screen(), "APPOINTMENT");
        assert_eq!((counts(&answer), flags(&answer)), ([5, 4, 3, 5], [false; 3]));
        assert_eq!(answer.data()["location"][0]["title"], "King’s Cross, London");
        assert_eq!(
            answer.data()["date"][0],
            json!({ "id": "2026-01-02", "title": "Fri Jan 02 2026" })
        );
        assert!(!answer.body.to_string().contains("null"));

        let mut chosen = json!({});
        for (member, id, open) in [
            ("department", "beauty", [true, false, false]),
            ("location", "1", [true, true, false]),
            ("date", DAY, [true, true, true]),
        ] {
            chosen[member] = id.into();
            let answer = phone.submit("APPOINTMENT", chosen.clone()).await;
            assert_eq!((answer.screen(), answer.message()), ("APPOINTMENT", ""));
            assert_eq!((counts(&answer), flags(&answer)), ([5, 4, 3, 5], open));
        }
        let again = phone.init().await;
        assert_eq!(again.data()["chosen"], json!({}), "opening the flow again starts a new draft");
    }

    #[tokio::test]
    async fn booking_completes_the_flow() {
        let phone = Phone::new(flow(Clinic::fake()));
        let answer = phone.submit("DETAILS", details()).await;
        assert_eq!(answer.screen(), "SUMMARY");
        assert_eq!(
            answer.data()["appointment"],
            "Beauty & Personal Care at King’s Cross, London\nMon Jan 05 2026 at 11:30"
        );
        assert_eq!(
            answer.data()["details"].as_str().unwrap().replace('\u{2060}', ""),
            "Name: Ada `${form.x}`\nEmail: ada@example.com\nPhone: +44 20 7946 0000\n\"\""
        );
        let answer = phone.submit("SUMMARY", json!({})).await;
        assert_eq!(answer.screen(), "SUCCESS");
        assert_eq!(answer.params()["flow_token"], phone.token());
        assert_eq!(answer.params()["booking"], "1202601051130");
        assert_eq!(phone.init().await.status, 427);
    }

    #[tokio::test]
    async fn back_restores_typed_details_and_reloads_choices() {
        let phone = Phone::new(flow(Clinic::fake()));
        phone.submit("DETAILS", details()).await;
        let answer = phone.back("SUMMARY").await;
        assert_eq!(answer.screen(), "DETAILS");
        assert_eq!(answer.data()["time"], "11:30");
        assert_eq!(answer.data()["typed"]["email"], "ada@example.com");
        let answer = phone.back("DETAILS").await;
        assert_eq!(
            (answer.screen(), &answer.data()["chosen"]["date"]),
            ("APPOINTMENT", &json!(DAY))
        );
    }

    #[tokio::test]
    async fn taken_slot_keeps_the_user_on_the_summary() {
        let first = Phone::new(flow(Clinic::fake()));
        let second = first.another();
        for phone in [&first, &second] {
            assert_eq!(phone.submit("DETAILS", details()).await.screen(), "SUMMARY");
        }
        assert_eq!(first.submit("SUMMARY", json!({})).await.screen(), "SUCCESS");
        let answer = second.submit("SUMMARY", json!({})).await;
        assert_eq!(answer.screen(), "SUMMARY");
        assert!(answer.message().contains("taken"));

        let answer = second.back("DETAILS").await;
        assert_eq!(time(&answer, "11:30")["enabled"], false);
        assert_eq!(time(&answer, "12:00"), &json!({ "id": "12:00", "title": "12:00" }));
        assert_eq!(answer.data()["chosen"].get("time"), None);

        let mut later = details();
        later["time"] = "12:00".into();
        assert_eq!(second.submit("DETAILS", later).await.screen(), "SUMMARY");
        assert_eq!(second.submit("SUMMARY", json!({})).await.screen(), "SUCCESS");
    }

    #[tokio::test]
    async fn expired_choices_show_a_message_on_the_same_screen() {
        let phone = Phone::new(flow(Clinic::fake()));
        let gone = json!({ "department": "beauty", "location": "9", "date": "2025-12-31" });
        let answer = phone.submit("APPOINTMENT", gone).await;
        assert_eq!((answer.screen(), answer.message()), ("APPOINTMENT", NOT_ON_OFFER));
        assert_eq!(answer.data()["chosen"], json!({ "department": "beauty" }));
        for (member, id) in
            [("department", "x"), ("location", "9"), ("date", "2025-12-31"), ("time", "9:00")]
        {
            let mut given = details();
            given[member] = id.into();
            let answer = phone.submit("DETAILS", given).await;
            assert_eq!((answer.screen(), answer.message()), ("DETAILS", NOT_ON_OFFER));
            assert_eq!(answer.data()["typed"]["email"], "ada@example.com");
        }
    }

    #[tokio::test]
    async fn details_can_be_resubmitted_after_the_draft_is_lost() {
        let phone = Phone::new(flow(Clinic::fake()));
        // Without a draft, DETAILS is shown with empty choices, which the next submission repeats.
        let answer = phone.submit("SUMMARY", json!({})).await;
        let mut given = details();
        for member in ["department", "location", "date", "time"] {
            assert_eq!(answer.data()[member], "");
            given[member] = "".into();
        }
        let answer = phone.submit("DETAILS", given).await;
        assert_eq!(
            (answer.status, answer.screen(), answer.message()),
            (200, "DETAILS", NOT_ON_OFFER)
        );
        assert_eq!(answer.data()["typed"]["email"], "ada@example.com");
        assert_eq!(phone.submit("DETAILS", details()).await.screen(), "SUMMARY");
    }

    #[tokio::test]
    async fn confirmation_without_a_draft_shows_details() {
        let phone = Phone::new(flow(Clinic::fake()));
        let answer = phone.submit("SUMMARY", json!({})).await;
        assert_eq!((answer.screen(), answer.message()), ("DETAILS", NOT_ON_OFFER));
    }
}
