//! Reconstructs events from records in the lists of pushes and pull requests. The events come from the same normalizer
//! as those of deliveries. They have the same ids, except where an id is derived from Azure DevOps's event id.

use hookpost_events::{Event, Payload};
use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::auth::ring::Admission;
use crate::azure_devops::port::PullRequestTransition;
use crate::integration::name::IntegrationName;
use crate::message::sanitize::truncate;
use crate::normalize::context::Context;
use crate::normalize::normalize;
use crate::payload::EventType;
use crate::payload::parse::parse;
use crate::payload::parse::repair_encoding;
use crate::ports::Ports;
use crate::watch::context::PassContext;
use crate::watch::gaps::{BackfillSource, CoverageGap};

/// The events of the records of one repository that the subscription with the gap would have delivered. `now` becomes
/// the time of receipt.
pub(super) fn events_of<P: Ports>(
    context: &PassContext<'_, P>,
    gap: &CoverageGap,
    records: &[String],
    now: Timestamp,
) -> Vec<Event> {
    let branch = context.scope.branch.as_deref();
    let events = records.iter().flat_map(|record| reconstruct(context, gap, record, now));
    events.filter(|event| is_on_branch(event, branch)).collect()
}

/// The [`key`]s of the events in the body of a delivery.
pub(super) fn keys_of<P: Ports>(context: &PassContext<'_, P>, gap: &CoverageGap, body: &str) -> Vec<String> {
    let change = gap.kind.change_word();
    normalized(context.name, body, change, context.now, false).iter().map(key).collect()
}

/// Identifies a change. A delivered and a reconstructed event of the same change have the same key.
pub(super) fn key(event: &Event) -> String {
    match &event.payload {
        Payload::PullRequestCreated(_) => format!("{}/created", event.partitionkey),
        Payload::PullRequestUpdated(updated) | Payload::PullRequestMerged(updated) => {
            // The time distinguishes the first abandonment from the second, after a reactivation. It is cut to the
            // second, because a delivery and a list are only sure to agree that far.
            let second = updated.closed_at.as_deref().map(|at| truncate(at, "2026-01-01T00:00:00".len()));
            format!("{}/{:?}/{second:?}", event.partitionkey, updated.action)
        }
        Payload::Push(_) | Payload::PullRequestCommented(_) => event.id.clone(),
    }
}

/// The events of one record; none when the record is not JSON.
fn reconstruct<P: Ports>(
    context: &PassContext<'_, P>,
    gap: &CoverageGap,
    record: &str,
    now: Timestamp,
) -> Vec<Event> {
    let (Ok(resource), Ok(raw)) =
        (serde_json::from_str::<Value>(record), serde_json::from_str::<Box<RawValue>>(record))
    else {
        return Vec::new();
    };
    let date = match gap.backfill_source() {
        BackfillSource::PullRequests(PullRequestTransition::Created) => &resource["creationDate"],
        BackfillSource::PullRequests(PullRequestTransition::Closed) => &resource["closedDate"],
        BackfillSource::Pushes | BackfillSource::None => &resource["date"],
    };
    let event_type = gap.kind.event_type();
    // The id of a pull request event is derived from this id. The id of a push event is derived from the number of the
    // push.
    let id = format!("reconstructed/{event_type}/{}/{date}", resource["pullRequestId"]);
    let notification = json!({
        "id": id,
        "eventType": event_type,
        "resource": raw,
        "resourceContainers": {"account": {"baseUrl": context.integration.config.organization_url}},
        "createdDate": date,
    });
    let change = gap.kind.change_word();
    normalized(context.name, &notification.to_string(), change, now, true)
}

/// The events of a notification; none when it cannot be parsed or is not forwarded.
fn normalized(
    name: &IntegrationName,
    body: &str,
    change: Option<&str>,
    now: Timestamp,
    reconstructed: bool,
) -> Vec<Event> {
    let body = repair_encoding(body.as_bytes());
    let Ok(notification) = parse(&Admission::of_replay(), &body) else { return Vec::new() };
    let event_type = notification.event_type.as_ref().and_then(|text| EventType::parse(text.as_str()));
    let Some(event_type) = event_type else { return Vec::new() };
    let context = Context {
        integration: name,
        notification: &notification,
        change,
        activity_id: None,
        traceparent: None,
        received_at: now,
        reconstructed,
    };
    normalize(event_type, &notification, &context).events
}

/// Whether a subscription with this branch filter delivers the event. `branch` is a name or a full ref.
fn is_on_branch(event: &Event, branch: Option<&str>) -> bool {
    let Some(branch) = branch else { return true };
    let full = if branch.starts_with("refs/") { branch.to_owned() } else { format!("refs/heads/{branch}") };
    match &event.payload {
        Payload::Push(push) => push.r#ref == full,
        Payload::PullRequestCreated(pull_request)
        | Payload::PullRequestUpdated(pull_request)
        | Payload::PullRequestMerged(pull_request) => {
            pull_request.target.r#ref.as_deref() == Some(full.as_str())
        }
        Payload::PullRequestCommented(_) => true,
    }
}
