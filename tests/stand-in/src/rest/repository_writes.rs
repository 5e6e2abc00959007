//! Creates, renames and deletes repositories. Source: learn.microsoft.com, REST reference, Git, Repositories.

use super::{Answer, ApiError, ApiResponse, RequestContext};
use crate::{RepositoryId, wire};

/// 201. The project is that of the path, or of the body.
pub(super) fn create(context: &mut RequestContext<'_>) -> Answer {
    let body = context.request.json()?;
    let name = body["name"].as_str().filter(|name| !name.is_empty()).ok_or_else(ApiError::invalid_request)?;
    let project = match (context.project()?, body["project"]["id"].as_str()) {
        (Some(project), _) => project,
        (None, Some(id)) => context.find_project(id)?,
        (None, None) => return Err(ApiError::invalid_request()),
    };
    let organization = &mut context.account.organization;
    if organization.find_repository(Some(project), name).is_some() {
        return Err(ApiError::repository_exists(name));
    }
    let id = organization.add_repository(project, name);
    Ok(shown(context, id, 201))
}

/// Renames; other members change nothing.
pub(super) fn update(context: &mut RequestContext<'_>) -> Answer {
    let id = context.repository()?;
    let body = context.request.json()?;
    if let Some(name) = body["name"].as_str().filter(|name| !name.is_empty()) {
        name.clone_into(&mut context.account.organization.repositories[id.0].name);
    }
    Ok(shown(context, id, 200))
}

/// 204.
pub(super) fn delete(context: &mut RequestContext<'_>) -> Answer {
    let id = context.repository()?;
    context.account.organization.repositories[id.0].is_deleted = true;
    Ok(ApiResponse::empty(204))
}

fn shown(context: &RequestContext<'_>, id: RepositoryId, status: u16) -> ApiResponse {
    ApiResponse::json(status, &wire::repository::listed(context.organization(), id).to_value())
}
