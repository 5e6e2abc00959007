//! Changes of pull requests.
//!
//! Each method makes one change: a push to the source branch is [`Organization::push`], and
//! [`Organization::update_source`] makes the pull request follow it.

use jiff::SignedDuration;

use crate::notification::Resource;
use crate::pull_request::{Merge, Status};
use crate::{
    CodeEvent, Commit, Identity, MergeOutcome, Notification, ObjectId, Organization, Proposal, PullRequest,
    PullRequestChange, PullRequestId, Reviewer, Timestamp, Vote, time,
};

impl Organization {
    /// Opens a pull request; its merge preview is queued (see [`Self::attempt_merge`]).
    pub fn create_pull_request(
        &mut self,
        at: Timestamp,
        by: &Identity,
        proposal: Proposal,
    ) -> (PullRequestId, Vec<Notification>) {
        let (source, target) = self.tips(&proposal);
        let merge = Merge { id: self.ids.uuid(), outcome: None, source, target, commit: None };
        let id = PullRequestId(self.pull_requests.len());
        let number = self.pull_requests.last().map_or(FIRST_NUMBER, |last| last.number + 3);
        self.pull_requests.push(PullRequest {
            number,
            proposal,
            created_by: by.clone(),
            created: at,
            status: Status::Active,
            merge,
            threads: Vec::new(),
        });
        (id, self.notify_pull_request(at, Some(by), id, PullRequestChange::Created))
    }

    /// The pull request follows its source branch; a new merge preview is queued.
    pub fn update_source(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        let (source, target) = self.tips(&self.pull_request(id).proposal);
        let merge = &mut self.pull_requests[id.0].merge;
        *merge = Merge { id: merge.id, outcome: None, source, target, commit: None };
        self.notify_pull_request(at, Some(by), id, PullRequestChange::SourceUpdated)
    }

    /// Replaces the list of reviewers.
    pub fn change_reviewers(
        &mut self,
        at: Timestamp,
        by: &Identity,
        id: PullRequestId,
        reviewers: Vec<Reviewer>,
    ) -> Vec<Notification> {
        self.pull_requests[id.0].proposal.reviewers = reviewers;
        self.notify_pull_request(at, Some(by), id, PullRequestChange::ReviewersChanged)
    }

    /// A vote. A voter who is no reviewer yet becomes one. It may be a comment, too: see
    /// [`votes_comment`](crate::ServiceBehavior::votes_comment).
    pub fn vote(&mut self, at: Timestamp, by: &Identity, id: PullRequestId, vote: Vote) -> Vec<Notification> {
        let reviewers = &mut self.pull_requests[id.0].proposal.reviewers;
        match reviewers.iter_mut().find(|reviewer| reviewer.identity == *by) {
            Some(reviewer) => reviewer.vote = vote,
            None => reviewers.push(Reviewer { vote, ..Reviewer::optional(by) }),
        }
        let mut notifications = self.notify_pull_request(at, Some(by), id, PullRequestChange::Voted(vote));
        if self.behavior.votes_comment {
            notifications.extend(self.notify_note(at, id));
        }
        notifications
    }

    /// The merge job tries a preview. Only success leaves a merge commit.
    pub fn attempt_merge(
        &mut self,
        at: Timestamp,
        id: PullRequestId,
        outcome: MergeOutcome,
    ) -> Vec<Notification> {
        let commit = self.ids.object_id();
        let pull_request = &mut self.pull_requests[id.0];
        pull_request.merge.outcome = Some(outcome);
        pull_request.merge.commit = (outcome == MergeOutcome::Succeeded).then(|| Commit {
            id: commit,
            author: pull_request.created_by.clone(),
            date: at,
            comment: format!(
                "Merge pull request {} from {} into {}",
                pull_request.number,
                branch(&pull_request.proposal.source),
                branch(&pull_request.proposal.target)
            ),
        });
        self.notify_pull_request(at, None, id, PullRequestChange::MergeAttempted(outcome))
    }

    /// Completes the pull request: the final merge attempt, then the update. The target branch does
    /// not move by itself: [`Self::push`] [`Self::merge_commit`] to it.
    pub fn complete(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        let commit = self.ids.object_id();
        let pull_request = &mut self.pull_requests[id.0];
        pull_request.merge.outcome = Some(MergeOutcome::Succeeded);
        pull_request.merge.commit = Some(Commit {
            id: commit,
            author: by.clone(),
            date: at,
            comment: format!("Merged PR {}: {}", pull_request.number, pull_request.proposal.title),
        });
        let queued = time::later(at, SignedDuration::from_millis(-885));
        pull_request.status = Status::Completed { by: by.clone(), at, queued };
        let mut notifications = self.notify_pull_request(at, None, id, PullRequestChange::CompletionMerged);
        notifications.extend(self.notify_pull_request(at, Some(by), id, PullRequestChange::Completed));
        notifications
    }

    /// Closes the pull request without merging.
    pub fn abandon(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        self.pull_requests[id.0].status = Status::Abandoned { by: by.clone(), at };
        self.notify_pull_request(at, Some(by), id, PullRequestChange::Abandoned)
    }

    /// Opens an abandoned pull request again.
    pub fn reactivate(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        self.pull_requests[id.0].status = Status::Active;
        self.notify_pull_request(at, Some(by), id, PullRequestChange::Reactivated)
    }

    /// A draft becomes ready for review.
    pub fn publish(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        self.pull_requests[id.0].proposal.draft = false;
        self.notify_pull_request(at, Some(by), id, PullRequestChange::Published)
    }

    /// A pull request goes back to being a draft.
    pub fn draft(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        self.pull_requests[id.0].proposal.draft = true;
        self.notify_pull_request(at, Some(by), id, PullRequestChange::Drafted)
    }

    /// The number in URLs and messages.
    pub fn number(&self, id: PullRequestId) -> u32 {
        self.pull_request(id).number
    }

    /// The commit of the latest successful merge or preview.
    pub fn merge_commit(&self, id: PullRequestId) -> Option<ObjectId> {
        self.pull_request(id).merge.commit.as_ref().map(|commit| commit.id)
    }

    pub(super) fn tips(&self, proposal: &Proposal) -> (ObjectId, ObjectId) {
        let head = self.repository(proposal.fork.unwrap_or(proposal.repository));
        (head.tip(&proposal.source), self.repository(proposal.repository).tip(&proposal.target))
    }

    pub(super) fn notify_pull_request(
        &mut self,
        at: Timestamp,
        by: Option<&Identity>,
        id: PullRequestId,
        change: PullRequestChange,
    ) -> Vec<Notification> {
        self.note(at, by, id, change);
        let pull_request = self.pull_request(id).clone();
        let messages = self.pull_request_messages(&pull_request, by, change);
        let code_event = CodeEvent::PullRequest { number: pull_request.number, change };
        self.dispatch(at, change.event_type(), messages, code_event, Resource::PullRequest(pull_request))
    }
}

fn branch(name: &str) -> &str {
    name.strip_prefix("refs/heads/").unwrap_or(name)
}

/// Numbers are handed out across the organization, so one repository sees gaps.
const FIRST_NUMBER: u32 = 2_041;
