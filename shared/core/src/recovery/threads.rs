//! Changes in the threads of pull requests: votes, reviewers, new commits, merge attempts, changes of the status, and
//! comments.
//!
//! Azure DevOps notes a change in a thread of its own, with the kind in the property `CodeReviewThreadType`. Microsoft
//! documents none of the names. `VoteUpdate`, `ReviewersUpdate`, `RefUpdate` and `MergeAttempt` are in the sample answer of
//! its "Git pull request comments" (2016); `StatusUpdate` and `IsDraftUpdate`, and the properties for identities, are in the
//! code and in recorded answers of several public clients. Threads of other kinds are ignored.

use hookpost_events::{Action, CommentChange};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::azure_devops::catalog::{Identity, RepositoryInfo};
use crate::azure_devops::port::{AzureDevOps, ListedPullRequest};
use crate::azure_devops::threads::Thread;
use crate::payload::timestamp::instant;
use crate::recovery::change::{Change, ChangeSource};
use crate::recovery::reader::PullRequestReader;
use crate::recovery::search::{RepositoryChanges, Threads};
use crate::recovery::thread_change::{ThreadChange, ThreadChangeKind};
use crate::recovery::{Failures, Recovery, USUAL_NOTIFICATION_DELAY};
use crate::subscriptions::kind::{ChangeKind, SubscriptionKind};

/// The thread of a vote. Azure DevOps also delivers its comment as a comment event of the kind `system`; of the comments in
/// other threads of its own that is not known.
const VOTE: &str = "VoteUpdate";

/// Whether threads have events of the kind that no list has.
pub(super) fn has_kind(kind: SubscriptionKind) -> bool {
    match kind {
        SubscriptionKind::PullRequestUpdated(_)
        | SubscriptionKind::PullRequestMerged
        | SubscriptionKind::PullRequestCommented => true,
        // The kinds with a filter have the changes that threads show.
        SubscriptionKind::Push
        | SubscriptionKind::PullRequestCreated
        | SubscriptionKind::PullRequestUpdatedAny => false,
    }
}

impl<O: AzureDevOps> Recovery<'_, O> {
    /// Adds the changes of the kind in the threads of the repository's pull requests that were not read before. A pull
    /// request whose threads cannot be read is passed over.
    pub(super) async fn read_threads(
        &self,
        kind: SubscriptionKind,
        repository: &RepositoryInfo,
        (from, until): (Timestamp, Timestamp),
        (reader, threads): (&mut PullRequestReader, Threads<'_>),
        found: &mut RepositoryChanges,
    ) {
        let Threads { below, has_time } = threads;
        let candidates = match reader.candidates(self.organization, repository).await {
            Ok(candidates) => candidates,
            Err(error) => {
                found.threads_error = Some(error);
                return;
            }
        };
        let may_have_changed = |candidate: &&ListedPullRequest| {
            candidate.number < below
                && candidate.created.is_none_or(|created| created <= until)
                && candidate.closed.is_none_or(|closed| from <= closed)
        };
        let (mut last, mut failures) = (below, Failures::default());
        for candidate in candidates.iter().filter(may_have_changed) {
            // At least one is read, or a pass that is short of time would make no progress.
            if last != below && !has_time() {
                found.stopped_at = Some(last);
                return;
            }
            let threads = reader.threads(self.organization, &repository.id, candidate.number).await;
            let threads = match failures.note(threads) {
                Ok(Ok(Some(threads))) => threads,
                Ok(Ok(None)) => {
                    found.stopped_at = Some(last);
                    return;
                }
                Ok(Err(error)) => {
                    found.threads_error = Some(error);
                    last = candidate.number;
                    continue;
                }
                Err(error) => {
                    found.threads_error = Some(error);
                    return;
                }
            };
            last = candidate.number;
            let changes = threads.iter().flat_map(|thread| changes_of(thread, kind));
            let changes = changes.filter(|(at, _)| from <= *at && *at <= until);
            let changes = changes.filter(|(at, change)| !is_last_closing(candidate, *at, change));
            found.listed.extend(changes.map(|(at, change)| Change {
                at,
                repository_id: repository.id.clone(),
                record: ChangeSource::Thread(candidate.number, change),
            }));
        }
    }
}

/// Whether the change is the closing that the list of closed pull requests has.
fn is_last_closing(listed: &ListedPullRequest, at: Timestamp, change: &ThreadChange) -> bool {
    change.is_closing()
        && listed.closed.is_some_and(|closed| at.duration_since(closed).abs() <= USUAL_NOTIFICATION_DELAY)
}

/// The changes of the kind that a thread shows, with their times.
fn changes_of(thread: &Thread, kind: SubscriptionKind) -> Vec<(Timestamp, ThreadChange)> {
    if kind == SubscriptionKind::PullRequestCommented {
        return comments_of(thread);
    }
    let kinds = kinds_of(thread).filter(|(of_kind, _)| *of_kind == kind);
    let change = kinds.zip(thread.published).map(|((_, change_kind), at)| {
        (at, ThreadChange { thread: thread.id, change_kind, actor: actor(thread) })
    });
    change.into_iter().collect()
}

/// What a thread of Azure DevOps's own says, and the kind of its event; `None` for other threads.
fn kinds_of(thread: &Thread) -> Option<(SubscriptionKind, ThreadChangeKind)> {
    let update =
        |change, action| (SubscriptionKind::PullRequestUpdated(change), ThreadChangeKind::Update(action));
    let property = |name: &str| thread.properties.get(name).map(|text| text.to_ascii_lowercase());
    Some(match thread.kind.as_deref()? {
        VOTE => update(ChangeKind::Vote, Action::Voted),
        "ReviewersUpdate" => update(ChangeKind::Reviewers, Action::ReviewersChanged),
        "RefUpdate" => update(ChangeKind::Source, Action::SourceUpdated),
        "MergeAttempt" => (SubscriptionKind::PullRequestMerged, ThreadChangeKind::MergeAttempt),
        "StatusUpdate" => match property("CodeReviewStatus").as_deref() {
            Some("completed") => update(ChangeKind::Status, Action::Completed),
            Some("abandoned") => update(ChangeKind::Status, Action::Abandoned),
            Some("active") => update(ChangeKind::Status, Action::Reactivated),
            _ => update(ChangeKind::Status, Action::Updated),
        },
        "IsDraftUpdate" => match property("CodeReviewIsDraftNowSet").as_deref() {
            Some("true") => update(ChangeKind::Status, Action::Drafted),
            Some("false") => update(ChangeKind::Status, Action::Published),
            _ => update(ChangeKind::Status, Action::Updated),
        },
        _ => return None,
    })
}

/// Who made the change of a thread of Azure DevOps's own. A property names the key of the identity.
fn actor(thread: &Thread) -> Option<Identity> {
    let property = match thread.kind.as_deref()? {
        VOTE => "CodeReviewVotedByIdentity",
        "ReviewersUpdate" => "CodeReviewReviewersUpdatedByIdentity",
        "RefUpdate" => "CodeReviewRefUpdatedByIdentity",
        "StatusUpdate" => "CodeReviewStatusUpdatedByIdentity",
        "IsDraftUpdate" => "CodeReviewIsDraftUpdatedByIdentity",
        _ => return None,
    };
    thread.identities.get(thread.properties.get(property)?).cloned()
}

/// The fields of a comment that show what happened to it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireThreadComment {
    id: Option<u64>,
    comment_type: Option<String>,
    published_date: Option<String>,
    last_updated_date: Option<String>,
    last_content_updated_date: Option<String>,
    is_deleted: Option<bool>,
}

/// The changes of the comments of a thread. Of several edits, only the last one can be seen.
fn comments_of(thread: &Thread) -> Vec<(Timestamp, ThreadChange)> {
    let mut changes = Vec::new();
    for json in &thread.comments {
        let Ok(value) = serde_json::from_str::<Value>(json) else { continue };
        let comment = WireThreadComment::deserialize(&value).unwrap_or_default();
        let is_system =
            comment.comment_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("system"));
        let Some(id) = comment.id.filter(|_| !is_system || thread.kind.as_deref() == Some(VOTE)) else {
            continue;
        };
        let time = |text: &Option<String>| text.as_deref().and_then(instant);
        let published = time(&comment.published_date);
        let edited = time(&comment.last_content_updated_date).or_else(|| time(&comment.last_updated_date));
        // The two times of a new comment may differ by milliseconds.
        let edited =
            edited.filter(|edited| published.is_some_and(|at| edited.duration_since(at).as_secs() >= 1));
        let deleted = time(&comment.last_updated_date).or(thread.updated);
        let deleted = deleted.filter(|_| comment.is_deleted == Some(true));
        let comment_changes = [
            (published, CommentChange::Created),
            (edited.filter(|_| deleted.is_none()), CommentChange::Edited),
            (deleted, CommentChange::Deleted),
        ];
        changes.extend(comment_changes.into_iter().filter_map(|(at, change)| {
            let change_kind = ThreadChangeKind::Comment(id, change, value.clone());
            Some((at?, ThreadChange { thread: thread.id, change_kind, actor: None }))
        }));
    }
    changes
}
