//! Credentials of integrations.
//!
//! Every operation on an integration's secret begins with `DescribeSecret`: the owner, a scheduled deletion, and the
//! versions are known before anything is read or written. The SDK repeats a call whose answer is lost, so a call may find
//! its own work done. Where Secrets Manager calls that an error, the secret is described once more before the error
//! is returned.

mod calls;
mod description;
mod error;
mod steps;

use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use hookpost_core::integration::IntegrationName;
use hookpost_core::password::WebhookPassword;
use hookpost_core::port::Stage;
use hookpost_core::setup::azure_devops::PersonalAccessToken;
use hookpost_core::setup::vault::{
    Deletion, INTEGRATION_TAG, Link, Listed, Presence, RecoveryWindow, SecretId, SecretKind, SecretNames,
    SecretState, Stored, StoredPassword, Vault, VaultError, VersionId, Versions, token_in,
};
use zeroize::Zeroizing;

use self::calls::{Addition, VersionSelector};
use self::description::{Ownership, timestamp};
use super::{Client, webhook_secret};

/// The secrets of every integration of one stack.
#[derive(Clone, Debug)]
pub struct SecretsManagerStore {
    client: Client,
    names: SecretNames,
    /// The stack tag of a new secret.
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

impl Vault for SecretsManagerStore {
    fn names(&self) -> &SecretNames {
        &self.names
    }

    async fn look(&self, integration: &IntegrationName, kind: SecretKind) -> Result<Presence, VaultError> {
        let secret = self.names.name(integration, kind);
        match self.describe(&secret, integration).await? {
            None => Ok(Presence::Absent),
            Some((Ownership::Foreign, _)) => Err(not_owned(secret)),
            Some((Ownership::Ours | Ownership::Unknown, presence)) => Ok(presence),
        }
    }

    async fn link(&self, integration: &IntegrationName) -> Result<Option<Link>, VaultError> {
        let secret = self.names.name(integration, SecretKind::Organization);
        if self.usable(integration, SecretKind::Organization).await?.is_none() {
            return Ok(None);
        }
        let Some(output) = self.value(&secret, VersionSelector::Current).await? else {
            return Ok(None);
        };
        let link = Link::from_json(&text(output, &secret)?);
        link.map(Some).map_err(|problem| malformed(&secret, &problem.to_string()))
    }

    async fn store_link(
        &self,
        integration: &IntegrationName,
        link: &Link,
        version: &VersionId,
    ) -> Result<Stored, VaultError> {
        let kind = SecretKind::Organization;
        let secret = self.names.name(integration, kind);
        let value = link.to_json().map_err(|problem| malformed(&secret, &problem.to_string()))?;
        let Some(state) = self.find_or_create(integration, kind, &value, version).await? else {
            return Ok(Stored::New(version.clone()));
        };
        if let Some(current) = state.versions.at(Stage::Current)
            && let Some(output) = self.value(&secret, VersionSelector::Version(current)).await?
            && output.secret_string.map(Zeroizing::new).as_deref() == Some(&*value)
        {
            return Ok(Stored::Existing(current.clone()));
        }
        match self.put(&secret, &value, version, Stage::Current).await? {
            Addition::Added => return Ok(Stored::New(version.clone())),
            Addition::SameExists if self.is_at(version, integration, kind, Stage::Current).await? => {
                return Ok(Stored::New(version.clone()));
            }
            Addition::SameExists | Addition::OtherExists => {}
        }
        Err(VaultError::VersionSpent { secret, version: version.clone() })
    }

    async fn webhook_password(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> Result<Option<StoredPassword>, VaultError> {
        let secret = self.names.name(integration, SecretKind::Webhook);
        if self.usable(integration, SecretKind::Webhook).await?.is_none() {
            return Ok(None);
        }
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
    ) -> Result<Stored, VaultError> {
        let value = webhook_secret::to_json(password);
        let state = self.find_or_create(integration, SecretKind::Webhook, &value, version).await?;
        match state.as_ref().map(|state| state.versions.at(Stage::Current)) {
            None => Ok(Stored::New(version.clone())),
            Some(Some(current)) => Ok(Stored::Existing(current.clone())),
            Some(None) => self.add_password(integration, &value, version, Stage::Current).await,
        }
    }

    async fn stage_webhook_password(
        &self,
        integration: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> Result<Stored, VaultError> {
        let secret = self.names.name(integration, SecretKind::Webhook);
        let versions = self.present(integration, SecretKind::Webhook).await?.versions;
        if versions.at(Stage::Current).is_none() {
            return Err(VaultError::Missing { secret });
        }
        if let Some(pending) = versions.in_rotation().filter(|pending| *pending != version) {
            return Err(VaultError::RotationInProgress { secret, pending: pending.clone() });
        }
        let live = [Stage::Current, Stage::Pending].iter().any(|stage| versions.is_at(version, *stage));
        if live && self.value(&secret, VersionSelector::Version(version)).await?.is_some() {
            return Ok(Stored::Existing(version.clone()));
        }
        if !live && versions.contains(version) {
            return Err(VaultError::VersionSpent { secret, version: version.clone() });
        }
        let value = webhook_secret::to_json(password);
        self.add_password(integration, &value, version, Stage::Pending).await
    }

    async fn promote(&self, integration: &IntegrationName, version: &VersionId) -> Result<(), VaultError> {
        let secret = self.names.name(integration, SecretKind::Webhook);
        let SecretState { versions, rotation_enabled, .. } =
            self.present(integration, SecretKind::Webhook).await?;
        if !versions.is_at(version, Stage::Current) {
            // Receivers would reject every delivery with a current version without a password.
            let ready = versions.is_at(version, Stage::Pending)
                && self.webhook_password(integration, version).await?.is_some();
            if !ready {
                return Err(VaultError::NotPending { secret, version: version.clone() });
            }
            let from = versions.at(Stage::Current);
            let moved = self.move_label(&secret, Stage::Current, Some(version), from).await;
            self.confirm(moved, integration, |versions| versions.is_at(version, Stage::Current)).await?;
        }
        if rotation_enabled { Ok(()) } else { self.drop_pending(integration, version).await }
    }

    async fn drop_pending(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> Result<(), VaultError> {
        let pending = |versions: &Versions| versions.is_at(version, Stage::Pending);
        let state = self.usable(integration, SecretKind::Webhook).await?;
        if !state.is_some_and(|state| pending(&state.versions)) {
            return Ok(());
        }
        let secret = self.names.name(integration, SecretKind::Webhook);
        let dropped = self.move_label(&secret, Stage::Pending, None, Some(version)).await;
        self.confirm(dropped, integration, |versions| !pending(versions)).await
    }

    async fn restore(&self, integration: &IntegrationName, kind: SecretKind) -> Result<Presence, VaultError> {
        let secret = self.names.name(integration, kind);
        match self.describe(&secret, integration).await? {
            None => return Ok(Presence::Absent),
            Some((Ownership::Foreign | Ownership::Unknown, _)) => return Err(not_owned(secret)),
            Some((Ownership::Ours, before @ (Presence::Present(_) | Presence::Absent))) => return Ok(before),
            Some((Ownership::Ours, Presence::ScheduledForDeletion { .. })) => {}
        }
        let restored = self.call_restore(&secret).await;
        match (self.look(integration, kind).await?, restored) {
            (Presence::ScheduledForDeletion { .. }, Err(error)) => Err(error),
            (after, _) => Ok(after),
        }
    }

    async fn delete(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
        window: RecoveryWindow,
    ) -> Result<Deletion, VaultError> {
        match self.look(integration, kind).await? {
            Presence::Absent => return Ok(Deletion::Absent),
            Presence::ScheduledForDeletion { until } => return Ok(Deletion::Scheduled { until }),
            Presence::Present(_) => {}
        }
        match self.call_delete(&self.names.name(integration, kind), window).await {
            Err(VaultError::Missing { .. }) => Ok(Deletion::Absent),
            // Scheduled already, by an earlier try of this call or by another caller.
            Err(error @ VaultError::ScheduledForDeletion { .. }) => match self.look(integration, kind).await?
            {
                Presence::ScheduledForDeletion { until } => Ok(Deletion::Scheduled { until }),
                Presence::Absent | Presence::Present(_) => Err(error),
            },
            done => done,
        }
    }

    async fn token(&self, secret: &SecretId) -> Result<PersonalAccessToken, VaultError> {
        let missing = || VaultError::Missing { secret: secret.to_string() };
        let output = self.value(secret.as_str(), VersionSelector::Current).await?.ok_or_else(missing)?;
        let value = text(output, secret.as_str())?;
        token_in(&value).map_err(|problem| malformed(secret.as_str(), &problem.to_string()))
    }

    async fn list(&self) -> Result<Vec<Listed>, VaultError> {
        let mut listed = self.call_list().await?;
        listed.sort_by(|a, b| (&a.integration, a.kind).cmp(&(&b.integration, b.kind)));
        Ok(listed)
    }
}

fn text(output: GetSecretValueOutput, secret: &str) -> Result<Zeroizing<String>, VaultError> {
    let text = output.secret_string.map(Zeroizing::new);
    text.ok_or_else(|| malformed(secret, "holds binary data, where text is expected"))
}

fn not_owned(secret: String) -> VaultError {
    VaultError::NotOurs { secret, tag: INTEGRATION_TAG }
}

fn malformed(secret: &str, problem: &str) -> VaultError {
    VaultError::Malformed { secret: secret.to_owned(), problem: problem.to_owned() }
}
