//! Creates, lists, replaces and deletes subscriptions. Source: learn.microsoft.com, REST
//! reference, Service Hooks, Subscriptions.

use serde_json::Value;

use super::context::RequestContext;
use super::error::ApiError;
use super::grants::{DELETE, EDIT, VIEW};
use super::response::{ApiResponse, Handled};
use super::saved_subscription::{SavedSubscription, Status};
use super::subscription_inputs::SubscriptionInputs;

/// The subscriptions of the whole organization that the caller may view, in one page. That others are
/// left out without an error is assumed.
pub(super) fn list(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let fits = |name: &str, value: &str| {
        context.request.query(name).is_none_or(|filter| filter.eq_ignore_ascii_case(value))
    };
    let found = context.account.hooks.iter().filter(|SavedSubscription { inputs, .. }| {
        fits("publisherId", &inputs.publisher_id)
            && fits("eventType", &inputs.event_type)
            && fits("consumerId", &inputs.consumer_id)
            && fits("consumerActionId", &inputs.consumer_action_id)
    });
    let visible = found.filter(|hook| context.may(VIEW, hook.inputs.project()));
    Ok(ApiResponse::list(visible.map(|hook| to_json(context, hook))).into())
}

pub(super) fn get(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let hook = context.account.named_hook(context.parameter(0))?;
    context.check(VIEW, hook.inputs.project())?;
    Ok(ApiResponse::json(200, &to_json(context, hook)).into())
}

/// Answers 200, not 201. The same body twice creates two subscriptions.
pub(super) fn create(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let body = context.request.json()?;
    let inputs = SubscriptionInputs::read(&body, &context.account.organization)?;
    context.check(EDIT, inputs.project())?;
    let inner_id = context.ids.uuid();
    let mut hook = context.account.add_hook(inputs, inner_id, context.caller, context.now);
    if let Some(status) = Status::settable(body["status"].as_str()) {
        hook = context.account.set_status(hook.id, status).unwrap_or(hook);
    }
    Ok(Handled::changed(ApiResponse::json(200, &to_json(context, &hook))))
}

/// Replaces everything: an input that is not sent is gone. A mask in the place of the password becomes
/// the password; whether the real service keeps the old one is not documented, so this is the worse of
/// the two. That the event type cannot change is assumed.
pub(super) fn replace(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let body = context.request.json()?;
    let old = context.account.named_hook(context.parameter(0))?.clone();
    let inputs = SubscriptionInputs::read(&body, &context.account.organization)?;
    context.check(EDIT, old.inputs.project())?;
    context.check(EDIT, inputs.project())?;
    for (name, before, after) in [
        ("publisherId", &old.inputs.publisher_id, &inputs.publisher_id),
        ("eventType", &old.inputs.event_type, &inputs.event_type),
        ("consumerId", &old.inputs.consumer_id, &inputs.consumer_id),
        ("consumerActionId", &old.inputs.consumer_action_id, &inputs.consumer_action_id),
    ] {
        if before != after {
            return Err(ApiError::input(&format!(
                "The value of '{name}' of a subscription cannot be changed."
            )));
        }
    }
    let status = Status::settable(body["status"].as_str());
    let hook = context.account.replace_hook(old.id, inputs, status, context.caller, context.now);
    let hook = hook.ok_or_else(|| ApiError::subscription(context.parameter(0)))?;
    Ok(Handled::changed(ApiResponse::json(200, &to_json(context, &hook))))
}

/// 204, as in Microsoft's example.
pub(super) fn delete(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let hook = context.account.named_hook(context.parameter(0))?;
    let id = hook.id;
    context.check(DELETE, hook.inputs.project())?;
    context.account.remove_hook(id);
    Ok(Handled::changed(ApiResponse::empty(204)))
}

pub(super) fn to_json(context: &RequestContext<'_>, hook: &SavedSubscription) -> Value {
    hook.to_json(&context.account.organization)
}
