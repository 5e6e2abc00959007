//! Repositories. Source: learn.microsoft.com, REST reference, Git, Repositories.

use serde_json::Value;

use super::context::RequestContext;
use super::error::ApiError;
use super::response::{ApiResponse, Handled};
use crate::{Organization, RepositoryId, wire};

/// Of one project when the path names it, else of all; in one page.
pub(super) fn list(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let project = context.project()?;
    let organization = &context.account.organization;
    let ids = (0..organization.repositories.len()).map(RepositoryId);
    let here = ids.filter(|id| project.is_none_or(|wanted| organization.repository(*id).project == wanted));
    Ok(ApiResponse::list(here.map(|id| to_json(organization, id))).into())
}

pub(super) fn get(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let id = context.repository()?;
    Ok(ApiResponse::json(200, &to_json(&context.account.organization, id)).into())
}

fn to_json(organization: &Organization, id: RepositoryId) -> Value {
    let repository = wire::repository::listed(organization, id);
    repository.to_value()
}
