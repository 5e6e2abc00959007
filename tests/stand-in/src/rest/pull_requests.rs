//! Pull requests. Source: learn.microsoft.com, REST reference, Git, Pull Requests.

use jiff::Timestamp;
use serde_json::Value;

use super::answer::{Done, Reply};
use super::asked::Asked;
use super::failure::Failure;
use super::session::Session;
use crate::pull_request::{PullRequest, Status};
use crate::{Organization, wire};

/// Newest first; only active ones unless another status is asked for.
pub(super) fn list(session: &mut Session<'_>) -> Result<Done, Failure> {
    let repository = session.repository()?;
    let (asked, organization) = (session.asked, &session.account.organization);
    let status = asked.query("searchCriteria.status").unwrap_or("active");
    let found = organization.pull_requests.iter().rev().filter(|it| it.proposal.repository == repository);
    let range = TimeRange::of(asked)?;
    let page = found
        .filter(|it| status == "all" || it.status.as_str() == status)
        .filter(|it| range.fits(it))
        .skip(asked.number("$skip", 0))
        .take(asked.number("$top", 101))
        .map(|it| to_json(organization, it));
    Ok(Reply::list(page).into())
}

/// By when it was created, or closed; only closed ones were closed.
struct TimeRange {
    closed: bool,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl TimeRange {
    fn of(asked: &Asked) -> Result<Self, Failure> {
        let date = |name: &str| {
            let text = asked.query(&format!("searchCriteria.{name}"));
            text.map(|text| text.parse().map_err(|_| Failure::model("The request is invalid."))).transpose()
        };
        let closed = asked.query("searchCriteria.queryTimeRangeType") == Some("closed");
        Ok(Self { closed, from: date("minTime")?, to: date("maxTime")? })
    }

    fn fits(&self, it: &PullRequest) -> bool {
        let at = match &it.status {
            _ if !self.closed => it.created,
            Status::Abandoned { at, .. } | Status::Completed { at, .. } => *at,
            Status::Active => return false,
        };
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at <= to)
    }
}

pub(super) fn get(session: &mut Session<'_>) -> Result<Done, Failure> {
    let it = found(session)?;
    Ok(Reply::json(200, &to_json(&session.account.organization, it)).into())
}

/// Pull requests change by [`Organization`]'s methods only, so nothing can be asked for here; that
/// a number nobody has is 404 before the body counts is what a probe for the scope relies on.
pub(super) fn update(session: &mut Session<'_>) -> Result<Done, Failure> {
    found(session)?;
    Err(Failure::model("The stand-in changes no pull requests over REST."))
}

fn found<'a>(session: &'a Session<'_>) -> Result<&'a PullRequest, Failure> {
    let repository = session.repository()?;
    let number = session.named(1).parse().ok();
    let found = number.and_then(|number| session.account.organization.find_pull_request(repository, number));
    found.ok_or_else(Failure::pull_request)
}

fn to_json(organization: &Organization, it: &PullRequest) -> Value {
    let body = wire::pull_request::pull_request(organization, it, wire::Era::Current);
    serde_json::to_value(wire::json::Json::from(body)).unwrap_or_default()
}
