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
    use whatsapp_flows::testing::{FlowClient, Phone};

    use super::*;

    const DAY: &str = "Mon Jan 05 2026";

    /// A client on SUMMARY: the appointment is chosen, and the details are filled in.
    async fn before_confirmation(mut client: FlowClient, time: &str) -> FlowClient {
        choose(&mut client, time).await;
        describe(&mut client).await;
        assert_eq!(client.screen(), "SUMMARY");
        client
    }

    async fn choose(client: &mut FlowClient, time: &str) {
        client.choose("Department", "Beauty & Personal Care").await;
        client.choose("Location", "King’s Cross, London").await;
        client.choose("Date", DAY).await;
        client.choose("Time", time).await;
        client.tap("Continue").await;
    }

    async fn describe(client: &mut FlowClient) {
        client.fill("Name", "Ada `${form.x}`");
        client.fill("Email", "ada@example.com");
        client.fill("Phone", "+44 20 7946 0000");
        client.tap("Continue").await;
    }

    async fn confirm(client: &mut FlowClient) {
        client.tick("I agree to the terms").await;
        client.tap("Confirm Appointment").await;
    }

    #[test]
    fn handlers_agree_with_the_flow_json() {
        assert_agrees(&flow(Clinic::fake()), FLOW_JSON);
    }

    #[tokio::test]
    async fn dropdowns_are_enabled_one_after_the_other() {
        let mut client = FlowClient::open(flow(Clinic::fake()), FLOW_JSON).await;
        let fields = ["Department", "Location", "Date", "Time"];
        let enabled = |client: &FlowClient| fields.map(|label| client.component(label).enabled);
        let counts =
            |client: &FlowClient| fields.map(|label| client.component(label).options.len());
        assert_eq!(
            (counts(&client), enabled(&client)),
            ([5, 4, 3, 5], [true, false, false, false])
        );
        client.choose("Department", "Beauty & Personal Care").await;
        assert_eq!(enabled(&client), [true, true, false, false]);
        client.choose("Location", "King’s Cross, London").await;
        assert_eq!(enabled(&client), [true, true, true, false]);
        client.choose("Date", DAY).await;
        assert_eq!((counts(&client), enabled(&client)), ([5, 4, 3, 5], [true; 4]));
        assert_eq!(client.component("Department").value, "beauty", "earlier choices stay");

        let again = client.reopen().await;
        assert_eq!(again.data()["chosen"], json!({}), "opening the flow again starts a new draft");
    }

    #[tokio::test]
    async fn booking_completes_the_flow() {
        let client = FlowClient::open(flow(Clinic::fake()), FLOW_JSON).await;
        let mut client = before_confirmation(client, "11:30").await;
        assert!(
            client.sees("Beauty & Personal Care at King’s Cross, London\nMon Jan 05 2026 at 11:30")
        );
        let details = client.data()["details"].as_str().unwrap().replace('\u{2060}', "");
        assert_eq!(
            details,
            "Name: Ada `${form.x}`\nEmail: ada@example.com\nPhone: +44 20 7946 0000"
        );
        confirm(&mut client).await;
        assert_eq!(client.completion()["flow_token"], client.phone().token());
        assert_eq!(client.completion()["booking"], "1202601051130");
        assert_eq!(client.reopen().await.status(), 427);
    }

    #[tokio::test]
    async fn a_second_tap_books_once() {
        let client = FlowClient::open(flow(Clinic::fake()), FLOW_JSON).await;
        let mut client = before_confirmation(client, "11:30").await;
        client.lose_next_reply();
        confirm(&mut client).await;
        assert_eq!(client.screen(), "SUMMARY", "the user saw an error");
        let same_bytes = client.resend_last().await;
        assert_eq!(same_bytes.raw, client.last_response().unwrap().raw);
        client.tap("Confirm Appointment").await;
        assert_eq!(client.completion()["booking"], "1202601051130");
    }

    #[tokio::test]
    async fn back_restores_typed_details_and_reloads_choices() {
        let client = FlowClient::open(flow(Clinic::fake()), FLOW_JSON).await;
        let mut client = before_confirmation(client, "11:30").await;
        client.tap("I agree to the terms").await;
        assert_eq!(client.screen(), "TERMS");
        client.back().await;
        client.back().await;
        assert_eq!(client.screen(), "DETAILS");
        assert_eq!(client.component("Email").value, "ada@example.com");
        client.back().await;
        assert_eq!(client.screen(), "APPOINTMENT");
        assert_eq!(client.component("Date").value, "2026-01-05");
    }

    #[tokio::test]
    async fn taken_slot_keeps_the_user_on_the_summary() {
        let first = FlowClient::open(flow(Clinic::fake()), FLOW_JSON).await;
        let second = first.another().await;
        let mut first = before_confirmation(first, "11:30").await;
        let mut second = before_confirmation(second, "11:30").await;
        confirm(&mut first).await;
        first.completion();
        confirm(&mut second).await;
        assert_eq!(second.screen(), "SUMMARY");
        assert!(second.message().contains("taken"));

        second.back().await;
        second.back().await;
        let time = second.component("Time");
        assert!(!time.option("11:30").unwrap().enabled);
        second.choose("Time", "12:00").await;
        second.tap("Continue").await;
        second.tap("Continue").await;
        second.tap("Confirm Appointment").await;
        assert_eq!(second.completion()["booking"], "1202601051200");
    }

    // What follows, no user of an unmodified client can send.

    fn details() -> Value {
        json!({
            "department": "beauty", "location": "1", "date": "2026-01-05", "time": "11:30",
            "name": "Ada", "email": "ada@example.com", "phone": "+44 20 7946 0000",
        })
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
