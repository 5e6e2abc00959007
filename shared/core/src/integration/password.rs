//! The webhook password that the subscriptions of an integration send.

use std::time::Duration;

use jiff::Timestamp;

use crate::auth::password::WebhookPassword;
use crate::error::{ErrorCode, OperatorError};
use crate::integration::name::IntegrationName;
use crate::integration::open::Integrations;
use crate::ports::{Clock as _, Ports};
use crate::secrets::name::SecretKind;
use crate::secrets::status::{SecretStatus, StoredPassword};
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::{VersionId, VersionStage};

impl<P: Ports> Integrations<P> {
    /// The current webhook password and its version; `None` when there is none.
    pub(crate) async fn current_password(
        &self,
        name: &IntegrationName,
    ) -> Result<Option<(VersionId, WebhookPassword)>, OperatorError> {
        let SecretStatus::Present(description) = self.secrets.describe(name, SecretKind::Webhook).await?
        else {
            return Ok(None);
        };
        let Some(version) = description.versions.at(VersionStage::Current) else { return Ok(None) };
        let stored = self.secrets.webhook_password(name, version).await?;
        Ok(stored.map(|stored| (version.clone(), stored.password)))
    }

    /// The version of the password that subscriptions should send: during a rotation the pending one, once every
    /// receiver accepts it; else the current one. One call, and one more during a rotation.
    pub(crate) async fn password_version_in_use(
        &self,
        name: &IntegrationName,
    ) -> Result<VersionId, OperatorError> {
        let SecretStatus::Present(description) = self.secrets.describe(name, SecretKind::Webhook).await?
        else {
            return Err(without_password(name));
        };
        if let Some(pending) = description.versions.in_rotation()
            && let Some(stored) = self.secrets.webhook_password(name, pending).await?
        {
            let stored_at = stored_at_latest(&stored, description.changed_at);
            let wait = remaining_overlap(stored_at, self.clock.now(), self.deployment.overlap);
            if wait.is_zero() {
                return Ok(pending.clone());
            }
        }
        description.versions.at(VersionStage::Current).cloned().ok_or_else(|| without_password(name))
    }

    /// The password of a version from [`password_version_in_use`](Self::password_version_in_use). One call.
    pub(crate) async fn password(
        &self,
        name: &IntegrationName,
        version: &VersionId,
    ) -> Result<WebhookPassword, OperatorError> {
        let stored = self.secrets.webhook_password(name, version).await?;
        stored.map(|stored| stored.password).ok_or_else(|| without_password(name))
    }
}

/// The latest time at which a password may have been stored. Secrets Manager creates the version of a rotation before
/// the password, and nothing says whether the time of the version is that of its password. The secret was changed then.
pub(crate) fn stored_at_latest(
    stored: &StoredPassword,
    secret_changed_at: Option<Timestamp>,
) -> Option<Timestamp> {
    stored.stored_at.max(secret_changed_at)
}

/// How much is left of the time in which receivers may not know a password yet. An unknown or future `stored_at` counts
/// as `now`.
pub(crate) fn remaining_overlap(stored_at: Option<Timestamp>, now: Timestamp, overlap: Duration) -> Duration {
    let age =
        stored_at.and_then(|time| Duration::try_from(now.duration_since(time)).ok()).unwrap_or_default();
    overlap.saturating_sub(age)
}

fn without_password(name: &IntegrationName) -> OperatorError {
    OperatorError::new(ErrorCode::NotFound, format!("`{name}` has no webhook password: run `connect` again"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_the_rest_of_the_overlap() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().expect("a timestamp");
        let overlap = Duration::from_secs(35);
        let ago = |seconds| Some(now - Duration::from_secs(seconds));
        assert_eq!(remaining_overlap(ago(5), now, overlap), Duration::from_secs(30));
        assert_eq!(remaining_overlap(ago(60), now, overlap), Duration::ZERO);
        assert_eq!(remaining_overlap(None, now, overlap), overlap);
        assert_eq!(remaining_overlap(Some(now + Duration::from_secs(60)), now, overlap), overlap);
    }
}
