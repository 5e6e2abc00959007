//! Pushes. Source: learn.microsoft.com, REST reference, Git, Pushes - List.

use super::{Answer, ApiResponse, RequestContext};
use crate::wire::{self, Schema};

/// Newest first. Commits are never listed, ref updates only if the query includes them.
pub(super) fn list(context: &mut RequestContext<'_>) -> Answer {
    let repository = context.repository()?;
    let (request, organization) = (context.request, context.organization());
    let from = request.time("searchCriteria.fromDate")?;
    let to = request.time("searchCriteria.toDate")?;
    let name = request.query("searchCriteria.refName");
    let with_refs = request.query("searchCriteria.includeRefUpdates") == Some("true");
    let found = organization.pushes.iter().rev().filter(|push| push.repository == repository);
    let page = found
        .filter(|push| from.is_none_or(|from| push.at >= from) && to.is_none_or(|to| push.at <= to))
        .filter(|push| name.is_none_or(|name| push.updates.iter().any(|update| update.name == name)))
        .skip(request.number("$skip", 0))
        .take(context.page_size(request.number("$top", 100)))
        .map(|push| {
            let body = wire::push::push(organization, push, Schema::Current).without("commits");
            if with_refs { body } else { body.without("refUpdates") }.to_value()
        });
    Ok(ApiResponse::list(page))
}
