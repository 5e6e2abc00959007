//! What happens in the organization, and the truth about it, which does not depend on who is told.

use hookpost_stand_in::rest::StandIn;
use hookpost_stand_in::{
    EventType, Guid, Happening, Identity, MergeOutcome, Notification, NotificationType, Organization,
    Proposal, PullRequestChange, PullRequestId, RefChange, RepositoryId, Timestamp, Vote, Webhook,
};
use serde_json::Value;

use crate::chance::Chance;
use crate::truth::{Expected, Truth};

pub(crate) const ORGANIZATION: &str = "contoso";
pub(crate) const PROJECT: &str = "Shop";
const MAIN: &str = "refs/heads/main";

/// Subscriptions of nobody's, which are always told everything.
const WITNESS: &str = "https://witness.example";

/// Who and what there is.
#[derive(Debug)]
pub(crate) struct Story {
    ada: Identity,
    repositories: Vec<RepositoryId>,
    open: Vec<PullRequestId>,
    abandoned: Vec<PullRequestId>,
    topics: u32,
    pub(crate) truth: Truth,
}

impl Story {
    pub(crate) fn begin(seed: u64, at: Timestamp) -> (Organization, Self) {
        let mut it = Organization::services(ORGANIZATION, seed);
        let project = it.add_project(PROJECT);
        let repositories = ["web", "api"].map(|name| it.add_repository(project, name)).to_vec();
        let ada = it.add_person("Ada", "ada@contoso.example");
        for repository in &repositories {
            it.push(at, &ada, *repository, &[RefChange::commit(MAIN, &["Begin"])]);
        }
        for subscription in Webhook::new(WITNESS, "x").standard_set() {
            it.subscribe(subscription);
        }
        let (open, abandoned) = (Vec::new(), Vec::new());
        (it, Self { ada, repositories, open, abandoned, topics: 0, truth: Truth::default() })
    }

    pub(crate) fn ada(&self) -> &Identity {
        &self.ada
    }

    /// Something happens; gives the notifications that Azure DevOps makes of it.
    pub(crate) fn happen(
        &mut self,
        azure: &StandIn,
        chance: &mut Chance,
        at: Timestamp,
    ) -> Vec<Notification> {
        let all = azure.organization(ORGANIZATION, |it| self.act(it, chance, at));
        let (witnessed, told): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|one| one.url.starts_with(WITNESS));
        for one in &witnessed {
            let is_told =
                told.iter().any(|other| other.event_id == one.event_id && other.event_type == one.event_type);
            self.note(one, is_told, at);
        }
        told
    }

    fn act(&mut self, it: &mut Organization, chance: &mut Chance, at: Timestamp) -> Vec<Notification> {
        let ada = self.ada.clone();
        let repository = *chance.pick(&self.repositories);
        let number = chance.below(1000);
        match chance.below(100) {
            0..40 => {
                it.push(at, &ada, repository, &[RefChange::commit(MAIN, &[&format!("Change {number}")])])
            }
            40..48 => {
                let tag = RefChange::point(
                    &format!("refs/tags/v{number}"),
                    it.tip(repository, MAIN).expect("main"),
                );
                it.push(at, &ada, repository, &[RefChange::commit(MAIN, &["Release"]), tag])
            }
            48..62 => self.propose(it, repository, at),
            kind => match (self.open.is_empty(), kind) {
                (true, _) => self.propose(it, repository, at),
                (false, 62..70) => it.comment(at, &ada, *chance.pick(&self.open), "Why?").1,
                (false, 70..78) => {
                    let vote = *chance.pick(&[Vote::Approved, Vote::Rejected, Vote::WaitingForAuthor]);
                    it.vote(at, &ada, *chance.pick(&self.open), vote)
                }
                (false, 78..84) => it.update_source(at, &ada, *chance.pick(&self.open)),
                (false, 84..88) => it.attempt_merge(at, *chance.pick(&self.open), MergeOutcome::Succeeded),
                (false, 88..92) => {
                    let id = self.open.remove(0);
                    self.abandoned.push(id);
                    it.abandon(at, &ada, id)
                }
                (false, 92..94) if !self.abandoned.is_empty() => {
                    let id = self.abandoned.remove(0);
                    self.open.push(id);
                    it.reactivate(at, &ada, id)
                }
                _ => it.complete(at, &ada, self.open.remove(0)),
            },
        }
    }

    fn propose(
        &mut self,
        it: &mut Organization,
        repository: RepositoryId,
        at: Timestamp,
    ) -> Vec<Notification> {
        self.topics += 1;
        let (ada, topic) = (self.ada.clone(), format!("refs/heads/topic-{}", self.topics));
        let mut all = it.push(at, &ada, repository, &[RefChange::commit(&topic, &["Topic"])]);
        let proposal = Proposal::new(repository, &topic, MAIN, &format!("Topic {}", self.topics));
        let (id, told) = it.create_pull_request(at, &ada, proposal);
        self.open.push(id);
        all.extend(told);
        all
    }

    fn note(&mut self, witnessed: &Notification, is_told: bool, at: Timestamp) {
        let body: Value = serde_json::from_slice(&witnessed.body).expect("JSON");
        let id = |repository: &Value| repository["id"].as_str().unwrap_or_default().to_lowercase();
        let resource = &body["resource"];
        let expected = |keys, traceable| Expected { keys, told: is_told, traceable, at };
        match &witnessed.happening {
            Happening::Pushed { push_id, refs } => {
                let repository = id(&resource["repository"]);
                for update in refs {
                    let key = format!("push {repository} {push_id} {}", update.name);
                    self.truth.add(expected(vec![key], true));
                }
            }
            Happening::PullRequest { number, change } => {
                let repository = id(&resource["repository"]);
                let made = made(&repository, *number, witnessed, *change, &body);
                if matches!(change, PullRequestChange::Reactivated) {
                    self.truth.forget_closing(&repository, *number);
                }
                let traceable = made.is_some();
                let keys = [Some(event(witnessed)), made].into_iter().flatten().collect();
                self.truth.add(expected(keys, traceable));
            }
            Happening::Commented { .. } | Happening::Tested => {
                self.truth.add(expected(vec![event(witnessed)], false));
            }
        }
    }
}

fn event(witnessed: &Notification) -> String {
    event_key(witnessed.event_type.id(), witnessed.event_id)
}

pub(crate) fn event_key(event_type: &str, id: Guid) -> String {
    format!("event {event_type} {id}")
}

/// What an event that was made from a list goes by, when there is a list that it can be made from.
fn made(
    repository: &str,
    number: u32,
    witnessed: &Notification,
    change: PullRequestChange,
    body: &Value,
) -> Option<String> {
    let closed = body["resource"]["closedDate"].as_str().and_then(|date| date.get(..19)).unwrap_or_default();
    match (witnessed.event_type, witnessed.filter, change) {
        (EventType::PullRequestCreated, _, _) => Some(format!("made {repository} {number} created")),
        (EventType::PullRequestUpdated, Some(NotificationType::Status), PullRequestChange::Completed) => {
            Some(format!("made {repository} {number} completed {closed}"))
        }
        (EventType::PullRequestUpdated, Some(NotificationType::Status), PullRequestChange::Abandoned) => {
            Some(format!("made {repository} {number} abandoned {closed}"))
        }
        _ => None,
    }
}
