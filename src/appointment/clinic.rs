//! The application behind the handlers: the offer of the clinic, and its bookings.

use jiff::Timestamp;
use whatsapp_flows::Result;

use super::bookings::{BookingOperation, BookingOutcome, Bookings};
use super::draft::{CompleteDraft, Draft};
use super::offer::{DEPARTMENTS, LOCATIONS, Offer, TIMES, day, title};
use super::screens::{Appointment, Choice, TimeChoice};

/// The application of this flow, which handlers get from their context.
pub struct Clinic {
    bookings: Bookings,
    now: fn() -> Timestamp,
}

impl Clinic {
    /// Returns a clinic with these bookings.
    pub fn new(bookings: Bookings) -> Self {
        Self { bookings, now: Timestamp::now }
    }

    /// Returns a clinic with bookings in memory, on Thursday 1 January 2026.
    #[cfg(test)]
    pub fn fake() -> Self {
        let now = || "2026-01-01T09:00:00Z".parse().expect("a time");
        Self { bookings: Bookings::in_memory(), now }
    }

    /// Returns the current offer.
    pub fn offer(&self) -> Offer {
        Offer::at((self.now)())
    }

    /// Returns the screen APPOINTMENT for this draft. Choices that are no longer on offer are removed.
    pub async fn choices(&self, draft: &Draft) -> Result<Appointment> {
        let offer = self.offer();
        let mut chosen = draft.chosen.clone();
        chosen.department.take_if(|id| offer.department(id).is_none());
        chosen.location.take_if(|id| offer.location(id).is_none());
        chosen.date.take_if(|id| offer.date(id).is_none());
        let location = chosen.department.as_ref().and(chosen.location.as_deref());
        let date = chosen.date.as_deref().and_then(|id| offer.date(id));
        let day = location.zip(date).map(|(location, date)| day(location, date));
        let (is_date_enabled, is_time_enabled) = (location.is_some(), day.is_some());
        let taken = match day {
            Some(day) => self.bookings.taken_times(day).await?,
            None => Vec::new(),
        };
        let is_taken = |time: &str| taken.iter().any(|taken| taken == time);
        chosen.time.take_if(|time| offer.time(time).is_none() || is_taken(time));
        Ok(Appointment {
            department: DEPARTMENTS.map(|(id, title)| Choice::new(id, title)).into(),
            location: LOCATIONS.map(|(id, title)| Choice::new(id, title)).into(),
            is_location_enabled: chosen.department.is_some(),
            date: offer.dates().map(|date| Choice::new(&date.to_string(), &title(date))).into(),
            is_date_enabled,
            time: TIMES
                .map(|time| TimeChoice {
                    id: time.into(),
                    title: time.into(),
                    enabled: is_taken(time).then_some(false),
                })
                .into(),
            is_time_enabled,
            chosen,
            typed: draft.typed.clone(),
        })
    }

    /// Books the wanted slot. A repetition of the same operation returns the same outcome.
    ///
    /// `is_retry`: an earlier attempt of this user died, or its outcome was not recorded, and it may have booked
    /// another slot. That slot is released.
    pub async fn book(
        &self,
        operation: &BookingOperation<'_>,
        is_retry: bool,
        wanted: &CompleteDraft,
    ) -> Result<BookingOutcome> {
        let outcome = self.bookings.book(operation, wanted).await?;
        if is_retry {
            self.bookings.release(operation, self.offer().slots(), &wanted.slot).await?;
        }
        Ok(outcome)
    }
}

impl Choice {
    fn new(id: &str, title: &str) -> Self {
        Self { id: id.into(), title: title.into() }
    }
}
