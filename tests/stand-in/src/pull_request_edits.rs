//! Changes of a pull request's title, description and target. No filter of "pull request updated" lets them through.
//!
//! Source: reports of users; Microsoft's pages do not say which subscriptions are told.

use crate::{Identity, Notification, Organization, Proposal, PullRequestChange, PullRequestId, Timestamp};

impl Organization {
    /// Changes the title.
    pub fn retitle(
        &mut self,
        at: Timestamp,
        by: &Identity,
        id: PullRequestId,
        to: &str,
    ) -> Vec<Notification> {
        self.edit(at, by, id, |proposal| to.clone_into(&mut proposal.title))
    }

    /// Changes the description.
    pub fn describe(
        &mut self,
        at: Timestamp,
        by: &Identity,
        id: PullRequestId,
        to: &str,
    ) -> Vec<Notification> {
        self.edit(at, by, id, |proposal| to.clone_into(&mut proposal.description))
    }

    /// Changes the target branch, given by its full name.
    pub fn retarget(
        &mut self,
        at: Timestamp,
        by: &Identity,
        id: PullRequestId,
        to: &str,
    ) -> Vec<Notification> {
        self.edit(at, by, id, |proposal| to.clone_into(&mut proposal.target))
    }

    fn edit(
        &mut self,
        at: Timestamp,
        by: &Identity,
        id: PullRequestId,
        edit: impl FnOnce(&mut Proposal),
    ) -> Vec<Notification> {
        edit(&mut self.pull_requests[id.0].proposal);
        let (_, target) = self.tips(&self.pull_request(id).proposal);
        self.pull_requests[id.0].merge.target = target;
        self.notify_pull_request(at, Some(by), id, PullRequestChange::Edited)
    }
}
