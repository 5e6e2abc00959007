//! Events: how many there are, their ids, and the names in them.

use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::{Value, json};

use crate::answer::Finding;
use crate::delivery_log::{count, posted};
use crate::git::Repository;
use crate::raw_client::{Call, Method};
use crate::run::Run;
use crate::unsettled::{Settled, Unsettled};

pub(super) async fn several_refs<C: Clock>(run: &Run<C>) -> Settled {
    let repository = run.repository("refs").await?;
    let id = run.subscribe(SubscriptionKind::Push, &repository).await?;
    run.create_refs(&repository, &["refs/heads/a", "refs/heads/b", "refs/tags/c"]).await?;
    let events = run.rows_with(&id, &[]).await?.len();
    let path = [&run.project.id, "_apis", "git", "repositories", &repository.id, "pushes"];
    let query = [("searchCriteria.includeRefUpdates", "true")];
    let pushes = run.first.raw.call(Call::get(&path, &query)).await?.success()?;
    let pushes = pushes["value"].as_array().map(Vec::as_slice).unwrap_or_default();
    // The push that made the repository has one ref, too.
    let refs: Vec<_> = pushes.iter().map(|push| count(&push["refUpdates"])).collect();
    let evidence =
        format!("Refs - Update Refs, after one push; the list of pushes has {refs:?} refs, newest first");
    Ok(Finding::new(events.to_string(), evidence))
}

pub(super) async fn id_of_two_subscriptions<C: Clock>(run: &Run<C>) -> Settled {
    let repository = run.repository("event-id").await?;
    let first = run.subscribe(SubscriptionKind::Push, &repository).await?;
    let second = run.subscribe(SubscriptionKind::Push, &repository).await?;
    run.push_to_main(&repository).await?;
    let rows = run.rows_with(&first, &[&second]).await?;
    let ids: Vec<_> = rows.iter().filter_map(|row| row.event_id.as_deref()).collect();
    match ids[..] {
        [one, other] => Ok(Finding::new(
            if one == other { "yes" } else { "no" },
            "`eventId` of the two deliveries of one push",
        )),
        _ => Err(Unsettled::NotSeen(format!("two deliveries were expected, and {} have an id", ids.len()))),
    }
}

pub(super) async fn renamed_repository<C: Clock>(run: &Run<C>) -> Settled {
    let repository = run.repository("renamed").await?;
    let id = run.subscribe(SubscriptionKind::Push, &repository).await?;
    let new = format!("{}-renamed", repository.name);
    run.git(&repository, Method::PATCH, &[], json!({"name": new})).await?;
    run.push_to_main(&repository).await?;
    let (_, notification) = run.ended(&id).await?;
    let body = posted(&notification).unwrap_or_else(|| notification["details"]["event"].clone());
    let path = [&run.project.id, "_apis", "git", "repositories"];
    let listed = run.first.raw.call(Call::get(&path, &[])).await?.success()?;
    let listed = listed["value"].as_array().map(Vec::as_slice).unwrap_or_default();
    let listed = listed.iter().find(|listed| listed["id"] == *repository.id);
    let listed = listed.map_or(Value::Null, |listed| listed["name"].clone());
    let described = run.subscription(&id).await?["eventDescription"].clone();
    let shown = [
        ("the event", &body["resource"]["repository"]["name"]),
        ("the list", &listed),
        ("the subscription", &described),
    ];
    let shown = shown.map(|(place, text)| format!("{place}: {}", which(&repository, &new, text)));
    Ok(Finding::new(shown.join(", "), "a push after the rename; the subscription is still told"))
}

/// Which of the names a text has. The new one contains the old one.
fn which(repository: &Repository, new: &str, text: &Value) -> &'static str {
    let text = text.as_str().unwrap_or_default();
    match (text.contains(new), text.contains(&repository.name)) {
        (true, _) => "the new name",
        (false, true) => "the old name",
        (false, false) => "neither",
    }
}
