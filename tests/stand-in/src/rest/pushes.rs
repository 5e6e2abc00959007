//! Pushes. Source: learn.microsoft.com, REST reference, Git, Pushes - List.

use jiff::Timestamp;
use serde_json::Value;

use super::context::RequestContext;
use super::error::ApiError;
use super::request::ApiRequest;
use super::response::{ApiResponse, Handled};
use crate::push::Push;
use crate::{Organization, wire};

/// Newest first. Commits are never listed, ref updates only if the query includes them.
pub(super) fn list(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let repository = context.repository()?;
    let (request, organization) = (context.request, &context.account.organization);
    let query = PushQuery::of(request)?;
    let with_refs = request.query("searchCriteria.includeRefUpdates").is_some_and(|flag| flag == "true");
    let found = organization.pushes.iter().rev().filter(|push| push.repository == repository);
    let page = found
        .filter(|push| query.fits(push))
        .skip(request.number("$skip", 0))
        .take(request.number("$top", 100))
        .map(|push| to_json(organization, push, with_refs));
    Ok(ApiResponse::list(page).into())
}

struct PushQuery<'a> {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    reference: Option<&'a str>,
}

impl<'a> PushQuery<'a> {
    fn of(request: &'a ApiRequest) -> Result<Self, ApiError> {
        let date = |name: &str| {
            let text = request.query(&format!("searchCriteria.{name}"));
            text.map(|text| text.parse().map_err(|_| ApiError::model("The request is invalid."))).transpose()
        };
        Ok(Self {
            from: date("fromDate")?,
            to: date("toDate")?,
            reference: request.query("searchCriteria.refName"),
        })
    }

    fn fits(&self, push: &Push) -> bool {
        self.from.is_none_or(|from| push.at >= from)
            && self.to.is_none_or(|to| push.at <= to)
            && self.reference.is_none_or(|name| push.updates.iter().any(|update| update.name == name))
    }
}

fn to_json(organization: &Organization, push: &Push, with_refs: bool) -> Value {
    let full = wire::push::push(organization, push, wire::Schema::Current).without("commits");
    let body = if with_refs { full } else { full.without("refUpdates") };
    body.to_value()
}
