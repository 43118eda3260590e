//! A secret in Secrets Manager. A change is stored as a version of its own, and becomes the current one only if the
//! current one is still the one that was read.

use std::error::Error;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::RequestId;
use aws_sdk_secretsmanager::primitives::{Blob, DateTime};
use jiff::Timestamp;
use tokio::runtime::{Builder, Runtime};
use zeroize::Zeroizing;

use super::document::Document;
use super::{StoreError, Stored, Version};
use crate::aws;

/// The staging label of a version that is not current yet. It stays on the version when that becomes current, which
/// keeps nothing from working; the next change moves it.
const PENDING: &str = "FLOWCTL_PENDING";
const CURRENT: &str = "AWSCURRENT";

/// A secret, and a client for it.
pub struct Manager {
    client: Client,
    id: String,
    runtime: Runtime,
}

impl Manager {
    pub fn connect(id: &str, region: Option<&str>) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::File(error.to_string()))?;
        let config = runtime.block_on(aws::load(id, region)).map_err(StoreError::NotConfigured)?;
        Ok(Self { client: Client::new(&config), id: id.to_owned(), runtime })
    }

    /// The name of the secret, without the account of an ARN.
    pub fn name(&self) -> &str {
        self.id.rsplit(':').next().unwrap_or(&self.id)
    }

    pub fn read(&self) -> Result<Stored, StoreError> {
        self.runtime.block_on(self.read_current())
    }

    /// Stores a version, and makes it current in place of `base`. Secrets Manager compares and moves the label in one
    /// step.
    pub fn write(
        &self,
        base: &str,
        is_binary: bool,
        document: &Document,
    ) -> Result<Stored, StoreError> {
        self.runtime.block_on(async {
            let put = self.client.put_secret_value().secret_id(&self.id).version_stages(PENDING);
            let put = match is_binary {
                true => put.secret_binary(Blob::new(document.text().as_bytes())),
                false => put.secret_string(document.text().as_str()),
            };
            let put = put.send().await.map_err(|error| {
                self.describe(
                    "PutSecretValue",
                    "the secret is unchanged, so it is safe to repeat",
                    &error,
                )
            })?;
            let new = put.version_id.unwrap_or_default();
            let moved = self
                .client
                .update_secret_version_stage()
                .secret_id(&self.id)
                .version_stage(CURRENT)
                .move_to_version_id(&new)
                .remove_from_version_id(base)
                .send()
                .await;
            let written = Timestamp::now();
            let Err(error) = moved else {
                return self.stored(document.clone(), written, new, is_binary);
            };
            // The label may have moved although the response was lost.
            let current = self.read_current().await.map(|current| current.version);
            match current {
                Ok(Version::Manager { id, .. }) if id == new => {
                    self.stored(document.clone(), written, new, is_binary)
                }
                Ok(Version::Manager { id, .. }) if id != base => Err(StoreError::Changed(format!(
                    "the secret {} in Secrets Manager",
                    self.name()
                ))),
                _ => Err(self.describe(
                    "UpdateSecretVersionStage",
                    "the command can be repeated: it goes on from what is stored",
                    &error,
                )),
            }
        })
    }

    async fn read_current(&self) -> Result<Stored, StoreError> {
        let repeat = "nothing was changed, so it is safe to repeat";
        let get = self.client.get_secret_value().secret_id(&self.id).version_stage(CURRENT);
        let value =
            get.send().await.map_err(|error| self.describe("GetSecretValue", repeat, &error))?;
        let is_binary = value.secret_string.is_none();
        let bytes = match (value.secret_string, value.secret_binary) {
            (Some(text), _) => text.into_bytes(),
            (None, Some(blob)) => blob.into_inner(),
            (None, None) => {
                return Err(StoreError::NotFound(format!(
                    "the secret {} has no value; store one with: aws secretsmanager put-secret-value",
                    self.name()
                )));
            }
        };
        let bytes = Zeroizing::new(bytes);
        // The label moves after the version was made. The secret's own date is that of its last change of any kind.
        let describe = self.client.describe_secret().secret_id(&self.id).send().await.ok();
        let changed = describe.and_then(|secret| secret.last_changed_date);
        let dates = [value.created_date, changed].into_iter().flatten();
        let written = dates.map(|date| timestamp(&date)).max().unwrap_or_else(Timestamp::now);
        let document = Document::parse(&bytes)
            .map_err(|error| StoreError::Invalid(self.describe_place(), error))?;
        self.stored(document, written, value.version_id.unwrap_or_default(), is_binary)
    }

    fn stored(
        &self,
        document: Document,
        written: Timestamp,
        id: String,
        is_binary: bool,
    ) -> Result<Stored, StoreError> {
        Ok(Stored { document, written, version: Version::Manager { id, is_binary } })
    }

    fn describe_place(&self) -> String {
        format!("the secret {} in Secrets Manager", self.name())
    }

    fn describe<E>(&self, call: &str, repeat: &str, error: &SdkError<E>) -> StoreError
    where
        E: ProvideErrorMetadata + Error + 'static,
        SdkError<E>: Error + RequestId,
    {
        let name = self.name();
        let causes = || std::iter::successors(error.source(), |cause| (*cause).source());
        let mentions =
            |word: &str| causes().any(|cause| cause.to_string().to_lowercase().contains(word));
        match (error, error.code()) {
            (_, Some("ResourceNotFoundException")) => StoreError::NotFound(format!(
                "{call}: there is no secret {name} in this region and account; check --secret-id and --region"
            )),
            (
                _,
                Some(code @ ("AccessDeniedException" | "DecryptionFailure" | "EncryptionFailure")),
            ) => StoreError::Denied(format!(
                "{call}: {code}; allow these credentials GetSecretValue, DescribeSecret, PutSecretValue and \
                     UpdateSecretVersionStage on the secret {name}, and its KMS key if it has one; {repeat}"
            )),
            (
                _,
                Some(
                    code @ ("UnrecognizedClientException"
                    | "InvalidSignatureException"
                    | "ExpiredTokenException"),
                ),
            ) => StoreError::NotConfigured(format!(
                "{call}: {code}: AWS does not accept the credentials; sign in again, and check the clock of this \
                     machine"
            )),
            (_, Some(code)) => {
                StoreError::Unavailable(format!("{call} of {name}: {code}; {repeat}"))
            }
            (SdkError::DispatchFailure(failure), _)
                if !failure.is_io() && !failure.is_timeout() && mentions("credential") =>
            {
                StoreError::NotConfigured(aws::NO_CREDENTIALS.into())
            }
            (SdkError::TimeoutError(_), _) => StoreError::Unavailable(format!(
                "{call} of {name}: no response from Secrets Manager within {} s; {repeat}",
                aws::OPERATION.as_secs()
            )),
            (SdkError::DispatchFailure(_), _) => StoreError::Unavailable(format!(
                "{call} of {name}: cannot connect to Secrets Manager; check the network and the region; {repeat}"
            )),
            _ => StoreError::Unavailable(format!(
                "{call} of {name}: an invalid response from Secrets Manager; {repeat}"
            )),
        }
    }
}

fn timestamp(date: &DateTime) -> Timestamp {
    Timestamp::from_second(date.secs()).unwrap_or(Timestamp::UNIX_EPOCH)
}
