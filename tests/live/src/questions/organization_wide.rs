//! Subscriptions without a project.
//!
//! They are filtered to a repository of the run and created disabled, so that no other project is told of, and deleted
//! at once.

use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::Value;

use crate::answer::Finding;
use crate::git::Repository;
use crate::raw_client::{Call, Method};
use crate::run::Run;
use crate::subscribing::SUBSCRIPTIONS;
use crate::unsettled::{Settled, Unsettled};

pub(super) async fn created<C: Clock>(run: &Run<C>) -> Settled {
    let repository = run.repository("organization-wide").await?;
    let (absent, absent_said) = create(run, &repository, None).await?;
    let (empty, empty_said) = create(run, &repository, Some("")).await?;
    let answer = format!("without a project: {absent}; with \"\": {empty}");
    Ok(Finding::new(answer, format!("{absent_said}; {empty_said}")))
}

/// Whether the creation is accepted, and what was said.
async fn create<C: Clock>(
    run: &Run<C>,
    repository: &Repository,
    project: Option<&str>,
) -> Result<(String, String), Unsettled> {
    let mut body = run.body(SubscriptionKind::Push, repository, &run.nowhere());
    body["status"] = "disabledByUser".into();
    body["publisherInputs"]["projectId"] = project.into();
    if let Some(inputs) = body["publisherInputs"].as_object_mut() {
        inputs.retain(|_, value| !value.is_null());
    }
    let reply = run.first.raw.call(Call::with_body(Method::POST, &SUBSCRIPTIONS, body)).await?;
    if !reply.is_success() {
        return Ok((format!("refused, {}", reply.brief()), reply.evidence()));
    }
    let evidence = format!("{}, status `{}`", reply.evidence(), text(&reply.body["status"]));
    let id = text(&reply.body["id"]);
    run.made.subscription(id);
    let path = ["_apis", "hooks", "subscriptions", id];
    run.first.raw.call(Call { method: Method::DELETE, ..Call::get(&path, &[]) }).await?.success()?;
    Ok(("accepted".to_owned(), evidence))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
