//! The appointments on offer: Meta's departments and locations, the next three working days, five times a day.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

pub const DEPARTMENTS: [(&str, &str); 5] = [
    ("shopping", "Shopping & Groceries"),
    ("clothing", "Clothing & Apparel"),
    ("home", "Home Goods & Decor"),
    ("electronics", "Electronics & Appliances"),
    ("beauty", "Beauty & Personal Care"),
];

pub const LOCATIONS: [(&str, &str); 4] = [
    ("1", "King’s Cross, London"),
    ("2", "Oxford Street, London"),
    ("3", "Covent Garden, London"),
    ("4", "Piccadilly Circus, London"),
];

pub const TIMES: [&str; 5] = ["10:30", "11:00", "11:30", "12:00", "12:30"];

/// The offer of one day, in the time zone of the clinic.
pub struct Offer {
    today: Date,
}

/// A location at a time. Only one user can book it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The location and the date, as in `1#2026-01-02`: see [`day`].
    pub day: String,
    /// The time of day, as in `10:30`.
    pub time: String,
}

impl Offer {
    /// Returns the offer at this time.
    pub fn at(now: Timestamp) -> Self {
        Self { today: now.to_zoned_datetime(jiff::tz::get!("Europe/London")).date() }
    }

    /// Returns the next three working days (Monday to Friday) after today.
    pub fn dates(&self) -> [Date; 3] {
        let working = |date: &Date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let mut days = self.today.series(1.day()).skip(1).filter(working);
        std::array::from_fn(|_| days.next().expect("the calendar has enough days"))
    }

    /// Returns all slots that are on offer today or were yesterday, because an attempt may have died before midnight.
    pub fn slots(&self) -> Vec<Slot> {
        let yesterday = Self { today: self.today.yesterday().unwrap_or(self.today) };
        let mut dates = [yesterday.dates(), self.dates()].concat();
        dates.sort();
        dates.dedup();
        let slots = dates.into_iter().flat_map(|date| {
            let locations = LOCATIONS.iter();
            locations.flat_map(move |(id, _)| TIMES.map(|time| Slot::new(id, date, time)))
        });
        slots.collect()
    }

    /// Returns the date with this id, if it is on offer.
    pub fn date(&self, id: &str) -> Option<Date> {
        let date: Date = id.parse().ok()?;
        self.dates().contains(&date).then_some(date)
    }

    /// Returns the title of a department.
    pub fn department(&self, id: &str) -> Option<&'static str> {
        look_up(&DEPARTMENTS, id)
    }

    /// Returns the title of a location.
    pub fn location(&self, id: &str) -> Option<&'static str> {
        look_up(&LOCATIONS, id)
    }

    /// Returns the time of day with this id.
    pub fn time(&self, id: &str) -> Option<&'static str> {
        TIMES.into_iter().find(|time| *time == id)
    }
}

impl Slot {
    /// Returns the slot of a location id, a date and a time id.
    pub fn new(location: &str, date: Date, time: &str) -> Self {
        Self { day: day(location, date), time: time.into() }
    }

    /// Returns the booking number for the user: short, and always the same for the same slot.
    pub fn number(&self) -> String {
        self.day.chars().chain(self.time.chars()).filter(char::is_ascii_digit).collect()
    }
}

/// Returns the id of a day at a location.
pub fn day(location: &str, date: Date) -> String {
    format!("{location}#{date}")
}

/// Formats a date for the user: "Mon Jan 05 2026".
pub fn title(date: Date) -> String {
    date.strftime("%a %b %d %Y").to_string()
}

fn look_up(list: &[(&str, &'static str)], id: &str) -> Option<&'static str> {
    list.iter().find(|(known, _)| *known == id).map(|(_, title)| *title)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(now: &str) -> [String; 3] {
        Offer::at(now.parse().unwrap()).dates().map(title)
    }

    #[test]
    fn dates_skip_the_weekend() {
        let thursday = dates("2026-01-01T09:00:00Z");
        assert_eq!(thursday, ["Fri Jan 02 2026", "Mon Jan 05 2026", "Tue Jan 06 2026"]);
        let saturday = dates("2026-01-03T09:00:00Z");
        assert_eq!(saturday, ["Mon Jan 05 2026", "Tue Jan 06 2026", "Wed Jan 07 2026"]);
    }

    #[test]
    fn dates_follow_london_summer_time() {
        assert_eq!(dates("2026-07-06T23:30:00Z")[0], "Wed Jul 08 2026");
        assert_eq!(dates("2026-07-06T22:30:00Z")[0], "Tue Jul 07 2026");
    }
}
