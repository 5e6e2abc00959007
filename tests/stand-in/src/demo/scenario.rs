//! The events of the demo: a small team corrects a rounding error.

use jiff::SignedDuration;

use super::DemoStep;
use crate::{
    Identity, MergeOutcome, Notification, ObjectId, Organization, ProjectId, Proposal, PullRequestId,
    RefChange, RepositoryId, Reviewer, Timestamp, Vote,
};

/// The people, their project and its repository, and a second project.
#[derive(Clone, Debug)]
pub(crate) struct Participants {
    pub(crate) project: ProjectId,
    pub(crate) repository: RepositoryId,
    pub(crate) second_project: ProjectId,
    second_repository: RepositoryId,
    ines: Identity,
    tomasz: Identity,
    brewers: Identity,
}

impl Participants {
    /// Adds them, with some commits that no subscription is notified of.
    pub(crate) fn add(organization: &mut Organization, at: Timestamp) -> Self {
        let project = organization.add_project("Brewhouse");
        let repository = organization.add_repository(project, "kettle-control");
        let ines = organization.add_person("Inês Carvalho", "ines@northwind-brewery.example");
        let tomasz = organization.add_person("Tomasz Wójcik", "tomasz@northwind-brewery.example");
        let brewers = organization.add_team(project, "Brewers");
        let first = [RefChange::commit(MAIN, &["Read the kettle's thermometer", "Add a README"])];
        organization.push(an_hour_before(at), &tomasz, repository, &first);
        let second_project = organization.add_project("Taproom");
        let second_repository = organization.add_repository(second_project, "keg-counter");
        let first = [RefChange::commit(MAIN, &["Count the kegs"])];
        organization.push(an_hour_before(at), &tomasz, second_repository, &first);
        Self { project, repository, second_project, second_repository, ines, tomasz, brewers }
    }
}

pub(crate) struct Scenario<'a> {
    organization: &'a mut Organization,
    participants: &'a Participants,
    now: Timestamp,
    steps: Vec<DemoStep>,
}

impl<'a> Scenario<'a> {
    /// Every event of one hour, in the order of delivery, ending shortly before `end`.
    pub(crate) fn run(
        organization: &'a mut Organization,
        participants: &'a Participants,
        end: Timestamp,
    ) -> Vec<DemoStep> {
        let mut scenario = Self { organization, participants, now: an_hour_before(end), steps: Vec::new() };
        scenario.pushes();
        let id = scenario.proposal();
        scenario.review(id);
        scenario.completion(id);
        scenario.in_the_second_project();
        scenario.steps
    }

    fn pushes(&mut self) {
        let change = RefChange::commit(MAIN, &["Log every reading", "Name the sensors"]);
        self.push("push to main", change);
        let tip = self.organization.tip(self.participants.repository, MAIN).unwrap_or(ObjectId::ZERO);
        self.push("push of a tag", RefChange::point(TAG, tip));
        let change = RefChange::commit(TOPIC, &["Round temperatures half to even"]);
        self.push("push of a new branch", change);
    }

    fn proposal(&mut self) -> PullRequestId {
        let proposal = Proposal {
            description: "66.5 °C went up **and** down. Now it goes to even.".to_owned(),
            draft: true,
            ..Proposal::new(self.participants.repository, TOPIC, MAIN, "Round temperatures half to even")
        };
        let at = self.tick();
        let (id, created) = self.organization.create_pull_request(at, &self.participants.ines, proposal);
        self.add("pull request created as a draft", created);
        self.happen("merge attempted: conflicts", |organization, at, _| {
            organization.attempt_merge(at, id, MergeOutcome::Conflicts)
        });
        let change = RefChange::commit(TOPIC, &["Follow the new sensor names 🍺"]);
        self.push("push to the topic branch", change);
        self.happen("pull request: source updated", |organization, at, ines| {
            organization.update_source(at, ines, id)
        });
        self.happen("merge attempted: preview succeeded", |organization, at, _| {
            organization.attempt_merge(at, id, MergeOutcome::Succeeded)
        });
        self.happen("pull request: published", |organization, at, ines| organization.publish(at, ines, id));
        id
    }

    fn review(&mut self, id: PullRequestId) {
        let tomasz = self.participants.tomasz.clone();
        let reviewers = vec![Reviewer::required(&tomasz), Reviewer::optional(&self.participants.brewers)];
        self.happen("pull request: reviewers changed", |organization, at, ines| {
            organization.change_reviewers(at, ines, id, reviewers)
        });
        let at = self.tick();
        let text = "Does `round_half_even` exist in our compiler?";
        let (question, notifications) = self.organization.comment(at, &tomasz, id, text);
        self.add("comment", notifications);
        self.happen("pull request: vote, waiting for the author", |organization, at, _| {
            organization.vote(at, &tomasz, id, Vote::WaitingForAuthor)
        });
        self.happen("pull request: drafted", |organization, at, ines| organization.draft(at, ines, id));
        self.happen("pull request: abandoned", |organization, at, ines| organization.abandon(at, ines, id));
        self.happen("pull request: reactivated", |organization, at, ines| {
            organization.reactivate(at, ines, id)
        });
        self.happen("comment: a reply", |organization, at, ines| {
            organization.reply(at, ines, question, "Since last year's, yes.").1
        });
        self.happen("pull request: vote, approved", |organization, at, _| {
            organization.vote(at, &tomasz, id, Vote::Approved)
        });
    }

    /// A completion makes two events; pushes then move the branches.
    fn completion(&mut self, id: PullRequestId) {
        self.happen("pull request: published again", |organization, at, ines| {
            organization.publish(at, ines, id)
        });
        self.happen("pull request completed", |organization, at, ines| organization.complete(at, ines, id));
        let merged = self.organization.merge_commit(id).unwrap_or(ObjectId::ZERO);
        self.push("push of the merge to main", RefChange::point(MAIN, merged));
        self.push("branch deletion", RefChange::delete(TOPIC));
    }

    /// Little happens there: a pull request that is approved at once.
    fn in_the_second_project(&mut self) {
        let repository = self.participants.second_repository;
        let change = RefChange::commit(SECOND_TOPIC, &["Count empty kegs, too"]);
        self.push_to(repository, "push of a new branch", change);
        let proposal = Proposal::new(repository, SECOND_TOPIC, MAIN, "Count empty kegs, too");
        let at = self.tick();
        let (id, created) = self.organization.create_pull_request(at, &self.participants.tomasz, proposal);
        self.add("pull request created", created);
        self.happen("pull request: vote, approved", |organization, at, ines| {
            organization.vote(at, ines, id, Vote::Approved)
        });
        self.happen("pull request completed", |organization, at, ines| organization.complete(at, ines, id));
        let merged = self.organization.merge_commit(id).unwrap_or(ObjectId::ZERO);
        self.push_to(repository, "push of the merge to main", RefChange::point(MAIN, merged));
    }

    fn push(&mut self, description: &str, change: RefChange) {
        self.push_to(self.participants.repository, description, change);
    }

    fn push_to(&mut self, repository: RepositoryId, description: &str, change: RefChange) {
        self.happen(description, |organization, at, ines| organization.push(at, ines, repository, &[change]));
    }

    fn happen(
        &mut self,
        description: &str,
        act: impl FnOnce(&mut Organization, Timestamp, &Identity) -> Vec<Notification>,
    ) {
        let at = self.tick();
        let notifications = act(self.organization, at, &self.participants.ines);
        self.add(description, notifications);
    }

    fn add(&mut self, description: &str, notifications: Vec<Notification>) {
        let step = |notification| DemoStep { description: description.to_owned(), notification };
        self.steps.extend(notifications.into_iter().map(step));
    }

    fn tick(&mut self) -> Timestamp {
        self.now = self.now.checked_add(PAUSE).unwrap_or(self.now);
        self.now
    }
}

fn an_hour_before(end: Timestamp) -> Timestamp {
    end.checked_sub(PAUSE.saturating_mul(27)).unwrap_or(end)
}

const PAUSE: SignedDuration = SignedDuration::from_secs(139);
const MAIN: &str = "refs/heads/main";
const TOPIC: &str = "refs/heads/topic/round-half-even";
const SECOND_TOPIC: &str = "refs/heads/topic/empty-kegs";
const TAG: &str = "refs/tags/v2.3.0";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::demo::Demo;
    use crate::hookpost::{Webhook, expected_events};

    #[test]
    fn every_event_and_action_happens_and_a_second_run_has_other_ids() {
        let end = "2026-03-02T16:00:00.1234567Z".parse().unwrap();
        let mut organization = Organization::services("northwind-brewery", 1);
        let mut demo = Demo::prepare(&mut organization, end);
        for subscription in Webhook::new("http://127.0.0.1:9/", "demo").standard_set() {
            organization.subscribe(subscription);
        }
        let mut run = || -> Vec<(usize, DemoStep)> {
            demo.run(&mut organization, end);
            demo.by_ref().collect()
        };
        let (first, second) = (run(), run());
        let events = first.iter().flat_map(|(_, step)| expected_events::of(&step.notification));
        let actions: BTreeSet<_> = events.map(|event| event.action).collect();
        let wanted = "abandoned completed created deleted drafted merge_attempted published reactivated \
                      reviewers_changed source_updated updated voted";
        assert_eq!(actions, wanted.split(' ').collect());
        assert_eq!((second.len(), second[0].0), (first.len(), 1));
        let both = first.iter().chain(&second).map(|(_, step)| step.notification.event_id);
        assert_eq!(both.collect::<BTreeSet<_>>().len(), 2 * first.len());
    }
}
