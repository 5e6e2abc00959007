//! Steps that several operations share: a call or two, and what the answer means for the secret.

use hookpost_core::integration::config::stored::StoredConfig;
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::SecretKind;
use hookpost_core::secrets::status::StoreOutcome;
use hookpost_core::secrets::status::{SecretDescription, SecretStatus};
use hookpost_core::secrets::store::{STACK_TAG, SecretStore as _};
use hookpost_core::secrets::version::VersionStage;
use hookpost_core::secrets::version::{VersionId, Versions};

use zeroize::Zeroizing;

use super::calls::{Addition, Creation};
use super::description::{Ownership, other_stack, ownership, secret_status};
use super::{SecretsManagerStore, malformed};

impl SecretsManagerStore {
    /// The owner and the status of a secret; `None` when there is none. An error when another stack owns it.
    pub(super) async fn owned_status(
        &self,
        secret: &str,
        integration: &IntegrationName,
    ) -> Result<Option<(Ownership, SecretStatus)>, SecretStoreError> {
        let Some(output) = self.call_describe(secret).await? else {
            return Ok(None);
        };
        match ownership(output.tags(), output.deleted_date(), integration, &self.stack) {
            Ownership::OfStack(owner) => Err(self.of_another_stack(secret, owner)),
            ownership => Ok(Some((ownership, secret_status(output)))),
        }
    }

    /// Fails when another stack owns the secret.
    pub(super) async fn refuse_other_stack(&self, secret: &str) -> Result<(), SecretStoreError> {
        let output = self.call_describe(secret).await?;
        match output.and_then(|output| other_stack(output.tags(), &self.stack)) {
            Some(owner) => Err(self.of_another_stack(secret, owner)),
            None => Ok(()),
        }
    }

    fn of_another_stack(&self, secret: &str, owner: String) -> SecretStoreError {
        let (secret, stack) = (secret.to_owned(), self.stack.clone());
        SecretStoreError::OfAnotherStack { secret, owner, stack, tag: STACK_TAG }
    }

    /// The state of the secret; `None` when there is none, an error when it is being deleted.
    pub(super) async fn usable(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
    ) -> Result<Option<SecretDescription>, SecretStoreError> {
        match self.describe(integration, kind).await? {
            SecretStatus::Absent => Ok(None),
            SecretStatus::Present(state) => Ok(Some(state)),
            SecretStatus::ScheduledForDeletion { until } => {
                let secret = self.names.name(integration, kind);
                Err(SecretStoreError::ScheduledForDeletion { secret, until })
            }
        }
    }

    /// The state of the secret, which must exist.
    pub(super) async fn present(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
    ) -> Result<SecretDescription, SecretStoreError> {
        let missing = || SecretStoreError::Missing { secret: self.names.name(integration, kind) };
        self.usable(integration, kind).await?.ok_or_else(missing)
    }

    /// The state of the secret, or `None` after creating it with this value as its current version.
    pub(super) async fn find_or_create(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
        value: &str,
        version: &VersionId,
    ) -> Result<Option<SecretDescription>, SecretStoreError> {
        if let Some(state) = self.usable(integration, kind).await? {
            return Ok(Some(state));
        }
        match self.create(integration, kind, value, version).await? {
            Creation::Created => Ok(None),
            Creation::NameTaken => self.present(integration, kind).await.map(Some),
        }
    }

    /// The text of a configuration.
    pub(super) fn config_json(
        &self,
        integration: &IntegrationName,
        stored: &StoredConfig,
    ) -> Result<Zeroizing<String>, SecretStoreError> {
        let secret = self.names.name(integration, SecretKind::Organization);
        stored.to_json().map_err(|problem| malformed(&secret, &problem.to_string()))
    }

    /// Makes a version of the organization secret the current one. A version of that id which another caller added
    /// meanwhile stays.
    pub(super) async fn put_config(
        &self,
        integration: &IntegrationName,
        value: &str,
        version: &VersionId,
    ) -> Result<(), SecretStoreError> {
        let (kind, stage) = (SecretKind::Organization, VersionStage::Current);
        let secret = self.names.name(integration, kind);
        match self.put(&secret, value, version, stage).await? {
            Addition::Added => Ok(()),
            Addition::SameExists if self.is_at(version, integration, kind, stage).await? => Ok(()),
            Addition::SameExists | Addition::OtherExists => {
                Err(SecretStoreError::VersionIdReused { secret, version: version.clone() })
            }
        }
    }

    /// Adds a version to the webhook secret. A version of that id which another caller added meanwhile stays.
    pub(super) async fn add_password(
        &self,
        integration: &IntegrationName,
        value: &str,
        version: &VersionId,
        stage: VersionStage,
    ) -> Result<StoreOutcome, SecretStoreError> {
        let kind = SecretKind::Webhook;
        let secret = self.names.name(integration, kind);
        match self.put(&secret, value, version, stage).await? {
            Addition::Added => Ok(StoreOutcome::New(version.clone())),
            Addition::SameExists | Addition::OtherExists
                if self.is_at(version, integration, kind, stage).await? =>
            {
                Ok(StoreOutcome::Existing(version.clone()))
            }
            Addition::SameExists | Addition::OtherExists => {
                Err(SecretStoreError::VersionIdReused { secret, version: version.clone() })
            }
        }
    }

    /// Describes the secret once more, and tells whether a version is at a stage.
    pub(super) async fn is_at(
        &self,
        version: &VersionId,
        integration: &IntegrationName,
        kind: SecretKind,
        stage: VersionStage,
    ) -> Result<bool, SecretStoreError> {
        Ok(self.present(integration, kind).await?.versions.is_at(version, stage))
    }

    /// Turns a refused change into success when the versions are as the change would have left them.
    pub(super) async fn confirm(
        &self,
        changed: Result<(), SecretStoreError>,
        integration: &IntegrationName,
        done: impl Fn(&Versions) -> bool + Send,
    ) -> Result<(), SecretStoreError> {
        let Err(error @ SecretStoreError::Refused { .. }) = changed else {
            return changed;
        };
        let state = self.present(integration, SecretKind::Webhook).await?;
        if done(&state.versions) { Ok(()) } else { Err(error) }
    }
}
