//! The pull request: the resource of created, updated and merged, and a part of comments.

use super::{Schema, push};
use serde_json::json;

use super::identity::identity;
use super::json::{Object, link};
use super::repository::{fork, in_pull_request};
use crate::pull_request::Status;
use crate::{Commit, ObjectId, Organization, PullRequest, Reviewer, time};

/// The pull request as it is now. [`Schema::Tfs`] lacks `isDraft`, `codeReviewId`,
/// `closedBy` and links, and lists `commits`.
pub(crate) fn pull_request(
    organization: &Organization,
    pull_request: &PullRequest,
    schema: Schema,
) -> Object {
    let urls = Urls::of(organization, pull_request, schema);
    let commit = |id: ObjectId| urls.commit(id);
    let person = |who| identity(organization, who, schema);
    let proposal = &pull_request.proposal;
    let reviewers: Vec<Object> =
        proposal.reviewers.iter().map(|who| reviewer(organization, who, &urls, schema)).collect();
    let (closed_by, closed, queued) = match &pull_request.status {
        Status::Active => (None, None, None),
        Status::Abandoned { by, at } => (Some(by), Some(*at), None),
        Status::Completed { by, at, queued } => (Some(by), Some(*at), Some(*queued)),
    };
    Object::new()
        .with("repository", in_pull_request(organization, proposal.repository, schema))
        .with("pullRequestId", pull_request.number)
        // An internal number; it is near the other one, and not the same.
        .maybe("codeReviewId", schema.current(|| pull_request.number + 7))
        .with("status", pull_request.status.as_str())
        .with("createdBy", person(&pull_request.created_by))
        .with("creationDate", time::render(pull_request.created))
        .maybe("closedDate", closed.map(time::render))
        .with("title", &proposal.title)
        .maybe("description", (!proposal.description.is_empty()).then_some(&proposal.description))
        .with("sourceRefName", &proposal.source)
        .with("targetRefName", &proposal.target)
        .with("mergeStatus", pull_request.merge.outcome.map_or(json!("queued"), |outcome| json!(outcome)))
        .maybe("isDraft", schema.current(|| proposal.draft))
        .with("mergeId", pull_request.merge.id)
        .with("lastMergeSourceCommit", commit(pull_request.merge.source))
        .with("lastMergeTargetCommit", commit(pull_request.merge.target))
        .maybe("lastMergeCommit", pull_request.merge.commit.as_ref().map(|made| urls.merge(made, schema)))
        .with("reviewers", reviewers)
        .maybe("commits", schema.tfs(|| vec![commit(pull_request.merge.source)]))
        .with("url", urls.rest())
        .maybe("_links", schema.current(|| urls.links()))
        .maybe("completionOptions", queued.and_then(|_| schema.current(|| completion_options(pull_request))))
        .maybe("supportsIterations", schema.current(|| true))
        .maybe("completionQueueTime", queued.and_then(|at| schema.current(|| time::render(at))))
        .maybe("closedBy", closed_by.and_then(|by| schema.current(|| person(by))))
        .maybe(
            "forkSource",
            proposal.fork.map(|id| {
                Object::new()
                    .with("name", &proposal.source)
                    .with("objectId", pull_request.merge.source)
                    .with("repository", fork(organization, id))
            }),
        )
        .maybe("artifactId", schema.current(|| urls.artifact(organization, pull_request)))
}

/// What `resourceDetailsToSend=minimal` leaves, as users have received it.
pub(super) fn minimal(organization: &Organization, made: &PullRequest, schema: Schema) -> Object {
    Object::new().with("url", Urls::of(organization, made, schema).rest()).with("pullRequestId", made.number)
}

/// The URLs of one pull request: REST in the repository, and in the browser.
pub(super) struct Urls {
    pub(super) repository: String,
    web: String,
    number: u32,
}

impl Urls {
    pub(super) fn of(organization: &Organization, pull_request: &PullRequest, schema: Schema) -> Self {
        let id = pull_request.proposal.repository;
        Self {
            repository: match schema {
                Schema::Current => organization.repository_rest_in(id),
                Schema::Tfs => organization.addresses.repository_rest(organization.repository(id)),
            },
            web: organization.repository_url(id),
            number: pull_request.number,
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
        Object::new().with("commitId", id).with("url", format!("{}/commits/{id}", self.repository))
    }

    fn merge(&self, made: &Commit, schema: Schema) -> Object {
        schema.current(|| push::commit(made, &self.repository)).unwrap_or_else(|| self.commit(made.id))
    }

    fn artifact(&self, organization: &Organization, pull_request: &PullRequest) -> String {
        let repository = organization.repository(pull_request.proposal.repository);
        let project = organization.project(repository.project).id;
        format!("vstfs:///Git/PullRequestId/{project}%2f{}%2f{}", repository.id, self.number)
    }
}

fn reviewer(organization: &Organization, who: &Reviewer, urls: &Urls, schema: Schema) -> Object {
    let url = schema.current(|| format!("{}/reviewers/{}", urls.rest(), who.identity.id));
    Object::new()
        .with("reviewerUrl", url)
        .with("vote", who.vote.number())
        .maybe("hasDeclined", schema.current(|| false))
        .maybe("isRequired", who.required.then_some(true))
        .maybe("isFlagged", schema.current(|| false))
        .with_all(identity(organization, &who.identity, schema).without("descriptor"))
}

fn completion_options(pull_request: &PullRequest) -> Object {
    let message = format!("Merged PR {}: {}", pull_request.number, pull_request.proposal.title);
    Object::new()
        .with("mergeCommitMessage", message)
        .with("deleteSourceBranch", true)
        .with("mergeStrategy", "noFastForward")
        .with("transitionWorkItems", true)
        .with("autoCompleteIgnoreConfigIds", Vec::<Object>::new())
}
