//! Events made from a record in a list of pushes or pull requests: by the same normalizer, with the ids that deliveries
//! would have had where those do not hang on Azure DevOps's event ids.

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
use crate::subscriptions::kind::ChangeKind;
use crate::watch::context::PassContext;
use crate::watch::gaps::{BackfillSource, CoverageGap};

/// What the records of one repository stand for, as far as the subscription in gap should have told of it.
pub(super) fn events_of<O>(
    context: &PassContext<'_, O>,
    gap: &CoverageGap,
    records: &[String],
    now: Timestamp,
) -> Vec<Event> {
    let branch = context.scope.branch.as_deref();
    let made = records.iter().flat_map(|record| made(context, gap, record, now));
    made.filter(|event| is_on_branch(event, branch)).collect()
}

/// What a delivery told, by [`key`].
pub(super) fn keys_of<O>(context: &PassContext<'_, O>, gap: &CoverageGap, body: &str) -> Vec<String> {
    let change = gap.kind.change().map(ChangeKind::word);
    events(context.name, body, change, context.now, false).iter().map(key).collect()
}

/// What makes a delivered and a reconstructed event the same happening.
pub(super) fn key(event: &Event) -> String {
    match &event.payload {
        Payload::PullRequestCreated(_) => format!("{}/created", event.partitionkey),
        Payload::PullRequestUpdated(it) | Payload::PullRequestMerged(it) => {
            // Abandoned, reactivated and abandoned again is twice. A second is as exact as both are sure to be.
            let second = it.closed_at.as_deref().map(|at| truncate(at, "2026-01-01T00:00:00".len()));
            format!("{}/{:?}/{second:?}", event.partitionkey, it.action)
        }
        Payload::Push(_) | Payload::PullRequestCommented(_) => event.id.clone(),
    }
}

fn made<O>(context: &PassContext<'_, O>, gap: &CoverageGap, record: &str, now: Timestamp) -> Vec<Event> {
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
    let kind = gap.kind.event_type();
    // Of a pull request the id hangs on this one; a push has a number of its own.
    let id = format!("reconstructed/{kind}/{}/{date}", resource["pullRequestId"]);
    let notification = json!({
        "id": id,
        "eventType": kind,
        "resource": raw,
        "resourceContainers": {"account": {"baseUrl": context.integration.config.organization_url}},
        "createdDate": date,
    });
    events(context.name, &notification.to_string(), gap.kind.change().map(ChangeKind::word), now, true)
}

fn events(
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

fn is_on_branch(event: &Event, branch: Option<&str>) -> bool {
    let Some(branch) = branch else { return true };
    let full = if branch.starts_with("refs/") { branch.to_owned() } else { format!("refs/heads/{branch}") };
    match &event.payload {
        Payload::Push(push) => push.r#ref == full,
        Payload::PullRequestCreated(it)
        | Payload::PullRequestUpdated(it)
        | Payload::PullRequestMerged(it) => it.target.r#ref.as_deref() == Some(full.as_str()),
        Payload::PullRequestCommented(_) => true,
    }
}
