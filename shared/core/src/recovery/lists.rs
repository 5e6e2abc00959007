//! Changes in the lists of pushes and of pull requests.

use jiff::Timestamp;
use serde::Deserialize;

use crate::azure_devops::catalog::RepositoryInfo;
use crate::azure_devops::error::RestError;
use crate::azure_devops::listing::Listed;
use crate::azure_devops::port::{AzureDevOps, PullRequestTransition};
use crate::payload::timestamp::instant;
use crate::recovery::Recovery;
use crate::recovery::change::{Change, ChangeSource};
use crate::recovery::reader::PullRequestReader;
use crate::subscriptions::kind::{ChangeKind, SubscriptionKind};

/// The list that has the events of a kind.
pub(super) enum ChangeList {
    Pushes,
    PullRequests(PullRequestTransition),
}

/// The list that has the events of the kind; `None` when no list has them.
///
/// The list of closed pull requests has the last closing of each. Other changes of the status are in threads only.
pub(super) fn list_of(kind: SubscriptionKind) -> Option<ChangeList> {
    match kind {
        SubscriptionKind::Push => Some(ChangeList::Pushes),
        SubscriptionKind::PullRequestCreated => {
            Some(ChangeList::PullRequests(PullRequestTransition::Created))
        }
        SubscriptionKind::PullRequestUpdated(ChangeKind::Status) => {
            Some(ChangeList::PullRequests(PullRequestTransition::Closed))
        }
        SubscriptionKind::PullRequestUpdated(_)
        | SubscriptionKind::PullRequestUpdatedAny
        | SubscriptionKind::PullRequestMerged
        | SubscriptionKind::PullRequestCommented => None,
    }
}

/// The fields of a push in a list.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ListedPush {
    push_id: Option<u64>,
    date: Option<String>,
    ref_updates: Vec<ListedRef>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ListedRef {
    name: Option<String>,
}

impl<O: AzureDevOps> Recovery<'_, O> {
    /// The changes of the repository that the list for the kind has; none when there is no such list. Very many pushes are
    /// listed up to an earlier time.
    pub(super) async fn listed(
        &self,
        kind: SubscriptionKind,
        repository: &RepositoryInfo,
        (from, until): (Timestamp, Timestamp),
        reader: &mut PullRequestReader,
    ) -> Result<Listed<Change>, RestError> {
        let transition = match list_of(kind) {
            None => return Ok(Listed { items: Vec::new(), until }),
            Some(ChangeList::Pushes) => {
                let Listed { items, until } = self.organization.pushes(repository, from, until).await?;
                let items = items.into_iter().filter_map(|json| self.pushed(repository, json)).collect();
                return Ok(Listed { items, until });
            }
            Some(ChangeList::PullRequests(transition)) => transition,
        };
        let listed = reader.pull_requests(self.organization, repository, transition).await?;
        let changes = listed.iter().filter_map(|listed| {
            let (at, record) = match transition {
                PullRequestTransition::Created => (listed.created?, ChangeSource::Created(listed.number)),
                PullRequestTransition::Closed => (listed.closed?, ChangeSource::Closed(listed.number)),
            };
            let is_within = from <= at && at <= until;
            is_within.then(|| Change { at, repository_id: repository.id.clone(), record })
        });
        Ok(Listed { items: changes.collect(), until })
    }

    /// The change of a push in the list; `None` when no subscription of the integration delivers it.
    fn pushed(&self, repository: &RepositoryInfo, json: String) -> Option<Change> {
        let push: ListedPush = serde_json::from_str(&json).ok()?;
        let is_wanted = |update: &ListedRef| self.is_on_branch(update.name.as_deref());
        if !push.ref_updates.iter().any(is_wanted) {
            return None;
        }
        let record = ChangeSource::Push(push.push_id?, json);
        Some(Change { at: instant(&push.date?)?, repository_id: repository.id.clone(), record })
    }
}
