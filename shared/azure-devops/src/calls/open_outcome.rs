//! Creates and replaces subscriptions, and finds out what became of a call without an answer.
//!
//! A call that timed out may have had its effect, so the list is looked at before the call is made once more. A second
//! subscription with the same filters would deliver every event twice.

use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::subscription::{
    ExistingSubscription, SubscriptionStatus, WantedSubscription,
};
use hookpost_core::subscriptions::plan::{delivers_same_events, differences};

use crate::calls::subscriptions;
use crate::known_subscriptions::KnownSubscriptions;
use crate::transport::Transport;

/// Creates a subscription, once.
pub(crate) async fn create(
    transport: &Transport,
    known: &KnownSubscriptions,
    wanted: &WantedSubscription,
    password: &str,
) -> Result<ExistingSubscription, RestError> {
    let error = match subscriptions::create(transport, wanted, password).await {
        Err(error) if error.leaves_outcome_open() => error,
        answered => return answered,
    };
    let Ok(created) = list_new(transport, known, wanted).await else { return Err(error) };
    if let Some(created) = created.into_iter().next() {
        return Ok(created);
    }
    let again = subscriptions::create(transport, wanted, password).await;
    if matches!(&again, Err(error) if !error.leaves_outcome_open()) {
        return again;
    }
    // The first call may have had its effect since the list was made.
    let created = list_new(transport, known, wanted).await.unwrap_or_default();
    let Ok(again) = again else { return created.into_iter().next().ok_or(error) };
    match created.into_iter().find(|subscription| subscription.id != again.id) {
        Some(first) if subscriptions::delete(transport, &again.id).await.is_ok() => Ok(first),
        _ => Ok(again),
    }
}

/// Replaces a subscription.
pub(crate) async fn replace(
    transport: &Transport,
    id: &str,
    wanted: &WantedSubscription,
    password: &str,
) -> Result<ExistingSubscription, RestError> {
    let error = match subscriptions::replace(transport, id, wanted, password).await {
        Err(error) if error.leaves_outcome_open() => error,
        answered => return answered,
    };
    let Ok(listed) = list_type(transport, wanted).await else { return Err(error) };
    let is_replaced = |existing: &ExistingSubscription| {
        existing.id.eq_ignore_ascii_case(id)
            && delivers_same_events(existing, wanted)
            && differences(existing, wanted).is_empty()
    };
    match listed.into_iter().find(is_replaced) {
        Some(replaced) => Ok(replaced),
        None => subscriptions::replace(transport, id, wanted, password).await,
    }
}

/// Lists the subscriptions that are as `wanted` and that the caller does not know. The version of the password is in the
/// URL, so that a subscription with this URL has this password.
async fn list_new(
    transport: &Transport,
    known: &KnownSubscriptions,
    wanted: &WantedSubscription,
) -> Result<Vec<ExistingSubscription>, RestError> {
    let mut listed = list_type(transport, wanted).await?;
    listed.retain(|existing| {
        existing.status == SubscriptionStatus::Enabled
            && existing.url == wanted.url
            && delivers_same_events(existing, wanted)
            && !known.has(&existing.id)
    });
    Ok(listed)
}

async fn list_type(
    transport: &Transport,
    wanted: &WantedSubscription,
) -> Result<Vec<ExistingSubscription>, RestError> {
    subscriptions::list_type(transport, wanted.kind.event_type()).await
}
