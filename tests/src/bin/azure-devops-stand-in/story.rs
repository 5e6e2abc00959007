//! The story of the tour: a small team mends a rounding error.

use hookpost_tests::azure_devops::{
    Identity, MergeOutcome, Notification, ObjectId, Organization, Proposal, PullRequestId, RefChange,
    RepositoryId, Reviewer, Timestamp, Vote, Webhook,
};
use jiff::SignedDuration;

/// A happening in words, and the notification it led to.
pub(crate) struct Step {
    pub(crate) what: String,
    pub(crate) notification: Notification,
}

/// The whole story, in the order of delivery. It ends shortly before `end`, after an hour.
pub(crate) fn tell(webhook: &Webhook, seed: u64, end: Timestamp) -> Vec<Step> {
    let mut story = Story::begin(webhook, seed, end);
    story.pushes();
    let id = story.proposal();
    story.review(id);
    story.completion(id);
    story.steps
}

struct Story {
    organization: Organization,
    repository: RepositoryId,
    ines: Identity,
    tomasz: Identity,
    brewers: Identity,
    now: Timestamp,
    steps: Vec<Step>,
}

impl Story {
    /// A repository with some history, which nobody was told of.
    fn begin(webhook: &Webhook, seed: u64, end: Timestamp) -> Self {
        let mut organization = Organization::services("northwind-brewery", seed);
        let project = organization.add_project("Brewhouse");
        let repository = organization.add_repository(project, "kettle-control");
        let ines = organization.add_person("Inês Carvalho", "ines@northwind-brewery.example");
        let tomasz = organization.add_person("Tomasz Wójcik", "tomasz@northwind-brewery.example");
        let brewers = organization.add_team(project, "Brewers");
        let start = end.checked_sub(PAUSE.saturating_mul(22)).unwrap_or(end);
        let first = [RefChange::commit(MAIN, &["Read the kettle's thermometer", "Add a README"])];
        organization.push(start, &tomasz, repository, &first);
        for subscription in webhook.standard_set() {
            organization.subscribe(subscription);
        }
        Self { organization, repository, ines, tomasz, brewers, now: start, steps: Vec::new() }
    }

    fn pushes(&mut self) {
        let change = RefChange::commit(MAIN, &["Log every reading", "Name the sensors"]);
        self.push("push to main", change);
        let tip = self.organization.tip(self.repository, MAIN).unwrap_or(ObjectId::ZERO);
        self.push("push of a tag", RefChange::point(TAG, tip));
        let change = RefChange::commit(TOPIC, &["Round temperatures half to even"]);
        self.push("push of a new branch", change);
    }

    fn proposal(&mut self) -> PullRequestId {
        let proposal = Proposal {
            description: "66.5 °C went up **and** down. Now it goes to even.".to_owned(),
            draft: true,
            ..Proposal::new(self.repository, TOPIC, MAIN, "Round temperatures half to even")
        };
        let at = self.tick();
        let (id, created) = self.organization.create_pull_request(at, &self.ines, proposal);
        self.note("pull request created as a draft", created);
        self.happen("merge attempted: conflicts", |it, at, _| {
            it.attempt_merge(at, id, MergeOutcome::Conflicts)
        });
        let change = RefChange::commit(TOPIC, &["Follow the new sensor names 🍺"]);
        self.push("push to the topic branch", change);
        self.happen("pull request: source updated", |it, at, ines| it.update_source(at, ines, id));
        self.happen("merge attempted: preview succeeded", |it, at, _| {
            it.attempt_merge(at, id, MergeOutcome::Succeeded)
        });
        self.happen("pull request: published", |it, at, ines| it.publish(at, ines, id));
        id
    }

    fn review(&mut self, id: PullRequestId) {
        let tomasz = self.tomasz.clone();
        let asked = vec![Reviewer::required(&tomasz), Reviewer::optional(&self.brewers)];
        self.happen("pull request: reviewers changed", |it, at, ines| {
            it.change_reviewers(at, ines, id, asked)
        });
        let at = self.tick();
        let text = "Does `round_half_even` exist in our compiler?";
        let (question, notifications) = self.organization.comment(at, &tomasz, id, text);
        self.note("comment", notifications);
        self.happen("pull request: vote, waiting for the author", |it, at, _| {
            it.vote(at, &tomasz, id, Vote::WaitingForAuthor)
        });
        self.happen("pull request: drafted", |it, at, ines| it.draft(at, ines, id));
        self.happen("pull request: abandoned", |it, at, ines| it.abandon(at, ines, id));
        self.happen("pull request: reactivated", |it, at, ines| it.reactivate(at, ines, id));
        self.happen("comment: a reply", |it, at, ines| {
            it.reply(at, ines, question, "Since last year's, yes.").1
        });
        self.happen("pull request: vote, approved", |it, at, _| it.vote(at, &tomasz, id, Vote::Approved));
    }

    /// The server tells the merge twice, then moves the branches.
    fn completion(&mut self, id: PullRequestId) {
        self.happen("pull request: published again", |it, at, ines| it.publish(at, ines, id));
        self.happen("pull request completed", |it, at, ines| it.complete(at, ines, id));
        let merged = self.organization.merge_commit(id).unwrap_or(ObjectId::ZERO);
        self.push("push of the merge to main", RefChange::point(MAIN, merged));
        self.push("branch deletion", RefChange::delete(TOPIC));
    }

    fn push(&mut self, what: &str, change: RefChange) {
        let repository = self.repository;
        self.happen(what, |it, at, ines| it.push(at, ines, repository, &[change]));
    }

    fn happen(
        &mut self,
        what: &str,
        act: impl FnOnce(&mut Organization, Timestamp, &Identity) -> Vec<Notification>,
    ) {
        let at = self.tick();
        let notifications = act(&mut self.organization, at, &self.ines);
        self.note(what, notifications);
    }

    fn note(&mut self, what: &str, notifications: Vec<Notification>) {
        let step = |notification| Step { what: what.to_owned(), notification };
        self.steps.extend(notifications.into_iter().map(step));
    }

    fn tick(&mut self) -> Timestamp {
        self.now = self.now.checked_add(PAUSE).unwrap_or(self.now);
        self.now
    }
}

const PAUSE: SignedDuration = SignedDuration::from_secs(171);
const MAIN: &str = "refs/heads/main";
const TOPIC: &str = "refs/heads/topic/round-half-even";
const TAG: &str = "refs/tags/v2.3.0";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hookpost_tests::expectation;

    use super::*;

    fn story(seed: u64) -> Vec<Step> {
        let end = "2026-03-02T16:00:00.1234567Z".parse().unwrap();
        tell(&Webhook::new("http://127.0.0.1:9/", "demo"), seed, end)
    }

    #[test]
    fn every_kind_of_event_and_action_is_told() {
        let told: BTreeSet<_> = story(1)
            .iter()
            .flat_map(|step| expectation::events(&step.notification))
            .map(|expected| expected.action)
            .collect();
        let wanted = [
            "abandoned",
            "completed",
            "created",
            "deleted",
            "drafted",
            "merge_attempted",
            "published",
            "reactivated",
            "reviewers_changed",
            "source_updated",
            "updated",
            "voted",
        ];
        assert_eq!(told, BTreeSet::from(wanted));
    }

    #[test]
    fn each_happening_is_told_once_and_another_seed_tells_it_with_other_ids() {
        let ids =
            |seed| -> BTreeSet<_> { story(seed).iter().map(|step| step.notification.event_id).collect() };
        assert_eq!(ids(1).len(), story(1).len());
        assert!(ids(1).is_disjoint(&ids(2)));
    }
}
