//! What can be booked: Meta's departments and places, the next three working days, five times a day.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};
use whatsapp_flows::Result;

use super::bookings::{Booked, Bookings, Slot};
use super::draft::{Complete, Draft};
use super::screens::{Appointment, Choice};

const DEPARTMENTS: [(&str, &str); 5] = [
    ("shopping", "Shopping & Groceries"),
    ("clothing", "Clothing & Apparel"),
    ("home", "Home Goods & Decor"),
    ("electronics", "Electronics & Appliances"),
    ("beauty", "Beauty & Personal Care"),
];

const LOCATIONS: [(&str, &str); 4] = [
    ("1", "King’s Cross, London"),
    ("2", "Oxford Street, London"),
    ("3", "Covent Garden, London"),
    ("4", "Piccadilly Circus, London"),
];

const TIMES: [&str; 5] = ["10:30", "11:00", "11:30", "12:00", "12:30"];

/// The application of this flow: what is on offer, and what is taken.
pub struct Clinic {
    bookings: Bookings,
    now: fn() -> Timestamp,
}

impl Clinic {
    /// A clinic with its bookings.
    pub fn new(bookings: Bookings) -> Self {
        Self { bookings, now: Timestamp::now }
    }

    /// A clinic whose bookings are in memory, on Thursday 1 January 2026.
    #[cfg(test)]
    pub fn fake() -> Self {
        let now = || "2026-01-01T09:00:00Z".parse().expect("a time");
        Self { bookings: Bookings::in_memory(), now }
    }

    /// APPOINTMENT as it is now for this draft, without what is no longer on offer.
    pub async fn choices(&self, draft: &Draft) -> Result<Appointment> {
        let mut chosen = draft.chosen.clone();
        chosen.department.take_if(|id| self.department(id).is_none());
        chosen.location.take_if(|id| self.location(id).is_none());
        chosen.date.take_if(|id| self.date(id).is_none());
        let place = chosen.department.as_ref().and(chosen.location.as_deref());
        let day = place.zip(chosen.date.as_deref());
        let taken = match day {
            Some((location, date)) => {
                self.bookings.taken(TIMES.map(|time| Slot::new(location, date, time))).await?
            }
            None => Vec::new(),
        };
        chosen.time.take_if(|time| {
            self.time(time).is_none() || taken.iter().any(|slot| slot.time() == *time)
        });
        Ok(Appointment {
            department: DEPARTMENTS.map(choice).into(),
            location: LOCATIONS.map(choice).into(),
            is_location_enabled: chosen.department.is_some(),
            date: self.dates().map(|date| Choice::new(&date.to_string(), &title(date))).into(),
            is_date_enabled: place.is_some(),
            time: TIMES
                .map(|time| Choice {
                    enabled: taken.iter().any(|slot| slot.time() == time).then_some(false),
                    ..Choice::new(time, time)
                })
                .into(),
            is_time_enabled: day.is_some(),
            chosen,
            typed: draft.typed.clone(),
        })
    }

    /// Books it for the holder of this token, once, however often it is asked.
    pub async fn book(&self, holder: &str, draft: &Complete) -> Result<Booked> {
        let location = LOCATIONS.iter().find(|(_, title)| *title == draft.location);
        let location = location.map_or("", |(id, _)| id);
        let slot = Slot::new(location, &draft.date.to_string(), draft.time);
        self.bookings.book(&slot, holder, draft).await
    }

    /// A department's title.
    pub fn department(&self, id: &str) -> Option<&'static str> {
        look_up(&DEPARTMENTS, id)
    }

    /// A location's title.
    pub fn location(&self, id: &str) -> Option<&'static str> {
        look_up(&LOCATIONS, id)
    }

    /// A date that is on offer today.
    pub fn date(&self, id: &str) -> Option<Date> {
        let date: Date = id.parse().ok()?;
        self.dates().contains(&date).then_some(date)
    }

    /// A time of day.
    pub fn time(&self, id: &str) -> Option<&'static str> {
        TIMES.into_iter().find(|time| *time == id)
    }

    /// The next three days from Monday to Friday after today, where the clinic is.
    fn dates(&self) -> [Date; 3] {
        let today = (self.now)().to_zoned_datetime(jiff::tz::get!("Europe/London")).date();
        let working = |date: &Date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let mut days = today.series(1.day()).skip(1).filter(working);
        std::array::from_fn(|_| days.next().expect("a calendar of thousands of years"))
    }
}

impl Choice {
    fn new(id: &str, title: &str) -> Self {
        Self { id: id.into(), title: title.into(), enabled: None }
    }
}

fn choice((id, title): (&str, &str)) -> Choice {
    Choice::new(id, title)
}

fn look_up(list: &[(&str, &'static str)], id: &str) -> Option<&'static str> {
    list.iter().find(|(known, _)| *known == id).map(|(_, title)| *title)
}

fn title(date: Date) -> String {
    date.strftime("%a %b %d %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(now: fn() -> Timestamp) -> Vec<String> {
        let clinic = Clinic { now, ..Clinic::fake() };
        clinic.dates().map(title).into()
    }

    #[test]
    fn dates_are_the_next_three_working_days_in_london() {
        let thursday = dates(|| "2026-01-01T09:00:00Z".parse().unwrap());
        assert_eq!(thursday, ["Fri Jan 02 2026", "Mon Jan 05 2026", "Tue Jan 06 2026"]);
        let saturday = dates(|| "2026-01-03T09:00:00Z".parse().unwrap());
        assert_eq!(saturday, ["Mon Jan 05 2026", "Tue Jan 06 2026", "Wed Jan 07 2026"]);
    }

    #[test]
    fn a_summer_night_in_london_is_an_hour_ahead_of_utc() {
        let tuesday_there = dates(|| "2026-07-06T23:30:00Z".parse().unwrap());
        assert_eq!(tuesday_there[0], "Wed Jul 08 2026");
        let monday_there = dates(|| "2026-07-06T22:30:00Z".parse().unwrap());
        assert_eq!(monday_there[0], "Tue Jul 07 2026");
    }
}
