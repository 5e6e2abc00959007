//! Deliveries that fail, and their retries.

use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::Value;

use crate::answer::Finding;
use crate::delivery_log::posted;
use crate::run::Run;
use crate::unsettled::{Settled, Unsettled};

/// A delivery to a host that does not exist, after its end: the subscription, the notification, and its attempts.
async fn failed<C: Clock>(run: &Run<C>, purpose: &str) -> Result<(String, Value, u64), Unsettled> {
    let repository = run.repository(purpose).await?;
    let id = run.subscribe_at(SubscriptionKind::Push, &repository, None, run.nowhere()).await?;
    run.push_to_main(&repository).await?;
    // With probation, the end may be long after the last of the retries that follow at once.
    let notification = match run.ended(&id).await {
        Ok((_, notification)) => notification,
        Err(Unsettled::NotSeen(_)) => run.first_notification(&id).await?.1,
        Err(error) => return Err(error),
    };
    let attempts = notification["details"]["requestAttempts"].as_u64().unwrap_or_default();
    Ok((id, notification, attempts))
}

pub(super) async fn connection_error<C: Clock>(run: &Run<C>) -> Settled {
    let (id, notification, attempts) = failed(run, "unreachable").await?;
    let status = run.subscription(&id).await?["status"].as_str().unwrap_or("enabled").to_owned();
    let answer = if attempts > 1 { "yes" } else { "no" };
    let message = notification["details"]["errorMessage"].as_str().unwrap_or_default();
    let evidence = format!("{attempts} attempts within minutes, then `{status}`; the log says: {message}");
    Ok(Finding::new(answer, evidence))
}

pub(super) async fn event_id<C: Clock>(run: &Run<C>) -> Settled {
    let (_, notification, attempts) = failed(run, "retry").await?;
    if attempts < 2 {
        return Err(Unsettled::NotSeen("the delivery was not retried".to_owned()));
    }
    let body = posted(&notification);
    let sent = body.as_ref().and_then(|body| body["id"].as_str());
    let sent = sent.ok_or_else(|| Unsettled::NotSeen("the log does not show the retry".to_owned()))?;
    let answer = if notification["eventId"] == *sent { "yes" } else { "no" };
    Ok(Finding::new(
        answer,
        format!("the request that the log shows after {attempts} attempts, and its `eventId`"),
    ))
}
