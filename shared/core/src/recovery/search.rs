//! Lists the changes of a repository, and the deliveries that may be theirs.

use jiff::Timestamp;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::deliveries::{DeliveryState, LoggedDelivery};
use crate::azure_devops::error::RestError;
use crate::azure_devops::listing::{Listed, ReadLimits};
use crate::azure_devops::port::AzureDevOps;
use crate::normalize::sample::is_sample_event;
use crate::recovery::change::Change;
use crate::recovery::reader::PullRequestReader;
use crate::recovery::{
    CLOCK_SKEW_MAX, HasTime, NOTIFICATION_DELAY_MAX, Recovery, USUAL_NOTIFICATION_DELAY, earlier,
    has_threads, later,
};
use crate::subscriptions::kind::SubscriptionKind;

/// How the threads of a repository's pull requests are read.
#[derive(Clone, Copy)]
pub(crate) struct Threads<'a> {
    /// Pull requests with this number or a higher one were read before.
    pub(crate) below: u64,
    /// Whether there is time to read another one.
    pub(crate) has_time: HasTime<'a>,
}

/// The changes of a repository in some time.
pub(crate) struct RepositoryChanges {
    /// The changes in lists and threads, in no particular order, with some before and after the time.
    pub(crate) listed: Vec<Change>,
    /// The changes up to this time can be reconciled with the log. It is the end of the time, or earlier when there are very
    /// many pushes.
    pub(crate) until: Timestamp,
    /// The number of the last pull request whose threads were read, when the calls ended before all were read.
    pub(crate) stopped_at: Option<u64>,
    /// Why threads could not be read. The changes of other threads and of the list are there nevertheless.
    pub(crate) threads_error: Option<RestError>,
}

impl<O: AzureDevOps> Recovery<'_, O> {
    /// The deliveries of the subscriptions `logs` that may be those of changes from `from` to `until`, oldest first.
    /// Deliveries of the Test button are left out.
    pub(crate) async fn log(
        &self,
        logs: &[&str],
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<LoggedDelivery>, RestError> {
        Ok(self.log_within(logs, from, until, ReadLimits::NONE).await?.items)
    }

    /// As [`log`](Self::log), as far as `limits` allow. The deliveries are those of changes up to the time that is returned
    /// with them, which is after `from`.
    pub(crate) async fn log_within(
        &self,
        logs: &[&str],
        from: Timestamp,
        until: Timestamp,
        limits: ReadLimits<'_>,
    ) -> Result<Listed<LoggedDelivery>, RestError> {
        let mut low = earlier(from, USUAL_NOTIFICATION_DELAY + CLOCK_SKEW_MAX);
        let high = later(until, NOTIFICATION_DELAY_MAX);
        let mut rows = Vec::new();
        loop {
            let range = (low, high);
            let part = self.organization.deliveries_within(logs, DeliveryState::Any, range, limits).await?;
            rows.extend(part.items);
            low = part.until;
            let complete_until = earlier(low, NOTIFICATION_DELAY_MAX);
            if low >= high || complete_until > from {
                let is_sample = |row: &LoggedDelivery| row.event_id.as_deref().is_some_and(is_sample_event);
                rows.retain(|row| !is_sample(row));
                rows.sort_by(|left, right| position(left).cmp(&position(right)));
                // A delivery between two parts is in both.
                rows.dedup_by(|left, right| position(left) == position(right));
                return Ok(Listed { items: rows, until: complete_until.min(until) });
            }
        }
    }

    /// The changes of a repository from shortly before `from` to shortly after `until`. The earlier and the later ones
    /// account for deliveries of [`log_within`](Self::log_within): the delivery of a change that is not listed would be
    /// taken for that of another one, such as an earlier vote on the same pull request.
    ///
    /// With `threads`, the threads of pull requests are read, too, those with the highest numbers first.
    pub(crate) async fn changes(
        &self,
        kind: SubscriptionKind,
        repository: &RepositoryInfo,
        (from, until): (Timestamp, Timestamp),
        reader: &mut PullRequestReader,
        threads: Option<Threads<'_>>,
    ) -> Result<RepositoryChanges, RestError> {
        let since = earlier(from, USUAL_NOTIFICATION_DELAY);
        let end = later(until, NOTIFICATION_DELAY_MAX + CLOCK_SKEW_MAX);
        let Listed { items, until: listed_until } =
            self.listed(kind, repository, (since, end), reader).await?;
        let until = if listed_until < end { reconciled_until(from, listed_until).min(until) } else { until };
        let mut found = RepositoryChanges { listed: items, until, stopped_at: None, threads_error: None };
        if let Some(threads) = threads.filter(|_| has_threads(kind)) {
            self.read_threads(kind, repository, (since, end), (reader, threads), &mut found).await;
        }
        Ok(found)
    }
}

/// The end of the time whose changes can be reconciled when a list ends early: the last ones account for deliveries, unless
/// no others would be left.
fn reconciled_until(from: Timestamp, listed_until: Timestamp) -> Timestamp {
    let until = earlier(listed_until, USUAL_NOTIFICATION_DELAY);
    if until > from { until } else { listed_until }
}

/// What orders and identifies a delivery.
fn position(row: &LoggedDelivery) -> (Option<Timestamp>, u64, &str) {
    (row.created, row.notification_id, &row.subscription_id)
}
