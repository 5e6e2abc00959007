//! The lock of an integration: runs of `setup` that change its configuration or its subscriptions do so one after the
//! other, and `watch` passes over the integration meanwhile.
//!
//! The lock is a field of the stored configuration. The run that takes it stores the configuration as the
//! successor of the version that it read, and Secrets Manager stores one successor of a version only. A run that was
//! cut off cannot give its lock back, so a lock counts until the invocation of its run must have ended.

use std::convert::Infallible;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::error::{ErrorCode, OperatorError};
use crate::integration::config::lock::Lock;
use crate::integration::config::stored::{LinkState, StoredConfig, VersionedConfig};
use crate::integration::name::IntegrationName;
use crate::integration::open::{Integrations, unknown};
use crate::ports::{Clock as _, Ports};
use crate::secrets::error::SecretStoreError;
use crate::secrets::status::StoreOutcome;
use crate::secrets::store::SecretStore as _;
use crate::secrets::version::VersionId;

/// How long a lock lasts where nothing limits the invocation: the longest that Lambda lets one run.
const LOCK_MAX: SignedDuration = SignedDuration::from_mins(15);

/// How long a run waits before it looks at the lock again.
pub(super) const WAIT: Duration = Duration::from_secs(5);

/// A run waits for another one only while this much of its own time remains for its work.
pub(super) const TIME_FOR_WORK: Duration = Duration::from_secs(60);

/// A `connect` by infrastructure as code ends this much earlier than its invocation. So a deletion that comes while it runs
/// can wait for its end, and has time for its own work.
pub(crate) const OUTLASTED_BY: Duration = TIME_FOR_WORK.saturating_add(WAIT).saturating_add(WAIT);

/// The lock that this run has taken.
#[derive(Debug)]
pub(crate) struct HeldLock {
    pub(super) lock: Lock,
    /// The version that this run has stored last.
    version: VersionId,
}

impl<P: Ports> Integrations<P> {
    /// What is stored for an integration, once no other run is at work on it.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::RunInProgress`] when another run stays at work for longer than this one can wait.
    pub(crate) async fn wait_until_free(
        &self,
        name: &IntegrationName,
    ) -> Result<Option<VersionedConfig>, OperatorError> {
        loop {
            let found = self.secrets.config(name).await?;
            let now = self.clock.now();
            let Some(lock) = found.as_ref().and_then(|found| found.stored.lock_at(now)) else {
                return Ok(found);
            };
            let time_left = self.deadline.time_left(now);
            if time_left.is_some_and(|left| left < TIME_FOR_WORK + WAIT) {
                return Err(in_progress(name, lock));
            }
            self.clock.sleep(WAIT).await;
        }
    }

    /// Takes the lock of an integration and changes what is stored, in one step. Gives back what was stored before.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::IntegrationUnknown`] when there is no such integration, and those of
    /// [`wait_until_free`](Self::wait_until_free).
    pub(crate) async fn lock(
        &self,
        name: &IntegrationName,
        change: impl Fn(&LinkState) -> LinkState,
    ) -> Result<(HeldLock, LinkState), OperatorError> {
        match self.lock_where(name, |link| Ok::<_, Infallible>(change(link))).await? {
            Ok(taken) => Ok(taken),
            Err(never) => match never {},
        }
    }

    /// As [`lock`](Self::lock), unless `change` finds a reason against it: then nothing is stored.
    pub(crate) async fn lock_where<E>(
        &self,
        name: &IntegrationName,
        change: impl Fn(&LinkState) -> Result<LinkState, E>,
    ) -> Result<Result<(HeldLock, LinkState), E>, OperatorError> {
        loop {
            let found = self.wait_until_free(name).await?.ok_or_else(|| unknown(name))?;
            let link = match change(&found.stored.link) {
                Ok(link) => link,
                Err(reason) => return Ok(Err(reason)),
            };
            if let Some(held) = self.try_lock(name, &found.version, &link).await? {
                return Ok(Ok((held, found.stored.link)));
            }
        }
    }

    /// Takes the lock in place of the version that was read. `None` when another run has stored something meanwhile.
    pub(crate) async fn try_lock(
        &self,
        name: &IntegrationName,
        read: &VersionId,
        link: &LinkState,
    ) -> Result<Option<HeldLock>, OperatorError> {
        let lock = self.new_lock()?;
        let version = self.store_in_place_of(name, read, link, Some(&lock)).await?;
        Ok(version.map(|version| HeldLock { lock, version }))
    }

    /// Creates the organization secret of a new integration with the lock. `None` when another run has created it
    /// meanwhile.
    pub(crate) async fn create_locked(
        &self,
        name: &IntegrationName,
        link: &LinkState,
    ) -> Result<Option<HeldLock>, OperatorError> {
        let lock = self.new_lock()?;
        let stored = StoredConfig { link: link.clone(), lock: Some(lock.clone()) };
        match self.secrets.create_config(name, &stored, &self.new_version()?).await {
            Ok(StoreOutcome::New(version)) => Ok(Some(HeldLock { lock, version })),
            Ok(StoreOutcome::Existing(_)) | Err(SecretStoreError::ScheduledForDeletion { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Stores a configuration under the lock.
    pub(crate) async fn store_locked(
        &self,
        name: &IntegrationName,
        held: &mut HeldLock,
        link: &LinkState,
    ) -> Result<(), OperatorError> {
        let stored = self.store_in_place_of(name, &held.version, link, Some(&held.lock)).await?;
        held.version = stored.ok_or_else(|| lock_lost(name))?;
        Ok(())
    }

    /// Stores under the lock that `unlink` has ended, but for the deletion of the secret.
    pub(crate) async fn store_deletion(
        &self,
        name: &IntegrationName,
        held: &mut HeldLock,
    ) -> Result<(), OperatorError> {
        held.lock.deletes = true;
        self.store_locked(name, held, &LinkState::Unlinked).await
    }

    /// Gives the lock back and stores the configuration without it.
    pub(crate) async fn unlock(
        &self,
        name: &IntegrationName,
        held: HeldLock,
        link: &LinkState,
    ) -> Result<(), OperatorError> {
        self.store_in_place_of(name, &held.version, link, None)
            .await?
            .map(drop)
            .ok_or_else(|| lock_lost(name))
    }

    /// Stores a configuration in place of the version that was read. `None` when another run has done so meanwhile.
    pub(crate) async fn store_in_place_of(
        &self,
        name: &IntegrationName,
        read: &VersionId,
        link: &LinkState,
        lock: Option<&Lock>,
    ) -> Result<Option<VersionId>, OperatorError> {
        let (version, stored) = (read.successor(), StoredConfig { link: link.clone(), lock: lock.cloned() });
        match self.secrets.store_config(name, &stored, &version).await {
            Ok(()) => Ok(Some(version)),
            Err(error @ SecretStoreError::VersionIdReused { .. }) => {
                // An operator may have made the version current again that was read. Then nobody else is at work.
                let found = self.secrets.config(name).await?;
                if found.is_some_and(|found| found.version == *read) { Err(error.into()) } else { Ok(None) }
            }
            Err(SecretStoreError::ScheduledForDeletion { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn new_lock(&self) -> Result<Lock, OperatorError> {
        let now = self.clock.now();
        let time_left = self.deadline.time_left(now).and_then(|left| SignedDuration::try_from(left).ok());
        let expires_at = now.saturating_add(time_left.unwrap_or(LOCK_MAX)).unwrap_or(Timestamp::MAX);
        Ok(Lock { id: self.new_version()?.to_string(), since: now, expires_at, deletes: false })
    }
}

fn in_progress(name: &IntegrationName, lock: &Lock) -> OperatorError {
    let message = format!(
        "another run of `setup` has been at work on `{name}` since {}: run this again when it has ended. If it was cut \
         off, that is at {}",
        lock.since, lock.expires_at
    );
    OperatorError::new(ErrorCode::RunInProgress, message)
}

/// The error of a run that went on after its invocation should have ended.
fn lock_lost(name: &IntegrationName) -> OperatorError {
    let message = format!("another run of `setup` has taken over `{name}`: run this again when it has ended");
    OperatorError::new(ErrorCode::RunInProgress, message)
}
