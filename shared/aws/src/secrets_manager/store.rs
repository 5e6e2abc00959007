//! Credentials of integrations.
//!
//! Every operation on an integration's secret begins with `DescribeSecret`, except those that read a secret which the
//! caller has listed or described: the owner, a scheduled deletion, and the versions are known before anything is read or
//! written. The SDK repeats a call whose answer is lost, so a call may find
//! its own work done. Where Secrets Manager calls that an error, the secret is described once more before the error
//! is returned.

mod calls;
mod description;
mod error;
mod published_names;
mod steps;

use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use hookpost_core::auth::password::WebhookPassword;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::integration::config::stored::{StoredConfig, VersionedConfig};
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::secrets::error::SecretStoreError;
use hookpost_core::secrets::name::{SecretId, SecretKind, SecretNames};
use hookpost_core::secrets::status::StoreOutcome;
use hookpost_core::secrets::status::{
    ListedSecret, RecoveryWindow, SecretDescription, SecretStatus, StoredPassword,
};
use hookpost_core::secrets::store::{INTEGRATION_TAG, SecretStore};
use hookpost_core::secrets::token::find_token;
use hookpost_core::secrets::version::VersionStage;
use hookpost_core::secrets::version::{VersionId, Versions};
use zeroize::Zeroizing;

use self::calls::VersionSelector;
use self::description::{Ownership, timestamp};
use super::{Client, webhook_secret};

/// The secrets of every integration of one stack.
#[derive(Clone, Debug)]
pub struct SecretsManagerStore {
    client: Client,
    names: SecretNames,
    /// The name of the stack, which a tag of its secrets has.
    stack: String,
    /// The KMS key of a new secret; `None` for the AWS managed key of Secrets Manager.
    key_arn: Option<String>,
}

impl SecretsManagerStore {
    pub(crate) fn new(client: Client, names: SecretNames, stack: String) -> Self {
        Self { client, names, stack, key_arn: None }
    }

    /// Encrypts new secrets with a KMS key. Existing secrets keep theirs.
    #[must_use]
    pub fn encrypting_with(self, key_arn: Option<String>) -> Self {
        Self { key_arn, ..self }
    }
}

impl SecretStore for SecretsManagerStore {
    fn names(&self) -> &SecretNames {
        &self.names
    }

    async fn describe(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
    ) -> Result<SecretStatus, SecretStoreError> {
        let secret = self.names.name(integration, kind);
        match self.owned_status(&secret, integration).await? {
            None => Ok(SecretStatus::Absent),
            Some((Ownership::Foreign | Ownership::OfStack(_), _)) => Err(not_owned(secret)),
            Some((Ownership::Ours | Ownership::Unknown, status)) => Ok(status),
        }
    }

    async fn config(
        &self,
        integration: &IntegrationName,
    ) -> Result<Option<VersionedConfig>, SecretStoreError> {
        match self.usable(integration, SecretKind::Organization).await? {
            Some(_) => self.listed_config(integration).await,
            None => Ok(None),
        }
    }

    async fn listed_config(
        &self,
        integration: &IntegrationName,
    ) -> Result<Option<VersionedConfig>, SecretStoreError> {
        let secret = self.names.name(integration, SecretKind::Organization);
        let Some(output) = self.value(&secret, VersionSelector::Current).await? else {
            return Ok(None);
        };
        let version = VersionId::parse(output.version_id().unwrap_or_default());
        let version = version.map_err(|error| {
            malformed(&secret, &format!("has a current version whose id is unknown: {error}"))
        })?;
        let stored = StoredConfig::from_json(&text(output, &secret)?);
        let stored = stored.map_err(|problem| malformed(&secret, &problem.to_string()))?;
        Ok(Some(VersionedConfig { version, stored }))
    }

    async fn create_config(
        &self,
        integration: &IntegrationName,
        stored: &StoredConfig,
        version: &VersionId,
    ) -> Result<StoreOutcome, SecretStoreError> {
        let kind = SecretKind::Organization;
        let value = self.config_json(integration, stored)?;
        let state = self.find_or_create(integration, kind, &value, version).await?;
        match state.as_ref().map(|state| state.versions.at(VersionStage::Current)) {
            None => Ok(StoreOutcome::New(version.clone())),
            Some(Some(current)) if current == version => Ok(StoreOutcome::New(version.clone())),
            Some(Some(current)) => Ok(StoreOutcome::Existing(current.clone())),
            Some(None) => {
                self.put_config(integration, &value, version).await?;
                Ok(StoreOutcome::New(version.clone()))
            }
        }
    }

    async fn store_config(
        &self,
        integration: &IntegrationName,
        stored: &StoredConfig,
        version: &VersionId,
    ) -> Result<(), SecretStoreError> {
        let value = self.config_json(integration, stored)?;
        self.present(integration, SecretKind::Organization).await?;
        self.put_config(integration, &value, version).await
    }

    async fn webhook_password(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> Result<Option<StoredPassword>, SecretStoreError> {
        let secret = self.names.name(integration, SecretKind::Webhook);
        let Some(output) = self.value(&secret, VersionSelector::Version(version)).await? else {
            return Ok(None);
        };
        let stored_at = output.created_date().and_then(timestamp);
        let password =
            webhook_secret::from_json(output.secret_string).map_err(|problem| malformed(&secret, problem))?;
        Ok(Some(StoredPassword { password, stored_at }))
    }

    async fn create_webhook_password(
        &self,
        integration: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> Result<StoreOutcome, SecretStoreError> {
        let value = webhook_secret::to_json(password);
        let state = self.find_or_create(integration, SecretKind::Webhook, &value, version).await?;
        match state.as_ref().map(|state| state.versions.at(VersionStage::Current)) {
            None => Ok(StoreOutcome::New(version.clone())),
            Some(Some(current)) => Ok(StoreOutcome::Existing(current.clone())),
            Some(None) => self.add_password(integration, &value, version, VersionStage::Current).await,
        }
    }

    async fn stage_webhook_password(
        &self,
        integration: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> Result<StoreOutcome, SecretStoreError> {
        let secret = self.names.name(integration, SecretKind::Webhook);
        let versions = self.present(integration, SecretKind::Webhook).await?.versions;
        if versions.at(VersionStage::Current).is_none() {
            return Err(SecretStoreError::Missing { secret });
        }
        if let Some(pending) = versions.in_rotation().filter(|pending| *pending != version) {
            return Err(SecretStoreError::RotationInProgress { secret, pending: pending.clone() });
        }
        let live = [VersionStage::Current, VersionStage::Pending]
            .iter()
            .any(|stage| versions.is_at(version, *stage));
        if live && self.value(&secret, VersionSelector::Version(version)).await?.is_some() {
            return Ok(StoreOutcome::Existing(version.clone()));
        }
        if !live && versions.contains(version) {
            return Err(SecretStoreError::VersionIdReused { secret, version: version.clone() });
        }
        let value = webhook_secret::to_json(password);
        self.add_password(integration, &value, version, VersionStage::Pending).await
    }

    async fn promote(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> Result<(), SecretStoreError> {
        let secret = self.names.name(integration, SecretKind::Webhook);
        let SecretDescription { versions, rotation_enabled, .. } =
            self.present(integration, SecretKind::Webhook).await?;
        if !versions.is_at(version, VersionStage::Current) {
            // Receivers would reject every delivery with a current version without a password.
            let ready = versions.is_at(version, VersionStage::Pending)
                && self.webhook_password(integration, version).await?.is_some();
            if !ready {
                return Err(SecretStoreError::NotPending { secret, version: version.clone() });
            }
            let from = versions.at(VersionStage::Current);
            let moved = self.move_label(&secret, VersionStage::Current, Some(version), from).await;
            self.confirm(moved, integration, |versions| versions.is_at(version, VersionStage::Current))
                .await?;
        }
        if rotation_enabled { Ok(()) } else { self.drop_pending(integration, version).await }
    }

    async fn drop_pending(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> Result<(), SecretStoreError> {
        let pending = |versions: &Versions| versions.is_at(version, VersionStage::Pending);
        let state = self.usable(integration, SecretKind::Webhook).await?;
        if !state.is_some_and(|state| pending(&state.versions)) {
            return Ok(());
        }
        let secret = self.names.name(integration, SecretKind::Webhook);
        let dropped = self.move_label(&secret, VersionStage::Pending, None, Some(version)).await;
        self.confirm(dropped, integration, |versions| !pending(versions)).await
    }

    async fn restore(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
    ) -> Result<SecretStatus, SecretStoreError> {
        let secret = self.names.name(integration, kind);
        match self.owned_status(&secret, integration).await? {
            None => return Ok(SecretStatus::Absent),
            Some((Ownership::Foreign | Ownership::OfStack(_) | Ownership::Unknown, _)) => {
                return Err(not_owned(secret));
            }
            Some((Ownership::Ours, before @ (SecretStatus::Present(_) | SecretStatus::Absent))) => {
                return Ok(before);
            }
            Some((Ownership::Ours, SecretStatus::ScheduledForDeletion { .. })) => {}
        }
        let restored = self.call_restore(&secret).await;
        match (self.describe(integration, kind).await?, restored) {
            (SecretStatus::ScheduledForDeletion { .. }, Err(error)) => Err(error),
            (after, _) => Ok(after),
        }
    }

    async fn delete(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
        window: RecoveryWindow,
    ) -> Result<SecretStatus, SecretStoreError> {
        match self.describe(integration, kind).await? {
            SecretStatus::Present(_) => {}
            deleted => return Ok(deleted),
        }
        match self.call_delete(&self.names.name(integration, kind), window).await {
            Err(SecretStoreError::Missing { .. }) => Ok(SecretStatus::Absent),
            // Scheduled already, by an earlier try of this call or by another caller.
            Err(error @ SecretStoreError::ScheduledForDeletion { .. }) => {
                match self.describe(integration, kind).await? {
                    scheduled @ SecretStatus::ScheduledForDeletion { .. } => Ok(scheduled),
                    SecretStatus::Absent | SecretStatus::Present(_) => Err(error),
                }
            }
            done => done,
        }
    }

    async fn token(&self, secret: &SecretId) -> Result<PersonalAccessToken, SecretStoreError> {
        let missing = || SecretStoreError::Missing { secret: secret.to_string() };
        let output = self.value(secret.as_str(), VersionSelector::Current).await?.ok_or_else(missing)?;
        let value = text(output, secret.as_str())?;
        find_token(&value).map_err(|problem| malformed(secret.as_str(), &problem.to_string()))
    }

    async fn list(&self) -> Result<Vec<ListedSecret>, SecretStoreError> {
        let mut listed = self.call_list().await?;
        listed.sort_by(|a, b| (&a.integration, a.kind).cmp(&(&b.integration, b.kind)));
        Ok(listed)
    }
}

fn text(output: GetSecretValueOutput, secret: &str) -> Result<Zeroizing<String>, SecretStoreError> {
    let text = output.secret_string.map(Zeroizing::new);
    text.ok_or_else(|| malformed(secret, "holds binary data, where text is expected"))
}

fn not_owned(secret: String) -> SecretStoreError {
    SecretStoreError::NotOurs { secret, tag: INTEGRATION_TAG }
}

fn malformed(secret: &str, problem: &str) -> SecretStoreError {
    SecretStoreError::Malformed { secret: secret.to_owned(), problem: problem.to_owned() }
}
