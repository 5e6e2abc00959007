//! One of everything that can happen, told to one subscription each.

use hookpost_stand_in::{
    EventType, Identity, MergeOutcome, Notification, Organization, Proposal, PullRequestId, RefChange,
    RepositoryId, Reviewer, Subscription, Timestamp, Vote, Webhook,
};

const MAIN: &str = "refs/heads/main";
const TOPIC: &str = "refs/heads/topic/hops";

/// A happening's name, which is also its golden file's, and what the subscription was sent.
pub(crate) type Told = Vec<(String, Notification)>;

/// Everything, as `adjusted` subscriptions see it.
pub(crate) fn all(organization: Organization, adjust: impl Fn(Subscription) -> Subscription) -> Told {
    let mut story = Story::begin(organization, adjust);
    story.pushes();
    story.pull_request();
    story.comments();
    story.fork();
    story.told
}

struct Story {
    organization: Organization,
    repository: RepositoryId,
    ada: Identity,
    brewers: Identity,
    told: Told,
}

impl Story {
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
        Self { organization, repository, ada, brewers, told: Vec::new() }
    }

    fn tell(&mut self, name: &str, notifications: Vec<Notification>) {
        let [notification] = notifications.try_into().expect("one subscription is told");
        self.told.push((name.to_owned(), notification));
    }

    fn push(&mut self, name: &str, changes: &[RefChange]) {
        let notifications = self.organization.push(at(), &self.ada, self.repository, changes);
        self.tell(name, notifications);
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
        let (id, told) = self.organization.create_pull_request(at(), &ada, proposal);
        self.tell("pull_request_created", told);
        let told = self.organization.attempt_merge(at(), id, MergeOutcome::Conflicts);
        self.tell("pull_request_merge_conflicts", told);
        let told = self.organization.update_source(at(), &ada, id);
        self.tell("pull_request_source_updated", told);
        let told = self.organization.attempt_merge(at(), id, MergeOutcome::Succeeded);
        self.tell("pull_request_merge_attempted", told);
        let told = self.organization.publish(at(), &ada, id);
        self.tell("pull_request_published", told);
        let told = self.organization.change_reviewers(at(), &ada, id, vec![Reviewer::required(&ada)]);
        self.tell("pull_request_reviewers_changed", told);
        let told = self.organization.vote(at(), &ada, id, Vote::ApprovedWithSuggestions);
        self.tell("pull_request_voted", told);
        let told = self.organization.draft(at(), &ada, id);
        self.tell("pull_request_drafted", told);
        let told = self.organization.abandon(at(), &ada, id);
        self.tell("pull_request_abandoned", told);
        let told = self.organization.reactivate(at(), &ada, id);
        self.tell("pull_request_reactivated", told);
        self.complete(id);
    }

    fn complete(&mut self, id: PullRequestId) {
        let told = self.organization.complete(at(), &self.ada, id);
        let [one, two] = told.try_into().expect("a completion is told as an update and as a merge");
        for told in [one, two] {
            let name = match told.event_type {
                EventType::PullRequestMerged => "pull_request_merged",
                _ => "pull_request_completed",
            };
            self.tell(name, vec![told]);
        }
    }

    fn comments(&mut self) {
        let proposal = Proposal::new(self.repository, TOPIC, MAIN, "More malt");
        let (on, _) = self.organization.create_pull_request(at(), &self.ada, proposal);
        let (id, told) = self.organization.comment(at(), &self.ada, on, "How much?");
        self.tell("comment_created", told);
        let later: Timestamp = "2026-03-02T15:59:30.25Z".parse().expect("a timestamp");
        let told = self.organization.edit_comment(later, id, "How much more?");
        self.tell("comment_edited", told);
        let told = self.organization.delete_comment(later, id);
        self.tell("comment_deleted", told);
    }

    fn fork(&mut self) {
        let project = self.organization.add_project("Guests");
        let fork = self.organization.fork_repository(self.repository, project, "kettle-fork");
        self.organization.push(at(), &self.ada, fork, &[RefChange::commit(TOPIC, &["From outside"])]);
        let proposal =
            Proposal { fork: Some(fork), ..Proposal::new(self.repository, TOPIC, MAIN, "From outside") };
        let (_, told) = self.organization.create_pull_request(at(), &self.ada, proposal);
        self.tell("pull_request_created_from_fork", told);
    }
}

fn at() -> Timestamp {
    "2026-03-02T15:59:00.1234567Z".parse().expect("a timestamp")
}
