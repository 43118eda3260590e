//! Dates, and fields that are emptied.

use serde_json::{Value, json};

use super::choose::Change;
use super::date::parse_day;
use super::event::{DatePart, Refused};
use super::kind::ComponentKind as Kind;
use super::machine::Client;
use super::resolve::Resolved;
use super::state::is_empty;
use super::validate::{self, ENDS};

impl Client {
    pub(super) fn set_date(
        &mut self,
        field: &Resolved<'_>,
        part: DatePart,
        day: &str,
    ) -> Result<(), Refused> {
        let day = parse_day(day).ok_or(Refused::NotADay)?;
        let calendar = self.calendar();
        let (first, last) = validate::period(field, calendar);
        if day < first || day > last {
            return Err(Refused::DayNotSelectable);
        }
        if field.component.kind == Kind::DatePicker {
            if part != DatePart::Day {
                return Err(Refused::WrongComponent);
            }
            self.set(field, calendar.date_picker_value(day).into());
        } else {
            validate::check_day(field, day, calendar).map_err(|_| Refused::DayNotSelectable)?;
            self.set_calendar(field, part, day.to_string())?;
        }
        self.run_all(field.component.on_select.clone());
        Ok(())
    }

    /// Sets the day, or one end of the range; the other end is an empty text until it is set.
    pub(super) fn set_calendar(
        &mut self,
        field: &Resolved<'_>,
        part: DatePart,
        day: String,
    ) -> Result<(), Refused> {
        let end = match (field.component.is_range(), part) {
            (false, DatePart::Day) => {
                self.set(field, day.into());
                return Ok(());
            }
            (true, DatePart::Start) => ENDS[0],
            (true, DatePart::End) => ENDS[1],
            _ => return Err(Refused::WrongComponent),
        };
        let before = self.value(field);
        let mut range = json!({});
        for name in ENDS {
            range[name] = before.and_then(|range| range.get(name)).cloned().unwrap_or("".into());
        }
        range[end] = day.into();
        if let Some(name) = &field.component.name {
            self.state_mut().ends.insert((name.clone(), end));
        }
        let is_empty = ENDS.iter().all(|end| range[*end] == "");
        self.set(field, if is_empty { Value::Null } else { range });
        Ok(())
    }

    /// Checks that a field has a cross that empties it. Text can always be deleted.
    pub(super) fn check_clearable(
        &self,
        field: &Resolved<'_>,
        part: DatePart,
    ) -> Result<(), Refused> {
        let value = self.value(field);
        let value = match part {
            DatePart::Day => value,
            DatePart::Start => value.and_then(|range| range.get(ENDS[0])),
            DatePart::End => value.and_then(|range| range.get(ENDS[1])),
        };
        match field.component.kind {
            Kind::TextInput | Kind::TextArea => Ok(()),
            _ if is_empty(value) => Err(Refused::NothingToClear),
            Kind::Dropdown if self.shown_error(field).is_some() => Err(Refused::NotClearable),
            _ => Ok(()),
        }
    }

    pub(super) fn clear(&mut self, field: &Resolved<'_>, part: DatePart) -> Result<(), Refused> {
        self.check_clearable(field, part)?;
        match field.component.kind {
            Kind::CalendarPicker => self.set_calendar(field, part, String::new())?,
            Kind::Dropdown => {
                let before = self.value(field).and_then(Value::as_str).map(str::to_owned);
                let removed = before.into_iter().filter(|id| !id.is_empty()).collect();
                self.set(field, "".into());
                self.run_choice_actions(field, &Change { removed, ..Change::default() });
                return Ok(());
            }
            _ => self.set(field, "".into()),
        }
        self.run_all(field.component.on_select.clone());
        Ok(())
    }
}
