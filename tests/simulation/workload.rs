//! The activities of an organization, recorded in the oracle, whether or not Azure DevOps raises notifications.

use hookpost_stand_in::rest::StandIn;
use hookpost_stand_in::{
    EventType, Guid, Happening, Identity, MergeOutcome, Notification, NotificationType, Organization,
    Proposal, PullRequestChange, PullRequestId, RefChange, RepositoryId, Timestamp, Vote, Webhook,
};
use serde_json::Value;

use crate::oracle::{Expected, Oracle};
use crate::rng::Rng;

pub(crate) const ORGANIZATION: &str = "contoso";
pub(crate) const PROJECT: &str = "Shop";
const MAIN: &str = "refs/heads/main";

/// The target of subscriptions that are always notified, as a record for the oracle.
const WITNESS: &str = "https://witness.example";

/// The state of the organization.
#[derive(Debug)]
pub(crate) struct Workload {
    ada: Identity,
    repositories: Vec<RepositoryId>,
    open: Vec<PullRequestId>,
    abandoned: Vec<PullRequestId>,
    topics: u32,
    pub(crate) oracle: Oracle,
}

impl Workload {
    pub(crate) fn begin(seed: u64, at: Timestamp) -> (Organization, Self) {
        let mut organization = Organization::services(ORGANIZATION, seed);
        let project = organization.add_project(PROJECT);
        let repositories = ["web", "api"].map(|name| organization.add_repository(project, name)).to_vec();
        let ada = organization.add_person("Ada", "ada@contoso.example");
        for repository in &repositories {
            organization.push(at, &ada, *repository, &[RefChange::commit(MAIN, &["Begin"])]);
        }
        for subscription in Webhook::new(WITNESS, "x").standard_set() {
            organization.subscribe(subscription);
        }
        let (open, abandoned) = (Vec::new(), Vec::new());
        (organization, Self { ada, repositories, open, abandoned, topics: 0, oracle: Oracle::default() })
    }

    pub(crate) fn ada(&self) -> &Identity {
        &self.ada
    }

    /// One random activity; gives the notifications that Azure DevOps raises.
    pub(crate) fn act_at(&mut self, azure: &StandIn, rng: &mut Rng, at: Timestamp) -> Vec<Notification> {
        let all = azure.organization(ORGANIZATION, |organization| self.act(organization, rng, at));
        let (witnessed, sent): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|notification| notification.url.starts_with(WITNESS));
        for notification in &witnessed {
            let is_sent = sent.iter().any(|sent| {
                sent.event_id == notification.event_id && sent.event_type == notification.event_type
            });
            self.expect(notification, is_sent, at);
        }
        sent
    }

    fn act(&mut self, organization: &mut Organization, rng: &mut Rng, at: Timestamp) -> Vec<Notification> {
        let ada = self.ada.clone();
        let repository = *rng.pick(&self.repositories);
        let number = rng.below(1000);
        match rng.below(100) {
            0..40 => organization.push(
                at,
                &ada,
                repository,
                &[RefChange::commit(MAIN, &[&format!("Change {number}")])],
            ),
            40..48 => {
                let tag = RefChange::point(
                    &format!("refs/tags/v{number}"),
                    organization.tip(repository, MAIN).expect("main"),
                );
                organization.push(at, &ada, repository, &[RefChange::commit(MAIN, &["Release"]), tag])
            }
            48..62 => self.open_pull_request(organization, repository, at),
            kind => match (self.open.is_empty(), kind) {
                (true, _) => self.open_pull_request(organization, repository, at),
                (false, 62..70) => organization.comment(at, &ada, *rng.pick(&self.open), "Why?").1,
                (false, 70..78) => {
                    let vote = *rng.pick(&[Vote::Approved, Vote::Rejected, Vote::WaitingForAuthor]);
                    organization.vote(at, &ada, *rng.pick(&self.open), vote)
                }
                (false, 78..84) => organization.update_source(at, &ada, *rng.pick(&self.open)),
                (false, 84..88) => {
                    organization.attempt_merge(at, *rng.pick(&self.open), MergeOutcome::Succeeded)
                }
                (false, 88..92) => {
                    let id = self.open.remove(0);
                    self.abandoned.push(id);
                    organization.abandon(at, &ada, id)
                }
                (false, 92..94) if !self.abandoned.is_empty() => {
                    let id = self.abandoned.remove(0);
                    self.open.push(id);
                    organization.reactivate(at, &ada, id)
                }
                _ => organization.complete(at, &ada, self.open.remove(0)),
            },
        }
    }

    fn open_pull_request(
        &mut self,
        organization: &mut Organization,
        repository: RepositoryId,
        at: Timestamp,
    ) -> Vec<Notification> {
        self.topics += 1;
        let (ada, topic) = (self.ada.clone(), format!("refs/heads/topic-{}", self.topics));
        let mut all = organization.push(at, &ada, repository, &[RefChange::commit(&topic, &["Topic"])]);
        let proposal = Proposal::new(repository, &topic, MAIN, &format!("Topic {}", self.topics));
        let (id, notifications) = organization.create_pull_request(at, &ada, proposal);
        self.open.push(id);
        all.extend(notifications);
        all
    }

    fn expect(&mut self, witnessed: &Notification, is_sent: bool, at: Timestamp) {
        let body: Value = serde_json::from_slice(&witnessed.body).expect("JSON");
        let id = |repository: &Value| repository["id"].as_str().unwrap_or_default().to_lowercase();
        let resource = &body["resource"];
        let expected = |keys, traceable| Expected { keys, notified: is_sent, traceable, at };
        match &witnessed.happening {
            Happening::Pushed { push_id, refs } => {
                let repository = id(&resource["repository"]);
                for update in refs {
                    let key = format!("push {repository} {push_id} {}", update.name);
                    self.oracle.add(expected(vec![key], true));
                }
            }
            Happening::PullRequest { number, change } => {
                let repository = id(&resource["repository"]);
                let made = reconstructed_key(&repository, *number, witnessed, *change, &body);
                if matches!(change, PullRequestChange::Reactivated) {
                    self.oracle.forget_closing(&repository, *number);
                }
                let traceable = made.is_some();
                let keys = [Some(event(witnessed)), made].into_iter().flatten().collect();
                self.oracle.add(expected(keys, traceable));
            }
            Happening::Commented { .. } | Happening::Tested => {
                self.oracle.add(expected(vec![event(witnessed)], false));
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

/// The key of the event when reconstructed from a list; `None` when no list shows it.
fn reconstructed_key(
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
