//! What can happen to a pull request.
//!
//! Each method tells one thing: a push to the source branch is [`Organization::push`], and the
//! pull request notices it with [`Organization::update_source`].

use jiff::{SignedDuration, Timestamp};

use super::event_type::EventType;
use super::identity::Identity;
use super::ids::ObjectId;
use super::notification::{Happening, Notification, Record, Resource};
use super::organization::Organization;
use super::pull_request::{
    Merge, MergeCommit, MergeOutcome, Proposal, PullRequest, PullRequestChange, PullRequestId, Reviewer,
    Status, Vote,
};
use super::time;

impl Organization {
    /// Opens a pull request; its merge preview is queued (see [`Self::attempt_merge`]).
    pub fn create_pull_request(
        &mut self,
        at: Timestamp,
        by: &Identity,
        proposal: Proposal,
    ) -> (PullRequestId, Vec<Notification>) {
        let (source, target) = self.tips(&proposal);
        let merge = Merge { id: self.ids.guid(), outcome: None, source, target, commit: None };
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
        (id, self.tell(at, Some(by), id, PullRequestChange::Created))
    }

    /// The pull request notices that its source branch has moved; a new preview is queued.
    pub fn update_source(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        let (source, target) = self.tips(&self.pull_request(id).proposal);
        let merge = &mut self.pull_requests[id.0].merge;
        *merge = Merge { id: merge.id, outcome: None, source, target, commit: None };
        self.tell(at, Some(by), id, PullRequestChange::SourceUpdated)
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
        self.tell(at, Some(by), id, PullRequestChange::ReviewersChanged)
    }

    /// A vote; whoever is not on the list yet joins it.
    pub fn vote(&mut self, at: Timestamp, by: &Identity, id: PullRequestId, vote: Vote) -> Vec<Notification> {
        let reviewers = &mut self.pull_requests[id.0].proposal.reviewers;
        match reviewers.iter_mut().find(|reviewer| reviewer.identity == *by) {
            Some(reviewer) => reviewer.vote = vote,
            None => reviewers.push(Reviewer { vote, ..Reviewer::optional(by) }),
        }
        self.tell(at, Some(by), id, PullRequestChange::Voted(vote))
    }

    /// The merge job tries a preview. Only success leaves a merge commit.
    pub fn attempt_merge(
        &mut self,
        at: Timestamp,
        id: PullRequestId,
        outcome: MergeOutcome,
    ) -> Vec<Notification> {
        let commit = self.ids.object_id();
        let it = &mut self.pull_requests[id.0];
        it.merge.outcome = Some(outcome);
        it.merge.commit = (outcome == MergeOutcome::Succeeded).then(|| MergeCommit {
            id: commit,
            author: it.created_by.clone(),
            date: at,
            comment: format!(
                "Merge pull request {} from {} into {}",
                it.number,
                branch(&it.proposal.source),
                branch(&it.proposal.target)
            ),
        });
        self.tell(at, None, id, PullRequestChange::MergeAttempted(outcome))
    }

    /// Completes the pull request: the final merge attempt, then the update. The target branch
    /// does not move by itself; push [`Self::merge_commit`] to it to tell that part too.
    pub fn complete(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        let commit = self.ids.object_id();
        let it = &mut self.pull_requests[id.0];
        it.merge.outcome = Some(MergeOutcome::Succeeded);
        it.merge.commit = Some(MergeCommit {
            id: commit,
            author: by.clone(),
            date: at,
            comment: format!("Merged PR {}: {}", it.number, it.proposal.title),
        });
        let queued = time::later(at, SignedDuration::from_millis(-885));
        it.status = Status::Completed { by: by.clone(), at, queued };
        let mut notifications = self.tell(at, None, id, PullRequestChange::MergedForGood);
        notifications.extend(self.tell(at, Some(by), id, PullRequestChange::Completed));
        notifications
    }

    /// Closes the pull request without merging.
    pub fn abandon(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        self.pull_requests[id.0].status = Status::Abandoned { by: by.clone(), at };
        self.tell(at, Some(by), id, PullRequestChange::Abandoned)
    }

    /// Opens an abandoned pull request again.
    pub fn reactivate(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        self.pull_requests[id.0].status = Status::Active;
        self.tell(at, Some(by), id, PullRequestChange::Reactivated)
    }

    /// A draft becomes ready for review.
    pub fn publish(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        self.pull_requests[id.0].proposal.draft = false;
        self.tell(at, Some(by), id, PullRequestChange::Published)
    }

    /// A pull request goes back to being a draft.
    pub fn draft(&mut self, at: Timestamp, by: &Identity, id: PullRequestId) -> Vec<Notification> {
        self.pull_requests[id.0].proposal.draft = true;
        self.tell(at, Some(by), id, PullRequestChange::Drafted)
    }

    /// A change that only an unfiltered subscription sees.
    pub fn retitle(
        &mut self,
        at: Timestamp,
        by: &Identity,
        id: PullRequestId,
        title: &str,
    ) -> Vec<Notification> {
        title.clone_into(&mut self.pull_requests[id.0].proposal.title);
        self.tell(at, Some(by), id, PullRequestChange::Retitled)
    }

    /// The number people know the pull request by.
    pub fn number(&self, id: PullRequestId) -> u32 {
        self.pull_request(id).number
    }

    /// The commit of the latest successful merge or preview.
    pub fn merge_commit(&self, id: PullRequestId) -> Option<ObjectId> {
        self.pull_request(id).merge.commit.as_ref().map(|commit| commit.id)
    }

    fn tips(&self, proposal: &Proposal) -> (ObjectId, ObjectId) {
        let head = self.repository(proposal.fork.unwrap_or(proposal.repository));
        (head.tip(&proposal.source), self.repository(proposal.repository).tip(&proposal.target))
    }

    fn tell(
        &mut self,
        at: Timestamp,
        by: Option<&Identity>,
        id: PullRequestId,
        change: PullRequestChange,
    ) -> Vec<Notification> {
        let pull_request = self.pull_request(id).clone();
        let (message, detailed) = self.pull_request_messages(&pull_request, by, change);
        self.dispatch(&Record {
            event_type: match change {
                PullRequestChange::Created => EventType::PullRequestCreated,
                PullRequestChange::MergeAttempted(_) | PullRequestChange::MergedForGood => {
                    EventType::PullRequestMerged
                }
                _ => EventType::PullRequestUpdated,
            },
            notification_type: change.notification_type(),
            repository: pull_request.proposal.repository,
            created: time::record_time(at),
            message,
            detailed,
            happening: Happening::PullRequest { number: pull_request.number, change },
            resource: Resource::PullRequest(pull_request),
        })
    }
}

fn branch(name: &str) -> &str {
    name.strip_prefix("refs/heads/").unwrap_or(name)
}

/// Numbers are handed out across the organization, so one repository sees gaps.
const FIRST_NUMBER: u32 = 2_041;
