//! The session state: the choices that the user has made so far, and the contact details.

use serde::{Deserialize, Serialize};

use super::offer::{Offer, Slot, title};
use super::screens::{AppointmentInput, Chosen, Details, DetailsInput, Summary, Typed};

/// An appointment that is not booked yet. It is stored in the session.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Draft {
    pub chosen: Chosen,
    pub typed: Typed,
}

/// A draft in which everything is chosen and on offer.
pub struct CompleteDraft {
    pub slot: Slot,
    pub department: &'static str,
    pub location: &'static str,
    pub date: jiff::civil::Date,
    pub time: &'static str,
    pub typed: Typed,
}

impl Draft {
    /// Returns the draft with other choices. The chosen time is kept if the location and the date are unchanged.
    pub fn choosing(&self, given: AppointmentInput) -> Self {
        let AppointmentInput { department, location, date } = given;
        let same_day = self.chosen.location == location && self.chosen.date == date;
        let time = self.chosen.time.clone().filter(|_| same_day);
        Self { chosen: Chosen { department, location, date, time }, typed: self.typed.clone() }
    }

    /// Returns the draft with the payload of DETAILS.
    pub fn from_details(given: DetailsInput) -> Self {
        let DetailsInput { department, location, date, time, name, email, phone, more_details } =
            given;
        Self {
            chosen: Chosen { department: Some(department), location, date, time },
            typed: Typed { name: Some(name), email: Some(email), phone: Some(phone), more_details },
        }
    }

    /// Returns the complete draft, if every id in it is on offer.
    pub fn complete(&self, offer: &Offer) -> Option<CompleteDraft> {
        let Chosen { department, location, date, time } = &self.chosen;
        let location_id = location.as_deref()?;
        let date = offer.date(date.as_deref()?)?;
        let time = offer.time(time.as_deref()?)?;
        Some(CompleteDraft {
            slot: Slot::new(location_id, date, time),
            department: offer.department(department.as_deref()?)?,
            location: offer.location(location_id)?,
            date,
            time,
            typed: self.typed.clone(),
        })
    }

    /// Returns the screen DETAILS, filled with everything that is known.
    pub fn details(&self) -> Details {
        let Chosen { department, location, date, time } = self.chosen.clone();
        Details {
            department: department.unwrap_or_default(),
            location: location.unwrap_or_default(),
            date: date.unwrap_or_default(),
            time: time.unwrap_or_default(),
            typed: self.typed.clone(),
        }
    }
}

impl CompleteDraft {
    /// Returns the screen SUMMARY.
    pub fn summary(&self) -> Summary {
        let Typed { name, email, phone, more_details } = &self.typed;
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let mut details =
            format!("Name: {}\nEmail: {}\nPhone: {}", text(name), text(email), text(phone));
        if let Some(more_details) = more_details.as_deref().filter(|more| !more.is_empty()) {
            details += &format!("\n{more_details}");
        }
        Summary {
            appointment: format!(
                "{} at {}\n{} at {}",
                self.department,
                self.location,
                title(self.date),
                self.time
            ),
            details,
        }
    }
}
