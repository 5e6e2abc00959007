//! One activity of each kind, with the notification that one subscription gets.

use hookpost_stand_in::{
    EventType, Identity, MergeOutcome, Notification, Organization, Proposal, PullRequestId, RefChange,
    RepositoryId, Reviewer, Subscription, Timestamp, Vote, Webhook,
};

const MAIN: &str = "refs/heads/main";
const TOPIC: &str = "refs/heads/topic/hops";

/// The name of an activity, which is also its golden file's, and the notification.
pub(crate) type NamedNotifications = Vec<(String, Notification)>;

/// Every activity, with subscriptions changed by `adjust`.
pub(crate) fn all(
    organization: Organization,
    adjust: impl Fn(Subscription) -> Subscription,
) -> NamedNotifications {
    let mut workload = Workload::begin(organization, adjust);
    workload.pushes();
    workload.pull_request();
    workload.comments();
    workload.fork();
    workload.notifications
}

struct Workload {
    organization: Organization,
    repository: RepositoryId,
    ada: Identity,
    brewers: Identity,
    notifications: NamedNotifications,
}

impl Workload {
    fn begin(mut organization: Organization, adjust: impl Fn(Subscription) -> Subscription) -> Self {
        let project = organization.add_project("Brew House");
        let repository = organization.add_repository(project, "kettle");
        let ada = organization.add_person("Ada Lind", "ada@northwind.example");
        let brewers = organization.add_team(project, "Brewers");
        organization.push(at(), &ada, repository, &[RefChange::commit(MAIN, &["Begin"])]);
        let webhook = Webhook::new("https://hooks.northwind.example/v1", "northwind");
        for subscription in webhook.standard_set() {
            organization.subscribe(adjust(subscription));
        }
        Self { organization, repository, ada, brewers, notifications: Vec::new() }
    }

    fn record(&mut self, name: &str, notifications: Vec<Notification>) {
        let [notification] = notifications.try_into().expect("one subscription is notifications");
        self.notifications.push((name.to_owned(), notification));
    }

    fn push(&mut self, name: &str, changes: &[RefChange]) {
        let notifications = self.organization.push(at(), &self.ada, self.repository, changes);
        self.record(name, notifications);
    }

    fn pushes(&mut self) {
        self.push("push_branch", &[RefChange::commit(MAIN, &["Weigh the malt", "Log the weight"])]);
        let tip = self.organization.tip(self.repository, MAIN).expect("main is there");
        self.push("push_tag_created", &[RefChange::point("refs/tags/v1.0", tip)]);
        self.push("push_branch_created", &[RefChange::point("refs/heads/old", tip)]);
        self.push("push_branch_deleted", &[RefChange::delete("refs/heads/old")]);
        self.push("push_note", &[RefChange::point("refs/notes/commits", tip)]);
        self.push("push_topic", &[RefChange::commit(TOPIC, &["Fewer hops"])]);
    }

    fn pull_request(&mut self) {
        let ada = self.ada.clone();
        let proposal = Proposal {
            description: "Half as many **hops**.".to_owned(),
            draft: true,
            reviewers: vec![Reviewer::required(&ada), Reviewer::optional(&self.brewers)],
            ..Proposal::new(self.repository, TOPIC, MAIN, "Fewer hops")
        };
        let (id, notifications) = self.organization.create_pull_request(at(), &ada, proposal);
        self.record("pull_request_created", notifications);
        let notifications = self.organization.attempt_merge(at(), id, MergeOutcome::Conflicts);
        self.record("pull_request_merge_conflicts", notifications);
        let notifications = self.organization.update_source(at(), &ada, id);
        self.record("pull_request_source_updated", notifications);
        let notifications = self.organization.attempt_merge(at(), id, MergeOutcome::Succeeded);
        self.record("pull_request_merge_attempted", notifications);
        let notifications = self.organization.publish(at(), &ada, id);
        self.record("pull_request_published", notifications);
        let notifications =
            self.organization.change_reviewers(at(), &ada, id, vec![Reviewer::required(&ada)]);
        self.record("pull_request_reviewers_changed", notifications);
        let notifications = self.organization.vote(at(), &ada, id, Vote::ApprovedWithSuggestions);
        let [vote, comment] = notifications.try_into().expect("a vote is an update and a comment");
        self.record("pull_request_voted", vec![vote]);
        self.record("comment_of_vote", vec![comment]);
        let notifications = self.organization.draft(at(), &ada, id);
        self.record("pull_request_drafted", notifications);
        let notifications = self.organization.abandon(at(), &ada, id);
        self.record("pull_request_abandoned", notifications);
        let notifications = self.organization.reactivate(at(), &ada, id);
        self.record("pull_request_reactivated", notifications);
        self.complete(id);
    }

    fn complete(&mut self, id: PullRequestId) {
        let notifications = self.organization.complete(at(), &self.ada, id);
        let [first, second] = notifications.try_into().expect("a completion is an update and a merge");
        for notification in [first, second] {
            let name = match notification.event_type {
                EventType::PullRequestMerged => "pull_request_merged",
                _ => "pull_request_completed",
            };
            self.record(name, vec![notification]);
        }
    }

    fn comments(&mut self) {
        let proposal = Proposal::new(self.repository, TOPIC, MAIN, "More malt");
        let (on, _) = self.organization.create_pull_request(at(), &self.ada, proposal);
        let (id, notifications) = self.organization.comment(at(), &self.ada, on, "How much?");
        self.record("comment_created", notifications);
        let later: Timestamp = "2026-03-02T15:59:30.25Z".parse().expect("a timestamp");
        let notifications = self.organization.edit_comment(later, id, "How much more?");
        self.record("comment_edited", notifications);
        let notifications = self.organization.delete_comment(later, id);
        self.record("comment_deleted", notifications);
    }

    fn fork(&mut self) {
        let project = self.organization.add_project("Guests");
        let fork = self.organization.fork_repository(self.repository, project, "kettle-fork");
        self.organization.push(at(), &self.ada, fork, &[RefChange::commit(TOPIC, &["From outside"])]);
        let proposal =
            Proposal { fork: Some(fork), ..Proposal::new(self.repository, TOPIC, MAIN, "From outside") };
        let (_, notifications) = self.organization.create_pull_request(at(), &self.ada, proposal);
        self.record("pull_request_created_from_fork", notifications);
    }
}

fn at() -> Timestamp {
    "2026-03-02T15:59:00.1234567Z".parse().expect("a timestamp")
}
