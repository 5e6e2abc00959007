//! Reads the delivery log. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Notifications.

use serde_json::Value;

use super::delivery_log::{DeliveryLog, LogEntry};
use super::permissions::VIEW;
use super::{Answer, ApiError, ApiResponse, RequestContext};
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
    Ok(ApiResponse::list(found.take(request.number("maxResults", 100)).map(LogEntry::to_json)).into())
}

pub(super) fn get(context: &mut RequestContext<'_>) -> Answer {
    let id = subscription(context)?;
    let name = context.parameter(1).to_owned();
    let entry = name.parse().ok().and_then(|number| context.account.log.find(id, number));
    let entry = entry.ok_or_else(|| ApiError::notification(&name))?;
    let body = entry.to_detailed_json(context.behavior);
    if entry.posts > 0 {
        entry.pending_reads = entry.pending_reads.saturating_sub(1);
    }
    Ok(ApiResponse::json(200, &body).into())
}

/// Answers with the body, a summary and, if the query includes details, the notifications.
pub(super) fn query(context: &mut RequestContext<'_>) -> Answer {
    let mut body = context.request.json()?;
    let query = LogQuery::of(&body)?;
    let log = &context.account.log;
    let mut found: Vec<&LogEntry> =
        log.last_week(context.now).filter(|entry| query.fits(entry) && is_visible(context, entry)).collect();
    query.limit(&body, &mut found);
    body["summary"] = DeliveryLog::summary(found.iter().copied());
    if body["includeDetails"] == true {
        body["results"] = found.into_iter().map(|entry| entry.to_detailed_json(context.behavior)).collect();
    }
    Ok(ApiResponse::json(200, &body).into())
}

/// A caller who may not view the subscription does not see its notifications.
fn is_visible(context: &RequestContext<'_>, entry: &LogEntry) -> bool {
    let hook = context.account.hook(entry.subscription);
    context.may(VIEW, hook.and_then(|hook| hook.inputs.project()))
}

/// The subscription that the path names: saved, or zeros for tests of subscriptions that are not.
fn subscription(context: &RequestContext<'_>) -> Result<Uuid, ApiError> {
    if context.parameter(0).parse() == Ok(Uuid::nil()) {
        return Ok(Uuid::nil());
    }
    let hook = context.account.named_hook(context.parameter(0))?;
    context.check(VIEW, hook.inputs.project())?;
    Ok(hook.id)
}

struct LogQuery {
    /// Empty for all.
    subscriptions: Vec<Uuid>,
    status: Option<String>,
    result: Option<String>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl LogQuery {
    fn of(body: &Value) -> Result<Self, ApiError> {
        let text = |name: &str| body[name].as_str().map(str::to_lowercase);
        let date = |name: &str| {
            text(name).map(|text| text.parse().map_err(|_| ApiError::invalid_request())).transpose()
        };
        let ids = body["subscriptionIds"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ids = ids
            .iter()
            .map(|id| id.as_str().and_then(|id| id.parse().ok()).ok_or_else(ApiError::invalid_request));
        Ok(Self {
            subscriptions: ids.collect::<Result<_, _>>()?,
            status: text("status"),
            result: text("resultType"),
            from: date("minCreatedDate")?,
            to: date("maxCreatedDate")?,
        })
    }

    fn fits(&self, entry: &LogEntry) -> bool {
        let is =
            |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|word| *word == is.to_lowercase());
        (self.subscriptions.is_empty() || self.subscriptions.contains(&entry.subscription))
            && is(&self.status, entry.status())
            && is(&self.result, entry.result())
            && self.from.is_none_or(|from| entry.created >= from)
            && self.to.is_none_or(|to| entry.created <= to)
    }

    /// `maxResultsPerSubscription` counts only when the query names subscriptions.
    fn limit(&self, body: &Value, found: &mut Vec<&LogEntry>) {
        let number = |name: &str| body[name].as_u64().and_then(|number| usize::try_from(number).ok());
        if let Some(each) = number("maxResultsPerSubscription").filter(|_| !self.subscriptions.is_empty()) {
            let mut left: Vec<(Uuid, usize)> = self.subscriptions.iter().map(|id| (*id, each)).collect();
            found.retain(|entry| {
                let mine = left.iter_mut().find(|(id, left)| *id == entry.subscription && *left > 0);
                mine.map(|(_, left)| *left -= 1).is_some()
            });
        }
        found.truncate(number("maxResults").unwrap_or(usize::MAX));
    }
}
