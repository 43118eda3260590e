//! The acts of the user: fields, taps and the way back.

use std::panic::Location;

use whatsapp_flow_json::client::{Effect, Impossible, PickedFile};

use super::FlowClient;

impl FlowClient {
    /// Types into a TextInput or a TextArea.
    #[track_caller]
    pub fn fill(&mut self, field: &str, text: &str) {
        possible(self.user.fill(field, text));
    }

    /// Selects an option, by its title or its id.
    #[track_caller]
    pub fn choose(&mut self, field: &str, option: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.choose(field, option);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Removes an option from the selection.
    #[track_caller]
    pub fn unchoose(&mut self, field: &str, option: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.unchoose(field, option);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Ticks an OptIn.
    #[track_caller]
    pub fn tick(&mut self, field: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.tick(field);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Removes the tick of an OptIn.
    #[track_caller]
    pub fn untick(&mut self, field: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.untick(field);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Sets the day, `YYYY-MM-DD`, of a date field; an end of a range by the label of that end.
    #[track_caller]
    pub fn pick_date(&mut self, field: &str, day: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.pick_date(field, day);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Sets both ends of a range.
    #[track_caller]
    pub fn pick_range(
        &mut self,
        field: &str,
        start: &str,
        end: &str,
    ) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.pick_range(field, start, end);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Adds files to a PhotoPicker or a DocumentPicker.
    #[track_caller]
    pub fn pick_files(&mut self, field: &str, files: Vec<PickedFile>) {
        possible(self.user.pick_files(field, files));
    }

    /// Empties a field: a text, a Dropdown, or a date.
    #[track_caller]
    pub fn clear(&mut self, field: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.clear(field);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Taps the button of a Footer, a link, or an item of a NavigationList.
    #[track_caller]
    pub fn tap(&mut self, label: &str) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.tap(label);
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Goes back to the previous screen.
    #[track_caller]
    pub fn back(&mut self) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.back();
        self.run(possible(effects), Some(Location::caller()))
    }

    /// Taps "try again" on an error screen.
    #[track_caller]
    pub fn retry(&mut self) -> impl Future<Output = ()> + use<'_> {
        let effects = self.user.retry();
        self.run(possible(effects), Some(Location::caller()))
    }
}

#[track_caller]
fn possible(done: Result<Vec<Effect>, Impossible>) -> Vec<Effect> {
    match done {
        Ok(effects) => effects,
        Err(impossible) => panic!("{impossible}"),
    }
}
