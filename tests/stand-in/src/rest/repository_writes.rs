//! Creates, renames and deletes repositories. Source: learn.microsoft.com, REST reference, Git, Repositories.

use serde_json::Value;

use super::{Answer, ApiError, ApiResponse, RequestContext};
use crate::{RepositoryId, wire};

/// 201. The project is that of the path, or of the body. With a parent, the repository is a fork.
pub(super) fn create(context: &mut RequestContext<'_>) -> Answer {
    let body = context.request.json()?;
    let name = body["name"].as_str().filter(|name| !name.is_empty()).ok_or_else(ApiError::invalid_request)?;
    let project = match (context.project()?, body["project"]["id"].as_str()) {
        (Some(project), _) => project,
        (None, Some(id)) => context.find_project(id)?,
        (None, None) => return Err(ApiError::invalid_request()),
    };
    let parent = named(context, &body["parentRepository"]["id"])?;
    let organization = &mut context.account.organization;
    if organization.find_repository(Some(project), name).is_some() {
        return Err(ApiError::repository_exists(name));
    }
    let id = match parent {
        Some(parent) => organization.fork_repository(parent, project, name),
        None => organization.add_repository(project, name),
    };
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

/// A repository that a body names by its id; `None` when it names none.
pub(super) fn named(context: &RequestContext<'_>, id: &Value) -> Result<Option<RepositoryId>, ApiError> {
    let Some(id) = id.as_str() else { return Ok(None) };
    let found = context.organization().find_repository(None, id).filter(|id| context.sees_repository(*id));
    found.map(Some).ok_or_else(|| ApiError::repository(id))
}

fn shown(context: &RequestContext<'_>, id: RepositoryId, status: u16) -> ApiResponse {
    ApiResponse::json(status, &wire::repository::listed(context.organization(), id).to_value())
}
