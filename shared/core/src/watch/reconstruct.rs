//! What happened while a subscription told nothing, made from the lists of pushes and pull requests: by the same
//! normaliser, with the ids that deliveries would have had where those do not hang on Azure DevOps's event ids.

use std::collections::BTreeSet;

use hookpost_events::{Event, Payload};
use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::gap::{Gap, Traces};
use super::memory::Progress;
use super::missed::{Settled, untaken};
use super::{Passes, Seen, Watch};
use crate::fit;
use crate::intake::send;
use crate::integration::IntegrationName;
use crate::normalise::{Context, normalise};
use crate::notification::{EventType, parse, readable};
use crate::password::Admission;
use crate::port::MessageQueue;
use crate::setup::azure_devops::{
    AzureDevOps, ChangeKind, DeliveryState, Happened, RepositoryInfo, RestError,
};
use crate::setup::failure::SetupError;
use crate::setup::integration::Linked;
use crate::setup::plan::Scope;
use crate::setup::vault::Vault;
use crate::setup::verify::refusal;
use crate::setup::{Directory, World};

impl<D, V, Q, W, P> Watch<D, V, Q, W, P>
where
    D: Directory + Send + Sync,
    V: Vault + Send + Sync,
    Q: MessageQueue + Send + Sync,
    W: World + Send + Sync,
    P: Passes + Send + Sync,
{
    /// Queues what nobody told of in these gaps, which end now.
    #[expect(clippy::too_many_arguments, reason = "one pass over one integration shares all of it")]
    pub(super) async fn close_gaps(
        &self,
        name: &IntegrationName,
        linked: &Linked<D::Organization>,
        scope: &Scope,
        gaps: &[Gap],
        progress: &mut Progress,
        settled: &mut Settled,
        seen: &mut Seen,
    ) -> Result<(), SetupError> {
        if gaps.is_empty() {
            return Ok(());
        }
        let now = self.setup.world.now();
        let unread = |error: RestError| refusal(&error, "what was missed could not be listed");
        let repositories = linked.organization.repositories().await.map_err(unread)?;
        for gap in gaps {
            let told = told(name, linked, gap, now).await.map_err(unread)?;
            if gap.traces() == Traces::None {
                let kind = gap.kind.event_type();
                seen.remains
                    .push(format!("{kind} between {} and {now} cannot be found out afterwards", gap.from));
            }
            for repository in repositories.iter().filter(|repository| is_within(repository, gap, scope)) {
                let organization = &linked.organization;
                let listed = listed(organization, repository, gap, now).await.map_err(unread)?;
                for record in listed {
                    let made = made(name, &linked.link.organization_url, gap, &record, now);
                    let wanted =
                        made.into_iter().filter(|event| is_on_branch(event, scope.branch.as_deref()));
                    for event in wanted.filter(|event| !told.contains(&key(event))) {
                        let at = event.time.parse().unwrap_or(now);
                        let id = event.id.clone();
                        if !progress.done.contains(&id) {
                            self.queue(event).await?;
                            seen.reconstructed += 1;
                            progress.done.insert(id.clone());
                        }
                        settled.done(at, id);
                    }
                }
            }
        }
        Ok(())
    }

    async fn queue(&self, event: Event) -> Result<(), SetupError> {
        let id = event.id.clone();
        let Ok(message) = fit::message(event, None) else { return Ok(()) };
        let sent = send(&self.setup.events, vec![(id, message)]).await;
        match sent.unavailable.or(sent.refused) {
            Some(detail) => Err(untaken("events", &detail)),
            None => Ok(()),
        }
    }
}

/// What Azure DevOps did tell of in the gap, by [`key`].
async fn told<O: AzureDevOps>(
    name: &IntegrationName,
    linked: &Linked<O>,
    gap: &Gap,
    now: Timestamp,
) -> Result<BTreeSet<String>, RestError> {
    let Some(id) = &gap.subscription_id else { return Ok(BTreeSet::new()) };
    let logged = match linked.organization.deliveries(id, DeliveryState::Any, gap.from, now).await {
        // It had to be made anew, and its log went with it.
        Err(RestError::NotFound { .. }) => Vec::new(),
        logged => logged?,
    };
    let bodies = logged.into_iter().filter_map(|delivery| delivery.body);
    let change = gap.kind.change().map(ChangeKind::word);
    Ok(bodies.flat_map(|body| events(name, &body, change, now, false)).map(|event| key(&event)).collect())
}

async fn listed<O: AzureDevOps>(
    organization: &O,
    repository: &RepositoryInfo,
    gap: &Gap,
    now: Timestamp,
) -> Result<Vec<String>, RestError> {
    match gap.traces() {
        Traces::Pushes => organization.pushes(repository, gap.from, now).await,
        Traces::PullRequests(happened) => {
            organization.pull_requests(repository, happened, gap.from, now).await
        }
        Traces::None => Ok(Vec::new()),
    }
}

/// The events that a record in a list stands for.
fn made(name: &IntegrationName, organization: &str, gap: &Gap, record: &str, now: Timestamp) -> Vec<Event> {
    let (Ok(resource), Ok(raw)) =
        (serde_json::from_str::<Value>(record), serde_json::from_str::<Box<RawValue>>(record))
    else {
        return Vec::new();
    };
    let date = match gap.traces() {
        Traces::PullRequests(Happened::Created) => &resource["creationDate"],
        Traces::PullRequests(Happened::Closed) => &resource["closedDate"],
        Traces::Pushes | Traces::None => &resource["date"],
    };
    // Of a pull request the id hangs on this one; a push has a number of its own.
    let id = format!("reconstructed/{}/{}/{date}", gap.kind.event_type(), resource["pullRequestId"]);
    let notification = json!({
        "id": id,
        "eventType": gap.kind.event_type(),
        "resource": raw,
        "resourceContainers": {"account": {"baseUrl": organization}},
        "createdDate": date,
    });
    events(name, &notification.to_string(), gap.kind.change().map(ChangeKind::word), now, true)
}

fn events(
    name: &IntegrationName,
    body: &str,
    change: Option<&str>,
    now: Timestamp,
    reconstructed: bool,
) -> Vec<Event> {
    let body = readable(body.as_bytes());
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
    normalise(event_type, &notification, &context).events
}

/// What makes a delivered and a reconstructed event the same happening.
fn key(event: &Event) -> String {
    match &event.payload {
        Payload::PullRequestCreated(it)
        | Payload::PullRequestUpdated(it)
        | Payload::PullRequestMerged(it) => {
            format!("{}/{:?}", event.partitionkey, it.action)
        }
        Payload::Push(_) | Payload::PullRequestCommented(_) => event.id.clone(),
    }
}

fn is_within(repository: &RepositoryInfo, gap: &Gap, scope: &Scope) -> bool {
    !repository.is_disabled
        && gap.project_id.as_ref().is_none_or(|id| *id == repository.project.id)
        && scope.repository_id.as_ref().is_none_or(|id| *id == repository.id)
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
