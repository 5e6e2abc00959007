//! Finds subscriptions by their inputs. Source: learn.microsoft.com, REST reference, Service Hooks, Subscriptions
//! Query.

use std::collections::BTreeMap;

use serde_json::Value;

use super::permissions::VIEW;
use super::{Answer, ApiResponse, RequestContext};

/// Answers with the body, and the subscriptions that match it under `results`. A filter matches if one of its
/// conditions does; that each list of filters has to match by one of them is assumed.
pub(super) fn query(context: &mut RequestContext<'_>) -> Answer {
    let mut body = context.request.json()?;
    let is = |name: &str, value: &str| body[name].as_str().is_none_or(|wanted| wanted == value);
    let found = context.account.hooks().filter(|hook| {
        let inputs = &hook.inputs;
        is("publisherId", &inputs.publisher_id)
            && is("eventType", &inputs.event_type)
            && is("consumerId", &inputs.consumer_id)
            && is("consumerActionId", &inputs.consumer_action_id)
            && matches(&body["publisherInputFilters"], &inputs.publisher_inputs)
            && matches(&body["consumerInputFilters"], &inputs.consumer_inputs)
            && context.may(VIEW, inputs.project())
    });
    let results: Value = found.map(|hook| hook.to_json(context.organization())).collect();
    body["results"] = results;
    Ok(ApiResponse::json(200, &body))
}

fn matches(filters: &Value, inputs: &BTreeMap<String, String>) -> bool {
    let Some(filters) = filters.as_array().filter(|filters| !filters.is_empty()) else { return true };
    let mut conditions =
        filters.iter().flat_map(|filter| filter["conditions"].as_array().into_iter().flatten());
    conditions.any(|condition| {
        let name = condition["inputId"].as_str().unwrap_or_default();
        let given = inputs.get(name).map_or("", String::as_str);
        let is_equal = given.eq_ignore_ascii_case(condition["inputValue"].as_str().unwrap_or_default());
        is_equal == (condition["operator"] != "notEquals")
    })
}
