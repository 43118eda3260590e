//! The files of a picker: what the user does with them, and the ends of their uploads.

use serde_json::Value;

use super::event::Refused;
use super::machine::Client;
use super::media::{self, PickedFile, Upload};
use super::resolve::Resolved;

impl Client {
    /// Ends the upload of a file on the current screen: it is done, or it failed.
    ///
    /// # Errors
    ///
    /// Returns the reason if the component has no such file, or if the file is not being uploaded.
    pub fn end_upload(
        &mut self,
        component: usize,
        file_name: &str,
        upload: Upload,
    ) -> Result<(), Refused> {
        let flow = self.flow.clone();
        let resolved = self.resolve(&flow).map_err(|_| Refused::ErrorScreen)?;
        let field = resolved.iter().find(|field| field.id == component);
        let field = field.ok_or(Refused::NoComponent)?;
        let (mut files, at) = self.find_file(field, file_name)?;
        if !media::is_uploading(&files[at]) {
            return Err(Refused::NoUpload);
        }
        media::set_upload(&mut files[at], upload, field);
        self.set(field, files.into());
        Ok(())
    }

    pub(super) fn add_files(
        &mut self,
        field: &Resolved<'_>,
        added: Vec<PickedFile>,
    ) -> Result<(), Refused> {
        let mut files = self.files(field);
        let (_, max) = media::counts(field);
        if files.len() + added.len() > max {
            return Err(Refused::FilesFull(max));
        }
        files.extend(added.into_iter().map(|file| file.into_entry(field)));
        self.set(field, files.into());
        Ok(())
    }

    pub(super) fn remove_file(
        &mut self,
        field: &Resolved<'_>,
        file_name: &str,
    ) -> Result<(), Refused> {
        let (mut files, at) = self.find_file(field, file_name)?;
        files.remove(at);
        self.set(field, files.into());
        Ok(())
    }

    pub(super) fn retry_upload(
        &mut self,
        field: &Resolved<'_>,
        file_name: &str,
    ) -> Result<(), Refused> {
        let (mut files, at) = self.find_file(field, file_name)?;
        if media::failure(&files[at]).is_none() {
            return Err(Refused::NothingToRetry);
        }
        media::set_upload(&mut files[at], Upload::InProgress, field);
        self.set(field, files.into());
        Ok(())
    }

    fn files(&self, field: &Resolved<'_>) -> Vec<Value> {
        self.value(field).and_then(Value::as_array).cloned().unwrap_or_default()
    }

    fn find_file(
        &self,
        field: &Resolved<'_>,
        file_name: &str,
    ) -> Result<(Vec<Value>, usize), Refused> {
        let files = self.files(field);
        let at = files.iter().position(|file| file["file_name"] == file_name);
        Ok((files, at.ok_or(Refused::NoFile)?))
    }
}
