//! Credentials in Secrets Manager.
//!
//! Every operation on an integration's secret begins with `DescribeSecret`: whose it is, whether it is being deleted,
//! and which versions it has are known before anything is read or written. The SDK repeats calls by itself when their
//! answer is lost, so a call may find its own work done; where Secrets Manager calls that an error, the secret is looked
//! at once more before the error is believed.

mod call;
mod describe;
mod failure;
mod step;

use std::fmt;

use aws_sdk_secretsmanager::Client;
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

use self::call::{Addition, Which};
use self::describe::{Whose, timestamp};
use crate::password_source;

/// The secrets of every integration of one stack.
#[derive(Clone)]
pub struct SecretsManagerVault {
    client: Client,
    names: SecretNames,
    /// What the stack tag of a new secret says.
    stack: String,
    /// What encrypts a new secret; `None` for the key that AWS keeps for Secrets Manager.
    key_arn: Option<String>,
}

impl SecretsManagerVault {
    pub(crate) fn new(client: Client, names: SecretNames, stack: String) -> Self {
        Self { client, names, stack, key_arn: None }
    }

    /// Encrypts the secrets it makes with a key of KMS. Those that are there keep theirs.
    #[must_use]
    pub fn encrypting_with(self, key_arn: Option<String>) -> Self {
        Self { key_arn, ..self }
    }
}

/// Without the client, whose own output shows an id of the credentials.
impl fmt::Debug for SecretsManagerVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client: _, names, stack, key_arn } = self;
        f.debug_struct("SecretsManagerVault")
            .field("names", names)
            .field("stack", stack)
            .field("key_arn", key_arn)
            .finish_non_exhaustive()
    }
}

impl Vault for SecretsManagerVault {
    fn names(&self) -> &SecretNames {
        &self.names
    }

    async fn look(&self, integration: &IntegrationName, kind: SecretKind) -> Result<Presence, VaultError> {
        let secret = self.names.name(integration, kind);
        match self.describe(&secret, integration).await? {
            None => Ok(Presence::Absent),
            Some((Whose::Foreign, _)) => Err(not_ours(secret)),
            Some((Whose::Ours | Whose::Untold, presence)) => Ok(presence),
        }
    }

    async fn link(&self, integration: &IntegrationName) -> Result<Option<Link>, VaultError> {
        let secret = self.names.name(integration, SecretKind::Organization);
        if self.usable(integration, SecretKind::Organization).await?.is_none() {
            return Ok(None);
        }
        let Some(output) = self.value(&secret, Which::Current).await? else {
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
        let Some(state) = self.found_or_made(integration, kind, &value, version).await? else {
            return Ok(Stored::New(version.clone()));
        };
        if let Some(current) = state.versions.at(Stage::Current)
            && let Some(output) = self.value(&secret, Which::Version(current)).await?
            && output.secret_string.map(Zeroizing::new).as_deref() == Some(&*value)
        {
            return Ok(Stored::Existing(current.clone()));
        }
        match self.put(&secret, &value, version, Stage::Current).await? {
            Addition::Made => return Ok(Stored::New(version.clone())),
            Addition::SameThere if self.is_at(version, integration, kind, Stage::Current).await? => {
                return Ok(Stored::New(version.clone()));
            }
            Addition::SameThere | Addition::OtherThere => {}
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
        let Some(output) = self.value(&secret, Which::Version(version)).await? else {
            return Ok(None);
        };
        let stored_at = output.created_date().and_then(timestamp);
        let password =
            password_source::password(output.secret_string).map_err(|problem| malformed(&secret, problem))?;
        Ok(Some(StoredPassword { password, stored_at }))
    }

    async fn create_webhook_password(
        &self,
        integration: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> Result<Stored, VaultError> {
        let value = password_source::value(password);
        let state = self.found_or_made(integration, SecretKind::Webhook, &value, version).await?;
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
        if live && self.value(&secret, Which::Version(version)).await?.is_some() {
            return Ok(Stored::Existing(version.clone()));
        }
        if !live && versions.contains(version) {
            return Err(VaultError::VersionSpent { secret, version: version.clone() });
        }
        let value = password_source::value(password);
        self.add_password(integration, &value, version, Stage::Pending).await
    }

    async fn promote(&self, integration: &IntegrationName, version: &VersionId) -> Result<(), VaultError> {
        let secret = self.names.name(integration, SecretKind::Webhook);
        let SecretState { versions, rotation_enabled, .. } =
            self.present(integration, SecretKind::Webhook).await?;
        if !versions.is_at(version, Stage::Current) {
            // A version without a password would lock everybody out.
            let ready = versions.is_at(version, Stage::Pending)
                && self.webhook_password(integration, version).await?.is_some();
            if !ready {
                return Err(VaultError::NotPending { secret, version: version.clone() });
            }
            let from = versions.at(Stage::Current);
            let moved = self.relabel(&secret, Stage::Current, Some(version), from).await;
            self.settled(moved, integration, |versions| versions.is_at(version, Stage::Current)).await?;
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
        let dropped = self.relabel(&secret, Stage::Pending, None, Some(version)).await;
        self.settled(dropped, integration, |versions| !pending(versions)).await
    }

    async fn restore(&self, integration: &IntegrationName, kind: SecretKind) -> Result<Presence, VaultError> {
        let secret = self.names.name(integration, kind);
        match self.describe(&secret, integration).await? {
            None => return Ok(Presence::Absent),
            Some((Whose::Foreign | Whose::Untold, _)) => return Err(not_ours(secret)),
            Some((Whose::Ours, before @ (Presence::Present(_) | Presence::Absent))) => return Ok(before),
            Some((Whose::Ours, Presence::ScheduledForDeletion { .. })) => {}
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
            // Done already, by an earlier try of this very call or by somebody else.
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
        let output = self.value(secret.as_str(), Which::Current).await?.ok_or_else(missing)?;
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

fn not_ours(secret: String) -> VaultError {
    VaultError::NotOurs { secret, tag: INTEGRATION_TAG }
}

fn malformed(secret: &str, problem: &str) -> VaultError {
    VaultError::Malformed { secret: secret.to_owned(), problem: problem.to_owned() }
}
