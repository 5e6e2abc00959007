//! What the delivery log shows of deliveries, and whom.

use hookpost_core::azure_devops::deliveries::LoggedEvent;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::ports::Clock;
use hookpost_core::subscriptions::kind::SubscriptionKind;
use serde_json::{Value, json};

use crate::answer::Finding;
use crate::delivery_log::{count, has_ended};
use crate::git::Repository;
use crate::raw_client::{Call, Method};
use crate::run::Run;
use crate::unsettled::{Settled, Unsettled};

/// Rows that a cap of the log would cut. Each is a test notification, which costs little and puts no subscription on
/// probation.
const ROWS: usize = 120;

/// A subscription with one push.
async fn pushed<C: Clock>(run: &Run<C>, purpose: &str) -> Result<String, Unsettled> {
    let repository = run.repository(purpose).await?;
    let id = run.subscribe(SubscriptionKind::Push, &repository).await?;
    run.push_to_main(&repository).await?;
    Ok(id)
}

pub(super) async fn details<C: Clock>(run: &Run<C>) -> Settled {
    let id = pushed(run, "rows").await?;
    run.ended(&id).await?;
    let queried = run.query_log(&id, 10).await?;
    let path = ["_apis", "hooks", "subscriptions", &id, "notifications"];
    let listed = run.first.raw.call(Call::get(&path, &[("maxResults", "10")])).await?.success()?;
    let (queried, listed) = (of_row(&queried["results"][0]), of_row(&listed["value"][0]));
    let answer = if queried == listed {
        queried.to_owned()
    } else {
        format!("in queries {queried}; in lists {listed}")
    };
    Ok(Finding::new(answer, "`notificationsquery` with `includeDetails`, and the list of a subscription"))
}

fn of_row(row: &Value) -> &'static str {
    match (row["details"].is_object(), row["details"]["event"].is_object()) {
        _ if !row.is_object() => "no row",
        (true, true) => "details with the event",
        (true, false) => "details without the event",
        (false, _) => "no details",
    }
}

/// Goes to a host that does not exist: other deliveries may have ended before anybody looks.
pub(super) async fn pending_event<C: Clock>(run: &Run<C>) -> Settled {
    let repository = run.repository("pending").await?;
    let id = run.subscribe_at(SubscriptionKind::Push, &repository, None, run.nowhere()).await?;
    run.push_to_main(&repository).await?;
    let (_, notification) = run.first_notification(&id).await?;
    if has_ended(&notification) {
        return Err(Unsettled::NotSeen("the delivery ended before the log was looked at".to_owned()));
    }
    let answer = if notification["details"]["event"].is_object() { "yes" } else { "no" };
    Ok(Finding::new(answer, format!("seen while the status was {}", notification["status"])))
}

pub(super) async fn hidden<C: Clock>(run: &Run<C>) -> Settled {
    let second = run.second()?;
    let id = pushed(run, "hidden").await?;
    let (number, _) = run.ended(&id).await?;
    let own = run.first.product.kept_event(&id, number).await.map_err(Unsettled::of("read an event"))?;
    if !matches!(own, LoggedEvent::Whole(_)) {
        return Err(Unsettled::NotSeen(format!("its creator does not see it: {}", name(&own))));
    }
    let answer = match second.product.kept_event(&id, number).await {
        Ok(event) => name(&event).to_owned(),
        Err(error) => error.to_string(),
    };
    let permissions = second.product.subscription_permissions(Some(&run.project.id)).await;
    let permissions = permissions.map_or_else(
        |error| format!("its permissions are not known: {error}"),
        |permissions| {
            format!("its owner may view subscriptions: {}, edit them: {}", permissions.view, permissions.edit)
        },
    );
    Ok(Finding::new(answer, format!("the creator sees it whole; of the second token, {permissions}")))
}

fn name(event: &LoggedEvent) -> &'static str {
    match event {
        LoggedEvent::Whole(_) => "visible",
        LoggedEvent::WithoutContent(_) => "without its content",
        LoggedEvent::Hidden => "hidden",
        LoggedEvent::Pending => "pending",
        LoggedEvent::NotKept => "not kept",
    }
}

/// A subscription with so many test notifications.
async fn tested<C: Clock>(run: &Run<C>, purpose: &str, times: usize) -> Result<String, Unsettled> {
    let repository: Repository = run.repository(purpose).await?;
    let id = run.subscribe(SubscriptionKind::Push, &repository).await?;
    let body = run.body(SubscriptionKind::Push, &repository, &run.target());
    let test = json!({"subscriptionId": id, "details": body});
    for _ in 0..times {
        let path = ["_apis", "hooks", "testnotifications"];
        run.first.raw.call(Call::with_body(Method::POST, &path, test.clone())).await?.success()?;
    }
    run.pause(10).await?;
    Ok(id)
}

pub(super) async fn page_cap<C: Clock>(run: &Run<C>) -> Settled {
    let id = tested(run, "page-cap", ROWS).await?;
    let rows = count(&run.query_log(&id, 1_000).await?["results"]);
    if rows == 0 {
        return Err(Unsettled::NotSeen("a query of the log gives no rows".to_owned()));
    }
    let answer = if rows < ROWS { rows.to_string() } else { format!("at least {rows}") };
    Ok(Finding::new(answer, format!("a query with `maxResults` 1000 for {ROWS} test notifications")))
}

pub(super) async fn summary<C: Clock>(run: &Run<C>) -> Settled {
    let id = tested(run, "summary", 3).await?;
    let answer = run.query_log(&id, 1).await?;
    let results = answer["summary"][0]["results"].as_array().map(Vec::as_slice).unwrap_or_default();
    let counted: u64 = results.iter().filter_map(|result| result["notificationCount"].as_u64()).sum();
    let verdict = match counted {
        1 => "no",
        3 => "yes",
        _ => "unclear",
    };
    let rows = count(&answer["results"]);
    Ok(Finding::new(
        verdict,
        format!("`maxResults` 1 of 3 notifications: {rows} rows, and the summary counts {counted}"),
    ))
}
