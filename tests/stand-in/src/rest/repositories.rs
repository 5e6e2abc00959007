//! Repositories. Source: learn.microsoft.com, REST reference, Git, Repositories.

use serde_json::Value;

use super::answer::{Done, Reply};
use super::failure::Failure;
use super::session::Session;
use crate::{Organization, RepositoryId, wire};

/// Of one project when the path names it, else of all; in one page.
pub(super) fn list(session: &mut Session<'_>) -> Result<Done, Failure> {
    let project = session.project()?;
    let organization = &session.account.organization;
    let ids = (0..organization.repositories.len()).map(RepositoryId);
    let here = ids.filter(|id| project.is_none_or(|wanted| organization.repository(*id).project == wanted));
    Ok(Reply::list(here.map(|id| to_json(organization, id))).into())
}

pub(super) fn get(session: &mut Session<'_>) -> Result<Done, Failure> {
    let id = session.repository()?;
    Ok(Reply::json(200, &to_json(&session.account.organization, id)).into())
}

fn to_json(organization: &Organization, id: RepositoryId) -> Value {
    let repository = wire::repository::listed(organization, id);
    serde_json::to_value(wire::json::Json::from(repository)).unwrap_or_default()
}
