//! The activities of an organization, recorded in the oracle, whether or not Azure DevOps raises notifications.

use hookpost_stand_in::rest::StandIn;
use hookpost_stand_in::{
    CodeEvent, CommentChange, CommentId, Identity, MergeOutcome, Notification, Organization, ProjectId,
    Proposal, PullRequestChange, PullRequestId, RefChange, RepositoryId, Reviewer, Timestamp, Vote, Webhook,
};
use jiff::SignedDuration;
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
    grace: Identity,
    projects: Vec<ProjectId>,
    repositories: Vec<RepositoryId>,
    open: Vec<PullRequestId>,
    abandoned: Vec<PullRequestId>,
    /// With the time of their last change.
    comments: Vec<(PullRequestId, CommentId, Timestamp)>,
    topics: u32,
    pub(crate) oracle: Oracle,
}

impl Workload {
    /// The first project is [`PROJECT`]. Each has two repositories.
    pub(crate) fn begin(seed: u64, at: Timestamp, projects: usize) -> (Organization, Self) {
        let mut organization = Organization::services(ORGANIZATION, seed);
        let (mut all, mut repositories) = (Vec::new(), Vec::new());
        for nth in 0..projects {
            let name = if nth == 0 { PROJECT.to_owned() } else { format!("{PROJECT} {nth}") };
            let project = organization.add_project(&name);
            repositories.extend(["web", "api"].map(|name| organization.add_repository(project, name)));
            all.push(project);
        }
        let people = [("Ada", "ada@contoso.example"), ("Grace", "grace@contoso.example")];
        let [ada, grace] = people.map(|(name, mail)| organization.add_person(name, mail));
        for repository in &repositories {
            // Before anybody subscribes.
            let earlier = at - SignedDuration::from_hours(1);
            organization.push(earlier, &ada, *repository, &[RefChange::commit(MAIN, &["Begin"])]);
        }
        for subscription in Webhook::new(WITNESS, "x").standard_set() {
            organization.subscribe(subscription);
        }
        let workload = Self {
            ada,
            grace,
            projects: all,
            repositories,
            open: Vec::new(),
            abandoned: Vec::new(),
            comments: Vec::new(),
            topics: 0,
            oracle: Oracle::default(),
        };
        (organization, workload)
    }

    /// Works on everything.
    pub(crate) fn ada(&self) -> &Identity {
        &self.ada
    }

    /// Is asked for reviews.
    pub(crate) fn grace(&self) -> &Identity {
        &self.grace
    }

    pub(crate) fn projects(&self) -> &[ProjectId] {
        &self.projects
    }

    pub(crate) fn repositories(&self) -> &[RepositoryId] {
        &self.repositories
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
                (false, 62..66) => {
                    let on = *rng.pick(&self.open);
                    let (id, notifications) = organization.comment(at, &ada, on, "Why?");
                    self.comments.push((on, id, at));
                    notifications
                }
                (false, 66..70) => self.change_comment(organization, rng, at),
                (false, 70..72) => {
                    let reviewers = match rng.below(2) {
                        0 => Vec::new(),
                        _ => vec![Reviewer::optional(&self.grace)],
                    };
                    organization.change_reviewers(at, &ada, *rng.pick(&self.open), reviewers)
                }
                (false, 72..78) => {
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

    /// Edits or deletes a comment of an open pull request that is a minute old; without one, comments.
    fn change_comment(
        &mut self,
        organization: &mut Organization,
        rng: &mut Rng,
        at: Timestamp,
    ) -> Vec<Notification> {
        let may_change = |(on, _, changed): &(PullRequestId, CommentId, Timestamp)| {
            self.open.contains(on) && at.duration_since(*changed) >= SignedDuration::from_mins(1)
        };
        let Some(index) = self.comments.iter().rposition(may_change) else {
            let on = *rng.pick(&self.open);
            let (id, notifications) = organization.comment(at, &self.ada, on, "Why not?");
            self.comments.push((on, id, at));
            return notifications;
        };
        if rng.percent(75) {
            self.comments[index].2 = at;
            return organization.edit_comment(
                at,
                self.comments[index].1,
                &format!("Why {}?", rng.below(1000)),
            );
        }
        organization.delete_comment(at, self.comments.remove(index).1)
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
        let expected = |keys| Expected { keys, notified: is_sent, traceable: true, at };
        let (repository, number, what) = match &witnessed.code_event {
            CodeEvent::Pushed { push_id, refs } => {
                let repository = id(&resource["repository"]);
                for update in refs {
                    let key = event_key::pushed(&repository, push_id, &update.name);
                    self.oracle.add(expected(vec![key]));
                }
                return;
            }
            CodeEvent::PullRequest { number, change } => {
                (id(&resource["repository"]), u64::from(*number), word(*change).to_owned())
            }
            CodeEvent::Commented { number, change } => {
                let (repository, number) = (id(&resource["pullRequest"]["repository"]), u64::from(*number));
                let of_comment = |change| comment_word(&resource["comment"], change);
                if *change != CommentChange::Created {
                    // The comment shows the last edit only, and a deleted one shows none.
                    self.oracle.mark_untraceable(&event_key::reconstructed_at_any_time(
                        &repository,
                        number,
                        &of_comment(CommentChange::Edited),
                    ));
                }
                (repository, number, of_comment(*change))
            }
            CodeEvent::Tested => return,
        };
        let delivered = event_key::delivered(witnessed.event_type.id(), &witnessed.event_id.to_string());
        let reconstructed = event_key::reconstructed(&repository, number, &what, at);
        self.oracle.add(expected(vec![delivered, reconstructed]));
    }
}

/// The change in the words of the events.
fn word(change: PullRequestChange) -> &'static str {
    match change {
        PullRequestChange::Created => "created",
        PullRequestChange::SourceUpdated => "source_updated",
        PullRequestChange::ReviewersChanged => "reviewers_changed",
        PullRequestChange::Voted(_) => "voted",
        PullRequestChange::Completed => "completed",
        PullRequestChange::Abandoned => "abandoned",
        PullRequestChange::Reactivated => "reactivated",
        PullRequestChange::Published => "published",
        PullRequestChange::Drafted => "drafted",
        PullRequestChange::Edited => "updated",
        PullRequestChange::MergeAttempted(_) | PullRequestChange::CompletionMerged => "merged",
    }
}

fn comment_word(comment: &Value, change: CommentChange) -> String {
    let url = comment["_links"]["self"]["href"].as_str().unwrap_or_default();
    let thread = url.split_once("/threads/").and_then(|(_, rest)| rest.split('/').next());
    let change = match change {
        CommentChange::Created => "created",
        CommentChange::Edited => "edited",
        CommentChange::Deleted => "deleted",
    };
    event_key::comment(thread.unwrap_or_default(), comment["id"].as_u64().unwrap_or_default(), change)
}
