//! `subscriptionsquery`. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Subscriptions - Create Subscriptions Query.

use std::collections::BTreeMap;

use serde_json::Value;

use super::answer::{Done, Reply};
use super::failure::Failure;
use super::hook::Hook;
use super::rights::VIEW;
use super::session::Session;
use super::subscriptions::to_json;

/// The body comes back, with the results.
pub(super) fn subscriptions(session: &mut Session<'_>) -> Result<Done, Failure> {
    let mut body = session.asked.json()?;
    let visible = session.account.hooks.iter().filter(|hook| session.may(VIEW, hook.terms.project()));
    let found: Vec<Value> =
        visible.filter(|hook| fits(hook, &body)).map(|hook| to_json(session, hook)).collect();
    body["results"] = found.into();
    Ok(Reply::json(200, &body).into())
}

fn fits(hook: &Hook, query: &Value) -> bool {
    let terms = &hook.terms;
    let subscriber = hook.created_by.id.to_string();
    let is = |name: &str, value: &str| {
        query[name].as_str().is_none_or(|wanted| wanted.is_empty() || wanted.eq_ignore_ascii_case(value))
    };
    is("publisherId", &terms.publisher_id)
        && is("eventType", &terms.event_type)
        && is("consumerId", &terms.consumer_id)
        && is("consumerActionId", &terms.consumer_action_id)
        && is("subscriberId", &subscriber)
        && any_filter(&query["publisherInputFilters"], &terms.publisher_inputs)
        && any_filter(&query["consumerInputFilters"], &terms.consumer_inputs)
}

/// One filter of several is enough, as the schema has it; no filter lets everything through. All
/// conditions of a filter have to hold, which is assumed.
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
