//! `subscriptionsquery`. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Subscriptions - Create Subscriptions Query.

use std::collections::BTreeMap;

use serde_json::Value;

use super::context::RequestContext;
use super::error::ApiError;
use super::grants::VIEW;
use super::response::{ApiResponse, Handled};
use super::saved_subscription::SavedSubscription;
use super::subscriptions::to_json;

/// Answers with the body and the results.
pub(super) fn create(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let mut body = context.request.json()?;
    let visible = context.account.hooks.iter().filter(|hook| context.may(VIEW, hook.inputs.project()));
    let found: Vec<Value> =
        visible.filter(|hook| fits(hook, &body)).map(|hook| to_json(context, hook)).collect();
    body["results"] = found.into();
    Ok(ApiResponse::json(200, &body).into())
}

fn fits(hook: &SavedSubscription, query: &Value) -> bool {
    let inputs = &hook.inputs;
    let subscriber = hook.created_by.id.to_string();
    let is = |name: &str, value: &str| {
        query[name].as_str().is_none_or(|wanted| wanted.is_empty() || wanted.eq_ignore_ascii_case(value))
    };
    is("publisherId", &inputs.publisher_id)
        && is("eventType", &inputs.event_type)
        && is("consumerId", &inputs.consumer_id)
        && is("consumerActionId", &inputs.consumer_action_id)
        && is("subscriberId", &subscriber)
        && any_filter(&query["publisherInputFilters"], &inputs.publisher_inputs)
        && any_filter(&query["consumerInputFilters"], &inputs.consumer_inputs)
}

/// One filter of several is enough, as Microsoft's schema has it; without filters, all subscriptions
/// fit. That all conditions of a filter have to hold is assumed.
fn any_filter(filters: &Value, inputs: &BTreeMap<String, String>) -> bool {
    let filters = filters.as_array().map(Vec::as_slice).unwrap_or_default();
    let holds = |filter: &Value| {
        let conditions = filter["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
        conditions.iter().all(|condition| holds(condition, inputs))
    };
    filters.is_empty() || filters.iter().any(holds)
}

/// An input that is missing counts as empty.
fn holds(condition: &Value, inputs: &BTreeMap<String, String>) -> bool {
    let text = |name: &str| condition[name].as_str().unwrap_or_default();
    let actual = inputs.get(text("inputId")).map_or("", String::as_str);
    let wanted = text("inputValue");
    let equal = match condition["caseSensitive"].as_bool() {
        Some(true) => actual == wanted,
        _ => actual.to_lowercase() == wanted.to_lowercase(),
    };
    // Enumerations come as words or, from older clients, as numbers.
    let differs = matches!(text("operator"), "notEquals") || condition["operator"] == 1;
    equal != differs
}
