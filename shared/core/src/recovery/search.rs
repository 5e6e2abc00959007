//! Lists the changes of a repository, and the deliveries that may be theirs.

use jiff::Timestamp;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::deliveries::{DeliveryState, LoggedDelivery};
use crate::azure_devops::error::RestError;
use crate::azure_devops::port::AzureDevOps;
use crate::normalize::sample::is_sample_event;
use crate::recovery::change::Change;
use crate::recovery::reader::PullRequestReader;
use crate::recovery::{
    CLOCK_DIFFERENCE_MAX, HasTime, NOTIFICATION_DELAY_MAX, Recovery, USUAL_NOTIFICATION_DELAY, earlier,
    has_threads, later,
};
use crate::subscriptions::kind::SubscriptionKind;

/// How the threads of a repository's pull requests are read.
pub(crate) struct Threads<'a> {
    /// Reads them.
    pub(crate) reader: &'a mut PullRequestReader,
    /// Pull requests with this number or a higher one were read before.
    pub(crate) below: u64,
    /// Whether there is time to read another one.
    pub(crate) has_time: HasTime<'a>,
}

/// The changes of a repository in some time.
#[derive(Default)]
pub(crate) struct Changes {
    /// The changes in lists and threads, in no particular order.
    pub(crate) listed: Vec<Change>,
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
        let from = earlier(from, USUAL_NOTIFICATION_DELAY + CLOCK_DIFFERENCE_MAX);
        let until = later(until, NOTIFICATION_DELAY_MAX);
        let mut rows = self.organization.deliveries(logs, DeliveryState::Any, from, until).await?;
        rows.retain(|row| !row.event_id.as_deref().is_some_and(is_sample_event));
        rows.sort_by_key(|row| (row.created, row.notification_id));
        Ok(rows)
    }

    /// The changes of a repository from shortly before `from` up to and including `until`. The earlier ones account for
    /// deliveries that were made after `from`.
    ///
    /// With `threads`, the threads of pull requests are read, too, those with the highest numbers first.
    pub(crate) async fn changes(
        &self,
        kind: SubscriptionKind,
        repository: &RepositoryInfo,
        (from, until): (Timestamp, Timestamp),
        threads: Option<Threads<'_>>,
    ) -> Result<Changes, RestError> {
        let since = earlier(from, USUAL_NOTIFICATION_DELAY);
        let listed = self.listed(kind, repository, since, until).await?;
        let mut found = Changes { listed, ..Changes::default() };
        if let Some(threads) = threads.filter(|_| has_threads(kind)) {
            self.read_threads(kind, repository, (since, until), threads, &mut found).await;
        }
        Ok(found)
    }
}
