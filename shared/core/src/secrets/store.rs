//! Where credentials are kept: the port, and the types that go through it.
//!
//! An integration has two secrets, [`SecretKind::Webhook`] and [`SecretKind::Organization`]. Three rules hold for every
//! operation here, whatever it runs on:
//!
//! - Doing it twice is doing it once. Where a version is made, the caller chooses its id, and the version that is there
//!   wins: it is never replaced under the same id.
//! - A secret that is scheduled for deletion is an error of its own, or a state of its own; it never looks absent.
//! - A secret without the tag [`INTEGRATION_TAG`] naming the integration is somebody else's. It is not read, changed
//!   or deleted.

use std::future::Future;

use crate::integration::config::IntegrationConfig;
use crate::secrets::error::SecretStoreError;
use crate::secrets::name::{SecretId, SecretKind, SecretNames};
use crate::secrets::status::{Deletion, ListedSecret, RecoveryWindow, SecretStatus, Stored, StoredPassword};
use crate::secrets::version::VersionId;

use crate::auth::password::WebhookPassword;
use crate::azure_devops::token::PersonalAccessToken;
use crate::integration::name::IntegrationName;

/// The tag that says which integration a secret belongs to.
pub const INTEGRATION_TAG: &str = "hookpost:integration";

/// The tag that says which stack made a secret. It is told, not enforced: a stack that takes over from another must be
/// able to use what that one left.
pub const STACK_TAG: &str = "hookpost:stack";

/// Most bytes of a secret's value.
pub const SECRET_BYTES_MAX: usize = 65_536;

/// Where credentials are kept.
///
/// # Errors
///
/// Every operation can fail with [`SecretStoreError::Denied`], `Key`, `Throttled`, `Unreachable` and `Refused`; every one on
/// a secret of an integration with `NotOurs`, and all of those but [`look`](Self::look), [`restore`](Self::restore) and
/// [`delete`](Self::delete) with `ScheduledForDeletion`. What else is possible is said at each.
pub trait SecretStore: Send + Sync {
    /// What the secrets are called.
    fn names(&self) -> &SecretNames;

    /// What is known of a secret without reading its value.
    fn look(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
    ) -> impl Future<Output = Result<SecretStatus, SecretStoreError>> + Send;

    /// The link that is kept, or `None` when none is; `Malformed` when it cannot be read.
    fn link(
        &self,
        integration: &IntegrationName,
    ) -> impl Future<Output = Result<Option<IntegrationConfig>, SecretStoreError>> + Send;

    /// Keeps this link, in place of one that is there. When it is there word for word, nothing is written.
    ///
    /// `VersionSpent` when `version` was used for another value.
    fn store_config(
        &self,
        integration: &IntegrationName,
        link: &IntegrationConfig,
        version: &VersionId,
    ) -> impl Future<Output = Result<Stored, SecretStoreError>> + Send;

    /// The webhook password in a version, whatever its stage, or `None` when there is none; `Malformed` when it cannot
    /// be read.
    fn webhook_password(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> impl Future<Output = Result<Option<StoredPassword>, SecretStoreError>> + Send;

    /// Makes the webhook secret with its first password. When there is a current password already it stays, whatever
    /// its version, and this one is `checkpoint_error`.
    fn create_webhook_password(
        &self,
        integration: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> impl Future<Output = Result<Stored, SecretStoreError>> + Send;

    /// Puts a password beside the current one, as the pending version `version`. When that version has a password
    /// already it stays, and this one is `checkpoint_error`: read it back before using it.
    ///
    /// Secrets Manager's own rotation makes the version before it asks for the password; such an empty one is filled.
    ///
    /// `Missing` when there is no current password, `RotationInProgress` when another version is pending,
    /// `VersionSpent` when `version` was pending before.
    fn stage_webhook_password(
        &self,
        integration: &IntegrationName,
        password: &WebhookPassword,
        version: &VersionId,
    ) -> impl Future<Output = Result<Stored, SecretStoreError>> + Send;

    /// Makes the pending password the current one, and the current the previous one. The label of the pending version
    /// is taken away, unless Secrets Manager rotates this secret by itself: there, taking it away in a call of its own
    /// may count as a failed rotation, and leaving it on the current version does no harm.
    ///
    /// `Missing` when there is no such secret, `NotPending` when the version is not pending or holds no password.
    fn promote(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> impl Future<Output = Result<(), SecretStoreError>> + Send;

    /// Gives a rotation up: the version is pending no longer. Its password is refused from now on.
    fn drop_pending(
        &self,
        integration: &IntegrationName,
        version: &VersionId,
    ) -> impl Future<Output = Result<(), SecretStoreError>> + Send;

    /// Cancels a deletion that is scheduled; says what is there afterwards.
    fn restore(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
    ) -> impl Future<Output = Result<SecretStatus, SecretStoreError>> + Send;

    /// Schedules a secret for deletion. One that is scheduled already keeps its date.
    fn delete(
        &self,
        integration: &IntegrationName,
        kind: SecretKind,
        window: RecoveryWindow,
    ) -> impl Future<Output = Result<Deletion, SecretStoreError>> + Send;

    /// The personal access token in a secret of the operator's own. It is only read, and need not have any tag.
    ///
    /// `Missing` when there is no such secret, `Malformed` when no token can be found in it; see [`find_token`].
    fn token(
        &self,
        secret: &SecretId,
    ) -> impl Future<Output = Result<PersonalAccessToken, SecretStoreError>> + Send;

    /// Every secret with a name and a tag of ours, by name. What was made or deleted in the last minutes may be
    /// missing or still be there: [`look`](Self::look) knows.
    fn list(&self) -> impl Future<Output = Result<Vec<ListedSecret>, SecretStoreError>> + Send;
}
