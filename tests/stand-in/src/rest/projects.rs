//! Projects. Source: learn.microsoft.com, REST reference, Core, Projects.

use serde_json::{Value, json};

use super::answer::{Done, Reply};
use super::failure::Failure;
use super::session::Session;
use crate::{Organization, ProjectId, wire};

/// Pages by `$top` and `continuationToken`; the next token is in a header.
pub(super) fn list(session: &mut Session<'_>) -> Result<Done, Failure> {
    let asked = session.asked;
    let organization = &session.account.organization;
    let all: Vec<Value> =
        (0..organization.projects.len()).map(|index| to_json(organization, ProjectId(index))).collect();
    let from = asked.number("continuationToken", asked.number("$skip", 0)).min(all.len());
    let limit = asked.number("$top", session.quirks.projects_per_page).min(session.quirks.projects_per_page);
    let to = from.saturating_add(limit.max(1)).min(all.len());
    let reply = Reply::list(all[from..to].iter().cloned());
    let more = to < all.len();
    Ok(if more { reply.with("x-ms-continuationtoken", to.to_string()) } else { reply }.into())
}

pub(super) fn get(session: &mut Session<'_>) -> Result<Done, Failure> {
    let id = session.find_project(session.named(0))?;
    let organization = &session.account.organization;
    let mut body = to_json(organization, id);
    let url = body["url"].clone();
    let web = format!("{}{}", organization.url(), crate::host::segment(session.named(0)));
    body["_links"] = json!({"self": {"href": url}, "web": {"href": web}});
    Ok(Reply::json(200, &body).into())
}

fn to_json(organization: &Organization, id: ProjectId) -> Value {
    let project = wire::repository::project(organization, organization.project(id));
    serde_json::to_value(wire::json::Json::from(project)).unwrap_or_default()
}
