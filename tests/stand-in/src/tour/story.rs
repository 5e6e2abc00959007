//! The story of the tour: a small team mends a rounding error.

use jiff::{SignedDuration, Timestamp};

use super::Step;
use crate::{
    Identity, MergeOutcome, Notification, ObjectId, Organization, ProjectId, Proposal, PullRequestId,
    RefChange, RepositoryId, Reviewer, Vote,
};

/// Who plays, and where.
#[derive(Clone, Debug)]
pub(super) struct Cast {
    pub(super) project: ProjectId,
    pub(super) repository: RepositoryId,
    ines: Identity,
    tomasz: Identity,
    brewers: Identity,
}

impl Cast {
    /// A repository with some history, which nobody was told of.
    pub(super) fn assemble(organization: &mut Organization, at: Timestamp) -> Self {
        let project = organization.add_project("Brewhouse");
        let repository = organization.add_repository(project, "kettle-control");
        let ines = organization.add_person("Inês Carvalho", "ines@northwind-brewery.example");
        let tomasz = organization.add_person("Tomasz Wójcik", "tomasz@northwind-brewery.example");
        let brewers = organization.add_team(project, "Brewers");
        let first = [RefChange::commit(MAIN, &["Read the kettle's thermometer", "Add a README"])];
        organization.push(an_hour_before(at), &tomasz, repository, &first);
        Self { project, repository, ines, tomasz, brewers }
    }
}

pub(super) struct Story<'a> {
    organization: &'a mut Organization,
    cast: &'a Cast,
    now: Timestamp,
    steps: Vec<Step>,
}

impl<'a> Story<'a> {
    /// The whole story, in the order of delivery. It ends shortly before `end`, after an hour.
    pub(super) fn tell(organization: &'a mut Organization, cast: &'a Cast, end: Timestamp) -> Vec<Step> {
        let mut story = Self { organization, cast, now: an_hour_before(end), steps: Vec::new() };
        story.pushes();
        let id = story.proposal();
        story.review(id);
        story.completion(id);
        story.steps
    }

    fn pushes(&mut self) {
        let change = RefChange::commit(MAIN, &["Log every reading", "Name the sensors"]);
        self.push("push to main", change);
        let tip = self.organization.tip(self.cast.repository, MAIN).unwrap_or(ObjectId::ZERO);
        self.push("push of a tag", RefChange::point(TAG, tip));
        let change = RefChange::commit(TOPIC, &["Round temperatures half to even"]);
        self.push("push of a new branch", change);
    }

    fn proposal(&mut self) -> PullRequestId {
        let proposal = Proposal {
            description: "66.5 °C went up **and** down. Now it goes to even.".to_owned(),
            draft: true,
            ..Proposal::new(self.cast.repository, TOPIC, MAIN, "Round temperatures half to even")
        };
        let at = self.tick();
        let (id, created) = self.organization.create_pull_request(at, &self.cast.ines, proposal);
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
        let tomasz = self.cast.tomasz.clone();
        let asked = vec![Reviewer::required(&tomasz), Reviewer::optional(&self.cast.brewers)];
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
        let repository = self.cast.repository;
        self.happen(what, |it, at, ines| it.push(at, ines, repository, &[change]));
    }

    fn happen(
        &mut self,
        what: &str,
        act: impl FnOnce(&mut Organization, Timestamp, &Identity) -> Vec<Notification>,
    ) {
        let at = self.tick();
        let notifications = act(self.organization, at, &self.cast.ines);
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

fn an_hour_before(end: Timestamp) -> Timestamp {
    end.checked_sub(PAUSE.saturating_mul(22)).unwrap_or(end)
}

const PAUSE: SignedDuration = SignedDuration::from_secs(171);
const MAIN: &str = "refs/heads/main";
const TOPIC: &str = "refs/heads/topic/round-half-even";
const TAG: &str = "refs/tags/v2.3.0";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Webhook;
    use crate::expectation;
    use crate::tour::Tour;

    fn stage(seed: u64) -> (Organization, Tour) {
        let mut organization = Organization::services("northwind-brewery", seed);
        let tour = Tour::prepare(&mut organization, end());
        for subscription in Webhook::new("http://127.0.0.1:9/", "demo").standard_set() {
            organization.subscribe(subscription);
        }
        (organization, tour)
    }

    fn end() -> Timestamp {
        "2026-03-02T16:00:00.1234567Z".parse().unwrap()
    }

    fn story(seed: u64) -> Vec<Step> {
        let (mut organization, mut tour) = stage(seed);
        tour.happen(&mut organization, end());
        tour.map(|(_, step)| step).collect()
    }

    fn actions(steps: &[Step]) -> BTreeSet<&'static str> {
        let told = steps.iter().flat_map(|step| expectation::events(&step.notification));
        told.map(|expected| expected.action).collect()
    }

    #[test]
    fn every_kind_of_event_and_action_is_told() {
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
        assert_eq!(actions(&story(1)), BTreeSet::from(wanted));
    }

    #[test]
    fn each_happening_is_told_once_and_another_seed_tells_it_with_other_ids() {
        let ids =
            |seed| -> BTreeSet<_> { story(seed).iter().map(|step| step.notification.event_id).collect() };
        assert_eq!(ids(1).len(), story(1).len());
        assert!(ids(1).is_disjoint(&ids(2)));
    }

    #[test]
    fn it_can_happen_again() {
        let (mut organization, mut tour) = stage(1);
        tour.happen(&mut organization, end());
        let first: Vec<_> = tour.by_ref().collect();
        tour.happen(&mut organization, end());
        let second: Vec<_> = tour.by_ref().collect();
        assert_eq!((second.len(), second[0].0), (first.len(), 1));
        let ids = |steps: &[(usize, Step)]| -> BTreeSet<_> {
            steps.iter().map(|(_, step)| step.notification.event_id).collect()
        };
        assert!(ids(&first).is_disjoint(&ids(&second)));
    }
}
