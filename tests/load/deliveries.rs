//! What is delivered: days of an organization at work, told by its eight subscriptions.

use std::collections::BTreeSet;

use hookpost_harness::account::INTEGRATION;
use hookpost_stand_in::expectation;
use hookpost_stand_in::{
    Identity, Notification, Organization, Proposal, RefChange, RepositoryId, Timestamp, Vote, Webhook,
};
use serde_json::Value;

/// What an event on the queue is known by, out of what Azure DevOps wrote, and nothing that a receiver made up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    event_type: String,
    event_id: String,
    subject: String,
}

impl Key {
    /// Of every event that must come of a notification.
    pub(crate) fn of(notification: &Notification) -> Vec<Self> {
        let event_id = notification.event_id.to_string();
        let keys = expectation::events(notification).into_iter().map(|event| Self {
            event_type: event.event_type.to_owned(),
            event_id: event_id.clone(),
            subject: event.subject,
        });
        keys.collect()
    }

    /// Of a message's body.
    pub(crate) fn read(body: &str) -> Self {
        let event: Value = serde_json::from_str(body).unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            event_type: text(&event["type"]),
            event_id: text(&event["data"]["azureDevOps"]["eventId"]),
            subject: text(&event["subject"]),
        }
    }
}

/// At least so many notifications of all kinds, each of another happening, for the webhooks at an address.
pub(crate) fn deliveries(address: &str, count: usize) -> Vec<Notification> {
    let mut work = Work::begin(address);
    let mut made = Vec::with_capacity(count);
    for round in 0.. {
        if made.len() >= count {
            break;
        }
        made.extend(work.happen(round));
    }
    made.truncate(count);
    let keys: BTreeSet<Key> = made.iter().flat_map(Key::of).collect();
    assert_eq!(
        keys.len(),
        made.iter().map(|one| Key::of(one).len()).sum::<usize>(),
        "each can be told apart"
    );
    made
}

struct Work {
    organization: Organization,
    repository: RepositoryId,
    ada: Identity,
}

impl Work {
    fn begin(address: &str) -> Self {
        let mut organization = Organization::services("contoso", 97);
        let project = organization.add_project("Shop");
        let repository = organization.add_repository(project, "web");
        let ada = organization.add_person("Ada", "ada@contoso.example");
        organization.push(at(), &ada, repository, &[RefChange::commit(MAIN, &["Begin"])]);
        for subscription in Webhook::new(address, INTEGRATION).standard_set() {
            organization.subscribe(subscription);
        }
        Self { organization, repository, ada }
    }

    /// A topic from its first commit to its end: six deliveries of pushes, one of which is of two refs, and six of its
    /// pull request.
    fn happen(&mut self, round: usize) -> Vec<Notification> {
        let topic = format!("refs/heads/topic-{round}");
        let mut told = Vec::new();
        for part in 1..=4 {
            told.extend(self.push(&[RefChange::commit(&topic, &[&format!("Brew it slower, part {part}")])]));
        }
        let (it, ada) = (&mut self.organization, self.ada.clone());
        let proposal = Proposal::new(self.repository, &topic, MAIN, &format!("Brew it slower {round}"));
        let (id, opened) = it.create_pull_request(at(), &ada, proposal);
        told.extend(opened);
        told.extend(it.comment(at(), &ada, id, "How much slower?").1);
        told.extend(it.vote(at(), &ada, id, Vote::WaitingForAuthor));
        told.extend(self.push(&[RefChange::commit(&topic, &["As slow as it gets"])]));
        let it = &mut self.organization;
        told.extend(it.update_source(at(), &ada, id));
        told.extend(it.vote(at(), &ada, id, Vote::Approved));
        told.extend(it.abandon(at(), &ada, id));
        if let Some(tip) = self.organization.tip(self.repository, MAIN) {
            let tag = RefChange::point(&format!("refs/tags/v1.{round}"), tip);
            told.extend(self.push(&[RefChange::commit(MAIN, &["Release"]), tag]));
        }
        told
    }

    fn push(&mut self, changes: &[RefChange]) -> Vec<Notification> {
        self.organization.push(at(), &self.ada, self.repository, changes)
    }
}

fn at() -> Timestamp {
    Timestamp::constant(1_772_467_140, 123_456_700)
}

const MAIN: &str = "refs/heads/main";
