//! The activities of an organization, recorded in the oracle, whether or not Azure DevOps raises notifications.

use hookpost_stand_in::rest::StandIn;
use hookpost_stand_in::{
    CodeEvent, EventType, Identity, MergeOutcome, Notification, NotificationType, Organization, Proposal,
    PullRequestChange, PullRequestId, RefChange, RepositoryId, Timestamp, Vote, Webhook,
};
use serde_json::Value;

use crate::event_key;
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
            0..40 => {
                let change = RefChange::commit(MAIN, &[&format!("Change {number}")]);
                organization.push(at, &ada, repository, &[change])
            }
            40..48 => {
                let tip = organization.tip(repository, MAIN).expect("main");
                let tag = RefChange::point(&format!("refs/tags/v{number}"), tip);
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
        match &witnessed.code_event {
            CodeEvent::Pushed { push_id, refs } => {
                let repository = id(&resource["repository"]);
                for update in refs {
                    let key = event_key::pushed(&repository, push_id, &update.name);
                    self.oracle.add(expected(vec![key], true));
                }
            }
            CodeEvent::PullRequest { number, change } => {
                let repository = id(&resource["repository"]);
                let number = u64::from(*number);
                let reconstructed = reconstructed_key(&repository, number, witnessed, *change, &body);
                if matches!(change, PullRequestChange::Reactivated) {
                    self.oracle.forget_closing(&repository, number);
                }
                let traceable = reconstructed.is_some();
                let keys = [Some(delivered_key(witnessed)), reconstructed].into_iter().flatten().collect();
                self.oracle.add(expected(keys, traceable));
            }
            CodeEvent::Commented { .. } | CodeEvent::Tested => {
                self.oracle.add(expected(vec![delivered_key(witnessed)], false));
            }
        }
    }
}

/// The key of the event as it is delivered.
fn delivered_key(witnessed: &Notification) -> String {
    event_key::delivered(witnessed.event_type.id(), &witnessed.event_id.to_string())
}

/// The key of the event when reconstructed from a list; `None` when no list shows it.
fn reconstructed_key(
    repository: &str,
    number: u64,
    witnessed: &Notification,
    change: PullRequestChange,
    body: &Value,
) -> Option<String> {
    let key = |action, closed_at| Some(event_key::reconstructed(repository, number, action, closed_at));
    let closed_at = event_key::second(&body["resource"]["closedDate"]);
    match (witnessed.event_type, witnessed.filter, change) {
        (EventType::PullRequestCreated, _, _) => key("created", ""),
        (EventType::PullRequestUpdated, Some(NotificationType::Status), PullRequestChange::Completed) => {
            key("completed", closed_at)
        }
        (EventType::PullRequestUpdated, Some(NotificationType::Status), PullRequestChange::Abandoned) => {
            key("abandoned", closed_at)
        }
        _ => None,
    }
}
