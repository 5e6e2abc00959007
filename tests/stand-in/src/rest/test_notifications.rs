//! Test notifications. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Notifications - Create.

use serde_json::Value;

use super::calls::Effect;
use super::context::RequestContext;
use super::delivery_log::LogEntry;
use super::delivery_schedule::DueReason;
use super::error::ApiError;
use super::grants::EDIT;
use super::response::{ApiResponse, Handled};
use super::saved_subscription::SavedSubscription;
use super::subscription_inputs::{MASK, SubscriptionInputs};
use crate::{Notification, Subscription, Uuid, test_notification};

/// Answers that the test is queued, and delivers it then. The event is never one of real data.
pub(super) fn create(context: &mut RequestContext<'_>) -> Result<Handled, ApiError> {
    let body = context.request.json()?;
    let id = body["subscriptionId"].as_str().and_then(|id| id.parse().ok()).unwrap_or(Uuid::nil());
    let hook = if id.is_nil() {
        unsaved(context, &body["details"])?
    } else {
        saved(context, &id.to_string(), &body["details"])?
    };
    context.check(EDIT, hook.inputs.project())?;
    let notification = notification(context, &hook)?;
    let account = &mut *context.account;
    let mut entry = LogEntry::new(&notification, &hook, context.now);
    entry.pending_reads = 1;
    let body = entry.to_detailed_json(context.behavior);
    account.log.record(entry);
    let due = account.due(&notification, &hook, context.now, DueReason::Notified);
    Ok(Handled { response: ApiResponse::json(200, &body), effect: Effect::Sent, delivery: Some(due) })
}

/// A subscription that exists only for this test.
fn unsaved(context: &RequestContext<'_>, details: &Value) -> Result<SavedSubscription, ApiError> {
    let inputs = SubscriptionInputs::read(details, &context.account.organization)?;
    Ok(SavedSubscription::new(Uuid::nil(), Uuid::nil(), inputs, context.caller, context.now))
}

/// A saved subscription; details may have other inputs. A password that is masked or missing is the
/// saved one.
fn saved(context: &RequestContext<'_>, id: &str, details: &Value) -> Result<SavedSubscription, ApiError> {
    let mut hook = context.account.named_hook(id)?.clone();
    if details["consumerInputs"].is_object() {
        let mut inputs = SubscriptionInputs::read(details, &context.account.organization)?;
        let password = hook.inputs.password().map(str::to_owned);
        if inputs.password().is_none_or(|given| given == MASK) {
            inputs.consumer_inputs.remove("basicAuthPassword");
            inputs
                .consumer_inputs
                .extend(password.map(|password| ("basicAuthPassword".to_owned(), password)));
        }
        hook.inputs = inputs;
    }
    Ok(hook)
}

fn notification(
    context: &mut RequestContext<'_>,
    hook: &SavedSubscription,
) -> Result<Notification, ApiError> {
    let none = || ApiError::input("The stand-in has no test for this event type.");
    let organization = &mut context.account.organization;
    let wanted = hook.inputs.subscription(organization).ok_or_else(none)?;
    let sequence = match organization.test(hook.id, context.now) {
        Some(test) => test.sequence,
        None => context.account.log.next_unsaved(),
    };
    let subscription = Subscription { id: hook.id, notifications: sequence - 1, ..wanted };
    Ok(test_notification(&subscription, context.now))
}
