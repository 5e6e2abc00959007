//! The eight kinds of subscription that `setup` makes: one event type each, and one per kind of change for updates
//! of pull requests, because "updated" never says what was.

use crate::receiver::endpoint::Endpoint;

/// What a subscription tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubscriptionKind {
    /// Something was pushed.
    Push,
    /// A pull request was opened.
    PullRequestCreated,
    /// A pull request was updated, in this respect.
    PullRequestUpdated(ChangeKind),
    /// A merge was attempted, whether or not it came about.
    PullRequestMerged,
    /// A pull request was commented on.
    PullRequestCommented,
}

/// What changed about a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Its source branch was pushed to.
    Source,
    /// Reviewers came or went.
    Reviewers,
    /// A reviewer voted.
    Vote,
    /// Its status: completed, abandoned, reactivated, published or made a draft.
    Status,
}

impl ChangeKind {
    /// Every kind of change.
    pub const ALL: [Self; 4] = [Self::Source, Self::Reviewers, Self::Vote, Self::Status];

    /// The word behind `?change=` in the webhook URL, which the `pull-request` receiver reads.
    pub fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Reviewers => "reviewers",
            Self::Vote => "vote",
            Self::Status => "status",
        }
    }

    /// The `notificationType` filter that lets only this change through.
    pub fn notification_type(self) -> &'static str {
        match self {
            Self::Source => "PushNotification",
            Self::Reviewers => "ReviewersUpdateNotification",
            Self::Vote => "ReviewerVoteNotification",
            Self::Status => "StatusUpdateNotification",
        }
    }
}

impl SubscriptionKind {
    /// Every kind, in the order subscriptions are made and shown.
    pub const ALL: [Self; 8] = [
        Self::Push,
        Self::PullRequestCreated,
        Self::PullRequestUpdated(ChangeKind::Source),
        Self::PullRequestUpdated(ChangeKind::Reviewers),
        Self::PullRequestUpdated(ChangeKind::Vote),
        Self::PullRequestUpdated(ChangeKind::Status),
        Self::PullRequestMerged,
        Self::PullRequestCommented,
    ];

    /// The kind a subscription with these inputs is of. `None` for event types that are not forwarded, and for
    /// updates without a filter or with an unknown one.
    pub fn of(event_type: &str, notification_type: Option<&str>) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| {
            kind.event_type() == event_type
                && (kind.notification_type() == notification_type || kind.change().is_none())
        })
    }

    /// The event id Azure DevOps knows it by.
    pub fn event_type(self) -> &'static str {
        match self {
            Self::Push => "git.push",
            Self::PullRequestCreated => "git.pullrequest.created",
            Self::PullRequestUpdated(_) => "git.pullrequest.updated",
            Self::PullRequestMerged => "git.pullrequest.merged",
            Self::PullRequestCommented => "ms.vss-code.git-pullrequest-comment-event",
        }
    }

    /// The version of `resource` to ask for. Pinned: an unsupported one is accepted and then delivers
    /// `resource: null`, and a 1.0 comment does not name its repository.
    pub fn resource_version(self) -> &'static str {
        match self {
            Self::PullRequestCommented => "2.0",
            Self::Push | Self::PullRequestCreated | Self::PullRequestUpdated(_) | Self::PullRequestMerged => {
                "1.0"
            }
        }
    }

    /// The receiver its deliveries go to.
    pub fn endpoint(self) -> Endpoint {
        match self {
            Self::Push => Endpoint::CodePushed,
            Self::PullRequestCreated
            | Self::PullRequestUpdated(_)
            | Self::PullRequestMerged
            | Self::PullRequestCommented => Endpoint::PullRequest,
        }
    }

    /// What changed, for updates of pull requests.
    pub fn change(self) -> Option<ChangeKind> {
        match self {
            Self::PullRequestUpdated(change) => Some(change),
            Self::Push | Self::PullRequestCreated | Self::PullRequestMerged | Self::PullRequestCommented => {
                None
            }
        }
    }

    /// The `notificationType` filter, for updates of pull requests.
    pub fn notification_type(self) -> Option<&'static str> {
        self.change().map(ChangeKind::notification_type)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::payload::EventType;

    #[test]
    fn every_kind_is_told_apart_by_its_inputs() {
        for kind in SubscriptionKind::ALL {
            assert_eq!(SubscriptionKind::of(kind.event_type(), kind.notification_type()), Some(kind));
        }
        let inputs = SubscriptionKind::ALL.map(|kind| (kind.event_type(), kind.notification_type()));
        assert_eq!(BTreeSet::from(inputs).len(), 8);
        assert_eq!(SubscriptionKind::of("git.push", Some("")), Some(SubscriptionKind::Push));
        assert_eq!(SubscriptionKind::of("git.pullrequest.updated", None), None);
        assert_eq!(SubscriptionKind::of("git.pullrequest.updated", Some("LabelsNotification")), None);
        assert_eq!(SubscriptionKind::of("build.complete", None), None);
    }

    #[test]
    fn every_kind_is_received_where_it_is_sent() {
        for kind in SubscriptionKind::ALL {
            let received = EventType::parse(kind.event_type()).expect("a type that is received");
            assert_eq!(Endpoint::of(received), kind.endpoint(), "{kind:?}");
        }
    }

    #[test]
    fn inputs_are_those_azure_devops_documents() {
        let updated = |change| SubscriptionKind::PullRequestUpdated(change).notification_type();
        assert_eq!(updated(ChangeKind::Source), Some("PushNotification"));
        assert_eq!(updated(ChangeKind::Reviewers), Some("ReviewersUpdateNotification"));
        assert_eq!(updated(ChangeKind::Vote), Some("ReviewerVoteNotification"));
        assert_eq!(updated(ChangeKind::Status), Some("StatusUpdateNotification"));
        assert_eq!(ChangeKind::ALL.map(ChangeKind::word), ["source", "reviewers", "vote", "status"]);
        for kind in SubscriptionKind::ALL {
            let version = if kind == SubscriptionKind::PullRequestCommented { "2.0" } else { "1.0" };
            assert_eq!(kind.resource_version(), version, "{kind:?}");
        }
    }
}
