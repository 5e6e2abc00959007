//! The person or app that asks: how the service shows them, and what becomes of a subscription of theirs.

use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::json;

use super::service::CONNECTION_DATA;
use super::shape::shape;
use crate::answer::Finding;
use crate::raw_client::{Call, Method};
use crate::run::Run;
use crate::subscribing::{SUBSCRIPTIONS, no_id};
use crate::unsettled::Settled;

/// The kinds of both descriptors: what is behind them identifies the person, or the app and its tenant.
pub(super) async fn shown<C: Clock>(run: &Run<C>) -> Settled {
    let call = Call { version: "7.1-preview", ..Call::get(&CONNECTION_DATA, &[]) };
    let body = run.first.raw.call(call).await?.success()?;
    let user = &body["authenticatedUser"];
    let kind = |member: &str, end: char| {
        let kind = user[member].as_str().and_then(|text| text.split_once(end));
        kind.map_or("none", |(kind, _)| kind)
    };
    let answer =
        format!("subject `{}`, descriptor `{}`", kind("subjectDescriptor", '.'), kind("descriptor", ';'));
    let organization = match (body["instanceId"].is_string(), body["deploymentId"].is_string()) {
        (true, true) => "with both ids of the organization",
        _ => "without both ids of the organization",
    };
    Ok(Finding::new(answer, format!("`authenticatedUser` {}, {organization}", shape(user))))
}

pub(super) async fn own_subscription<C: Clock>(run: &Run<C>) -> Settled {
    let repository = run.repository("own").await?;
    let mut body = run.body(SubscriptionKind::Push, &repository, &run.nowhere());
    let create = Call::with_body(Method::POST, &SUBSCRIPTIONS, body.clone());
    let created = run.first.raw.call(create).await?;
    if !created.is_success() {
        return Ok(Finding::new(format!("it may not be created: {}", created.brief()), created.evidence()));
    }
    let id = created.body["id"].as_str().ok_or_else(|| no_id("subscription"))?;
    run.made.subscription(id);
    let creator = match created.body["createdBy"]["id"].as_str() {
        Some(id) if id.eq_ignore_ascii_case(&run.owner.owner.id) => "who asks",
        Some(_) => "another identity",
        None => "nobody",
    };
    let path = ["_apis", "hooks", "testnotifications"];
    let test = json!({"subscriptionId": id, "details": body});
    let tested = run.first.raw.call(Call::with_body(Method::POST, &path, test)).await?;
    let path = ["_apis", "hooks", "subscriptions", id];
    (body["id"], body["publisherInputs"]["branch"]) = (id.into(), "main".into());
    let changed = run.first.raw.call(Call::with_body(Method::PUT, &path, body)).await?;
    let deleted = run.first.raw.call(Call { method: Method::DELETE, ..Call::get(&path, &[]) }).await?;
    let (test, change, delete) = (tested.brief(), changed.brief(), deleted.brief());
    let answer = format!("by {creator}; test {test}, change {change}, delete {delete}");
    let evidence = format!(
        "`createdBy` {}, compared with `connectionData`; {}; {}; {}",
        shape(&created.body["createdBy"]),
        tested.evidence(),
        changed.evidence(),
        deleted.evidence()
    );
    Ok(Finding::new(answer, evidence))
}
