//! Test notifications. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Notifications - Create.

use serde_json::Value;

use super::delivery_schedule::DueReason;
use super::permissions::EDIT;
use super::{Answer, ApiError, ApiResponse, LogEntry, RequestContext};
use crate::subscription_inputs::MASK;
use crate::{Subscription, SubscriptionInputs, Uuid, test_notification};

/// Answers that the test is queued, and delivers it then. The event is never one of real data.
pub(super) fn create(context: &mut RequestContext<'_>) -> Answer {
    let body = context.request.json()?;
    let id = body["subscriptionId"].as_str().and_then(|id| id.parse().ok()).unwrap_or(Uuid::nil());
    let mut hook = if id.is_nil() {
        let inputs = SubscriptionInputs::read(&body["details"], &context.account.organization)?;
        Subscription { inputs, ..Subscription::default() }
    } else {
        saved(context, &id.to_string(), &body["details"])?
    };
    context.check(EDIT, hook.inputs.project())?;
    // The test of a subscription that is not saved has a number too.
    if id.is_nil() {
        hook.notifications = context.account.log.last_unsaved();
    }
    let notification = test_notification(&hook, context.now)
        .ok_or_else(|| ApiError::input("The stand-in has no test for this event type."))?;
    let account = &mut *context.account;
    if let Some(saved) = account.hook_mut(id) {
        saved.notifications += 1;
    }
    let mut entry = LogEntry::new(&notification, &hook, context.now);
    entry.pending_reads = 1;
    let mut response =
        ApiResponse::json(200, &entry.to_detailed_json(&account.organization.behavior, true)).changed();
    account.log.record(entry);
    response.delivery = Some(Box::new(account.due(&notification, &hook, context.now, DueReason::Notified)));
    Ok(response)
}

/// A saved subscription; details may have other inputs. A password that is masked or missing is the
/// saved one.
fn saved(context: &RequestContext<'_>, id: &str, details: &Value) -> Result<Subscription, ApiError> {
    let mut hook = context.hook(id)?.clone();
    if details["consumerInputs"].is_object() {
        let mut inputs = SubscriptionInputs::read(details, &context.account.organization)?;
        if inputs.password().is_none_or(|given| given == MASK) {
            let name = "basicAuthPassword";
            inputs.consumer_inputs.remove(name);
            inputs.consumer_inputs.extend(hook.inputs.consumer_inputs.remove_entry(name));
        }
        hook.inputs = inputs;
    }
    Ok(hook)
}
