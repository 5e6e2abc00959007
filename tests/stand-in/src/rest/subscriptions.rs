//! Creates, lists, replaces and deletes subscriptions. Source: learn.microsoft.com, REST
//! reference, Service Hooks, Subscriptions.

use super::permissions::{self, DELETE, EDIT, VIEW};
use super::{Answer, ApiError, ApiResponse, CreateRefusal, ReEnable, RequestContext, Status};
use crate::{SubscriptionInputs, Uuid};

/// The subscriptions of the whole organization that the caller may view, in one page. That others are
/// left out without an error is assumed.
pub(super) fn list(context: &mut RequestContext<'_>) -> Answer {
    let visible = context.account.hooks().filter(|hook| {
        let mut filters = identifying(&hook.inputs).into_iter();
        filters.all(|(name, value)| context.request.accepts(name, value))
            && context.may(VIEW, hook.inputs.project())
    });
    let list = ApiResponse::list(visible.map(|hook| hook.to_json(&context.account.organization)));
    let is_filtered = context.request.query("eventType").is_some();
    Ok(list.stalling(context.behavior().unfiltered_list_stalls.filter(|_| !is_filtered)))
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
    check_create(context, &inputs)?;
    let inner_id = context.ids.uuid();
    let id = context.account.add_hook(inputs, inner_id, context.caller, context.now);
    changed(context, id, Status::settable(&body["status"]))
}

/// Subscriptions to all projects need a further permission, that to edit them notwithstanding.
fn check_create(context: &RequestContext<'_>, inputs: &SubscriptionInputs) -> Result<(), ApiError> {
    let project = inputs.project();
    if let Some(id) = project {
        context.find_project(&id.to_string())?;
    }
    if !context.may(VIEW, project) {
        return Err(ApiError::consumer(&inputs.consumer_id));
    }
    if context.may(EDIT, project) && (project.is_some() || context.may_administer_notifications()) {
        return Ok(());
    }
    Err(match context.behavior().create_refusal {
        CreateRefusal::BadRequest => ApiError::may_not_edit(context.caller),
        CreateRefusal::Forbidden => {
            ApiError::access_denied(context.caller, &permissions::token(project), "Edit Subscription")
        }
    })
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
    let (id, mut status) = (old.id, Status::settable(&body["status"]));
    let is_dead = matches!(old.status, Status::DisabledBySystem | Status::DisabledByInactiveIdentity);
    if is_dead && status == Some(Status::Enabled) {
        match context.behavior().re_enable {
            ReEnable::Enabled => {}
            ReEnable::Ignored => status = None,
            ReEnable::Refused(status) => return Err(ApiError::dead_subscription(id, status)),
        }
    }
    if let Some(hook) = context.account.hook_mut(id) {
        (hook.inputs, hook.modified_by, hook.modified) = (inputs, Some(context.caller.clone()), context.now);
    }
    changed(context, id, status)
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
