//! Reads the delivery log. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Notifications.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::delivery_log::DeliveryLog;
use super::permissions::VIEW;
use super::{Answer, ApiError, ApiResponse, Item, LogEntry, RequestContext};
use crate::{Timestamp, Uuid};

/// Newest first.
pub(super) fn list(context: &mut RequestContext<'_>) -> Answer {
    let id = subscription(context)?;
    let request = context.request;
    let found = context.account.log.last_week(context.now).filter(|entry| {
        entry.subscription == id
            && request.accepts("status", entry.status())
            && request.accepts("result", entry.result())
    });
    let shows_event = context.sees_events(id);
    let page = found.take(context.page_size(request.number("maxResults", 100)));
    Ok(ApiResponse::list(page.map(|entry| entry.to_row(context.behavior(), shows_event))))
}

pub(super) fn get(context: &mut RequestContext<'_>) -> Answer {
    let id = subscription(context)?;
    let (name, shows_event) = (context.parameter(1).to_owned(), context.sees_events(id));
    let entry = name.parse().ok().and_then(|number| context.account.log.find(id, number));
    let entry = entry.ok_or_else(|| ApiError::notification(&name))?;
    let body = entry.to_detailed_json(&context.account.organization.behavior, shows_event);
    if entry.posts > 0 {
        entry.pending_reads = entry.pending_reads.saturating_sub(1);
    }
    Ok(ApiResponse::json(200, &body))
}

/// Answers with the body, a summary and, if the query includes details, the notifications, newest first. A caller who
/// may not view a subscription does not see its notifications.
pub(super) fn query(context: &mut RequestContext<'_>) -> Answer {
    let mut body = context.request.json()?;
    let wanted = subscriptions(&body)?;
    for id in &wanted {
        context.account.access.check(Item::Subscription(*id))?;
    }
    let (from, to) = (time(&body, "minCreatedDate")?, time(&body, "maxCreatedDate")?);
    let accepts =
        |name: &str, value: &str| body[name].as_str().is_none_or(|wanted| wanted.eq_ignore_ascii_case(value));
    let is_wanted: BTreeSet<Uuid> = wanted.iter().copied().collect();
    let mut views: BTreeMap<Uuid, bool> = BTreeMap::new();
    let mut may_view = |id: Uuid| {
        *views.entry(id).or_insert_with(|| {
            let project = context.account.hook(id).and_then(|hook| hook.inputs.project());
            context.may(VIEW, project)
        })
    };
    let found = context.account.log.last_week(context.now).filter(|entry| {
        from.is_none_or(|from| entry.created >= from)
            && to.is_none_or(|to| entry.created <= to)
            && (is_wanted.is_empty() || is_wanted.contains(&entry.subscription))
            && accepts("status", entry.status())
            && accepts("resultType", entry.result())
            && may_view(entry.subscription)
    });
    let all: Vec<&LogEntry> = found.collect();
    let number = |name: &str| body[name].as_u64().and_then(|number| usize::try_from(number).ok());
    // The first limit counts only when the query names subscriptions.
    let each = number("maxResultsPerSubscription").filter(|_| !wanted.is_empty()).unwrap_or(usize::MAX);
    let mut counts: BTreeMap<Uuid, usize> = BTreeMap::new();
    let found = all.iter().copied().filter(|entry| {
        let count = counts.entry(entry.subscription).or_default();
        *count += 1;
        *count <= each
    });
    let page: Vec<&LogEntry> = found.take(number("maxResults").unwrap_or(usize::MAX)).collect();
    let counted = if context.behavior().summary_counts_all { &all } else { &page };
    body["summary"] = DeliveryLog::summary(counted.iter().copied());
    if body["includeDetails"] == true {
        let row =
            |entry: &LogEntry| entry.to_row(context.behavior(), context.sees_events(entry.subscription));
        body["results"] = page.into_iter().take(context.page_size(usize::MAX)).map(row).collect();
    }
    Ok(ApiResponse::json(200, &body))
}

/// The subscriptions that a query names; empty for all.
fn subscriptions(query: &Value) -> Result<Vec<Uuid>, ApiError> {
    let ids = query["subscriptionIds"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ids = ids.iter().map(|id| id.as_str().and_then(|id| id.parse().ok()));
    ids.collect::<Option<_>>().ok_or_else(ApiError::invalid_request)
}

fn time(query: &Value, name: &str) -> Result<Option<Timestamp>, ApiError> {
    query[name].as_str().map(|text| text.parse().map_err(|_| ApiError::invalid_request())).transpose()
}

/// The subscription that the path names: saved, or zeros for tests of subscriptions that are not.
fn subscription(context: &RequestContext<'_>) -> Result<Uuid, ApiError> {
    if context.parameter(0).parse() == Ok(Uuid::nil()) {
        return Ok(Uuid::nil());
    }
    let hook = context.hook(context.parameter(0))?;
    context.check(VIEW, hook.inputs.project())?;
    Ok(hook.id)
}
