//! Projects. Source: learn.microsoft.com, REST reference, Core, Projects.

use serde_json::{Value, json};

use super::context::RequestContext;
use super::error::ApiError;
use super::response::{ApiResponse, Handled};
use crate::{Organization, ProjectId, wire};

/// Pages by `$top` and `continuationToken`; the next token is in a header.
pub(super) fn list(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let request = context.request;
    let organization = &context.account.organization;
    let all: Vec<Value> =
        (0..organization.projects.len()).map(|index| to_json(organization, ProjectId(index))).collect();
    let from = request.number("continuationToken", request.number("$skip", 0)).min(all.len());
    let limit = request.number("$top", PAGE).min(PAGE);
    let to = from.saturating_add(limit.max(1)).min(all.len());
    let response = ApiResponse::list(all[from..to].iter().cloned());
    let more = to < all.len();
    Ok(if more { response.with("x-ms-continuationtoken", to.to_string()) } else { response }.into())
}

pub(super) fn get(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let id = context.find_project(context.parameter(0))?;
    let organization = &context.account.organization;
    let mut body = to_json(organization, id);
    let url = body["url"].clone();
    let web = format!("{}{}", organization.url(), crate::host::segment(context.parameter(0)));
    body["_links"] = json!({"self": {"href": url}, "web": {"href": web}});
    Ok(ApiResponse::json(200, &body).into())
}

fn to_json(organization: &Organization, id: ProjectId) -> Value {
    let project = wire::repository::project(organization, organization.project(id));
    project.to_value()
}

/// The most projects in one page.
const PAGE: usize = 100;
