//! Pull requests. Source: learn.microsoft.com, REST reference, Git, Pull Requests.

use jiff::Timestamp;
use serde_json::Value;

use super::context::RequestContext;
use super::error::ApiError;
use super::request::ApiRequest;
use super::response::{ApiResponse, Handled};
use crate::pull_request::{PullRequest, Status};
use crate::{Organization, wire};

/// Newest first; only active ones unless the query has another status.
pub(super) fn list(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let repository = context.repository()?;
    let (request, organization) = (context.request, &context.account.organization);
    let status = request.query("searchCriteria.status").unwrap_or("active");
    let found = organization
        .pull_requests
        .iter()
        .rev()
        .filter(|pull_request| pull_request.proposal.repository == repository);
    let range = TimeRange::of(request)?;
    let page = found
        .filter(|pull_request| status == "all" || pull_request.status.as_str() == status)
        .filter(|pull_request| range.fits(pull_request))
        .skip(request.number("$skip", 0))
        .take(request.number("$top", 101))
        .map(|pull_request| to_json(organization, pull_request));
    Ok(ApiResponse::list(page).into())
}

/// The time of creation, or of closing. An active pull request has not been closed.
struct TimeRange {
    closed: bool,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl TimeRange {
    fn of(request: &ApiRequest) -> Result<Self, ApiError> {
        let date = |name: &str| {
            let text = request.query(&format!("searchCriteria.{name}"));
            text.map(|text| text.parse().map_err(|_| ApiError::model("The request is invalid."))).transpose()
        };
        let closed = request.query("searchCriteria.queryTimeRangeType") == Some("closed");
        Ok(Self { closed, from: date("minTime")?, to: date("maxTime")? })
    }

    fn fits(&self, pull_request: &PullRequest) -> bool {
        let at = match &pull_request.status {
            _ if !self.closed => pull_request.created,
            Status::Abandoned { at, .. } | Status::Completed { at, .. } => *at,
            Status::Active => return false,
        };
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at <= to)
    }
}

pub(super) fn get(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let pull_request = found(context)?;
    Ok(ApiResponse::json(200, &to_json(&context.account.organization, pull_request)).into())
}

/// Changes nothing: only [`Organization`]'s methods change pull requests. A number that does not exist
/// is 404 whatever the body, which clients use to find out whether a token has the scope to write.
pub(super) fn update(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    found(context)?;
    Err(ApiError::model("The stand-in changes no pull requests over REST."))
}

fn found<'a>(context: &'a RequestContext<'_>) -> Result<&'a PullRequest, ApiError> {
    let repository = context.repository()?;
    let number = context.parameter(1).parse().ok();
    let found = number.and_then(|number| context.account.organization.find_pull_request(repository, number));
    found.ok_or_else(ApiError::pull_request)
}

fn to_json(organization: &Organization, pull_request: &PullRequest) -> Value {
    let body = wire::pull_request::pull_request(organization, pull_request, wire::Schema::Current);
    body.to_value()
}
