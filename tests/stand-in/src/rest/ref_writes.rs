//! Pushes commits and moves refs. Source: learn.microsoft.com, REST reference, Git, Pushes - Create, and Refs - Update
//! Refs.

use serde_json::{Value, json};

use super::{Answer, ApiError, ApiResponse, RequestContext};
use crate::pull_request::Status;
use crate::wire::{self, Schema};
use crate::{MergeOutcome, ObjectId, PullRequestId, RefChange, RepositoryId};

/// Pushes the commits of one ref, and answers 201. That the service takes no more than one ref is assumed. Only the
/// comments of the commits are kept.
pub(super) fn push(context: &mut RequestContext<'_>) -> Answer {
    let repository = context.repository()?;
    let body = context.request.json()?;
    let [update] = array(&body["refUpdates"]) else { return Err(ApiError::invalid_request()) };
    let comments: Vec<String> = array(&body["commits"])
        .iter()
        .map(|commit| commit["comment"].as_str().unwrap_or_default().to_owned())
        .collect();
    if comments.is_empty() {
        return Err(ApiError::invalid_request());
    }
    let (name, _) = checked(context, repository, update)?;
    apply(context, repository, &[RefChange::Commit(name, comments)]);
    let organization = context.organization();
    let pushed = organization.pushes.last().ok_or_else(ApiError::invalid_request)?;
    Ok(ApiResponse::json(201, &wire::push::push(organization, pushed, Schema::Current).to_value()))
}

/// Moves refs, and answers 200 with a result for each. That all refs of one call are one push is assumed. The body is a
/// list, without an object around it.
pub(super) fn update_refs(context: &mut RequestContext<'_>) -> Answer {
    let repository = context.repository()?;
    let body = context.request.json_list()?;
    let mut changes = Vec::new();
    for update in &body {
        let (name, new) = checked(context, repository, update)?;
        let new = new.ok_or_else(ApiError::invalid_request)?;
        changes.push(if new == ObjectId::ZERO {
            RefChange::Delete(name)
        } else {
            RefChange::Point(name, new)
        });
    }
    apply(context, repository, &changes);
    let result = |update: &Value| {
        json!({"repositoryId": context.organization().repository_uuid(repository), "name": update["name"],
               "oldObjectId": update["oldObjectId"], "newObjectId": update["newObjectId"],
               "updateStatus": "succeeded", "success": true})
    };
    Ok(ApiResponse::list(body.iter().map(result)))
}

/// The name of the ref, and the object it is to point at.
fn checked(
    context: &RequestContext<'_>,
    repository: RepositoryId,
    update: &Value,
) -> Result<(String, Option<ObjectId>), ApiError> {
    let object = |name: &str| update[name].as_str().and_then(ObjectId::parse);
    let name = update["name"].as_str().filter(|name| name.starts_with("refs/"));
    let (name, old) = name.zip(object("oldObjectId")).ok_or_else(ApiError::invalid_request)?;
    if old != context.organization().repository(repository).tip(name) {
        return Err(ApiError::stale_ref(name));
    }
    Ok((name.to_owned(), object("newObjectId")))
}

/// Pushes, and makes active pull requests follow their source branches.
fn apply(context: &mut RequestContext<'_>, repository: RepositoryId, changes: &[RefChange]) {
    let (now, caller) = (context.now, context.caller);
    let organization = &mut context.account.organization;
    let mut notifications = organization.push(now, caller, repository, changes);
    let is_moved = |source: &str| {
        changes.iter().any(|change| match change {
            RefChange::Commit(name, _) | RefChange::Point(name, _) => name == source,
            RefChange::Delete(_) => false,
        })
    };
    let following = organization.pull_requests.iter().enumerate().filter(|(_, pull_request)| {
        let proposal = &pull_request.proposal;
        matches!(pull_request.status, Status::Active)
            && proposal.fork.unwrap_or(proposal.repository) == repository
            && is_moved(&proposal.source)
    });
    for id in following.map(|(nth, _)| PullRequestId(nth)).collect::<Vec<_>>() {
        notifications.extend(organization.update_source(now, caller, id));
        notifications.extend(organization.attempt_merge(now, id, MergeOutcome::Succeeded));
    }
    context.notify(&notifications);
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
