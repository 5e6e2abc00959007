//! The pull request: the resource of created, updated and merged, and a part of comments.

use super::Era;
use super::identity::{identity, signature};
use super::json::{Json, Object, link};
use super::repository::{fork, rich};
use crate::ids::ObjectId;
use crate::organization::Organization;
use crate::pull_request::{MergeCommit, MergeOutcome, PullRequest, Reviewer, Status};
use crate::time;

/// A snapshot of the pull request as it is now. The old form lacks `isDraft`, `codeReviewId`,
/// `closedBy` and links, and lists `commits`.
pub(crate) fn pull_request(organization: &Organization, it: &PullRequest, era: Era) -> Object {
    let urls = Urls::of(organization, it, era);
    let commit = |id: ObjectId| urls.commit(id);
    let person = |who| identity(organization, who, era);
    let proposal = &it.proposal;
    let reviewers: Vec<Object> =
        proposal.reviewers.iter().map(|one| reviewer(organization, one, &urls, era)).collect();
    let (closed_by, closed, queued) = match &it.status {
        Status::Active => (None, None, None),
        Status::Abandoned { by, at } => (Some(by), Some(*at), None),
        Status::Completed { by, at, queued } => (Some(by), Some(*at), Some(*queued)),
    };
    Object::new()
        .with("repository", rich(organization, proposal.repository, era))
        .with("pullRequestId", it.number)
        // An internal number; it is near the other one, and not the same.
        .maybe("codeReviewId", era.current(|| it.number + 7))
        .with("status", it.status.as_str())
        .with("createdBy", person(&it.created_by))
        .with("creationDate", time::render(it.created))
        .maybe("closedDate", closed.map(time::render))
        .with("title", &proposal.title)
        .maybe("description", (!proposal.description.is_empty()).then_some(&proposal.description))
        .with("sourceRefName", &proposal.source)
        .with("targetRefName", &proposal.target)
        .with("mergeStatus", merge_status(it.merge.outcome))
        .maybe("isDraft", era.current(|| proposal.draft))
        .with("mergeId", it.merge.id)
        .with("lastMergeSourceCommit", commit(it.merge.source))
        .with("lastMergeTargetCommit", commit(it.merge.target))
        .maybe("lastMergeCommit", it.merge.commit.as_ref().map(|made| urls.merge(made, era)))
        .with("reviewers", reviewers)
        .maybe("commits", era.old(|| vec![commit(it.merge.source)]))
        .with("url", urls.rest())
        .maybe("_links", era.current(|| urls.links()))
        .maybe("completionOptions", queued.and_then(|_| era.current(|| completion_options(it))))
        .maybe("supportsIterations", era.current(|| true))
        .maybe("completionQueueTime", queued.and_then(|at| era.current(|| time::render(at))))
        .maybe("closedBy", closed_by.and_then(|by| era.current(|| person(by))))
        .maybe(
            "forkSource",
            proposal.fork.map(|id| {
                Object::new()
                    .with("name", &proposal.source)
                    .with("objectId", it.merge.source)
                    .with("repository", fork(organization, id))
            }),
        )
        .maybe("artifactId", era.current(|| urls.artifact(organization, it)))
}

/// What `resourceDetailsToSend=minimal` leaves.
pub(super) fn minimal(full: &Object) -> Object {
    let repository = full.object("repository").pick(&["id", "name", "url"]);
    Object::new().with("repository", repository).with_all(full.pick(&["pullRequestId", "title", "url"]))
}

/// The URLs of one pull request: REST in the repository, and in the browser.
pub(super) struct Urls {
    pub(super) repository: String,
    web: String,
    number: u32,
}

impl Urls {
    pub(super) fn of(organization: &Organization, it: &PullRequest, era: Era) -> Self {
        let id = it.proposal.repository;
        let repository = organization.repository(id);
        let project = organization.project(repository.project);
        let addresses = &organization.addresses;
        Self {
            repository: match era {
                Era::Current => addresses.repository_rest_in(project, repository),
                Era::FoundationServer => addresses.repository_rest(repository),
            },
            web: organization.repository_url(id),
            number: it.number,
        }
    }

    pub(super) fn rest(&self) -> String {
        format!("{}/pullRequests/{}", self.repository, self.number)
    }

    fn links(&self) -> Object {
        Object::new()
            .with("web", link(format!("{}/pullrequest/{}", self.web, self.number)))
            .with("statuses", link(format!("{}/statuses", self.rest())))
    }

    fn commit(&self, id: ObjectId) -> Object {
        Object::new().with("commitId", id).with("url", self.commit_url(id))
    }

    fn commit_url(&self, id: ObjectId) -> String {
        format!("{}/commits/{id}", self.repository)
    }

    fn merge(&self, commit: &MergeCommit, era: Era) -> Object {
        let signed = || signature(&commit.author, commit.date);
        Object::new()
            .with("commitId", commit.id)
            .maybe("author", era.current(signed))
            .maybe("committer", era.current(signed))
            .maybe("comment", era.current(|| commit.comment.clone()))
            .with("url", self.commit_url(commit.id))
    }

    fn artifact(&self, organization: &Organization, it: &PullRequest) -> String {
        let repository = organization.repository(it.proposal.repository);
        let project = organization.project(repository.project).id;
        format!("vstfs:///Git/PullRequestId/{project}%2f{}%2f{}", repository.id, self.number)
    }
}

fn reviewer(organization: &Organization, one: &Reviewer, urls: &Urls, era: Era) -> Object {
    let url = match era {
        Era::Current => format!("{}/reviewers/{}", urls.rest(), one.identity.id).into(),
        Era::FoundationServer => Json::null(),
    };
    Object::new()
        .with("reviewerUrl", url)
        .with("vote", one.vote.number())
        .maybe("hasDeclined", era.current(|| false))
        .maybe("isRequired", one.required.then_some(true))
        .maybe("isFlagged", era.current(|| false))
        .with_all(identity(organization, &one.identity, era).without("descriptor"))
}

fn completion_options(it: &PullRequest) -> Object {
    let message = format!("Merged PR {}: {}", it.number, it.proposal.title);
    Object::new()
        .with("mergeCommitMessage", message)
        .with("deleteSourceBranch", true)
        .with("mergeStrategy", "noFastForward")
        .with("transitionWorkItems", true)
        .with("autoCompleteIgnoreConfigIds", Vec::<Object>::new())
}

fn merge_status(outcome: Option<MergeOutcome>) -> &'static str {
    match outcome {
        None => "queued",
        Some(MergeOutcome::Succeeded) => "succeeded",
        Some(MergeOutcome::Conflicts) => "conflicts",
        Some(MergeOutcome::RejectedByPolicy) => "rejectedByPolicy",
        Some(MergeOutcome::Failure) => "failure",
    }
}
