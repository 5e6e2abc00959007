//! The kinds of subscription that `setup` creates: eight, and a ninth on request. Each kind has one event type. Updates
//! of pull requests have one kind per kind of change, because the event `git.pullrequest.updated` does not say what
//! changed.

use crate::receiver::endpoint::Endpoint;

/// The events that a subscription delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubscriptionKind {
    /// A push to a repository.
    Push,
    /// A pull request was opened.
    PullRequestCreated,
    /// A pull request was updated; the subscription is filtered to this kind of change.
    PullRequestUpdated(ChangeKind),
    /// A pull request was updated in any way; the subscription is not filtered. It is wanted for the changes that no
    /// filter selects, such as a new title, description or target branch. The receiver ignores the others there.
    PullRequestUpdatedAny,
    /// A merge was attempted, whether or not it succeeded.
    PullRequestMerged,
    /// A pull request was commented on.
    PullRequestCommented,
}

/// The kinds of change to a pull request that subscriptions filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Commits were pushed to the source branch.
    Source,
    /// Reviewers were added or removed.
    Reviewers,
    /// A reviewer voted.
    Vote,
    /// The status changed: completed, abandoned, reactivated, published or made a draft.
    Status,
}

impl ChangeKind {
    /// Every kind of change.
    pub const ALL: [Self; 4] = [Self::Source, Self::Reviewers, Self::Vote, Self::Status];

    /// The value of the query parameter `change` in the webhook URL. The `pull-request` receiver reads it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Reviewers => "reviewers",
            Self::Vote => "vote",
            Self::Status => "status",
        }
    }

    /// The value of the `notificationType` filter that selects only this kind of change.
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
    /// Every kind, in the order in which subscriptions are created and listed.
    pub const ALL: [Self; 9] = [
        Self::Push,
        Self::PullRequestCreated,
        Self::PullRequestUpdated(ChangeKind::Source),
        Self::PullRequestUpdated(ChangeKind::Reviewers),
        Self::PullRequestUpdated(ChangeKind::Vote),
        Self::PullRequestUpdated(ChangeKind::Status),
        Self::PullRequestMerged,
        Self::PullRequestCommented,
        Self::PullRequestUpdatedAny,
    ];

    /// The kinds that an integration subscribes to. `unfiltered` adds [`SubscriptionKind::PullRequestUpdatedAny`].
    pub fn wanted(unfiltered: bool) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |kind| unfiltered || *kind != Self::PullRequestUpdatedAny)
    }

    /// Every event type, once.
    pub fn event_types() -> impl Iterator<Item = &'static str> {
        // Each filtered kind has the event type of the unfiltered one.
        Self::ALL.into_iter().filter(|kind| kind.change().is_none()).map(Self::event_type)
    }

    /// The kind of a subscription with this event type and this `notificationType` filter. `None` for event types that
    /// are not forwarded, and for updates of pull requests with an unknown filter.
    pub fn of(event_type: &str, notification_type: Option<&str>) -> Option<Self> {
        let updated = Self::PullRequestUpdatedAny.event_type();
        Self::ALL.into_iter().find(|kind| {
            kind.event_type() == event_type
                && (event_type != updated || kind.notification_type() == notification_type)
        })
    }

    /// The event type in Azure DevOps (`eventType`).
    pub fn event_type(self) -> &'static str {
        match self {
            Self::Push => "git.push",
            Self::PullRequestCreated => "git.pullrequest.created",
            Self::PullRequestUpdated(_) | Self::PullRequestUpdatedAny => "git.pullrequest.updated",
            Self::PullRequestMerged => "git.pullrequest.merged",
            Self::PullRequestCommented => "ms.vss-code.git-pullrequest-comment-event",
        }
    }

    /// The version of `resource` that the subscription requests. It is pinned because Azure DevOps accepts an
    /// unsupported version and then delivers `resource: null`. Comments need 2.0: version 1.0 does not name the
    /// repository.
    pub fn resource_version(self) -> &'static str {
        match self {
            Self::PullRequestCommented => "2.0",
            Self::Push
            | Self::PullRequestCreated
            | Self::PullRequestUpdated(_)
            | Self::PullRequestUpdatedAny
            | Self::PullRequestMerged => "1.0",
        }
    }

    /// The receiver that the subscription delivers to.
    pub fn endpoint(self) -> Endpoint {
        match self {
            Self::Push => Endpoint::CodePushed,
            Self::PullRequestCreated
            | Self::PullRequestUpdated(_)
            | Self::PullRequestUpdatedAny
            | Self::PullRequestMerged
            | Self::PullRequestCommented => Endpoint::PullRequest,
        }
    }

    /// The kind of change that the subscription is filtered to; `None` when it is not filtered.
    pub fn change(self) -> Option<ChangeKind> {
        match self {
            Self::PullRequestUpdated(change) => Some(change),
            Self::Push
            | Self::PullRequestCreated
            | Self::PullRequestUpdatedAny
            | Self::PullRequestMerged
            | Self::PullRequestCommented => None,
        }
    }

    /// The value of the query parameter `change` in the webhook URL; `None` unless the subscription delivers updates of
    /// pull requests. The `pull-request` receiver reads it.
    pub fn change_word(self) -> Option<&'static str> {
        match self {
            Self::PullRequestUpdatedAny => Some("any"),
            filtered => filtered.change().map(ChangeKind::word),
        }
    }

    /// The value of the `notificationType` filter; `None` when the subscription is not filtered.
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
    fn each_kind_has_inputs_of_its_own() {
        for kind in SubscriptionKind::ALL {
            assert_eq!(SubscriptionKind::of(kind.event_type(), kind.notification_type()), Some(kind));
        }
        let inputs = SubscriptionKind::ALL.map(|kind| (kind.event_type(), kind.notification_type()));
        assert_eq!(BTreeSet::from(inputs).len(), 9);
        assert_eq!(SubscriptionKind::of("git.push", Some("")), Some(SubscriptionKind::Push));
        let any = SubscriptionKind::PullRequestUpdatedAny;
        assert_eq!(SubscriptionKind::of("git.pullrequest.updated", None), Some(any));
        assert_eq!(SubscriptionKind::of("git.pullrequest.updated", Some("LabelsNotification")), None);
        assert_eq!(SubscriptionKind::of("build.complete", None), None);
    }

    #[test]
    fn the_unfiltered_kind_is_wanted_on_request_only() {
        let any = SubscriptionKind::PullRequestUpdatedAny;
        assert_eq!(SubscriptionKind::wanted(false).count(), 8);
        assert!(SubscriptionKind::wanted(false).all(|kind| kind != any));
        assert_eq!(SubscriptionKind::wanted(true).last(), Some(any));
        assert_eq!(SubscriptionKind::event_types().collect::<BTreeSet<_>>().len(), 5);
        assert_eq!(SubscriptionKind::event_types().count(), 5);
    }

    #[test]
    fn each_kind_goes_to_the_endpoint_that_accepts_its_event_type() {
        for kind in SubscriptionKind::ALL {
            let event_type = EventType::parse(kind.event_type()).expect("a forwarded event type");
            assert_eq!(Endpoint::of(event_type), kind.endpoint(), "{kind:?}");
        }
    }

    #[test]
    fn inputs_have_the_values_that_azure_devops_documents() {
        let filter_of = |change| SubscriptionKind::PullRequestUpdated(change).notification_type();
        assert_eq!(filter_of(ChangeKind::Source), Some("PushNotification"));
        assert_eq!(filter_of(ChangeKind::Reviewers), Some("ReviewersUpdateNotification"));
        assert_eq!(filter_of(ChangeKind::Vote), Some("ReviewerVoteNotification"));
        assert_eq!(filter_of(ChangeKind::Status), Some("StatusUpdateNotification"));
        assert_eq!(ChangeKind::ALL.map(ChangeKind::word), ["source", "reviewers", "vote", "status"]);
        assert_eq!(SubscriptionKind::PullRequestUpdatedAny.notification_type(), None);
        assert_eq!(SubscriptionKind::PullRequestUpdatedAny.change_word(), Some("any"));
        for kind in SubscriptionKind::ALL {
            let version = if kind == SubscriptionKind::PullRequestCommented { "2.0" } else { "1.0" };
            assert_eq!(kind.resource_version(), version, "{kind:?}");
        }
    }
}
