//! Votes and comments. Source: learn.microsoft.com, REST reference, Git, Pull Request Reviewers - Create, and Pull
//! Request Threads - Create.

use serde_json::json;

use super::{Answer, ApiError, ApiResponse, RequestContext, pull_request_writes};
use crate::{Reviewer, Vote, wire};

/// Only the caller can vote, and be made a reviewer: the stand-in knows no other person by id. A vote of 0 of somebody
/// who is no reviewer makes them one.
pub(super) fn vote(context: &mut RequestContext<'_>) -> Answer {
    let id = pull_request_writes::found(context)?;
    let body = context.request.json()?;
    if context.parameter(2).parse() != Ok(context.caller.id) {
        return Err(ApiError::invalid_request());
    }
    let vote = vote_of(body["vote"].as_i64().unwrap_or_default()).ok_or_else(ApiError::invalid_request)?;
    let (now, caller) = (context.now, context.caller);
    let organization = &mut context.account.organization;
    let mut reviewers = organization.pull_request(id).proposal.reviewers.clone();
    let is_reviewer = reviewers.iter().any(|reviewer| reviewer.identity == *caller);
    let notifications = if vote == Vote::None && !is_reviewer {
        reviewers.push(Reviewer::optional(caller));
        organization.change_reviewers(now, caller, id, reviewers)
    } else {
        organization.vote(now, caller, id, vote)
    };
    context.notify(&notifications);
    Ok(ApiResponse::json(200, &json!({"id": caller.id, "vote": vote.number()})))
}

/// Starts a thread with one comment.
pub(super) fn comment(context: &mut RequestContext<'_>) -> Answer {
    let id = pull_request_writes::found(context)?;
    let body = context.request.json()?;
    let text = body["comments"][0]["content"].as_str().ok_or_else(ApiError::invalid_request)?;
    let (now, caller) = (context.now, context.caller);
    let (_, notifications) = context.account.organization.comment(now, caller, id, text);
    context.notify(&notifications);
    let on = context.organization().pull_request(id);
    let thread = on.threads.last().ok_or_else(ApiError::invalid_request)?;
    Ok(ApiResponse::json(200, &wire::thread::thread(context.organization(), thread, on).to_value()))
}

fn vote_of(number: i64) -> Option<Vote> {
    let votes =
        [Vote::Approved, Vote::ApprovedWithSuggestions, Vote::None, Vote::WaitingForAuthor, Vote::Rejected];
    votes.into_iter().find(|vote| vote.number() == number)
}
