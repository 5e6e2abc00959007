//! What the service notes of a pull request's changes, in the properties of threads.
//!
//! Sources: learn.microsoft.com, REST reference, Git, Pull Request Threads, and its older page "Git pull request
//! comments", whose samples have merge attempts, votes, reviewers and new commits. The names of other properties are
//! those in Microsoft's web client. That a new title, target or description is not noted is assumed.

use serde_json::Value;

use crate::pull_request::Merge;
use crate::{Identity, MergeOutcome, PullRequest, PullRequestChange};

/// What the service notes of a change.
#[derive(Clone, Debug)]
pub(super) struct Note {
    /// The property `CodeReviewThreadType`.
    pub(super) kind: &'static str,
    /// Who made the change, and the property that refers to them.
    pub(super) by: Option<(&'static str, Identity)>,
    /// Texts and numbers.
    pub(super) properties: Vec<(&'static str, Value)>,
    /// What its comment says.
    pub(super) text: String,
}

impl Note {
    /// `None` for changes that are not noted.
    pub(super) fn of(
        pull_request: &PullRequest,
        by: Option<&Identity>,
        change: PullRequestChange,
    ) -> Option<Self> {
        let name = by.map_or("", |by| &by.display_name);
        let made = |kind, property, text| Self {
            kind,
            by: by.map(|by| (property, by.clone())),
            properties: Vec::new(),
            text,
        };
        let status = |status: &str| {
            let text = format!("{name} updated the pull request status to {status}");
            made("StatusUpdate", "CodeReviewStatusUpdatedByIdentity", text).with("CodeReviewStatus", status)
        };
        let draft = |text: &str, is_draft: &str| {
            made("IsDraftUpdate", "CodeReviewIsDraftUpdatedByIdentity", format!("{name} {text}"))
                .with("CodeReviewIsDraftNowSet", is_draft)
        };
        let note = match change {
            PullRequestChange::Created | PullRequestChange::Edited => return None,
            PullRequestChange::Voted(vote) => {
                let text = format!("{name} voted {}", vote.number());
                made("VoteUpdate", "CodeReviewVotedByIdentity", text)
                    .with("CodeReviewVoteResult", vote.number().to_string())
            }
            // Who was a reviewer before is not kept, so all count as added.
            PullRequestChange::ReviewersChanged => {
                let text = format!("{name} changed the reviewers");
                made("ReviewersUpdate", "CodeReviewReviewersUpdatedByIdentity", text)
                    .with("CodeReviewReviewersUpdatedNumAdded", pull_request.proposal.reviewers.len())
                    .with("CodeReviewReviewersUpdatedNumRemoved", 0)
            }
            PullRequestChange::SourceUpdated => {
                let (source, head) = (&pull_request.proposal.source, pull_request.merge.source.to_string());
                let text = format!("The reference {source} was updated.");
                made("RefUpdate", "CodeReviewRefUpdatedByIdentity", text)
                    .with("CodeReviewRefName", source.as_str())
                    .with("CodeReviewRefNewCommits", head.as_str())
                    .with("CodeReviewRefNewCommitsCount", 1)
                    .with("CodeReviewRefNewHeadCommit", head)
            }
            PullRequestChange::Completed => status("Completed"),
            PullRequestChange::Abandoned => status("Abandoned"),
            PullRequestChange::Reactivated => status("Active"),
            PullRequestChange::Published => draft("published the pull request", "0"),
            PullRequestChange::Drafted => draft("marked the pull request as a draft", "1"),
            PullRequestChange::MergeAttempted(outcome) => Self::merge_attempt(&pull_request.merge, outcome),
            PullRequestChange::CompletionMerged => {
                Self::merge_attempt(&pull_request.merge, MergeOutcome::Succeeded)
            }
        };
        Some(note)
    }

    fn merge_attempt(merge: &Merge, outcome: MergeOutcome) -> Self {
        let status = merge_status(outcome);
        let note = Self {
            kind: "MergeAttempt",
            by: None,
            properties: Vec::new(),
            text: format!("The merge was attempted. Its status is {status}."),
        };
        let note = note
            .with("CodeReviewMergeStatus", status)
            .with("CodeReviewSourceCommit", merge.source.to_string())
            .with("CodeReviewTargetCommit", merge.target.to_string());
        match &merge.commit {
            Some(commit) => note.with("CodeReviewMergeCommit", commit.id.to_string()),
            None => note,
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.properties.push((name, value.into()));
        self
    }
}

const fn merge_status(outcome: MergeOutcome) -> &'static str {
    match outcome {
        MergeOutcome::Succeeded => "Succeeded",
        MergeOutcome::Conflicts => "Conflicts",
        MergeOutcome::RejectedByPolicy => "RejectedByPolicy",
        MergeOutcome::ApiError => "Failure",
    }
}
