//! Creates, lists, replaces and deletes subscriptions. Source: learn.microsoft.com, REST
//! reference, Service Hooks, Subscriptions.

use super::permissions::{DELETE, EDIT, VIEW};
use super::{Answer, ApiError, ApiResponse, RequestContext, Status};
use crate::{SubscriptionInputs, Uuid};

/// The subscriptions of the whole organization that the caller may view, in one page. That others are
/// left out without an error is assumed.
pub(super) fn list(context: &mut RequestContext<'_>) -> Answer {
    let visible = context.account.hooks().filter(|hook| {
        let mut filters = identifying(&hook.inputs).into_iter();
        filters.all(|(name, value)| context.request.accepts(name, value))
            && context.may(VIEW, hook.inputs.project())
    });
    Ok(ApiResponse::list(visible.map(|hook| hook.to_json(&context.account.organization))))
}

pub(super) fn get(context: &mut RequestContext<'_>) -> Answer {
    let hook = context.hook(context.parameter(0))?;
    context.check(VIEW, hook.inputs.project())?;
    Ok(ApiResponse::json(200, &hook.to_json(&context.account.organization)))
}

/// Answers 200, not 201. The same body twice creates two subscriptions.
pub(super) fn create(context: &mut RequestContext<'_>) -> Answer {
    let body = context.request.json()?;
    let inputs = SubscriptionInputs::read(&body, &context.account.organization)?;
    context.check(EDIT, inputs.project())?;
    let inner_id = context.ids.uuid();
    let id = context.account.add_hook(inputs, inner_id, context.caller, context.now);
    changed(context, id, Status::settable(&body["status"]))
}

/// Replaces everything: an input that is not sent is gone. A mask in the place of the password becomes
/// the password; whether the real service keeps the old one is not documented, so this is the worse of
/// the two. That the event type cannot change is assumed.
pub(super) fn replace(context: &mut RequestContext<'_>) -> Answer {
    let body = context.request.json()?;
    let old = context.hook(context.parameter(0))?;
    let inputs = SubscriptionInputs::read(&body, &context.account.organization)?;
    context.check(EDIT, old.inputs.project())?;
    context.check(EDIT, inputs.project())?;
    for ((name, before), (_, after)) in identifying(&old.inputs).into_iter().zip(identifying(&inputs)) {
        if before != after {
            let message = format!("The value of '{name}' of a subscription cannot be changed.");
            return Err(ApiError::input(&message));
        }
    }
    let id = old.id;
    if let Some(hook) = context.account.hook_mut(id) {
        (hook.inputs, hook.modified_by, hook.modified) = (inputs, Some(context.caller.clone()), context.now);
    }
    changed(context, id, Status::settable(&body["status"]))
}

/// 204, as in Microsoft's example.
pub(super) fn delete(context: &mut RequestContext<'_>) -> Answer {
    let hook = context.hook(context.parameter(0))?;
    let id = hook.id;
    context.check(DELETE, hook.inputs.project())?;
    context.account.remove_hook(id);
    Ok(ApiResponse::empty(204).changed())
}

/// Sets the status if the body names one, and answers with the subscription.
fn changed(context: &mut RequestContext<'_>, id: Uuid, status: Option<Status>) -> Answer {
    let hook = context.account.hook_mut(id).ok_or_else(|| ApiError::subscription(&id.to_string()))?;
    hook.set_status(status.unwrap_or(hook.status));
    let body = hook.clone().to_json(&context.account.organization);
    Ok(ApiResponse::json(200, &body).changed())
}

/// The inputs that lists are filtered by, and that cannot change.
fn identifying(inputs: &SubscriptionInputs) -> [(&'static str, &str); 4] {
    [
        ("publisherId", &inputs.publisher_id),
        ("eventType", &inputs.event_type),
        ("consumerId", &inputs.consumer_id),
        ("consumerActionId", &inputs.consumer_action_id),
    ]
}
