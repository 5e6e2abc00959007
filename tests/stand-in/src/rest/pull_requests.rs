//! Pull requests. Source: learn.microsoft.com, REST reference, Git, Pull Requests.

use serde_json::Value;

use super::{Answer, ApiError, ApiResponse, RequestContext};
use crate::pull_request::{PullRequest, Status};
use crate::{Organization, RepositoryId, Timestamp, wire};

pub(super) fn list(context: &mut RequestContext<'_>) -> Answer {
    let repository = context.repository()?;
    list_where(context, |of| of == repository)
}

/// Those of the project's repositories that the caller sees and that are not disabled.
pub(super) fn list_of_project(context: &mut RequestContext<'_>) -> Answer {
    let project = context.project()?.ok_or_else(|| ApiError::project(""))?;
    list_where(context, |of| {
        let repository = context.organization().repository(of);
        repository.project == project && !repository.is_disabled && context.sees_repository(of)
    })
}

/// Newest first; only active ones unless the query has another status.
fn list_where(context: &RequestContext<'_>, is_wanted: impl Fn(RepositoryId) -> bool) -> Answer {
    let (request, organization) = (context.request, context.organization());
    let status = request.query("searchCriteria.status").unwrap_or("active");
    let by_closing = request.query("searchCriteria.queryTimeRangeType") == Some("closed");
    let from = request.time("searchCriteria.minTime")?;
    let to = request.time("searchCriteria.maxTime")?;
    let in_range = |at: Timestamp| from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to);
    let page = organization
        .pull_requests
        .iter()
        .rev()
        .filter(|pull_request| is_wanted(pull_request.proposal.repository))
        .filter(|pull_request| status == "all" || pull_request.status.as_str() == status)
        .filter(|pull_request| match &pull_request.status {
            _ if !by_closing => in_range(pull_request.created),
            Status::Abandoned { at, .. } | Status::Completed { at, .. } => in_range(*at),
            Status::Active => false,
        })
        .skip(request.number("$skip", 0))
        .take(context.page_size(request.number("$top", 101)))
        .map(|pull_request| to_json(organization, pull_request));
    let cuts = organization.behavior.lists_cut_descriptions;
    Ok(ApiResponse::list(page.map(|row| if cuts { with_short_description(row) } else { row })))
}

pub(super) fn get(context: &mut RequestContext<'_>) -> Answer {
    let pull_request = found(context)?;
    Ok(ApiResponse::json(200, &to_json(context.organization(), pull_request)))
}

pub(super) fn found<'a>(context: &'a RequestContext<'_>) -> Result<&'a PullRequest, ApiError> {
    let repository = context.repository()?;
    let number = context.parameter(1).parse().ok();
    let found = number.and_then(|number| context.account.organization.find_pull_request(repository, number));
    found.ok_or_else(ApiError::pull_request)
}

fn with_short_description(mut pull_request: Value) -> Value {
    if let Some(description) = pull_request["description"].as_str() {
        pull_request["description"] = description.chars().take(DESCRIPTION).collect::<String>().into();
    }
    pull_request
}

pub(super) fn to_json(organization: &Organization, pull_request: &PullRequest) -> Value {
    wire::pull_request::pull_request(organization, pull_request, wire::Schema::Current).to_value()
}

/// The most characters of a description in a list.
const DESCRIPTION: usize = 400;
