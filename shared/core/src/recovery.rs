//! Finds the events that a subscription did not deliver, and makes them from the lists of pushes and pull requests, from
//! the threads of pull requests, or from the pull requests themselves.
//!
//! `watch` fills coverage gaps in this way. `watch` and `replay` also make the events of failed deliveries in this way when
//! the delivery log does not show them.
//!
//! 1. [`Recovery::changes`] lists the [`Change`](change::Change)s of a repository in some time.
//! 2. [`Recovery::log`] lists the deliveries of that time, without their events.
//! 3. [`Recovery::reconcile`] pairs both by time. It requests the event of a delivery only where the times are ambiguous.
//! 4. [`Recovery::events`] makes the events of a change that was not delivered.

pub(crate) mod change;
pub(crate) mod deliveries;
pub(crate) mod delivery_id;
mod events;
mod lists;
mod pairing;
pub(crate) mod reader;
pub(crate) mod reconcile;
pub(crate) mod search;
mod thread_change;
mod threads;
mod without_content;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::error::{Concerns, RestError};
use crate::azure_devops::port::AzureDevOps;
use crate::integration::name::IntegrationName;
use crate::subscriptions::kind::SubscriptionKind;
use crate::subscriptions::scope::Scope;

/// Longest time after an event at which Azure DevOps may make its notification.
pub(crate) const NOTIFICATION_DELAY_MAX: SignedDuration = SignedDuration::from_mins(10);

/// Time after an event within which Azure DevOps makes its notification, except in rare cases.
const USUAL_NOTIFICATION_DELAY: SignedDuration = SignedDuration::from_secs(60);

/// How much earlier than its event a notification may seem to be made, since their times come from different clocks.
const CLOCK_SKEW_MAX: SignedDuration = SignedDuration::from_secs(1);

/// Age up to which a delivery that has not ended is left to Azure DevOps. Azure DevOps retries for 183 s. After that the
/// delivery has failed, or is retried for another 36 hours at intervals of hours.
pub(crate) const PENDING_MAX: SignedDuration = SignedDuration::from_mins(10);

/// Age up to which `watch` waits for the log to show the event of a delivery that has not ended, or cannot be read: the 36
/// hours of retries, and a margin.
pub(crate) const PROBATION_RETRIES_MAX: SignedDuration = SignedDuration::from_hours(37);

/// Whether there is time for another request.
pub(crate) type HasTime<'a> = &'a (dyn Fn() -> bool + Send + Sync);

/// What the events of one integration are recovered with.
pub(crate) struct Recovery<'a, O> {
    /// The integration that the events are for.
    pub(crate) integration: &'a IntegrationName,
    /// The organization.
    pub(crate) organization: &'a O,
    /// The URL of the organization.
    pub(crate) organization_url: &'a str,
    /// The projects, repository and branch that the integration subscribes to.
    pub(crate) scope: &'a Scope,
    /// Ids of the subscriptions that the token's owner did not create. Their log may stay hidden.
    pub(crate) foreign: BTreeSet<String>,
    /// The repositories of the organization, when they were listed before.
    pub(crate) known: Option<&'a [RepositoryInfo]>,
    /// The repositories of the organization, once they were listed.
    pub(crate) listed: OnceLock<Vec<RepositoryInfo>>,
    /// The time of the recovery. It becomes the time of receipt of the events.
    pub(crate) now: Timestamp,
}

impl<O: AzureDevOps> Recovery<'_, O> {
    /// The repositories of the organization. They are listed once.
    ///
    /// # Errors
    ///
    /// When they cannot be listed.
    pub(crate) async fn repositories(&self) -> Result<&[RepositoryInfo], RestError> {
        if let Some(listed) = self.known.or_else(|| self.listed.get().map(Vec::as_slice)) {
            return Ok(listed);
        }
        let listed = self.organization.repositories().await?;
        Ok(self.listed.get_or_init(|| listed))
    }
}

/// Whether a list of pushes or pull requests has the events of the kind.
pub(crate) fn has_list(kind: SubscriptionKind) -> bool {
    lists::list_of(kind).is_some()
}

/// Whether threads of pull requests have events of the kind that no list has.
pub(crate) fn has_threads(kind: SubscriptionKind) -> bool {
    threads::has_kind(kind)
}

/// Whether a subscription of this project, `None` being all, delivers events of the repository.
pub(crate) fn is_covered(scope: &Scope, repository: &RepositoryInfo, project_id: Option<&str>) -> bool {
    !repository.is_disabled
        && project_id.is_none_or(|id| id == repository.project.id)
        && scope.repository_id.as_ref().is_none_or(|id| *id == repository.id)
}

/// Notes how the calls of a loop over several items end, and tells an item that fails from Azure DevOps being down.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    /// Whether Azure DevOps did not answer for the last item, or answered with a server error.
    is_unanswered: bool,
}

impl Failures {
    /// Notes the result of one item. An inner error is about this item: the loop names it and goes on.
    ///
    /// # Errors
    ///
    /// The error, when it concerns every call: because of its kind, or because Azure DevOps did not answer for two items
    /// in a row.
    pub(crate) fn note<T>(
        &mut self,
        result: Result<T, RestError>,
    ) -> Result<Result<T, RestError>, RestError> {
        let Err(error) = result else {
            self.is_unanswered = false;
            return Ok(result);
        };
        let is_unanswered = error.is_unanswered();
        if error.concerns() == Concerns::EveryCall || (is_unanswered && self.is_unanswered) {
            return Err(error);
        }
        self.is_unanswered = is_unanswered;
        Ok(Err(error))
    }
}

/// A time before another.
pub(crate) fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_sub(by).unwrap_or(at)
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}
