//! Days: as text from 5.0 on, and as milliseconds before.

use jiff::civil::Date;
use serde_json::Value;

use crate::catalog::Version;

/// The calendar that a client uses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar {
    pub version: Version,
    /// Minutes east of UTC.
    pub utc_offset: i32,
    /// Seconds since the epoch.
    pub now: u64,
}

/// The version from which a DatePicker has days as `YYYY-MM-DD`.
const DAYS_AS_TEXT: Version = (5, 0);
const DAY_MILLISECONDS: i64 = 24 * 60 * 60 * 1000;

impl Calendar {
    /// The day of a value on the wire.
    pub fn day(&self, value: Option<&Value>) -> Option<Date> {
        let text = value?.as_str()?;
        if self.version >= DAYS_AS_TEXT {
            return parse_day(text);
        }
        let milliseconds: i64 = text.parse().ok()?;
        let local = milliseconds.checked_add(self.offset_milliseconds())?;
        epoch()
            .checked_add(jiff::Span::new().try_days(local.div_euclid(DAY_MILLISECONDS)).ok()?)
            .ok()
    }

    /// The value of a day on the wire of a DatePicker: the text, or the milliseconds of its midnight for the user.
    pub fn date_picker_value(&self, day: Date) -> String {
        if self.version >= DAYS_AS_TEXT {
            return day.to_string();
        }
        let days = i64::from(days_between(epoch(), day));
        (days * DAY_MILLISECONDS - self.offset_milliseconds()).to_string()
    }

    /// The user's day; the first day of the epoch for a time that no calendar has.
    pub fn today(&self) -> Date {
        let now = i64::try_from(self.now).unwrap_or(i64::MAX);
        let milliseconds = now.saturating_mul(1000).saturating_add(self.offset_milliseconds());
        let days = jiff::Span::new().try_days(milliseconds.div_euclid(DAY_MILLISECONDS));
        days.and_then(|days| epoch().checked_add(days)).unwrap_or(epoch())
    }

    fn offset_milliseconds(&self) -> i64 {
        i64::from(self.utc_offset) * 60_000
    }
}

/// A day as `YYYY-MM-DD`.
pub(crate) fn parse_day(text: &str) -> Option<Date> {
    if text.len() != 10 {
        return None;
    }
    text.parse().ok()
}

/// The number of days from one day to the other.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn epoch() -> Date {
    jiff::civil::date(1970, 1, 1)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    #[test]
    fn days_are_milliseconds_of_local_midnight_before_5_0() {
        let berlin = Calendar { version: (4, 0), utc_offset: 60, now: 1_767_268_800 };
        assert_eq!(berlin.date_picker_value(date(2026, 1, 2)), "1767308400000");
        assert_eq!(berlin.day(Some(&json!("1767308400000"))), Some(date(2026, 1, 2)));
        assert_eq!(berlin.day(Some(&json!("2026-01-02"))), None);
        assert_eq!(berlin.today(), date(2026, 1, 1));
        let newer = Calendar { version: (5, 0), ..berlin };
        assert_eq!(newer.date_picker_value(date(2026, 1, 2)), "2026-01-02");
        assert_eq!(newer.day(Some(&json!("2026-01-02"))), Some(date(2026, 1, 2)));
        assert_eq!(newer.day(Some(&json!(i64::MAX.to_string()))), None);
        assert_eq!(berlin.day(Some(&json!(i64::MAX.to_string()))), None);
        let late = Calendar { now: 1_767_308_399, ..berlin };
        assert_eq!(late.today(), date(2026, 1, 1));
        assert_eq!(Calendar { now: 1_767_308_400, ..late }.today(), date(2026, 1, 2));
    }
}
