//! Projects and repositories. Source: learn.microsoft.com, REST reference, Core, Projects, and Git,
//! Repositories.

use serde_json::{Value, json};

use super::{Answer, ApiResponse, RequestContext};
use crate::{ProjectId, RepositoryId, host, wire};

/// Pages by `$top` and `continuationToken`; the next token is in a header.
pub(super) fn projects(context: &mut RequestContext<'_>) -> Answer {
    let request = context.request;
    let organization = context.organization();
    let all: Vec<Value> = (0..organization.projects.len())
        .map(ProjectId)
        .filter(|id| context.sees_project(*id))
        .map(|id| wire::repository::project(organization, organization.project(id)).to_value())
        .collect();
    let from = request.number("continuationToken", request.number("$skip", 0)).min(all.len());
    let limit = request.number("$top", PAGE).min(PAGE);
    let to = from.saturating_add(limit.max(1)).min(all.len());
    let response = ApiResponse::list(all[from..to].iter().cloned());
    let more = to < all.len();
    Ok(if more { response.with("x-ms-continuationtoken", to.to_string()) } else { response })
}

pub(super) fn project(context: &mut RequestContext<'_>) -> Answer {
    let id = context.find_project(context.parameter(0))?;
    let organization = &context.account.organization;
    let mut body = wire::repository::project(organization, organization.project(id)).to_value();
    let web = format!("{}{}", organization.url(), host::segment(context.parameter(0)));
    body["_links"] = json!({"self": {"href": body["url"]}, "web": {"href": web}});
    Ok(ApiResponse::json(200, &body))
}

/// Of one project when the path names it, else of all; in one page.
pub(super) fn repositories(context: &mut RequestContext<'_>) -> Answer {
    let project = context.project()?;
    let organization = &context.account.organization;
    let ids =
        (0..organization.repositories.len()).map(RepositoryId).filter(|id| context.sees_repository(*id));
    let here = ids.filter(|id| project.is_none_or(|wanted| organization.repository(*id).project == wanted));
    Ok(ApiResponse::list(here.map(|id| wire::repository::listed(organization, id).to_value())))
}

pub(super) fn repository(context: &mut RequestContext<'_>) -> Answer {
    let id = context.repository()?;
    let body = wire::repository::listed(&context.account.organization, id);
    Ok(ApiResponse::json(200, &body.to_value()))
}

/// The most projects in one page.
const PAGE: usize = 100;
