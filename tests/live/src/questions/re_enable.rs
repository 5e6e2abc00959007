//! Subscriptions that are disabled, and enabled again.

use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::Value;

use crate::answer::Finding;
use crate::raw_client::{Call, Method, Reply};
use crate::run::Run;
use crate::unsettled::{Settled, Unsettled};

pub(super) async fn put<C: Clock>(run: &Run<C>) -> Settled {
    let (by_user, said_of_user) = disabled_by_user(run).await?;
    let (by_service, said_of_service) = match disabled_by_service(run).await {
        Ok(seen) => seen,
        Err(unsettled) => ("not settled here".to_owned(), unsettled.to_string()),
    };
    let answer = format!("disabled by a user: {by_user}; disabled by the service: {by_service}");
    Ok(Finding::new(answer, format!("{said_of_user}; {said_of_service}")))
}

async fn disabled_by_user<C: Clock>(run: &Run<C>) -> Result<(String, String), Unsettled> {
    let repository = run.repository("disabled").await?;
    let body = run.body(SubscriptionKind::Push, &repository, &run.nowhere());
    let id = run.subscribe_with(body.clone()).await?;
    replace(run, &id, &body, "disabledByUser").await?.success()?;
    enabled(run, &id, &body).await
}

async fn disabled_by_service<C: Clock>(run: &Run<C>) -> Result<(String, String), Unsettled> {
    let needed = "that of the service needs a URL that answers 410: GONE=https://…";
    let url = run.gone_target().ok_or(Unsettled::Needs(needed))?;
    let repository = run.repository("gone").await?;
    let body = run.body(SubscriptionKind::Push, &repository, &url);
    let id = run.subscribe_with(body.clone()).await?;
    run.push_to_main(&repository).await?;
    let status = run.status_change(&id).await?;
    if status != "disabledBySystem" {
        return Err(Unsettled::NotSeen(format!(
            "after a delivery to the URL of GONE the status is `{status}`"
        )));
    }
    enabled(run, &id, &body).await
}

/// Enables with a PUT: what it answers, and the status afterwards.
async fn enabled<C: Clock>(run: &Run<C>, id: &str, body: &Value) -> Result<(String, String), Unsettled> {
    let reply = replace(run, id, body, "enabled").await?;
    let status = run.subscription(id).await?["status"].as_str().unwrap_or("enabled").to_owned();
    Ok((format!("{}, then `{status}`", reply.brief()), reply.evidence()))
}

async fn replace<C: Clock>(run: &Run<C>, id: &str, body: &Value, status: &str) -> Result<Reply, Unsettled> {
    let mut body = body.clone();
    (body["id"], body["status"]) = (id.into(), status.into());
    let path = ["_apis", "hooks", "subscriptions", id];
    run.first.raw.call(Call::with_body(Method::PUT, &path, body)).await
}
