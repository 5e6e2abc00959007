//! The port to the store of secrets.
//!
//! An integration has two secrets, [`SecretKind::Webhook`] and [`SecretKind::Organization`]. Every implementation
//! follows three rules:
//!
//! - Operations are idempotent. Where an operation creates a version, the caller chooses its id, and a version that
//!   exists under this id stays as it is.
//! - A secret that is scheduled for deletion never looks absent: it has an error or a status of its own.
//! - A secret belongs to an integration only if its tag [`INTEGRATION_TAG`] names the integration, and never if its tag
//!   [`STACK_TAG`] names another stack. Other secrets are not read, changed or deleted.

use std::future::Future;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::token::PersonalAccessToken;
use crate::integration::config::stored::{StoredConfig, VersionedConfig};
use crate::integration::name::IntegrationName;
use crate::secrets::error::SecretStoreError;
use crate::secrets::name::{SecretId, SecretKind, SecretNames};
use crate::secrets::status::{ListedSecret, RecoveryWindow, SecretStatus, StoreOutcome, StoredPassword};
use crate::secrets::version::VersionId;

pub use crate::secrets::version::SECRET_BYTES_MAX;

/// The tag that names the integration of a secret.
pub const INTEGRATION_TAG: &str = "hookpost:integration";

/// The tag that names the stack which a secret belongs to. The roles of a stack may not use the secrets of another.
pub const STACK_TAG: &str = "hookpost:stack";

/// Stores the secrets of integrations.
///
/// # Errors
///
/// Every operation can fail with [`SecretStoreError::Denied`], `Key`, `Throttled`, `Unreachable` and `Refused`.
/// Operations on the secret of an integration can also fail with `NotOurs` and `OfAnotherStack`, and, except
/// [`describe`](Self::describe), [`restore`](Self::restore) and [`delete`](Self::delete), with `ScheduledForDeletion`.
/// Each operation lists its further errors.
pub trait SecretStore: Send + Sync {
    /// The names of the secrets.
    fn names(&self) -> &SecretNames;

    /// The status of a secret. Does not read its value.
    fn describe(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
    ) -> impl Future<Output = Result<SecretStatus, SecretStoreError>> + Send;

    /// What is stored for an integration, or `None` when there is nothing.
    ///
    /// `Malformed` when it cannot be parsed.
    fn config(
        &self,
        integration: &IntegrationName,
    ) -> impl Future<Output = Result<Option<VersionedConfig>, SecretStoreError>> + Send;

    /// As [`config`](Self::config), in one call, of an integration that [`list`](Self::list) has named: its tag is known.
    fn listed_config(
        &self,
        integration: &IntegrationName,
    ) -> impl Future<Output = Result<Option<VersionedConfig>, SecretStoreError>> + Send;

    /// Creates the organization secret with its first value. A current value of any version stays, and `stored` is
    /// discarded, so that of two callers one creates it.
    fn create_config(
        &self,
        integration: &IntegrationName,
        stored: &StoredConfig,
        version: &VersionId,
    ) -> impl Future<Output = Result<StoreOutcome, SecretStoreError>> + Send;

    /// Stores another configuration of an integration as `version`.
    ///
    /// `Missing` when there is no such secret, `VersionIdReused` when a version of this id exists with another value. So
    /// of two callers that choose the same id, one stores its value and the other learns of it.
    fn store_config(
        &self,
        integration: &IntegrationName,
        stored: &StoredConfig,
        version: &VersionId,
    ) -> impl Future<Output = Result<(), SecretStoreError>> + Send;

    /// The webhook password in a version of any stage, or `None` when there is none. `version` is one that
    /// [`describe`](Self::describe) has named, so that the tag of the secret is known.
    ///
    /// `Malformed` when the value is not a password.
    fn webhook_password(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> impl Future<Output = Result<Option<StoredPassword>, SecretStoreError>> + Send;

    /// Creates the webhook secret with its first password. An existing current password of any version stays, and
    /// `password` is discarded.
    fn create_webhook_password(
        &self,
        integration: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> impl Future<Output = Result<StoreOutcome, SecretStoreError>> + Send;

    /// Stores a password as the pending version `version`, beside the current one. An existing password of this version
    /// stays, and `password` is discarded, so that callers must read the password back before they use it.
    ///
    /// A rotation by Secrets Manager creates the version before it asks for the password. Such an empty version is
    /// filled.
    ///
    /// `Missing` when there is no current password, `RotationInProgress` when another version is pending,
    /// `VersionIdReused` when `version` was pending before.
    fn stage_webhook_password(
        &self,
        integration: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> impl Future<Output = Result<StoreOutcome, SecretStoreError>> + Send;

    /// Makes the pending password the current one, and the current password the previous one. Removes the label of the
    /// pending version, unless Secrets Manager rotates this secret: then, removing the label in a separate call may
    /// count as a failed rotation, and a label that stays on the current version does no harm.
    ///
    /// `Missing` when there is no such secret, `NotPending` when the version is not pending or holds no password.
    fn promote(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> impl Future<Output = Result<(), SecretStoreError>> + Send;

    /// Cancels a rotation: the version is no longer pending, and receivers reject its password from then on.
    fn drop_pending(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> impl Future<Output = Result<(), SecretStoreError>> + Send;

    /// Cancels the scheduled deletion of a secret. Returns the status of the secret afterwards.
    fn restore(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
    ) -> impl Future<Output = Result<SecretStatus, SecretStoreError>> + Send;

    /// Schedules a secret for deletion. A secret that is already scheduled keeps its date.
    fn delete(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
        window: RecoveryWindow,
    ) -> impl Future<Output = Result<SecretStatus, SecretStoreError>> + Send;

    /// The personal access token in a secret that the operator created. The secret needs no tag and is only read.
    ///
    /// `Missing` when there is no such secret, `Malformed` when
    /// [`find_token`](crate::secrets::token::find_token) finds no token in it.
    fn token(
        &self,
        secret: &SecretId,
    ) -> impl Future<Output = Result<PersonalAccessToken, SecretStoreError>> + Send;

    /// Every secret with the name and tag of an integration, ordered by name. Secrets created or deleted in the last
    /// minutes may be missing or still be listed, unlike in [`describe`](Self::describe).
    fn list(&self) -> impl Future<Output = Result<Vec<ListedSecret>, SecretStoreError>> + Send;
}
