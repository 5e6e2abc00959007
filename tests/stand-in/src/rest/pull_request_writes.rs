//! Creates and changes pull requests. Source: learn.microsoft.com, REST reference, Git, Pull Requests - Create and Update.

use serde_json::Value;

use super::{Answer, ApiError, ApiResponse, RequestContext, pull_requests, repository_writes};
use crate::pull_request::Status;
use crate::{MergeOutcome, Notification, Proposal, PullRequestId, RepositoryId};

/// 201. The preview of the merge succeeds at once.
pub(super) fn create(context: &mut RequestContext<'_>) -> Answer {
    let repository = context.repository()?;
    let body = context.request.json()?;
    let proposal = proposal(context, repository, &body)?;
    let (now, caller) = (context.now, context.caller);
    let organization = &mut context.account.organization;
    let (id, mut notifications) = organization.create_pull_request(now, caller, proposal);
    notifications.extend(organization.attempt_merge(now, id, MergeOutcome::Succeeded));
    context.notify(&notifications);
    Ok(shown(context, id, 201))
}

/// Changes what the body names: title, description, target, draft, status. A number that does not exist is 404 whatever
/// the body, which clients use to find out whether a token has the scope to write.
pub(super) fn update(context: &mut RequestContext<'_>) -> Answer {
    let id = found(context)?;
    let body = context.request.json()?;
    let notifications = changes(context, id, &body)?;
    context.notify(&notifications);
    Ok(shown(context, id, 200))
}

/// The pull request that the path names.
pub(super) fn found(context: &RequestContext<'_>) -> Result<PullRequestId, ApiError> {
    let number = pull_requests::found(context)?.number;
    let mut all = context.organization().pull_requests.iter();
    all.position(|pull_request| pull_request.number == number)
        .map(PullRequestId)
        .ok_or_else(ApiError::pull_request)
}

fn proposal(
    context: &RequestContext<'_>,
    repository: RepositoryId,
    body: &Value,
) -> Result<Proposal, ApiError> {
    let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
    let branches = text("sourceRefName").zip(text("targetRefName"));
    let ((source, target), title) = branches.zip(text("title")).ok_or_else(ApiError::invalid_request)?;
    let fork = repository_writes::named(context, &body["forkSource"]["repository"]["id"])?;
    let organization = context.organization();
    if organization.tip(fork.unwrap_or(repository), source).is_none()
        || organization.tip(repository, target).is_none()
    {
        return Err(ApiError::no_branch());
    }
    let is_same = |proposal: &Proposal| {
        (proposal.repository, proposal.fork) == (repository, fork)
            && proposal.source == source
            && proposal.target == target
    };
    let mut active =
        organization.pull_requests.iter().filter(|listed| matches!(listed.status, Status::Active));
    if active.any(|listed| is_same(&listed.proposal)) {
        return Err(ApiError::pull_request_exists());
    }
    Ok(Proposal {
        fork,
        description: text("description").unwrap_or_default().to_owned(),
        draft: body["isDraft"] == true,
        ..Proposal::new(repository, source, target, title)
    })
}

/// Each member that differs is one change, with its own event.
fn changes(
    context: &mut RequestContext<'_>,
    id: PullRequestId,
    body: &Value,
) -> Result<Vec<Notification>, ApiError> {
    let (now, by) = (context.now, context.caller);
    let organization = &mut context.account.organization;
    let mut notifications = Vec::new();
    if let Some(title) = body["title"].as_str() {
        notifications.extend(organization.retitle(now, by, id, title));
    }
    if let Some(description) = body["description"].as_str() {
        notifications.extend(organization.describe(now, by, id, description));
    }
    if let Some(target) = body["targetRefName"].as_str() {
        notifications.extend(organization.retarget(now, by, id, target));
    }
    match body["isDraft"].as_bool().filter(|draft| *draft != organization.pull_request(id).proposal.draft) {
        Some(true) => notifications.extend(organization.draft(now, by, id)),
        Some(false) => notifications.extend(organization.publish(now, by, id)),
        None => {}
    }
    match body["status"].as_str() {
        None => {}
        Some("abandoned") => notifications.extend(organization.abandon(now, by, id)),
        Some("active") => notifications.extend(organization.reactivate(now, by, id)),
        Some("completed") => notifications.extend(organization.complete(now, by, id)),
        Some(_) => return Err(ApiError::invalid_request()),
    }
    Ok(notifications)
}

fn shown(context: &RequestContext<'_>, id: PullRequestId, status: u16) -> ApiResponse {
    let organization = context.organization();
    ApiResponse::json(status, &pull_requests::to_json(organization, organization.pull_request(id)))
}
